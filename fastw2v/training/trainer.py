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
from fastw2v.training.oversight import Oversight
from fastw2v.training.progress import choose_progress
from fastw2v.training.run import Run, check_has_pairs
from fastw2v.training.state import Ending, is_signal
from fastw2v.training.work import prepare_work
from fastw2v.vectors.keyed_vectors import KeyedVectors

_logger = logging.getLogger("fastw2v")


@dataclass(frozen=True)
class TrainResult:
    """What `fastw2v.train` returns.

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
    ending : str
        What ended the run: "epochs" if it is through; "callback", "max_seconds",
        "max_words", or "SIGINT" (Ctrl-C) or "SIGTERM" before that. The vectors are as
        trained so far.
    """

    vectors: KeyedVectors
    context_vectors: KeyedVectors | None
    history: History
    config: TrainConfig
    ending: Ending

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended the run."""
        return is_signal(self.ending)


def run_training(
    corpus: EncodedCorpus, config: TrainConfig, runner: Runner, oversight: Oversight
) -> TrainResult:
    """Train with this runner of shards; otherwise as `fastw2v.train`."""
    check_bool("progress", oversight.progress)
    check_callbacks(oversight.callbacks)
    check_has_pairs(corpus)
    work = prepare_work(corpus, config)
    run = Run(corpus, config, oversight, work, runner)
    ending = _finish(run, oversight.progress)
    history = run.history
    if not is_signal(ending) and not any(record.pairs for record in history.epochs):
        _logger.warning(
            "subsampling left no pair to train on: the vectors are the initial"
            " ones; raise subsample or give more text"
        )
    vectors, context_vectors = (
        _keyed_vectors(corpus, config, matrix)
        for matrix in (work.weights.w_in, work.weights.w_out)
    )
    assert vectors is not None
    return TrainResult(vectors, context_vectors, history, config, ending)


def continue_training(
    corpus: EncodedCorpus,
    config: TrainConfig,
    weights: Weights,
    *,
    progress: bool = False,
    callbacks: Sequence[Callback] = (),
    lock_factors: npt.NDArray[np.float32] | None = None,
    runner: Runner | None = None,
) -> tuple[History, bool]:
    """Train weights that are there already, in place; otherwise as `fastw2v.train`.

    Parameters
    ----------
    corpus : EncodedCorpus
        Of V words.
    config : TrainConfig
    weights : Weights
        (V, P) float32 with P = `weights.padded_width(dim)`, and columns from `dim` on
        zero; w_out and w_nodes have no row where config trains without them.
    progress, callbacks
        As for `fastw2v.train`.
    lock_factors : float32 array, shape (V,), optional
        What each row of w_in changes by is multiplied by its factor; 0 locks it.
    runner : Runner, optional
        Of shards; that of `config.backend` if not given.

    Returns
    -------
    (History, bool)
        And whether a signal ended the run early.

    Raises
    ------
    ValueError
        A shape is wrong.
    """
    check_types(corpus, config)
    check_has_pairs(corpus)
    work = prepare_work(corpus, config, weights, lock_factors)
    oversight = Oversight(progress, callbacks)
    run = Run(corpus, config, oversight, work, runner or RUNNERS[config.backend])
    try:
        ending = _finish(run, progress)
        return run.history, is_signal(ending)
    finally:
        for given, trained in zip(weights, work.weights, strict=True):
            if given is not trained:
                given[:] = trained[: len(given)]


def _finish(run: Run, progress: bool) -> Ending:
    with choose_progress(progress) as display:
        return run.finish(display)


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
