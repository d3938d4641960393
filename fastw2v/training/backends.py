"""Who runs an epoch's shards: threads over kernels, a prange loop, or NumPy.

Each back end is a generator that yields the `Totals` of finished shards (in any
order) to the calling thread. Closing it, or an exception in the caller, stops its
workers within a shard; an exception in a worker stops the others and is raised to
the caller.
"""

import queue
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TypeVar

import numpy as np

from fastw2v.bundles import Shards, Totals, new_scratch
from fastw2v.config import Backend
from fastw2v.errors import ConfigError
from fastw2v.reference import trainer as reference
from fastw2v.reference.private import copy_rows, merge_rows
from fastw2v.training.shards import largest_shard
from fastw2v.training.work import Work

# Shards a thread gets per prange call: enough to even out their lengths, few
# enough that the caller hears back, and can stop, several times a second.
_SHARDS_PER_PRANGE_THREAD = 8
_WAIT_SECONDS = 0.2

Item = TypeVar("Item")


Runner = Callable[[Work, Shards, int], Generator[Totals, None, None]]


def run_threads(
    work: Work, shards: Shards, threads: int
) -> Generator[Totals, None, None]:
    """Let Python threads pull shards and run the compiled kernel without the GIL."""
    # Here, not above: importing fastw2v must not import Numba.
    from fastw2v.kernels.hogwild import train_shard

    n_shards = len(shards.keys)
    waiting = iter(range(n_shards))
    taking = threading.Lock()
    stopping = threading.Event()
    finished: queue.SimpleQueue[Totals | BaseException] = queue.SimpleQueue()

    def pull_shards(worker: int) -> None:
        weights, settings = work.weights, work.settings
        try:
            scratch = new_scratch(weights, settings, largest_shard(shards), worker)
            copy_rows(weights, scratch)
            while not stopping.is_set():
                with taking:
                    i = next(waiting, None)
                if i is None:
                    break
                finished.put(train_shard(*work, shards, i, scratch))
            merge_rows(weights, scratch, settings.private)
        except BaseException as error:  # noqa: BLE001  # raised again by the caller
            finished.put(error)

    workers = [
        threading.Thread(
            target=pull_shards, args=(k,), name=f"fastw2v-{k}", daemon=True
        )
        for k in range(min(threads, n_shards))
    ]
    try:
        for worker in workers:
            worker.start()
        for _ in range(n_shards):
            yield _take(finished)
    finally:
        stopping.set()
        for worker in workers:
            _wait_for_end(worker)


def run_aside(job: Callable[[], object]) -> None:
    """Run a job in another thread and wait for it; Ctrl-C ends the waiting at once.

    For compiling, which takes seconds and would swallow Ctrl-C in this thread where
    LLVM calls back into Python.
    """
    outcome: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def report() -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001  # raised again below
            outcome.put(error)
        else:
            outcome.put(None)

    threading.Thread(target=report, name="fastw2v-compile", daemon=True).start()
    _take(outcome)


def _wait_for_end(worker: threading.Thread) -> None:
    # A second Ctrl-C must not let the caller save weights a worker still changes;
    # the end of its shard is near.
    while worker.is_alive():
        with suppress(KeyboardInterrupt):
            worker.join(_WAIT_SECONDS)


def _take(finished: "queue.SimpleQueue[Item | BaseException]") -> Item:
    """Return what another thread has put there, or raise it if it is an exception."""
    # A wait without a timeout cannot be interrupted by Ctrl-C on every platform.
    while True:
        try:
            done = finished.get(timeout=_WAIT_SECONDS)
        except queue.Empty:
            continue
        if isinstance(done, BaseException):
            raise done
        return done


def run_prange(
    work: Work, shards: Shards, threads: int
) -> Generator[Totals, None, None]:
    """Run blocks of shards in Numba's parallel loop."""
    from fastw2v.kernels._jit import parallel_threads
    from fastw2v.kernels.hogwild import train_shards

    n_shards = len(shards.keys)
    block = threads * _SHARDS_PER_PRANGE_THREAD
    with parallel_threads(threads):
        for first in range(0, n_shards, block):
            span = (first, min(first + block, n_shards))
            totals = np.zeros((span[1] - span[0], 4))
            train_shards(*work, shards, span, totals)
            for centers, kept, pairs, loss in totals.tolist():
                yield Totals(int(centers), int(kept), int(pairs), loss)


def run_numpy(
    work: Work, shards: Shards, threads: int
) -> Generator[Totals, None, None]:
    """Run the reference, one shard after another."""
    if threads != 1:
        raise ConfigError(
            f"threads is {threads}; backend='numpy' runs on 1 thread only"
        )
    scratch = new_scratch(work.weights, work.settings, largest_shard(shards))
    for i in range(len(shards.keys)):
        yield reference.train_shard(*work, shards, i, scratch)


RUNNERS: dict[Backend, Runner] = {
    "threads": run_threads,
    "prange": run_prange,
    "numpy": run_numpy,
}
