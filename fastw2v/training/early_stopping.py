"""Ending a run that has stopped getting better."""

import logging
import math
from typing import Any

from fastw2v.checks import check_float, check_int
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import CorpusError
from fastw2v.training.callbacks import Callback, StopTraining, TrainState
from fastw2v.training.held_out import held_out_loss
from fastw2v.vectors.evaluate import EvaluationSet, evaluate_sets
from fastw2v.vectors.keyed_vectors import KeyedVectors

_logger = logging.getLogger("fastw2v")
_MOST_EPOCHS = 1_000_000


class EarlyStopping(Callback):
    """Ends a run when a measure has not improved for some epochs.

    The vectors are those of the last epoch, not of the best.

    Parameters
    ----------
    on : EncodedCorpus or EvaluationSet
        A text that is not trained on, ``encode(path, vocab=corpus.vocab)``: its loss
        per pair is to fall. Or a test set: its first measure is to rise.
    patience : int, 1 to 1000000
        The run ends after so many epochs without improvement.
    min_gain : float, 0 to 1e9
        What is at least an improvement.

    Attributes
    ----------
    values : list of float
        The measure after each epoch.

    Raises
    ------
    ConfigError
        A number is out of its range.
    """

    def __init__(
        self,
        on: EncodedCorpus | EvaluationSet,
        *,
        patience: int = 1,
        min_gain: float = 0.0,
    ) -> None:
        if not isinstance(on, EncodedCorpus | EvaluationSet):
            raise TypeError(
                f"on is a {type(on).__name__}; give an EncodedCorpus or an EvaluationSet"
            )
        check_int("patience", patience, 1, _MOST_EPOCHS)
        check_float("min_gain", min_gain, 0.0, 1e9)
        self.values: list[float] = []
        self._on = on
        self._patience = patience
        self._min_gain = min_gain

    def on_train_begin(self, state: TrainState) -> None:
        """Measure once, so that what cannot be measured is found before training.

        Raises
        ------
        CorpusError
            The text is of another vocabulary, or has no pair.
        Fastw2vError, OSError
            As `evaluate_sets` does.
        """
        if isinstance(self._on, EncodedCorpus) and not (
            list(self._on.vocab.words) == list(state.corpus.vocab.words)
        ):
            raise CorpusError(
                f"the held-out text has a vocabulary of {len(self._on.vocab)} words, not"
                f" the {len(state.corpus.vocab)} that are trained; encode it with"
                " vocab=corpus.vocab"
            )
        if math.isnan(self._measure(state)):
            raise CorpusError(
                "the held-out text, or the test set, has nothing to measure; give more"
            )

    def on_epoch_end(self, state: TrainState) -> None:
        """Measure; end the run if it is time."""
        # A run that was interrupted here comes here again for the same epoch.
        del self.values[len(state.history.epochs) - 1 :]
        self.values.append(self._measure(state))
        _logger.info("%s: %.6g", self._name, self.values[-1])
        if self._epochs_without_gain() >= self._patience:
            _logger.info("no improvement for %d epochs: the run ends", self._patience)
            raise StopTraining

    def state_dict(self) -> dict[str, Any]:
        """Return what has been measured."""
        return {"values": self.values}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what has been measured."""
        self.values = list(state["values"])

    @property
    def _name(self) -> str:
        return self._on.name if isinstance(self._on, EvaluationSet) else "held-out loss"

    def _epochs_without_gain(self) -> int:
        sign = 1 if isinstance(self._on, EvaluationSet) else -1
        best, count = -math.inf, 0
        for value in self.values:
            has_gained = sign * value > best + self._min_gain
            best, count = (sign * value, 0) if has_gained else (best, count + 1)
        return count

    def _measure(self, state: TrainState) -> float:
        if isinstance(self._on, EncodedCorpus):
            return held_out_loss(state.weights, self._on, state.config)
        vocab, dim = state.corpus.vocab, state.config.dim
        w_in = state.weights.w_in[:, :dim]
        vectors = KeyedVectors.from_arrays(vocab.words, w_in, vocab.counts)
        report = evaluate_sets({"": vectors}, [self._on], bootstrap=0)
        return report.rows[0].scores[0].value
