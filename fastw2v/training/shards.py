"""Cutting an epoch into shards, each with its learning rate and its random streams."""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Shards
from fastw2v.config import TrainConfig
from fastw2v.reference.rng import (
    NOISE_STREAM,
    REACH_STREAM,
    SUBSAMPLE_STREAM,
    draw,
    stream_key,
)
from fastw2v.training.schedule import learning_rates

_LARGEST = 10_000
_SMALLEST_OF_A_SMALL_CORPUS = 1_000
_FEWEST = 64
_SMALLEST = 20
# dim * window * (K + 1) of the default hyper-parameters, at which the largest shard
# takes some 20 ms.
_USUAL_WORK = 100 * 5 * 6


def shard_size(n_tokens: int, config: TrainConfig) -> int:
    """Return the tokens per shard to aim at.

    About 10 000, some 20 ms of work; less for a small corpus, so that threads
    share it evenly and the learning rate falls in small steps, and less where a
    token takes more arithmetic, so that a run can always be interrupted soon. Never
    depends on the number of threads.
    """
    size = min(max(n_tokens // _FEWEST, _SMALLEST_OF_A_SMALL_CORPUS), _LARGEST)
    work = config.dim * config.window * (config.negatives + 1)
    return max(min(size, _LARGEST * _USUAL_WORK // work), _SMALLEST)


def shard_bounds(offsets: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    """Cut the tokens at sentence ends into shards of at most `size` tokens.

    A sentence longer than `size` is cut inside; no token is left out.

    Returns
    -------
    int64 array, shape (n + 1,), rising from 0 to offsets[-1]
    """
    bounds = [0]
    end = int(offsets[-1])
    while bounds[-1] < end:
        reachable = bounds[-1] + size
        sentence_end = int(offsets[np.searchsorted(offsets, reachable, "right") - 1])
        bounds.append(sentence_end if sentence_end > bounds[-1] else reachable)
    return np.array(bounds, np.int64)


def cut_into_shards(
    offsets: npt.NDArray[np.int64], config: TrainConfig
) -> npt.NDArray[np.int64]:
    """Return the `shard_bounds` of training a corpus of these sentences."""
    return shard_bounds(offsets, shard_size(int(offsets[-1]), config))


def plan_epoch(
    offsets: npt.NDArray[np.int64],
    bounds: npt.NDArray[np.int64],
    config: TrainConfig,
    epoch: int,
) -> Shards:
    """Give the shards of one epoch their learning rates and random streams.

    Both follow from the shard's place in the run alone, so neither depends on
    the number of threads or on timing.

    Parameters
    ----------
    offsets : int64 array, shape (S + 1,)
        Of the corpus.
    bounds : int64 array, shape (n + 1,)
        From `shard_bounds`.
    config : TrainConfig
    epoch : int
        Counted from 0.
    """
    starts = bounds[:-1]
    per_epoch = int(offsets[-1])
    epoch_key = stream_key(np.uint64(config.seed), epoch)
    seeds = draw(epoch_key, np.arange(len(starts)))
    streams = [
        stream_key(seeds, stream)
        for stream in (SUBSAMPLE_STREAM, REACH_STREAM, NOISE_STREAM)
    ]
    return Shards(
        bounds=bounds,
        first_sentence=np.searchsorted(offsets, starts, "right") - 1,
        learning_rate=learning_rates(
            starts + epoch * per_epoch, per_epoch * config.epochs, config
        ),
        keys=np.stack(streams, axis=1),
    )


def largest_shard(shards: Shards) -> int:
    """Return the tokens of the largest shard."""
    return int(np.diff(shards.bounds).max())
