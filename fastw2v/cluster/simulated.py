"""W workers in one process: trained one after another, merged as a cluster would."""

from collections.abc import Iterator, Sequence

from fastw2v.bundles import FloatMatrix, Shards, Weights
from fastw2v.cluster.merge import (
    Rule,
    apply_late,
    carried,
    delta,
    divisor_of,
    merge_prefix,
    merged_blocks,
    standing,
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
        self._velocity = standing(work.weights, self._rule)

    def train(
        self,
        shards: Shards,
        feed: Feed,
        stops: Sequence[int],
        prefix: int,  # noqa: ARG002
    ) -> ShardEnds:
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

    def merge(self, prefix: int, backlog: Backlog) -> None:
        """Merge the first rows of all replicas."""
        merge_prefix(
            self._work.weights,
            self._velocity,
            self._replicas,
            prefix,
            backlog,
            self._pulls,
            self._rule,
        )

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Keep what replicas have given until `take`."""
        dtype = self._rule.sync_dtype
        base = _first(self._work.weights, prefix)
        self._given = [
            [delta(b, r, dtype) for b, r in zip(base, _first(own, prefix), strict=True)]
            for own in self._replicas
        ]
        self._backlog = backlog

    def take(self) -> None:
        """Merge what was given, and apply the change to the base and all replicas."""
        matrices = zip(
            self._work.weights, self._velocity, self._pulls, *self._given, strict=True
        )
        for number, (base, velocity, pull, *given) in enumerate(matrices):
            rows = slice(0, len(given[0]))
            divisor = divisor_of(rows, self._backlog, pull, self._rule)
            dtype = self._rule.sync_dtype
            for block, merged in merged_blocks(given, rows, divisor, dtype):
                change = carried(velocity[block], merged, divisor[block], self._rule)
                base[block] += change
                for replica, mine in zip(self._replicas, given, strict=True):
                    apply_late(replica[number][block], change, mine[block])

    def mark(self) -> None:
        """Let all rows stand; no worker of this process is lost without the others."""
        self._velocity = standing(self._work.weights, self._rule)

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
