"""What workers need besides the shards, built from corpus and hyper-parameters."""

from typing import NamedTuple

from fastw2v.bundles import (
    Sampling,
    Settings,
    StepShape,
    Text,
    Weights,
    step_shape,
)
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.cpus import available_cpus
from fastw2v.training.noise import alias_table, noise_distribution
from fastw2v.training.subsample import keep_probabilities
from fastw2v.training.weights import initial_weights

# A step compares its rows two by two to find repeats, which must stay cheap.
LARGEST_GROUP = 64
# Of private rows; docs/performance.md has the measurements. A worker goes through 16
# kept tokens for each of the rows merged most often, so that merging stays a small
# part of the work.
_MOST_PRIVATE = 512
_TOKENS_PER_ROW = 16
_ROWS_OF_TWO_WORKERS = 32


class Work(NamedTuple):
    """All a back end needs besides the shards."""

    weights: Weights
    text: Text
    sampling: Sampling
    settings: Settings
    shape: StepShape


def prepare_work(corpus: EncodedCorpus, config: TrainConfig) -> Work:
    """Build the weights and tables that training this corpus takes."""
    counts = corpus.vocab.counts
    noise = noise_distribution(counts, config.noise_exponent)
    workers = thread_count(config)
    private = private_words(len(counts), config)
    prefix = max(2 * _ROWS_OF_TWO_WORKERS // workers, 1)
    settings = Settings(
        window=config.window,
        negatives=config.negatives,
        group=1 if config.batching == "pair" else min(2 * config.window, LARGEST_GROUP),
        private=private,
        prefix=prefix,
        interval=_TOKENS_PER_ROW * prefix,
    )
    return Work(
        initial_weights(len(counts), config.dim, config.seed, private * workers),
        Text(corpus.tokens, corpus.offsets),
        Sampling(keep_probabilities(counts, config.subsample), alias_table(noise)),
        settings,
        step_shape(settings),
    )


def private_words(vocabulary_size: int, config: TrainConfig) -> int:
    """Return H, of how many words each worker has rows of its own.

    None for one worker, which shares with nobody, and in `backend="prange"`, whose
    workers begin anew with each shard. All workers' rows together are at most an eighth
    as many as the words', and there is a third copy of each, as it was last merged.
    """
    workers = thread_count(config)
    if workers == 1 or config.backend != "threads":
        return 0
    return min(_MOST_PRIVATE, vocabulary_size // (8 * workers))


def thread_count(config: TrainConfig) -> int:
    """Return the threads a run uses: those asked for, else every available core."""
    if config.threads is not None:
        return config.threads
    return 1 if config.backend == "numpy" else available_cpus()
