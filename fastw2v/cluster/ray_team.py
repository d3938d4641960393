"""Workers that are actors of a Ray cluster; what they merge goes by its object store."""

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from fastw2v.bundles import Shards, Totals, Weights
from fastw2v.cluster.config import RayCluster
from fastw2v.cluster.driver import OVERLAPPED_ROWS, rule_of
from fastw2v.cluster.merge import BLOCK_ROWS, Divisors, Rule, merged_changes
from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.cluster.ray_start import (
    Place,
    check_stores,
    connected,
    import_ray,
    places,
)
from fastw2v.cluster.team import NOTHING, RoundsLost
from fastw2v.cluster.worker import Rows, StaleReplica, Task, Worker, versions
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ClusterError
from fastw2v.training.backends import ShardEnds
from fastw2v.training.feed import Feed
from fastw2v.training.weights import padded_width, weights_rows
from fastw2v.training.work import Work

_WAVE_ROWS = OVERLAPPED_ROWS
# Deltas, changes, and what has not been freed yet.
_COPIES = 3
_BEAT_SECONDS = 0.1
# How long a round may still go on once the run is to stop.
_LAST_ROUND_SECONDS = 1.0
# A worker that takes so much longer than the last but one hangs.
_STALL_TIMES, _STALL_SECONDS = 20.0, 60.0

_logger = logging.getLogger("fastw2v")

Waiting = Generator[None, None, list[Any]]


class Reducer:
    """Turns the deltas of all workers into one change; keeps nothing between calls."""

    def __init__(self, counts: Any, config: TrainConfig, rule: Rule) -> None:
        self._pulls = expected_pulls(counts, config)
        self._rule = rule

    def reduce(
        self, rows: slice, backlog: Backlog, *deltas: Rows
    ) -> tuple[Rows, list[float]]:
        """Return the change of these rows, and divisors added up by blocks."""
        return merged_changes(deltas, rows, backlog, self._pulls, self._rule)


class _Member(NamedTuple):
    """A worker, and who reduces its share of the rows."""

    place: Place
    worker: Any
    reducer: Any


@contextmanager
def ray_team(
    corpus: EncodedCorpus, config: TrainConfig, cluster: RayCluster
) -> Iterator["RayTeam"]:
    """Give a team on this cluster, which is ended with the block.

    Raises
    ------
    ClusterError
        There is no such cluster, or it cannot be used.
    MissingExtraError
        Ray is not installed.
    """
    rows = weights_rows(len(corpus.vocab), config)
    itemsize = np.dtype(cluster.sync_dtype).itemsize
    wave = sum(min(n, _WAVE_ROWS) for n in rows) * padded_width(config.dim) * itemsize
    in_memory = 0 if corpus.folder else corpus.tokens.nbytes + corpus.offsets.nbytes
    needed = [
        _COPIES * (workers + 1) * wave + 2 * in_memory
        for workers in range(1, (cluster.workers or 1) + 1)
    ]
    with connected(cluster, needed[-1]):
        found = places(cluster, config)
        check_stores(found, needed)
        team = RayTeam(corpus, config, cluster, found)
        try:
            yield team
        finally:
            team.end()


