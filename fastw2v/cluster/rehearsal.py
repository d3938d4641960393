"""A run of a cluster in which nothing is trained: what all its merges come to.

Which rows are merged when, and by what their deltas are divided, follows from the
counts of the words and the learning rate alone; so does when the gauge widens the
prefix. So all but the vectors can be told beforehand, by the driver itself.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from fastw2v.bundles import Shards
from fastw2v.cluster.config import Merging
from fastw2v.cluster.driver import Driver, Outline
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.pulls import Backlog
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
    team = _PaperTeam(workers)
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

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.speeds = [1.0] * workers
        self.trained: list[range] = []
        self.rounds = 0

    def load(self, work: Work, epoch: int) -> None:
        """Do nothing, as do the others that follow: there are no weights."""

    def train(
        self, _shards: Shards, feed: Feed, stops: Sequence[int], _prefix: int
    ) -> ShardEnds:
        """Take the shards of a round, and give nothing back."""
        self.rounds += 1
        first = feed.next
        feed.take(stops[-1] - first)
        self.trained = [range(*span) for span in pairwise([first, *stops])]
        yield from ()

    def merge(self, prefix: int, backlog: Backlog) -> None:
        """Do nothing."""

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Do nothing."""

    def take(self) -> None:
        """Do nothing."""

    def mark(self) -> None:
        """Do nothing."""

    def rewind(self) -> Iterator[bool]:
        """Never called: no worker is lost."""
        raise NotImplementedError

    def fetch(self) -> None:
        """Do nothing."""
