"""A run of a cluster in which nothing is trained: what all its merges come to.

Which rows are merged when, and by what their deltas are divided, follows from the
counts of the words and the learning rate alone; so does when the gauge widens the
prefix. So all but the vectors can be told beforehand, by the driver itself.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from fastw2v.bundles import Shards
from fastw2v.cluster.config import Merging
from fastw2v.cluster.driver import Driver, Outline, rule_of
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.merge import Divisors, Rule, divisor_of
from fastw2v.cluster.pulls import Backlog, Floats, Pulls, expected_pulls
from fastw2v.cluster.schedule import Schedule, schedule_of
from fastw2v.config import TrainConfig
from fastw2v.training.backends import ShardEnds
from fastw2v.training.feed import Feed
from fastw2v.training.shards import cut_into_shards, plan_epoch
from fastw2v.training.work import Work


class Rehearsal(NamedTuple):
    """What a run will come to."""

    schedule: Schedule
    rounds: int
    shard_tokens: int
    """Of a shard, on average: the shortest round there can be."""
    gauge: Gauge


def rehearse(
    outline: Outline, config: TrainConfig, merging: Merging, workers: int
) -> Rehearsal:
    """Go through all rounds and merges of a run of so many workers."""
    team = _PaperTeam(expected_pulls(outline.counts, config), workers, rule_of(merging))
    driver = Driver(outline, config, merging, team)
    # Nobody has to be warned of what is only rehearsed.
    driver.gauge = Gauge(is_warned=True)
    bounds = cut_into_shards(outline.offsets, config)
    shards_in_epoch = len(bounds) - 1
    for driver.epoch in range(config.epochs):
        shards = plan_epoch(outline.offsets, bounds, config, driver.epoch)
        for _ in driver.run_loaded(shards, Feed(0, shards_in_epoch)):
            pass
    schedule = schedule_of(merging, workers, bounds, config.epochs, len(outline.counts))
    return Rehearsal(
        schedule, team.rounds, int(bounds[-1]) // shards_in_epoch, driver.gauge
    )


class _PaperTeam:
    """A `Team` without replicas."""

    def __init__(self, pulls: Pulls, workers: int, rule: Rule) -> None:
        self.workers = workers
        self.speeds = [1.0] * workers
        self.trained: list[range] = []
        self.rounds = 0
        self._pulls = pulls
        self._rule = rule
        self._runs = [_starts_of_runs(pull) for pull in pulls]

    def load(self, work: Work, epoch: int) -> None:
        """Do nothing, as do the others that follow: there are no weights."""

    def train(self, _shards: Shards, feed: Feed, stops: Sequence[int]) -> ShardEnds:
        """Take the shards of a round, and give nothing back."""
        self.rounds += 1
        first = feed.next
        feed.take(stops[-1] - first)
        self.trained = [range(*span) for span in pairwise([first, *stops])]
        yield from ()

    def merge(self, prefix: int, backlog: Backlog) -> Divisors:
        """Add up the divisors; rows that are pulled alike have the same."""
        total, rows_merged = 0.0, 0
        for pull, runs in zip(self._pulls, self._runs, strict=True):
            rows = min(prefix, len(pull))
            bands = backlog.stops[backlog.stops < rows]
            cuts = np.concatenate([runs[: np.searchsorted(runs, rows)], bands, [rows]])
            cuts.sort()
            divisor = divisor_of(cuts[:-1], backlog, pull, self._rule)
            total += float(divisor @ np.diff(cuts))
            rows_merged += rows
        return Divisors(total, rows_merged)

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Do the same; there is nothing that could be late."""
        self._given = self.merge(prefix, backlog)

    def take(self) -> Divisors:
        """Return what was given."""
        return self._given

    def mark(self) -> None:
        """Do nothing."""

    def rewind(self) -> Iterator[bool]:
        """Never called: no worker is lost."""
        raise NotImplementedError

    def fetch(self) -> None:
        """Do nothing."""


def _starts_of_runs(pull: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return where rows begin that are pulled otherwise than the row before."""
    changes = np.flatnonzero(np.diff(pull)) + 1
    return np.concatenate([np.zeros(1, np.int64), changes])
