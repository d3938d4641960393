"""What the driver asks of the workers, wherever they are."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from fastw2v.bundles import Shards, Totals
from fastw2v.cluster.pulls import Backlog
from fastw2v.training.backends import ShardEnds
from fastw2v.training.feed import Feed
from fastw2v.training.work import Work

NOTHING = Totals(0, 0, 0, 0.0)
"""What is said of a shard when nothing has ended, so that the caller can stop a run."""


class RoundsLost(Exception):
    """What has been trained since the team was marked is lost; `rewind` goes back."""


class Team(Protocol):
    """W replicas of one model, trained and merged in step.

    Between two merges of all rows their rows differ; the *base* has them as last merged.

    Attributes
    ----------
    trained : list of range
        The shards each worker has trained in the last round.
    """

    trained: list[range]

    @property
    def workers(self) -> int:
        """W, which may fall when the team is rewound."""
        ...

    @property
    def speeds(self) -> list[float]:
        """Tokens a second of each worker, as far as that is known."""
        ...

    def load(self, work: Work, epoch: int) -> None:
        """Give all workers the weights of `work`, for training in this epoch."""
        ...

    def train(
        self, shards: Shards, feed: Feed, stops: Sequence[int], prefix: int
    ) -> ShardEnds:
        """Let worker k train the shards that the feed gives up to stops[k].

        The first `prefix` rows are what will be merged after it, if all goes well.

        May yield `NOTHING` of a shard. When it is closed, or another exception comes,
        workers stop within a shard.

        Raises
        ------
        RoundsLost
        """
        ...

    def merge(self, prefix: int, backlog: Backlog) -> None:
        """Merge the first rows of all replicas, which are equal to the base then.

        Raises
        ------
        RoundsLost
        """
        ...

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Begin merging the first rows; replicas may be trained on meanwhile.

        Raises
        ------
        RoundsLost
        """
        ...

    def take(self) -> None:
        """End the merging that was begun; what was trained meanwhile stays.

        Raises
        ------
        RoundsLost
        """
        ...

    def mark(self) -> None:
        """Remember the base, to which all replicas are equal, for `rewind`."""
        ...

    def rewind(self) -> Iterator[bool]:
        """Go back to what was marked, on workers that live; takes as long as it yields.

        Yields whether some worker still had it: else all are as they were loaded.

        Raises
        ------
        ClusterError
            No worker is left.
        """
        ...

    def fetch(self) -> None:
        """Put the base into the weights of the `work` that was loaded; train no more.

        Raises
        ------
        RoundsLost
            No worker has the base.
        """
        ...
