"""Who runs an epoch's shards: threads over kernels, a prange loop, or NumPy.

Each back end is a generator that takes shards from a `Feed` and yields the number and
the `Totals` of each that is finished (in any order) to the calling thread. It ends when
the feed gives no more and no worker is inside a shard. Closing it, or an exception in
the caller, stops its workers within a shard; an exception in a worker stops the others
and is raised to the caller.
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
from fastw2v.training.feed import Feed
from fastw2v.training.shards import largest_shard
from fastw2v.training.work import Work

# Shards a thread gets per prange call: enough to even out their lengths, few
# enough that the caller hears back, and can stop, several times a second.
_SHARDS_PER_PRANGE_THREAD = 8
_WAIT_SECONDS = 0.2

Item = TypeVar("Item")
ShardEnds = Generator[tuple[int, Totals], None, None]
Runner = Callable[[Work, Shards, Feed, int], ShardEnds]


def run_threads(work: Work, shards: Shards, feed: Feed, threads: int) -> ShardEnds:
    """Let Python threads pull shards and run the compiled kernel without the GIL."""
    # Here, not above: importing fastw2v must not import Numba.
    from fastw2v.kernels.hogwild import train_shard

    merging = threading.Lock()
    # Finished shards; None from a worker that has ended, or why it could not go on.
    finished: queue.SimpleQueue[tuple[int, Totals] | BaseException | None]
    finished = queue.SimpleQueue()

    def pull_shards(worker: int) -> None:
        weights, settings = work.weights, work.settings
        try:
            scratch = new_scratch(weights, settings, largest_shard(shards), worker)
            copy_rows(weights, scratch)
            while taken := feed.take():
                finished.put((taken[0], train_shard(*work, shards, taken[0], scratch)))
            with merging:
                merge_rows(weights, scratch, settings.private)
            finished.put(None)
        except BaseException as error:  # noqa: BLE001  # raised again by the caller
            finished.put(error)

    workers = [
        threading.Thread(
            target=pull_shards, args=(k,), name=f"fastw2v-{k}", daemon=True
        )
        for k in range(min(threads, len(feed)))
    ]
    running = len(workers)
    try:
        for worker in workers:
            worker.start()
        while running:
            done = _take(finished)
            if done is None:
                running -= 1
            else:
                yield done
    finally:
        feed.close()
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


def run_prange(work: Work, shards: Shards, feed: Feed, threads: int) -> ShardEnds:
    """Run blocks of shards in Numba's parallel loop."""
    from fastw2v.kernels._jit import parallel_threads
    from fastw2v.kernels.hogwild import train_shards

    with parallel_threads(threads):
        while block := feed.take(threads * _SHARDS_PER_PRANGE_THREAD):
            rows = np.zeros((len(block), 4))
            train_shards(*work, shards, (block.start, block.stop), rows)
            for i, (centers, kept, pairs, loss) in zip(
                block, rows.tolist(), strict=True
            ):
                yield i, Totals(int(centers), int(kept), int(pairs), loss)


def run_numpy(work: Work, shards: Shards, feed: Feed, threads: int) -> ShardEnds:
    """Run the reference, one shard after another."""
    if threads != 1:
        raise ConfigError(
            f"threads is {threads}; backend='numpy' runs on 1 thread only"
        )
    scratch = new_scratch(work.weights, work.settings, largest_shard(shards))
    while taken := feed.take():
        yield taken[0], reference.train_shard(*work, shards, taken[0], scratch)


RUNNERS: dict[Backend, Runner] = {
    "threads": run_threads,
    "prange": run_prange,
    "numpy": run_numpy,
}
