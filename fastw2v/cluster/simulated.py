"""W workers in one process: trained one after another, merged as a cluster would."""

from collections.abc import Iterator, Sequence

from fastw2v.bundles import FloatMatrix, Shards, Weights
from fastw2v.cluster.merge import (
    Divisors,
    Rule,
    apply_change,
    delta,
    merge_prefix,
    merged_changes,
)
from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import RUNNERS, ShardEnds
from fastw2v.training.feed import Feed
from fastw2v.training.weights import aligned_zeros
from fastw2v.training.work import Work, thread_count


class SimulatedTeam:
    """A `Team` whose replicas lie in this process.

    The weights of the work that is loaded are the base. Workers take their turns in the
    order of the corpus, so that what is trained is a prefix of the epoch whenever the
    feed is closed.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
        Back end and threads are those of each worker.
    workers : int
    rule : Rule
    """

    def __init__(
        self, corpus: EncodedCorpus, config: TrainConfig, workers: int, rule: Rule
    ) -> None:
        self.workers = workers
        self.speeds = [1.0] * workers
        self.trained: list[range] = []
        self._pulls = expected_pulls(corpus.vocab.counts, config)
        self._rule = rule
        self._run_worker = RUNNERS[config.backend]
        self._threads = thread_count(config)

    def load(self, work: Work, epoch: int) -> None:  # noqa: ARG002  # a plan is given
        """Copy the weights for each worker."""
        self._work = work
        self._replicas = [_copy_of(work.weights) for _ in range(self.workers)]

    def train(self, shards: Shards, feed: Feed, stops: Sequence[int]) -> ShardEnds:
        """Train one worker after another."""
        self.trained = []
        for replica, stop in zip(self._replicas, stops, strict=True):
            span = _Span(feed, stop)
            first = span.next
            work = self._work._replace(weights=replica)
            try:
                yield from self._run_worker(work, shards, span, self._threads)
            finally:
                self.trained.append(range(first, span.next))

    def merge(self, prefix: int, backlog: Backlog) -> Divisors:
        """Merge the first rows of all replicas."""
        base = self._work.weights
        return merge_prefix(
            base, self._replicas, prefix, backlog, self._pulls, self._rule
        )

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Form the merged change of the first rows without applying it."""
        dtype = self._rule.sync_dtype
        base = _first(self._work.weights, prefix)
        self._given = [
            [delta(b, r, dtype) for b, r in zip(base, _first(own, prefix), strict=True)]
            for own in self._replicas
        ]
        self._changes, sums = merged_changes(
            self._given, slice(0, prefix), backlog, self._pulls, self._rule
        )
        self._divisors = Divisors.of(sums, sum(map(len, base)))

    def take(self) -> Divisors:
        """Apply the change to the base and to all replicas."""
        matrices = zip(self._work.weights, self._changes, strict=True)
        for base, change in matrices:
            base[: len(change)] += change
        for replica, given in zip(self._replicas, self._given, strict=True):
            for own, change, mine in zip(replica, self._changes, given, strict=True):
                apply_change(own[: len(change)], change, mine)
        return self._divisors

    def mark(self) -> None:
        """Do nothing: no worker of this process is lost without the others."""

    def rewind(self) -> Iterator[bool]:
        """Never called, for the same reason."""
        raise NotImplementedError

    def fetch(self) -> None:
        """Free the replicas: the base is there."""
        self._replicas = []


class _Span(Feed):
    """Takes its shards from another feed, up to `stop`; leaves that one open."""

    def __init__(self, feed: Feed, stop: int) -> None:
        super().__init__(feed.next, min(max(stop, feed.next), feed.next + len(feed)))
        self._feed = feed

    def take(self, count: int = 1) -> range:
        """Return the next shards, none if the other feed is closed."""
        with self._lock:
            taken = self._feed.take(min(count, self._stop - self.next))
            self.next += len(taken)
            return taken


def _first(weights: Weights, rows: int) -> list[FloatMatrix]:
    return [matrix[:rows] for matrix in weights]


def _copy_of(weights: Weights) -> Weights:
    copies = []
    for matrix in weights:
        copies.append(aligned_zeros(*matrix.shape))
        copies[-1][:] = matrix
    return Weights(*copies)
