"""What workers need besides the shards, built from corpus and hyper-parameters."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import (
    BLOCK,
    Sampling,
    Settings,
    StepShape,
    Text,
    Weights,
    step_shape,
)
from fastw2v.config import Batching, TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.cpus import available_cpus
from fastw2v.training.huffman import all_paths, huffman_tree
from fastw2v.training.noise import alias_table, noise_distribution
from fastw2v.training.subsample import keep_probabilities
from fastw2v.training.weights import (
    initial_weights,
    padded_width,
    weights_rows,
    with_rows_added,
)

# A step compares its rows two by two to find repeats, which must stay cheap.
LARGEST_GROUP = 64
# Private rows, and those merged most often with two workers; docs/performance.md has the
# measurements. Pair by pair writes the same rows several times as often.
_PRIVATE_ROWS: dict[Batching, tuple[int, int]] = {
    "pair": (4_096, 64),
    "window": (512, 32),
}
_INTERVAL_OF_TWO_WORKERS = 512


class Work(NamedTuple):
    """All a back end needs besides the shards."""

    weights: Weights
    text: Text
    sampling: Sampling
    settings: Settings
    shape: StepShape


def prepare_work(
    corpus: EncodedCorpus,
    config: TrainConfig,
    weights: Weights | None = None,
    lock_factors: npt.NDArray[np.float32] | None = None,
) -> Work:
    """Build the tables that training this corpus takes, and fresh weights if not given.

    Given weights are copied where workers need private rows.
    """
    counts = corpus.vocab.counts
    noise = noise_distribution(counts, config.noise_exponent)
    sampling = Sampling(
        keep_probabilities(counts, config.subsample),
        alias_table(noise) if config.negatives else None,
        lock_factors=lock_factors,
    )
    if config.hierarchical_softmax:
        nodes, paths = all_paths(huffman_tree(counts))
        sampling = sampling._replace(path_nodes=nodes, paths=paths)
    settings = _settings(sampling, config)
    private_rows = settings.private * thread_count(config)
    if weights is None:
        weights = initial_weights(
            len(counts),
            config.dim,
            config.seed,
            private_rows=private_rows,
            has_noise=config.negatives > 0,
            has_nodes=config.hierarchical_softmax,
        )
    else:
        _check_given(weights, lock_factors, len(counts), config)
        weights = with_rows_added(weights, private_rows)
    text = Text(corpus.tokens, corpus.offsets)
    return Work(weights, text, sampling, settings, step_shape(settings))


def _settings(sampling: Sampling, config: TrainConfig) -> Settings:
    contexts = 2 * config.window
    group = 1 if config.batching == "pair" else min(contexts, LARGEST_GROUP)
    workers = thread_count(config)
    _, often = _PRIVATE_ROWS[config.batching]
    is_cbow = config.architecture == "cbow"
    longest = 0 if sampling.paths is None else int(sampling.paths[:, 1].max())
    return Settings(
        window=config.window,
        negatives=config.negatives,
        group=contexts if is_cbow else group,
        private=private_words(len(sampling.keep_prob), config)
        if sampling.lock_factors is None
        else 0,
        prefix=max(2 * often // workers, 1),
        interval=max(2 * _INTERVAL_OF_TWO_WORKERS // workers, 1),
        shrink_windows=config.shrink_windows,
        skipgram=None if is_cbow else True,
        cbow_mean=config.cbow_mean if is_cbow else None,
        cbow_exact=config.cbow_update == "exact",
        longest_path=-(-longest // BLOCK) * BLOCK,
        locked=sampling.lock_factors is not None,
    )


def _check_given(
    weights: Weights,
    lock_factors: npt.NDArray[np.float32] | None,
    words: int,
    config: TrainConfig,
) -> None:
    """Raise ValueError unless the given arrays are of the sizes `config` trains."""
    rows = weights_rows(words, config)
    for name, matrix, n in zip(weights._fields, weights, rows, strict=True):
        wanted = (n, padded_width(config.dim))
        if matrix.shape != wanted:
            raise ValueError(f"{name} has shape {matrix.shape}; give one of {wanted}")
    if lock_factors is not None and lock_factors.shape != (words,):
        raise ValueError(
            f"lock_factors have shape {lock_factors.shape}; give one for each of the"
            f" {words} words"
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
    most, _ = _PRIVATE_ROWS[config.batching]
    return min(most, vocabulary_size // (8 * workers))


def thread_count(config: TrainConfig) -> int:
    """Return the threads a run uses: those asked for, else every available core."""
    if config.threads is not None:
        return config.threads
    return 1 if config.backend == "numpy" else available_cpus()
