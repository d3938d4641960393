"""What a caller can hook into a run."""

from collections.abc import Sequence
from typing import NamedTuple

from fastw2v.bundles import Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.history import History


class StopTraining(Exception):
    """Raised by a callback to end the run early, with the model as trained so far.

    Between `on_train_begin` and the last `on_epoch_end`; `on_train_end` is still called.
    """


class TrainState(NamedTuple):
    """A run as callbacks see it.

    Parameters
    ----------
    config : TrainConfig
    corpus : EncodedCorpus
    weights : Weights
        The live matrices, (V, P) with columns from `config.dim` on zero; copy
        what you keep.
    history : History
        Its last record is the epoch that just ended.
    """

    config: TrainConfig
    corpus: EncodedCorpus
    weights: Weights
    history: History


class Callback:
    """Base class: override what you need.

    All methods run in the thread that called `train`, while no worker runs.
    `StopTraining` ends the run as if it had been that short; any other exception ends it
    and reaches the caller of `train`.
    """

    def on_train_begin(self, state: TrainState) -> None:
        """Run before the first epoch."""

    def on_epoch_begin(self, state: TrainState) -> None:
        """Run before each epoch."""

    def on_epoch_end(self, state: TrainState) -> None:
        """Run after each epoch."""

    def on_train_end(self, state: TrainState) -> None:
        """Run after the last epoch; not after an interruption."""


EVENTS = ("on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end")


def check_callbacks(callbacks: object) -> None:
    """Raise `TypeError` unless this is a sequence of what has `Callback`'s methods."""
    if not isinstance(callbacks, Sequence) or isinstance(callbacks, str | bytes):
        raise TypeError(
            f"callbacks are {callbacks!r:.80}, a {type(callbacks).__name__}; give a list"
            " of fastw2v.Callback"
        )
    for callback in callbacks:
        missing = [e for e in EVENTS if not callable(getattr(callback, e, None))]
        if missing:
            raise TypeError(
                f"the callback {callback!r:.80} has no method {missing[0]}; derive it from"
                " fastw2v.Callback"
            )
