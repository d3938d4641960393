"""One run, from the first shard to the last, and what is measured on the way."""

import logging
import math
import time
from collections.abc import Sequence
from contextlib import closing, suppress

import numpy as np

from fastw2v.bundles import Totals, Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.release import release_memory
from fastw2v.errors import CorpusError, DivergenceError
from fastw2v.training.backends import Runner, run_aside
from fastw2v.training.callbacks import Callback, StopTraining, TrainState
from fastw2v.training.history import EpochRecord, History, add_totals, mean_loss
from fastw2v.training.progress import Progress, Snapshot
from fastw2v.training.schedule import learning_rates
from fastw2v.training.shards import plan_epoch, shard_bounds, shard_size
from fastw2v.training.work import Work, thread_count

_logger = logging.getLogger("fastw2v")


class Run:
    """One training from the first shard to the last."""

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainConfig,
        callbacks: Sequence[Callback],
        work: Work,
        runner: Runner,
    ) -> None:
        self.corpus = corpus
        self.config = config
        self.callbacks = callbacks
        self.work = work
        self.bounds = shard_bounds(
            corpus.offsets, shard_size(len(corpus.tokens), config)
        )
        self.history = History(threads=thread_count(config))
        self.runner = runner

    def finish(self, display: Progress) -> bool:
        """Train all epochs; return whether they ended without Ctrl-C."""
        try:
            self._compile()
            display.announce(
                f"training {len(self.corpus.tokens) * self.config.epochs:,} words on"
                f" {self.history.threads} threads, compiled in"
                f" {self.history.compile_seconds:.1f} s"
            )
            with suppress(StopTraining):
                self._notify("on_train_begin")
                for epoch in range(self.config.epochs):
                    self._notify("on_epoch_begin")
                    self._train_epoch(epoch, display)
                    self._notify("on_epoch_end")
            self._notify("on_train_end")
        except KeyboardInterrupt:
            if not any(record.centers for record in self.history.epochs):
                raise
            _logger.warning(
                "interrupted in epoch %d of %d; keeping what is trained so far",
                len(self.history.epochs),
                self.config.epochs,
            )
            return False
        return True

    def _compile(self) -> None:
        """Make the back end compile its kernels by training an empty shard."""
        began = time.perf_counter()
        empty = np.zeros(2, np.int64)
        shards = plan_epoch(self.corpus.offsets, empty, self.config, epoch=0)
        run_aside(lambda: list(self.runner(self.work, shards, self.history.threads)))
        release_memory()
        self.history.compile_seconds = time.perf_counter() - began

    def _notify(self, event: str) -> None:
        weights = Weights(*(m[: len(self.corpus.vocab)] for m in self.work.weights))
        state = TrainState(self.config, self.corpus, weights, self.history)
        for callback in self.callbacks:
            getattr(callback, event)(state)

    def _train_epoch(self, epoch: int, display: Progress) -> None:
        shards = plan_epoch(self.corpus.offsets, self.bounds, self.config, epoch)
        meter = _Meter(self, epoch)
        # Closing the generator stops the workers, and waits for them, before
        # anyone looks at the weights.
        with closing(
            self.runner(self.work, shards, self.history.threads)
        ) as shard_ends:
            try:
                for totals in shard_ends:
                    meter.add(totals)
                    if not math.isfinite(totals.loss):
                        raise _divergence(meter.snapshot())
                    if display.is_due():
                        display.show(meter.snapshot())
            finally:
                self.history.epochs.append(meter.record())
        if display.is_due() or epoch + 1 == self.config.epochs:
            display.show(meter.snapshot())
        # Not isfinite(m), which would take a quarter of the matrix again.
        ends = [end for m in self.work.weights if len(m) for end in (m.min(), m.max())]
        if not np.isfinite(ends).all():
            raise _divergence(meter.snapshot())


class _Meter:
    """Adds up one epoch and reads off its rates."""

    def __init__(self, run: Run, epoch: int) -> None:
        self._run = run
        self._epoch = epoch
        self._began = time.perf_counter()
        self._totals = Totals(0, 0, 0, 0.0)

    def add(self, totals: Totals) -> None:
        """Count one finished shard."""
        self._totals = add_totals(self._totals, totals)

    def record(self) -> EpochRecord:
        """Return the epoch as far as it went."""
        seconds = time.perf_counter() - self._began
        corpus = self._run.corpus
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
        record, config = self.record(), self._run.config
        per_epoch = len(self._run.corpus.tokens)
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


def check_has_pairs(corpus: EncodedCorpus) -> None:
    """Raise `CorpusError` if no sentence has two words."""
    if np.diff(corpus.offsets).max(initial=0) < 2:
        raise CorpusError(
            f"none of the {corpus.sentences} sentences has 2 words left, so there is"
            " no pair to train on; lower min_count or give longer lines"
        )


def _divergence(snapshot: Snapshot) -> DivergenceError:
    return DivergenceError(
        f"the loss or a weight is no longer finite in epoch {snapshot.epoch} at"
        f" {snapshot.share:.1%} of the run, learning rate"
        f" {snapshot.learning_rate:g}; lower learning_rate"
    )
