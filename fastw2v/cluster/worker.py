"""What one worker of a cluster does, in a process of its own; knows of no engine."""

import platform
import socket
import time
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Shards, Weights
from fastw2v.cluster.merge import Rule
from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.cluster.replica import Replica, Rows
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.errors import ClusterError
from fastw2v.training.backends import RUNNERS
from fastw2v.training.feed import Feed
from fastw2v.training.shards import cut_into_shards, plan_epoch
from fastw2v.training.weights import weights_rows
from fastw2v.training.work import prepare_work, thread_count

VERSIONED = ("fastw2v", "ray", "numpy", "numba")


class StaleReplica(Exception):
    """A call that is meant for another state of the replica, as before a restart."""


class Task(NamedTuple):
    """What a worker is to train.

    Parameters
    ----------
    corpus : EncodedCorpus or Path
        The corpus itself, or the folder it was loaded from.
    fingerprint : str
        Of the corpus.
    config : TrainConfig
    rule : Rule
        How its replica is merged with the others.
    """

    corpus: EncodedCorpus | Path
    fingerprint: str
    config: TrainConfig
    rule: Rule


def versions() -> dict[str, str]:
    """Return the versions that have to be the same on all nodes."""
    found = {"python": platform.python_version()}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


class Worker:
    """A replica and what trains it.

    Every call names the state it is meant for, by a number that each change raises: a
    worker that was started again has none, so it can never be merged by mistake.
    """

    def __init__(self) -> None:
        self._state = -1
        self._is_open = False
        self._feed = Feed(0, 0)

    def open(self, task: Task, threads: int) -> None:
        """Find the corpus, build all tables, and compile.

        Raises
        ------
        ClusterError
            The corpus is not there, or another one.
        """
        corpus = _find(task)
        self._config = replace(task.config, threads=threads)
        self._threads = thread_count(self._config)
        self._offsets = corpus.offsets
        self._work = prepare_work(corpus, self._config)
        rows = weights_rows(len(corpus.vocab), self._config)
        self._replica = Replica(
            Weights(*(m[:n] for m, n in zip(self._work.weights, rows, strict=True))),
            expected_pulls(corpus.vocab.counts, self._config),
            task.rule,
        )
        self._run(self._plan(np.zeros(2, np.int64), 0), range(1))
        self._bounds = cut_into_shards(corpus.offsets, self._config)
        self._epoch = -1
        self._is_open = True

    def load(self, rows: slice, values: Rows, becomes: int) -> int:
        """Take rows of a model; with the last of them the replica is in a new state."""
        if not self._is_open:
            raise StaleReplica("this worker was started again")
        self._replica.put(rows, values)
        self._state = becomes
        return becomes

    def versions(self) -> dict[str, str]:
        """Return the versions found where this worker is."""
        return versions()

    def train(
        self, state: int, epoch: int, span: range
    ) -> tuple[npt.NDArray[np.float64], float]:
        """Train these shards of an epoch.

        Returns
        -------
        (float64 array, shape (n, 4), float)
            The `Totals` of each shard, and the seconds it took. Fewer shards, the first
            in order, if `halt` is called meanwhile.
        """
        began = time.perf_counter()
        self._check(state)
        if epoch != self._epoch:
            self._shards = self._plan(self._bounds, epoch)
            self._epoch = epoch
        return self._run(self._shards, span), time.perf_counter() - began

    def halt(self) -> None:
        """End training within a shard."""
        self._feed.close()

    def give(self, state: int, cuts: list[int]) -> list[Rows] | Rows:
        """Return how rows have moved from the base, cut into parts; one part alone."""
        self._check(state)
        parts = self._replica.give(cuts)
        return parts if len(parts) > 1 else parts[0]

    def reduce(self, rows: slice, backlog: Backlog, *deltas: Rows) -> Rows:
        """Return the change of these rows, whatever state the replica is in."""
        if not self._is_open:
            raise StaleReplica("this worker was started again")
        return self._replica.reduce(rows, backlog, deltas)

    def settle(
        self, state: int, becomes: int, backlog: Backlog, is_late: bool, *moved: Rows
    ) -> int:
        """Put the merged rows in the place of those given: see `Replica.settle`."""
        self._check(state)
        self._replica.settle(backlog, moved, is_late=is_late)
        self._state = becomes
        return becomes

    def keep(self, state: int, prefix: int) -> int:
        """Take the rows of a lone replica as merged."""
        self._check(state)
        self._replica.keep(prefix)
        return state

    def mark(self, state: int) -> int:
        """Remember the base, to which the replica is equal."""
        self._check(state)
        self._replica.mark()
        return state

    def rewind(self, becomes: int) -> int:
        """Go back to what was marked, if this worker has a model at all."""
        if self._state < 0:
            raise StaleReplica("this worker has no model")
        self._replica.rewind()
        self._state = becomes
        return becomes

    def marked(self, state: int, rows: slice) -> Rows:
        """Return rows of the marked model."""
        self._check(state)
        return self._replica.marked(rows)

    def based(self, state: int, rows: slice) -> Rows:
        """Return rows of the base."""
        self._check(state)
        return self._replica.based(rows)

    def _check(self, state: int) -> None:
        if state != self._state:
            raise StaleReplica(f"state {self._state}, and the call is for {state}")

    def _plan(self, bounds: npt.NDArray[np.int64], epoch: int) -> Shards:
        return plan_epoch(self._offsets, bounds, self._config, epoch)

    def _run(self, shards: Shards, span: range) -> npt.NDArray[np.float64]:
        self._feed = Feed(span.start, span.stop)
        totals = np.zeros((len(span), 4))
        run = RUNNERS[self._config.backend]
        for shard, done in run(self._work, shards, self._feed, self._threads):
            totals[shard - span.start] = done
        return totals[: self._feed.next - span.start]


def _find(task: Task) -> EncodedCorpus:
    if isinstance(task.corpus, EncodedCorpus):
        return task.corpus
    node = socket.gethostname()
    try:
        corpus = EncodedCorpus.load(task.corpus)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"the node {node} cannot load the encoded corpus {task.corpus} ({error}):"
            " put it on storage that all nodes see under the same path, or copy it there"
        ) from None
    if corpus.fingerprint != task.fingerprint:
        raise ClusterError(
            f"the encoded corpus {task.corpus} on the node {node} is another one:"
            f" its fingerprint is {corpus.fingerprint:.16}, and {task.fingerprint:.16}"
            " where the run was started; copy it there again"
        )
    return corpus
