"""One run, from the first shard to the last, and what is measured on the way."""

import logging
import time
from contextlib import closing

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Shards, Totals, Weights
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import CorpusError, DivergenceError
from fastw2v.release import release_compiler, release_memory
from fastw2v.training.backends import Runner, run_aside
from fastw2v.training.callbacks import (
    StopTraining,
    TrainState,
    load_states,
    states_of,
)
from fastw2v.training.checkpoint import Checkpoint
from fastw2v.training.divergence import Suspects, are_finite, divergence, is_absurd
from fastw2v.training.feed import Feed
from fastw2v.training.history import History, mean_loss
from fastw2v.training.interrupts import Interrupts
from fastw2v.training.meter import Meter
from fastw2v.training.oversight import Oversight
from fastw2v.training.progress import Progress
from fastw2v.training.shards import cut_into_shards, plan_epoch
from fastw2v.training.state import Ending, Position, RunState
from fastw2v.training.work import Work, thread_count

_logger = logging.getLogger("fastw2v")


class _LimitReached(Exception):
    """Ends a run where no worker is at work."""

    def __init__(self, ending: Ending) -> None:
        self.ending = ending


class Run:
    """One training from the first shard, or from a checkpoint, to its end."""

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainConfig,
        oversight: Oversight,
        work: Work,
        runner: Runner,
    ) -> None:
        self.corpus = corpus
        self.config = config
        self.work = work
        self.runner = runner
        self.bounds = cut_into_shards(corpus.offsets, config)
        self.state = RunState(History())
        self._callbacks = oversight.callbacks
        self._limits = oversight.limits
        self._saver = oversight.saver
        self._interrupts = Interrupts()
        self._is_between_shards = True
        self._restore()
        self.history.threads = thread_count(config)
        self._meter = Meter(corpus, config, self.state.position)

    def finish(self, display: Progress) -> Ending:
        """Train to the end; return what that was."""
        if self._is_work_left:
            self._compile()
            display.announce(
                f"training {self._tokens_in_run - self._tokens_done:,} words on"
                f" {self.history.threads} threads, compiled in"
                f" {self.history.compile_seconds:.1f} s"
            )
        with self._interrupts:
            ending = self._train(display)
        unfinished = self._meter.record()
        if unfinished.centers and unfinished.epoch > len(self.history.epochs):
            self.history.epochs.append(unfinished)
        return ending

    @property
    def history(self) -> History:
        """What the run has done."""
        return self.state.history

    @property
    def _weights(self) -> Weights:
        """The rows of the words, without those of workers' own."""
        return Weights(*(m[: len(self.corpus.vocab)] for m in self.work.weights))

    @property
    def _tokens_in_run(self) -> int:
        return len(self.corpus) * self.config.epochs

    @property
    def _tokens_done(self) -> int:
        position = self.state.position
        return position.epoch * len(self.corpus) + int(self.bounds[position.shard])

    @property
    def _is_work_left(self) -> bool:
        return not self.state.ended and self._tokens_done < self._tokens_in_run

    def _restore(self) -> None:
        """Go on from the checkpoint that was found, if one was."""
        found = self._saver.take_found() if self._saver else None
        if found is None:
            return
        for own, stored in zip(self._weights, found.weights, strict=True):
            own[:] = stored
        load_states(self._callbacks, found.callbacks)
        self.state = found.state

    def _compile(self) -> None:
        """Make the back end compile its kernels by training an empty shard."""
        began = time.perf_counter()
        empty = np.zeros(2, np.int64)
        shards = plan_epoch(self.corpus.offsets, empty, self.config, epoch=0)
        threads = self.history.threads
        run_aside(lambda: list(self.runner(self.work, shards, Feed(0, 1), threads)))
        release_compiler()
        release_memory()
        self.history.compile_seconds += time.perf_counter() - began

    def _notify(self, event: str) -> None:
        state = TrainState(self.config, self.corpus, self._weights, self.history)
        with self._interrupts.at_once():
            for callback in self._callbacks:
                getattr(callback, event)(state)

    def _train(self, display: Progress) -> Ending:
        """Train, save what there is in the end, and say why it ended."""
        if self._saver:
            self._saver.start(self._tokens_done)
        try:
            ending = self._train_epochs(display)
            self._save(display)
            self._notify("on_train_end")
        except KeyboardInterrupt:
            if self._interrupts.repeated or not self._has_trained:
                raise
            ending = self._interrupts.signal or "SIGINT"
            self._save(display)
            _logger.warning(
                "interrupted in epoch %d of %d; keeping what is trained so far%s",
                min(self.state.position.epoch + 1, self.config.epochs),
                self.config.epochs,
                f"; to go on, resume from {self._saver.path}"
                if self._saver and self._saver.has_saved
                else "",
            )
        return ending

    @property
    def _has_trained(self) -> bool:
        return bool(self.history.epochs) or self._meter.centers > 0

    def _train_epochs(self, display: Progress) -> Ending:
        try:
            self._notify("on_train_begin")
            while (
                not self.state.ended and self.state.position.epoch < self.config.epochs
            ):
                self._check_limits()
                self._notify("on_epoch_begin")
                self._train_epoch(display)
                self._notify("on_epoch_end")
                self.state.position = Position(self.state.position.epoch + 1)
                self._save_if_due(display)
        except StopTraining:
            self.state.ended = True
        except _LimitReached as limit:
            return limit.ending
        return "callback" if self.state.ended else "epochs"

    def _train_epoch(self, display: Progress) -> None:
        epoch = self.state.position.epoch
        shards = plan_epoch(self.corpus.offsets, self.bounds, self.config, epoch)
        n_shards = len(shards.keys)
        if self.state.position.shard == n_shards:
            return  # a run that goes on where its callbacks were to hear of the epoch
        self._meter = Meter(self.corpus, self.config, self.state.position)
        while self.state.position.shard < n_shards:
            self._check_limits()
            self._train_segment(shards, display)
            if self._interrupts.signal and self.state.position.shard < n_shards:
                raise KeyboardInterrupt
            if self.state.position.shard < n_shards:
                self._save_if_due(display)
        self.history.epochs.append(self._meter.record())
        if display.is_due() or epoch + 1 == self.config.epochs:
            display.show(self._meter.snapshot())
        self._check_weights()

    def _train_segment(self, shards: Shards, display: Progress) -> None:
        """Train shards up to the next stop, or to where something is to be done."""
        feed = Feed(self.state.position.shard, self._next_stop())
        runner = self.runner(self.work, shards, feed, self.history.threads)
        self._is_between_shards = False
        # Closing the generator stops the workers, and waits for them, before anyone
        # looks at the weights.
        with closing(runner) as shard_ends:
            for shard, totals in shard_ends:
                self._meter.add(totals)
                self._check_shard(shard, totals)
                if display.is_due():
                    display.show(self._meter.snapshot())
                if self._is_break_due():
                    feed.close(at_once=self._is_end_due())
        self.state.position = self._meter.position(feed.next)
        self._is_between_shards = True

    def _next_stop(self) -> int:
        """Return the shard of this epoch before which something is to be done."""
        stops = [self._limits.max_words]
        if self._saver:
            stops.append(self._saver.next_stop)
        before = self.state.position.epoch * len(self.corpus)
        in_epoch = [stop - before for stop in stops if stop is not None]
        stop = min(in_epoch, default=len(self.corpus))
        return int(np.searchsorted(self.bounds, min(stop, len(self.corpus))))

    def _is_break_due(self) -> bool:
        is_saving_due = self._saver is not None and self._saver.is_due(
            self._tokens_done
        )
        return is_saving_due or self._is_end_due()

    def _is_end_due(self) -> bool:
        return self._interrupts.signal is not None or self._limits.is_past_deadline()

    def _check_shard(self, shard: int, totals: Totals) -> None:
        if is_absurd(totals, self.config):
            first, stop = self.bounds[shard : shard + 2]
            found = f"the loss of a shard is {mean_loss(totals):.3g} per pair"
            raise self._divergence(found, self.corpus.tokens[first:stop])

    def _check_weights(self) -> None:
        if not are_finite(self._weights):
            raise self._divergence("a weight is no longer finite", self.corpus.tokens)

    def _divergence(self, found: str, tokens: npt.NDArray[np.int32]) -> DivergenceError:
        keep_prob = self.work.sampling.keep_prob
        suspects = Suspects(self.config, self.corpus.vocab, keep_prob, tokens)
        at = self._meter.snapshot()
        is_saved = self._saver is not None and self._saver.has_saved
        return divergence(found, at, suspects, is_saved=is_saved)

    def _check_limits(self) -> None:
        if self._limits.is_past_deadline():
            raise _LimitReached("max_seconds")
        most = self._limits.max_words
        if most is not None and self._tokens_done >= most:
            raise _LimitReached("max_words")

    def _save_if_due(self, display: Progress) -> None:
        is_due = self._saver is not None and self._saver.is_due(self._tokens_done)
        if is_due and self._is_work_left:
            self._save(display)

    def _save(self, display: Progress) -> None:
        # A worker that was left at once may have trained half a shard.
        if self._saver is None or not self._is_between_shards:
            return
        self._check_weights()
        checkpoint = Checkpoint(self._weights, self.state, states_of(self._callbacks))
        seconds = self._saver.save(checkpoint, self._tokens_done)
        share = self._tokens_done / self._tokens_in_run
        display.announce(
            f"checkpoint at {share:.1%} of the run written to {self._saver.path} in"
            f" {seconds:.1f} s"
        )


def check_has_pairs(corpus: EncodedCorpus) -> None:
    """Raise `CorpusError` if no sentence has two words."""
    if np.diff(corpus.offsets).max(initial=0) < 2:
        raise CorpusError(
            f"none of the {corpus.sentences} sentences has 2 words left, so there is"
            " no pair to train on; lower min_count or give longer lines"
        )
