"""Runs the shards of a run on a team of workers, and merges their replicas."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Shards, Totals
from fastw2v.cluster.advice import warn_of_few_rounds
from fastw2v.cluster.config import Merging
from fastw2v.cluster.divisors import DivisorSums
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.merge import Divisor, Rule, saturating_divisor
from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.cluster.schedule import Round, Schedule, deal, epoch_rounds, schedule_of
from fastw2v.cluster.team import NOTHING, RoundsLost, Team
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import ShardEnds
from fastw2v.training.callbacks import Callback, TrainState
from fastw2v.training.feed import Feed
from fastw2v.training.history import add_totals
from fastw2v.training.shards import cut_into_shards
from fastw2v.training.work import Work

WAVE_ROWS = 1 << 15
"""Rows of all matrices that travel at a time. Merges of more are not overlapped with
training, so that all that is under way fits the memory in which deltas travel."""


def rule_of(merging: Merging, divisor: Divisor = saturating_divisor) -> Rule:
    """Return how rows are merged.

    Deltas that are applied a round late find a row that has moved on as far again.
    """
    times = 2 if merging.overlap else 1
    return Rule(merging.kappa * times, merging.momentum, merging.sync_dtype, divisor)


class Outline(NamedTuple):
    """What of a corpus decides on rounds and merges."""

    counts: npt.NDArray[np.int64]
    """(V,) of the words, falling"""
    offsets: npt.NDArray[np.int64]
    """(S + 1,) where sentences begin and end"""

    @classmethod
    def of(cls, corpus: EncodedCorpus) -> Self:
        """Return that of a corpus."""
        return cls(corpus.vocab.counts, corpus.offsets)


class _Mark(NamedTuple):
    """Where all replicas were equal, and what had been told of by then."""

    shard: int
    told: Totals
    gauge: Gauge


class Driver(Callback):
    """Runs the shards of a run on a team; `run` is a `backends.Runner`.

    It has to be among the run's callbacks, which tell it the epoch and keep its gauge
    in checkpoints.

    Parameters
    ----------
    outline : Outline
        Of the corpus.
    config : TrainConfig
    merging : Merging
    team : Team
    by_speed : bool
        Whether faster workers get more shards.
    divisor : callable
        That of the team's rule.

    Attributes
    ----------
    gauge : Gauge
    epoch : int
        That is trained, from 0.
    """

    def __init__(
        self,
        outline: Outline,
        config: TrainConfig,
        merging: Merging,
        team: Team,
        *,
        by_speed: bool = False,
        divisor: Divisor = saturating_divisor,
    ) -> None:
        self.gauge = Gauge()
        pulls = expected_pulls(outline.counts, config)
        self._divisors = DivisorSums(pulls, rule_of(merging, divisor))
        self._merging = merging
        self._team = team
        self._by_speed = by_speed
        self._bounds = cut_into_shards(outline.offsets, config)
        self._epochs, self._words = config.epochs, len(outline.counts)
        self._row_bytes = config.dim * np.dtype(merging.sync_dtype).itemsize
        self._schedule = self._new_schedule()
        self._backlog = Backlog.nothing(self._words, team.workers)
        self._is_given = False
        self.epoch = 0

    def state_dict(self) -> dict[str, Any]:
        """Return the gauge, on which the rows to be merged depend."""
        return asdict(self.gauge)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the gauge of a checkpoint."""
        self.gauge = Gauge(**state)

    def on_epoch_begin(self, state: TrainState) -> None:
        """Note which epoch it is."""
        self.epoch = len(state.history.epochs)

    def warn_of_few_rounds(self) -> None:
        """Log a warning if the run has too few."""
        warn_of_few_rounds(self._bounds, self._epochs, self._schedule)

    def run(self, work: Work, shards: Shards, feed: Feed, _threads: int) -> ShardEnds:
        """Train what the feed gives; all replicas are merged in the end.

        When workers are lost the run goes back to where all rows were last merged, and
        takes back what it has told since.
        """
        self._team.load(work, self.epoch)
        yield from self.run_loaded(shards, feed)

    def run_loaded(self, shards: Shards, feed: Feed) -> ShardEnds:
        """Do so with the weights that the team has."""
        self._told = NOTHING
        self._begin_anew()
        self._marks = [_Mark(feed.next, NOTHING, replace(self.gauge))]
        is_through = False
        try:
            while not is_through:
                try:
                    yield from self._train_rounds(shards, feed)
                    self._end(feed)
                    is_through = True
                except RoundsLost:
                    yield from self._rewind(feed)
        except BaseException:
            # Interrupted inside a round: what is trained is kept in the model.
            with suppress(RoundsLost):
                self._end(feed)
            raise

    def _end(self, feed: Feed) -> None:
        self._merge_all(feed)
        self._team.fetch()

    def _train_rounds(self, shards: Shards, feed: Feed) -> ShardEnds:
        for coming in self._rounds_left(shards, feed):
            prefix = self._schedule.prefix(coming.number, self.gauge.widening)
            yield from self._train_round(coming, prefix, shards, feed)
            if len(feed):
                self._merge(prefix, feed)

    def _rounds_left(self, shards: Shards, feed: Feed) -> Iterator[Round]:
        """Yield the rounds that are not behind where the feed stands."""
        before = self.epoch * int(shards.bounds[-1])
        for coming in epoch_rounds(shards.bounds, before, self._schedule):
            if not len(feed):
                return
            if coming.spans[-1] > feed.next:
                yield coming

    def _train_round(
        self, coming: Round, prefix: int, shards: Shards, feed: Feed
    ) -> ShardEnds:
        stops = coming.spans
        if self._by_speed:
            stops = deal(stops[0], stops[-1], self._team.speeds)
        try:
            for shard, totals in self._team.train(shards, feed, stops[1:], prefix):
                self._told = add_totals(self._told, totals)
                yield shard, totals
        finally:
            for worker, span in enumerate(self._team.trained):
                tokens = np.diff(shards.bounds[span.start : span.stop + 1])
                effort = tokens @ shards.learning_rate[span.start : span.stop]
                self._backlog = self._backlog.after_training(worker, float(effort))

    def _merge(self, prefix: int, feed: Feed) -> None:
        if prefix == self._words:
            self._merge_all(feed)
            return
        self._take()
        self._note(prefix)
        if self._is_overlapped(prefix):
            self._team.give(prefix, self._backlog)
            self._is_given = True
        else:
            self._team.merge(prefix, self._backlog)
        self._backlog = self._backlog.after_merging(prefix)

    def _is_overlapped(self, prefix: int) -> bool:
        several = self._schedule.workers > 1
        return self._merging.overlap and several and prefix <= WAVE_ROWS

    def _take(self) -> None:
        """End the merging that was begun a round ago."""
        if self._is_given:
            self._is_given = False
            self._team.take()

    def _merge_all(self, feed: Feed) -> None:
        """Merge all rows of all replicas, from where the run can go on."""
        if not (self._backlog.efforts.any() or self._is_given):
            return
        self._take()
        self._note(self._words)
        self._team.merge(self._words, self._backlog)
        self._backlog = Backlog.nothing(self._words, self._schedule.workers)
        every_round = self._schedule.prefix(1, self.gauge.widening)
        workers = self._schedule.workers
        self.gauge.judge(workers, can_widen=every_round < self._words)
        self._team.mark()
        mark = _Mark(feed.next, self._told, replace(self.gauge))
        self._marks = [self._marks[0], mark]

    def _note(self, prefix: int) -> None:
        self.gauge.note(self._divisors.of(prefix, self._backlog), self._row_bytes)

    def _rewind(self, feed: Feed) -> ShardEnds:
        """Go back to the last mark, or to the first if no worker has another."""
        mark = self._marks[-1]
        for has_mark in self._team.rewind():
            mark = self._marks[-1 if has_mark else 0]
            yield feed.next, NOTHING
        self._marks = [self._marks[0], mark]
        feed.give_back(mark.shard)
        self.gauge = replace(mark.gauge, lost_rounds=self.gauge.lost_rounds + 1)
        taken_back = _difference(mark.told, self._told)
        self._told = mark.told
        self._begin_anew()
        yield feed.next, taken_back

    def _begin_anew(self) -> None:
        """Begin where all replicas are equal, with the workers there are."""
        self._schedule = self._new_schedule()
        self._is_given = False
        self._backlog = Backlog.nothing(self._words, self._schedule.workers)

    def _new_schedule(self) -> Schedule:
        workers = self._team.workers
        return schedule_of(
            self._merging, workers, self._bounds, self._epochs, self._words
        )


def _difference(one: Totals, other: Totals) -> Totals:
    return Totals(
        one.centers - other.centers,
        one.kept - other.kept,
        one.pairs - other.pairs,
        one.loss - other.loss,
    )
