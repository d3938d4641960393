"""Hooks into training, as gensim.models.callbacks has them."""

from typing import Any

from fastw2v.training.callbacks import StopTraining

__all__ = ["CallbackAny2Vec", "StopTraining"]


class CallbackAny2Vec:
    """Base class: override what you need.

    All methods run in the thread that called `train`, while no worker runs, with the
    model being trained. Raise `StopTraining` to end the run with the model as it is;
    any other exception reaches the caller of `train`.
    """

    def on_train_begin(self, model: Any) -> None:
        """Run before the first epoch."""

    def on_epoch_begin(self, model: Any) -> None:
        """Run before each epoch."""

    def on_epoch_end(self, model: Any) -> None:
        """Run after each epoch."""

    def on_train_end(self, model: Any) -> None:
        """Run after the last epoch."""
