"""W workers in one process: trained one after another, merged as a cluster would."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from fastw2v.bundles import Shards, Weights
from fastw2v.cluster.config import SimulatedCluster
from fastw2v.cluster.gauge import Gauge
from fastw2v.cluster.merge import Divisor, Rule, merge_prefix, saturating_divisor
from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.cluster.schedule import Round, Schedule, epoch_rounds, schedule_of
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.training.backends import RUNNERS, ShardEnds
from fastw2v.training.callbacks import Callback, TrainState
from fastw2v.training.feed import Feed
from fastw2v.training.shards import cut_into_shards
from fastw2v.training.weights import aligned_zeros
from fastw2v.training.work import Work


class Simulation(Callback):
    """Runs the shards of a run as a cluster would; `run` is a `backends.Runner`.

    It has to be among the run's callbacks, which tell it the epoch and keep its gauge
    in checkpoints.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
        Back end and threads are those of each worker.
    cluster : SimulatedCluster
    divisor : callable
        By what sums of deltas are divided; another one is for comparisons.

    Attributes
    ----------
    gauge : Gauge
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainConfig,
        cluster: SimulatedCluster,
        divisor: Divisor = saturating_divisor,
    ) -> None:
        counts = corpus.vocab.counts
        bounds = cut_into_shards(corpus.offsets, config)
        self.gauge = Gauge()
        self._schedule = schedule_of(cluster, bounds, config.epochs, len(counts))
        self._pulls = expected_pulls(counts, config)
        self._rule = Rule(cluster.kappa, cluster.sync_dtype, divisor)
        self._row_bytes = config.dim * np.dtype(cluster.sync_dtype).itemsize
        self._run_worker = RUNNERS[config.backend]
        self._epoch = 0

    def state_dict(self) -> dict[str, Any]:
        """Return the gauge, on which the rows to be merged depend."""
        return asdict(self.gauge)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take the gauge of a checkpoint."""
        self.gauge = Gauge(**state)

    def on_epoch_begin(self, state: TrainState) -> None:
        """Note which epoch it is."""
        self._epoch = len(state.history.epochs)

    def run(self, work: Work, shards: Shards, feed: Feed, threads: int) -> ShardEnds:
        """Train what the feed gives; all replicas are merged in the end.

        Workers take their turns in the order of the corpus, so that what is trained is
        a prefix of the epoch whenever the feed is closed.
        """
        team = _Team(work, self._schedule)
        try:
            for coming in self._rounds_left(shards, feed):
                for worker, stop in enumerate(coming.spans[1:]):
                    span = _Span(feed, stop)
                    yield from self._train_span(team, worker, shards, span, threads)
                if len(feed):
                    number, widening = coming.number, self.gauge.widening
                    self._merge(team, self._schedule.prefix(number, widening))
        finally:
            self._merge(team, self._schedule.words)

    def _rounds_left(self, shards: Shards, feed: Feed) -> Iterator[Round]:
        """Yield the rounds that are not behind where the feed stands."""
        before = self._epoch * int(shards.bounds[-1])
        for coming in epoch_rounds(shards.bounds, before, self._schedule):
            if not len(feed):
                return
            if coming.spans[-1] > feed.next:
                yield coming

    def _train_span(
        self, team: "_Team", worker: int, shards: Shards, span: "_Span", threads: int
    ) -> ShardEnds:
        first = span.next
        work = team.work._replace(weights=team.replicas[worker])
        try:
            yield from self._run_worker(work, shards, span, threads)
        finally:
            tokens = np.diff(shards.bounds[first : span.next + 1])
            effort = float(tokens @ shards.learning_rate[first : span.next])
            team.backlog = team.backlog.after_training(worker, effort)

    def _merge(self, team: "_Team", prefix: int) -> None:
        if not team.backlog.efforts.any():
            return
        base, replicas, backlog = team.work.weights, team.replicas, team.backlog
        merged = merge_prefix(base, replicas, prefix, backlog, self._pulls, self._rule)
        team.backlog = backlog.after_merging(prefix)
        self.gauge.note(merged, self._row_bytes)
        words = self._schedule.words
        if prefix == words:
            every_round = self._schedule.prefix(1, self.gauge.widening)
            self.gauge.judge(can_widen=every_round < words)


class _Team:
    """What the workers hold between two merges of all rows.

    The weights of `work` are the model as last merged.
    """

    def __init__(self, work: Work, schedule: Schedule) -> None:
        self.work = work
        self.replicas = [_copy_of(work.weights) for _ in range(schedule.workers)]
        self.backlog = Backlog.nothing(schedule.words, schedule.workers)


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


def _copy_of(weights: Weights) -> Weights:
    copies = []
    for matrix in weights:
        copies.append(aligned_zeros(*matrix.shape))
        copies[-1][:] = matrix
    return Weights(*copies)
