"""What is measured of an epoch on the way."""

import math
import time

import numpy as np

from fastw2v.bundles import Totals
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.history import EpochRecord, add_totals, mean_loss
from fastw2v.training.progress import Snapshot
from fastw2v.training.schedule import learning_rates
from fastw2v.training.state import Position


class Meter:
    """Adds up one epoch, from a position in it, and reads off its rates.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
    position : Position
        Where the counting begins.
    """

    def __init__(
        self, corpus: EncodedCorpus, config: TrainConfig, position: Position
    ) -> None:
        self._corpus = corpus
        self._config = config
        self._epoch = position.epoch
        self._totals = position.totals
        self._began = time.perf_counter() - position.seconds

    def add(self, totals: Totals) -> None:
        """Count one finished shard."""
        self._totals = add_totals(self._totals, totals)

    @property
    def centers(self) -> int:
        """Tokens visited in the epoch so far."""
        return self._totals.centers

    def position(self, shard: int) -> Position:
        """Return the place before a shard when all before it are counted."""
        return Position(self._epoch, shard, self._totals, self._seconds())

    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def record(self) -> EpochRecord:
        """Return the epoch as far as it went."""
        seconds = self._seconds()
        corpus = self._corpus
        raw_words = self._totals.centers * corpus.raw_tokens / len(corpus.tokens)
        return EpochRecord(
            epoch=self._epoch + 1,
            centers=self._totals.centers,
            kept=self._totals.kept,
            pairs=self._totals.pairs,
            loss=mean_loss(self._totals),
            seconds=seconds,
            words_per_second=raw_words / seconds,
        )

    def snapshot(self) -> Snapshot:
        """Return what a progress display shows."""
        record, config = self.record(), self._config
        per_epoch = len(self._corpus.tokens)
        done = self._epoch * per_epoch + record.centers
        in_run = config.epochs * per_epoch
        rate = learning_rates(np.array(done), in_run, config)
        in_epoch = record.centers / per_epoch
        left = (in_run - done) / per_epoch
        return Snapshot(
            epoch=record.epoch,
            epochs=config.epochs,
            share=done / in_run,
            words_per_second=record.words_per_second,
            loss=record.loss,
            learning_rate=float(rate),
            seconds_left=record.seconds * left / in_epoch if in_epoch else math.inf,
        )
