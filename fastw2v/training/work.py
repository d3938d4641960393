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
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.cpus import available_cpus
from fastw2v.training.estimate import check_fits
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
# Where there are fewer, noise words that a whole window shares are too often words that
# belong there; docs/performance.md has the measurements of this and the next.
_WORDS_FOR_WINDOWS = 20_000
# And those of them merged most often with two workers.
_PRIVATE_ROWS, _OFTEN_OF_TWO_WORKERS = 2_048, 32
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
    longest = 0 if sampling.paths is None else int(sampling.paths[:, 1].max())
    settings = settings_of(
        len(counts), config, longest_path=longest, locked=lock_factors is not None
    )
    check_fits(len(counts), config, settings, thread_count(config))
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


def settings_of(
    vocabulary_size: int,
    config: TrainConfig,
    *,
    longest_path: int = 0,
    locked: bool = False,
) -> Settings:
    """Return what the kernels are told of the hyper-parameters."""
    contexts = 2 * config.window
    shares_noise = config.batching == "window" or (
        config.batching == "auto" and vocabulary_size >= _WORDS_FOR_WINDOWS
    )
    group = min(contexts, LARGEST_GROUP) if shares_noise else 1
    workers = thread_count(config)
    is_cbow = config.architecture == "cbow"
    return Settings(
        window=config.window,
        negatives=config.negatives,
        group=contexts if is_cbow else group,
        private=0 if locked else private_words(vocabulary_size, config),
        prefix=max(2 * _OFTEN_OF_TWO_WORKERS // workers, 1),
        interval=max(2 * _INTERVAL_OF_TWO_WORKERS // workers, 1),
        shrink_windows=config.shrink_windows,
        skipgram=None if is_cbow else True,
        cbow_mean=config.cbow_mean if is_cbow else None,
        cbow_exact=config.cbow_update == "exact",
        longest_path=-(-longest_path // BLOCK) * BLOCK,
        locked=locked,
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
    return min(_PRIVATE_ROWS, vocabulary_size // (8 * workers))


def thread_count(config: TrainConfig) -> int:
    """Return the threads a run uses: those asked for, else every available core."""
    if config.threads is not None:
        return config.threads
    return 1 if config.backend == "numpy" else available_cpus()
