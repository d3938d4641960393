"""What a caller can hook into a run."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastw2v.bundles import Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import CheckpointError
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

    A run that goes on from a checkpoint begins with `on_train_begin`, and with
    `on_epoch_begin` of the epoch it was in.
    """

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint is to keep of this callback: values JSON can hold."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what `state_dict` gave, before `on_train_begin`."""

    def on_train_begin(self, state: TrainState) -> None:
        """Run before the first epoch."""

    def on_epoch_begin(self, state: TrainState) -> None:
        """Run before each epoch."""

    def on_epoch_end(self, state: TrainState) -> None:
        """Run after each epoch."""

    def on_train_end(self, state: TrainState) -> None:
        """Run after the last epoch; not after an interruption."""


CallbackStates = list[tuple[str, dict[str, Any]]]
"""Of each callback that has a state, the name of its class and what it gave."""


def states_of(callbacks: Sequence[Callback]) -> CallbackStates:
    """Return the states of those that have one, in order."""
    states = [
        (type(callback).__qualname__, callback.state_dict()) for callback in callbacks
    ]
    return [(name, state) for name, state in states if state]


def load_states(callbacks: Sequence[Callback], states: CallbackStates) -> None:
    """Give each state back to the callback of its class, in order.

    Raises
    ------
    CheckpointError
        A callback is missing.
    """
    waiting = list(callbacks)
    for name, state in states:
        for callback in waiting:
            if type(callback).__qualname__ == name:
                break
        else:
            raise CheckpointError(
                f"the checkpoint holds the state of a callback {name}, and the run is"
                " given none that has not its own; give the callbacks it was begun with"
            )
        callback.load_state_dict(state)
        waiting.remove(callback)


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
