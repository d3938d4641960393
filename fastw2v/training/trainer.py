"""The driver: corpus and hyper-parameters in, trained vectors and history out."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Weights
from fastw2v.checks import check_bool
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import RUNNERS, Runner
from fastw2v.training.callbacks import Callback, check_callbacks
from fastw2v.training.history import History
from fastw2v.training.progress import choose_progress
from fastw2v.training.run import Run, check_has_pairs
from fastw2v.training.work import prepare_work
from fastw2v.vectors.keyed_vectors import KeyedVectors

_logger = logging.getLogger("fastw2v")


@dataclass(frozen=True)
class TrainResult:
    """What `train` returns.

    Parameters
    ----------
    vectors : KeyedVectors
        The rows of w_in, the word vectors.
    context_vectors : KeyedVectors or None
        The rows of w_out; None without negative sampling.
    history : History
        Loss and speed of each epoch.
    config : TrainConfig
        The hyper-parameters used.
    interrupted : bool
        Whether Ctrl-C ended the run early; the vectors are as trained so far.
    """

    vectors: KeyedVectors
    context_vectors: KeyedVectors | None
    history: History
    config: TrainConfig
    interrupted: bool


def train(
    corpus: EncodedCorpus,
    config: TrainConfig | None = None,
    *,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
) -> TrainResult:
    """Train word vectors.

    Ctrl-C (in the main thread) stops the workers at the end of their shards, well
    within a second, and returns what is trained so far, with `interrupted` set;
    before the first shard has ended it raises KeyboardInterrupt.

    Parameters
    ----------
    corpus : EncodedCorpus
        From `fastw2v.encode` or `EncodedCorpus.load`.
    config : TrainConfig, optional
        Hyper-parameters; the defaults if not given.
    progress : bool
        Show a bar on a terminal, log lines (logger "fastw2v", level INFO)
        elsewhere.
    callbacks : sequence of Callback
        Called in this thread between epochs, while no worker runs.

    Returns
    -------
    TrainResult

    Raises
    ------
    CorpusError
        No sentence has two words, so there is no pair to train on.
    ConfigError
        The back end cannot run with that many threads.
    DivergenceError
        Weights or loss stopped being finite.
    TypeError
        `corpus` or `config` is something else.
    """
    config = TrainConfig() if config is None else config
    check_types(corpus, config)
    return run_training(corpus, config, RUNNERS[config.backend], progress, callbacks)


def run_training(
    corpus: EncodedCorpus,
    config: TrainConfig,
    runner: Runner,
    progress: bool,
    callbacks: Sequence[Callback],
) -> TrainResult:
    """Train with this runner of shards; otherwise as `train`."""
    check_bool("progress", progress)
    check_callbacks(callbacks)
    check_has_pairs(corpus)
    work = prepare_work(corpus, config)
    history, interrupted = _finish(
        Run(corpus, config, callbacks, work, runner), progress
    )
    if not interrupted and not any(record.pairs for record in history.epochs):
        _logger.warning(
            "subsampling left no pair to train on: the vectors are the initial"
            " ones; raise subsample or give more text"
        )
    vectors, context_vectors = (
        _keyed_vectors(corpus, config, matrix)
        for matrix in (work.weights.w_in, work.weights.w_out)
    )
    assert vectors is not None
    return TrainResult(vectors, context_vectors, history, config, interrupted)


def continue_training(
    corpus: EncodedCorpus,
    config: TrainConfig,
    weights: Weights,
    *,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    lock_factors: npt.NDArray[np.float32] | None = None,
) -> tuple[History, bool]:
    """Train weights that are there already, in place; otherwise as `train`.

    Parameters
    ----------
    corpus : EncodedCorpus
        Of V words.
    config : TrainConfig
    weights : Weights
        (V, P) float32 with P = `weights.padded_width(dim)`, and columns from `dim` on
        zero; w_out and w_nodes have no row where config trains without them.
    progress, callbacks
        As for `train`.
    lock_factors : float32 array, shape (V,), optional
        What each row of w_in changes by is multiplied by its factor; 0 locks it.

    Returns
    -------
    (History, bool)
        And whether Ctrl-C ended the run early.

    Raises
    ------
    ValueError
        A shape is wrong.
    """
    check_types(corpus, config)
    check_has_pairs(corpus)
    work = prepare_work(corpus, config, weights, lock_factors)
    try:
        return _finish(
            Run(corpus, config, callbacks, work, RUNNERS[config.backend]), progress
        )
    finally:
        for given, trained in zip(weights, work.weights, strict=True):
            if given is not trained:
                given[:] = trained[: len(given)]


def _finish(run: Run, progress: bool) -> tuple[History, bool]:
    with choose_progress(progress) as display:
        interrupted = not run.finish(display)
    return run.history, interrupted


def check_types(corpus: object, config: object) -> None:
    """Raise `TypeError` unless these are an EncodedCorpus and a TrainConfig."""
    if not isinstance(corpus, EncodedCorpus):
        raise TypeError(
            f"corpus is a {type(corpus).__name__}; pass what fastw2v.encode(...) returns"
        )
    if not isinstance(config, TrainConfig):
        raise TypeError(
            f"config is a {type(config).__name__}; pass a fastw2v.TrainConfig"
        )


def _keyed_vectors(
    corpus: EncodedCorpus, config: TrainConfig, matrix: FloatMatrix
) -> KeyedVectors | None:
    words, counts = corpus.vocab.words, corpus.vocab.counts
    if not len(matrix):
        return None
    return KeyedVectors.from_arrays(words, matrix[: len(words), : config.dim], counts)
