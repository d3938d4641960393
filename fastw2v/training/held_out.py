"""The loss on text that is not trained on."""

import math
from dataclasses import replace

from fastw2v.bundles import Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import RUNNERS
from fastw2v.training.feed import Feed
from fastw2v.training.shards import cut_into_shards, plan_epoch
from fastw2v.training.work import prepare_work, thread_count


def held_out_loss(
    weights: Weights, held_out: EncodedCorpus, config: TrainConfig
) -> float:
    """Return the mean loss per pair of these weights on a text.

    The pairs and the noise words are the same at every call.

    Parameters
    ----------
    weights : Weights
        (V, P) float32, as callbacks see them; they are not changed.
    held_out : EncodedCorpus
        Of the same vocabulary.
    config : TrainConfig
        How the weights are trained.

    Returns
    -------
    float
        NaN without pairs.
    """
    # At a learning rate of 0 the kernels of training do nothing but add up the loss,
    # and no worker needs rows of its own.
    still = replace(config, learning_rate=0.0, min_learning_rate=0.0, epochs=1)
    work = prepare_work(held_out, replace(still, threads=1), weights)
    bounds = cut_into_shards(held_out.offsets, still)
    shards = plan_epoch(held_out.offsets, bounds, still, epoch=0)
    feed = Feed(0, len(shards.keys))
    runner = RUNNERS[config.backend]
    done = [totals for _, totals in runner(work, shards, feed, thread_count(config))]
    pairs = sum(totals.pairs for totals in done)
    # Exact, so that the order in which workers end does not matter.
    return math.fsum(totals.loss for totals in done) / pairs if pairs else math.nan
