"""Training by the full softmax, for small vocabularies."""

import os
from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral

from fastw2v.bundles import Shards
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ConfigError, CorpusError
from fastw2v.reference.softmax_trainer import train_shard
from fastw2v.training.backends import ShardEnds
from fastw2v.training.callbacks import Callback
from fastw2v.training.feed import Feed
from fastw2v.training.oversight import oversee
from fastw2v.training.saving import EVERY
from fastw2v.training.trainer import TrainResult, check_types, run_training
from fastw2v.training.work import Work

LARGEST_VOCABULARY = 50_000
_LARGEST_BATCH = 1_024


def train_softmax(
    corpus: EncodedCorpus,
    config: TrainConfig | None = None,
    *,
    batch: int = 64,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    every: str = EVERY,
    resume: bool = False,
    max_seconds: float | None = None,
    max_words: int | None = None,
) -> TrainResult:
    """Train skip-gram word vectors by the full softmax over the vocabulary.

    The loss that negative sampling approximates (Mikolov et al. 2013b, equation 2), in
    NumPy on one thread. A pair costs V scores instead of K + 1, so this is for small
    vocabularies: to learn from, and to compare with. Shards, windows, learning rate
    and initial vectors are those of `train` with the same corpus and hyper-parameters;
    `negatives`, `noise_exponent`, `batching` and `backend` have no meaning here.

    Ctrl-C and SIGTERM return what is trained so far, as in `train`; a shard may take
    seconds here.

    Parameters
    ----------
    corpus : EncodedCorpus
        Of at most 50 000 different words.
    config : TrainConfig, optional
        Hyper-parameters; the defaults if not given.
    batch : int, 1 to 1024
        Pairs to a step. Their gradients add, so a large batch at a high learning rate
        may diverge; 1 is plain stochastic gradient descent, and slow.
    progress, callbacks, checkpoint, every, resume, max_seconds, max_words
        As in `train`.

    Returns
    -------
    TrainResult
        With the softmax loss in its history, and in its config one thread of NumPy.

    Raises
    ------
    CorpusError
        The vocabulary is too large, or no sentence has two words.
    ConfigError
        A parameter is out of range, or `threads` is above 1.
    CheckpointError
        `checkpoint` exists and `resume` is not set, or it is of another run.
    FormatError
        `checkpoint` is damaged.
    DivergenceError
        Weights or loss stopped being finite.
    OSError
        A checkpoint cannot be written.
    TypeError
        `corpus` or `config` is something else.
    """
    config = TrainConfig() if config is None else config
    check_types(corpus, config)
    _check_affordable(corpus, config)
    _check_batch(batch)
    if config.threads not in (None, 1):
        raise ConfigError(
            f"threads is {config.threads}; the full softmax runs on 1 thread only"
        )

    def run(work: Work, shards: Shards, feed: Feed, _threads: int) -> ShardEnds:
        while taken := feed.take():
            yield taken[0], train_shard(*work[:4], shards, taken[0], batch)

    config = replace(config, backend="numpy", threads=1)
    oversight = oversee(
        corpus,
        config,
        {"loss": "softmax", "batch": batch},
        progress=progress,
        callbacks=callbacks,
        checkpoint=checkpoint,
        every=every,
        resume=resume,
        max_seconds=max_seconds,
        max_words=max_words,
    )
    return run_training(corpus, config, run, oversight)


def _check_affordable(corpus: EncodedCorpus, config: TrainConfig) -> None:
    words = len(corpus.vocab)
    if words > LARGEST_VOCABULARY:
        # The mean reach is (window + 1) / 2, to either side.
        pairs = len(corpus) * (config.window + 1)
        raise CorpusError(
            f"the vocabulary has {words:,} words; a softmax over all of them for each of"
            f" up to {pairs:,} pairs is {pairs * words:.1e} scores an epoch. The full"
            f" softmax takes at most {LARGEST_VOCABULARY:,} words: raise min_count, or"
            " use fastw2v.train, whose negative sampling takes"
            f" {config.negatives + 1} scores a pair"
        )


def _check_batch(batch: object) -> None:
    if (
        isinstance(batch, bool)
        or not isinstance(batch, Integral)
        or not 1 <= int(batch) <= _LARGEST_BATCH
    ):
        raise ConfigError(
            f"batch is {batch!r}; it must be an int from 1 to {_LARGEST_BATCH}"
        )