class RayTeam:
    """A `Team` of actors, one replica each.

    Parameters
    ----------
    corpus : EncodedCorpus
    config : TrainConfig
    cluster : RayCluster
    found : list of Place
        Where the workers run.

    Attributes
    ----------
    threads : list of int
        Of each worker.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainConfig,
        cluster: RayCluster,
        found: list[Place],
    ) -> None:
        self._ray = import_ray()
        self.threads = [place.threads for place in found]
        self.speeds = [1.0] * len(found)
        self.trained: list[range] = []
        self._places = found
        self._patience = cluster.patience
        self._corpus, self._config, self._cluster = corpus, config, cluster
        self._words = len(corpus.vocab)
        self._rows = weights_rows(self._words, config)
        self._state = 0
        self._members: list[_Member] = []

    @property
    def workers(self) -> int:
        """W."""
        return len(self.speeds)

    def end(self) -> None:
        """Stop all actors."""
        for member in self._members:
            for actor in (member.worker, member.reducer):
                self._ray.kill(actor)

    def load(self, work: Work, epoch: int) -> None:
        """Give all workers the weights of `work`; start them before the first time."""
        self._weights, self._epoch = work.weights, epoch
        if not self._members:
            self._start()
        while True:
            try:
                self._load(self._members)
            except RoundsLost:
                _drain(self._revive(self._lost()))
            else:
                return

    def _start(self) -> None:
        ray = self._ray
        corpus = self._corpus
        task = Task(
            corpus.folder or corpus,
            corpus.fingerprint,
            self._config,
            self._cluster.sync_dtype,
        )
        self._task = ray.put(task)
        reducing = (corpus.vocab.counts, self._config, rule_of(self._cluster))
        self._members = [
            _Member(
                place,
                ray.remote(concurrency_groups={"control": 1})(Worker)
                .options(
                    num_cpus=place.threads,
                    max_restarts=-1,
                    max_task_retries=0,
                    scheduling_strategy=self._there(place),
                )
                .remote(),
                ray.remote(Reducer)
                .options(
                    num_cpus=0,
                    max_restarts=-1,
                    max_task_retries=0,
                    scheduling_strategy=self._there(place),
                )
                .remote(*reducing),
            )
            for place in self._places
        ]
        self._check_versions()
        _drain(self._waited([self._open(member) for member in self._members]))

    def _there(self, place: Place) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        return NodeAffinitySchedulingStrategy(place.node, soft=True)

    def _open(self, member: _Member) -> Any:
        return member.worker.open.remote(self._task, member.place.threads)

    def _check_versions(self) -> None:
        deadline = time.monotonic() + self._patience
        refs = [member.worker.versions.remote() for member in self._members]
        try:
            found = _drain(self._waited(refs, deadline))
        except RoundsLost as error:
            raise ClusterError(
                f"workers of {self.threads} threads did not start within"
                f" {self._patience:g} s ({error}): are as many processors of the nodes"
                " free, and is fastw2v installed there?"
            ) from error
        here = versions()
        for member, there in zip(self._members, found, strict=True):
            if there != here:
                differences = ", ".join(
                    f"{name} {there.get(name)} (here {here[name]})"
                    for name in here
                    if there.get(name) != here[name]
                )
                raise ClusterError(
                    f"the node {member.place.host} has {differences}: install the same"
                    " versions on all nodes"
                )

    def train(self, _shards: Shards, feed: Feed, stops: Sequence[int]) -> ShardEnds:
        """Train all workers at once; their shards are told of when all are through."""
        first = feed.next
        end = first + len(feed.take(max(stops[-1] - first, 0)))
        cuts = [first, *(min(max(stop, first), end) for stop in stops)]
        spans = [range(*cut) for cut in pairwise(cuts)]
        self.trained = [range(span.start, span.start) for span in spans]
        refs = [
            member.worker.train.remote(self._state, self._epoch, span)
            for member, span in zip(self._members, spans, strict=True)
        ]
        try:
            for _ in self._rounds_end(refs, feed):
                yield first, NOTHING
        except RoundsLost:
            self._halt()
            raise
        except BaseException:
            self._note_trained(self._halted(refs), spans)
            raise
        ended = self._ray.get(refs)
        self._note_trained(ended, spans)
        for span, (totals, _) in zip(spans, ended, strict=True):
            for shard, (centers, kept, pairs, loss) in zip(
                span, totals.tolist(), strict=True
            ):
                yield shard, Totals(int(centers), int(kept), int(pairs), loss)

    def _rounds_end(self, refs: list[Any], feed: Feed) -> Iterator[None]:
        """Wait until all have trained; a round that is to end is given up in the end."""
        began = time.monotonic()
        last_but_one = closed = None
        waiting = refs
        while waiting:
            waiting = self._wait_for(waiting)
            now = time.monotonic()
            if len(waiting) == 1 < len(refs):
                last_but_one = last_but_one or now - began
                longest = max(_STALL_TIMES * last_but_one, _STALL_SECONDS)
                if now - began > longest:
                    self._restart(self._members[refs.index(waiting[0])])
            if waiting and not feed.is_open:
                closed = closed or now
                if now - closed > _LAST_ROUND_SECONDS:
                    raise RoundsLost("the run was to end inside a long round")
            if waiting:
                yield

    def _restart(self, member: _Member) -> None:
        _logger.warning("a worker on %s hangs: started again", member.place.host)
        self._ray.kill(member.worker, no_restart=False)

    def _note_trained(self, ended: list[Any], spans: list[range]) -> None:
        self.trained = []
        for k, ((totals, seconds), span) in enumerate(zip(ended, spans, strict=True)):
            self.trained.append(range(span.start, span.start + len(totals)))
            if len(totals):
                tokens = totals[:, 0].sum()
                self.speeds[k] = tokens / max(seconds, 1e-9)

    def _halt(self) -> None:
        for member in self._members:
            member.worker.halt.options(concurrency_group="control").remote()

    def _halted(self, refs: list[Any]) -> list[Any]:
        """Let all end within a shard, and return what they have trained."""
        ended = []
        for ref in refs:
            try:
                waiting = [ref]
                while waiting:
                    self._halt()
                    waiting = self._wait_for(waiting)
                ended.append(self._ray.get(ref))
            except RoundsLost:
                ended.append((np.zeros((0, 4)), 0.0))
        return ended

    def merge(self, prefix: int, backlog: Backlog) -> Divisors:
        """Merge the first rows of all replicas, some ten thousand at a time."""
        if self.workers == 1:
            (member,) = self._members
            _drain(self._waited([member.worker.keep.remote(self._state, prefix)]))
            rows = sum(min(prefix, n) for n in self._rows)
            return Divisors(float(rows), rows)
        sums: list[float] = []
        for start in range(0, prefix, _WAVE_ROWS):
            self._begin(start, min(start + _WAVE_ROWS, prefix), backlog)
            sums += self._finish("settle")
        return Divisors.of(sums, sum(min(prefix, n) for n in self._rows))

    def give(self, prefix: int, backlog: Backlog) -> None:
        """Let the deltas of the first rows go their way."""
        self._begin(0, prefix, backlog)
        self._given_rows = sum(min(prefix, n) for n in self._rows)

    def take(self) -> Divisors:
        """Let all workers apply the change that was on its way."""
        return Divisors.of(self._finish("settle_late"), self._given_rows)

    def _begin(self, start: int, stop: int, backlog: Backlog) -> None:
        workers = self.workers
        blocks = -(-(stop - start) // BLOCK_ROWS)
        ends = [start + BLOCK_ROWS * (blocks * k // workers) for k in range(workers)]
        cuts = [*ends, stop]
        given = [
            member.worker.give.options(num_returns=workers).remote(self._state, cuts)
            for member in self._members
        ]
        reduced = [
            member.reducer.reduce.options(num_returns=2).remote(
                slice(cuts[k], cuts[k + 1]), backlog, *(parts[k] for parts in given)
            )
            for k, member in enumerate(self._members)
        ]
        self._changes = [changes for changes, _ in reduced]
        self._sums = [sums for _, sums in reduced]

    def _finish(self, how: str) -> list[float]:
        becomes = self._state + 1
        refs = [
            getattr(member.worker, how).remote(self._state, becomes, *self._changes)
            for member in self._members
        ]
        _drain(self._waited(refs))
        self._state = becomes
        sums = _drain(self._waited(self._sums))
        self._changes, self._sums = [], []
        return [value for part in sums for value in part]

    def mark(self) -> None:
        """Let all workers remember the base."""
        for member in self._members:
            member.worker.mark.remote(self._state)

    def rewind(self) -> Iterator[bool]:
        """Go back to what survivors have marked, and give it to those started again."""
        while True:
            try:
                lost = self._lost()
                has_mark = len(lost) < len(self._members)
                yield has_mark
                survivors = [m for m in self._members if m not in lost]
                for _ in self._revive(lost):
                    yield has_mark
                revived = [m for m in self._members if m in lost]
                if has_mark:
                    self._copy_mark(survivors[0], revived)
                else:
                    self._load(revived)
            except RoundsLost:
                continue
            return

    def _lost(self) -> list[_Member]:
        """Let those go back that have a model, and return the others."""
        self._state += 1
        refs = [m.worker.rewind.remote(self._state) for m in self._members]
        lost = []
        for member, ref in zip(self._members, refs, strict=True):
            try:
                _drain(self._waited([ref]))
            except RoundsLost:
                lost.append(member)
        return lost

    def _revive(self, lost: list[_Member]) -> Waiting:
        """Wait for workers that are started again; go on without those that are not."""
        for member in lost:
            _logger.warning("a worker on %s is lost: waiting for it", member.place.host)
            deadline = time.monotonic() + self._patience
            while time.monotonic() < deadline:
                try:
                    yield from self._waited([self._open(member)], deadline)
                    break
                except RoundsLost:
                    yield
                    time.sleep(_BEAT_SECONDS)
            else:
                self._drop(member)
        return []

    def _drop(self, member: _Member) -> None:
        _logger.warning(
            "a worker on %s did not come back within %g s: going on without it",
            member.place.host,
            self._patience,
        )
        number = self._members.index(member)
        del self._members[number], self.speeds[number]
        self._ray.kill(member.worker)
        self._ray.kill(member.reducer)
        if not self._members:
            raise ClusterError(
                "all workers are lost; if the run has a checkpoint, start it again and"
                " resume (--resume)"
            )

    def _copy_mark(self, giver: _Member, takers: list[_Member]) -> None:
        self._send(takers, lambda rows: giver.worker.marked.remote(self._state, rows))

    def _load(self, takers: list[_Member]) -> None:
        weights = self._weights
        self._send(takers, lambda rows: self._ray.put([m[rows] for m in weights]))

    def _send(self, takers: list[_Member], piece: Any) -> None:
        """Give workers all rows of a model, of which `piece` gives some."""
        for start in range(0, self._words, _WAVE_ROWS):
            rows = slice(start, min(start + _WAVE_ROWS, self._words))
            becomes = self._state if rows.stop == self._words else -1
            ref = piece(rows)
            loads = [m.worker.load.remote(rows, ref, becomes) for m in takers]
            _drain(self._waited(loads))

    def fetch(self) -> None:
        """Get the base from the first worker that has it."""
        for member in self._members:
            try:
                for start in range(0, self._words, _WAVE_ROWS):
                    rows = slice(start, min(start + _WAVE_ROWS, self._words))
                    ref = member.worker.based.remote(self._state, rows)
                    (values,) = _drain(self._waited([ref]))
                    _put(self._weights, rows, values)
            except RoundsLost:
                continue
            return
        raise RoundsLost("no worker has the model")

    def _waited(self, refs: list[Any], deadline: float | None = None) -> Waiting:
        """Wait for all of them, and return what they are."""
        waiting = refs
        while waiting:
            waiting = self._wait_for(waiting)
            if waiting:
                if deadline is not None and time.monotonic() > deadline:
                    raise RoundsLost("it took too long")
                yield
        found: list[Any] = self._ray.get(refs)
        return found

    def _wait_for(self, refs: list[Any]) -> list[Any]:
        """Wait for a moment, and return those that are still to come.

        Raises
        ------
        RoundsLost
            One of them was lost.
        """
        ready, waiting = self._ray.wait(
            refs, num_returns=len(refs), timeout=_BEAT_SECONDS
        )
        try:
            self._ray.get(ready)
        except self._ray.exceptions.RayError as error:
            raise _cause_of(self._ray, error) from None
        left: list[Any] = waiting
        return left


def _cause_of(ray: Any, error: Exception) -> Exception:
    """Return what happened to a worker, as an exception of ours or as its own."""
    task_error = ray.exceptions.RayTaskError
    while isinstance(error, task_error) and error.cause is not None:
        error = error.cause
    if isinstance(error, StaleReplica | ray.exceptions.RayError) and not isinstance(
        error, task_error
    ):
        return RoundsLost(str(error).split("\n")[0])
    return error


def _drain(waiting: Waiting) -> list[Any]:
    """Wait without doing anything else."""
    while True:
        try:
            next(waiting)
        except StopIteration as ended:
            found: list[Any] = ended.value
            return found


def _put(weights: Weights, rows: slice, values: Rows) -> None:
    for matrix, new in zip(weights, values, strict=True):
        matrix[rows] = new
