"""Independent jobs on threads, their results in order."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

_WAIT_SECONDS = 0.2

AHEAD = 2
"""Jobs under way or waiting to be taken, for each thread."""


class Stopped(Exception):  # no error: it ends a job whose result is not wanted
    """Raised by `StopFlag.check` in a worker."""


class StopFlag:
    """Asks workers to end."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Ask."""
        self._event.set()

    def check(self) -> None:
        """Raise `Stopped` if asked; long jobs call it several times a second."""
        if self._event.is_set():
            raise Stopped


def in_order(
    run: Callable[[Job, StopFlag], Result], jobs: Iterable[Job], threads: int
) -> Generator[Result, None, None]:
    """Yield run(job, stop) for each job, in the order of jobs.

    Closing the generator, Ctrl-C or an exception in a job stops the others, and waits
    for them to end.
    """
    stop = StopFlag()
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="fastw2v")
    try:
        for job in jobs:
            waiting.append(pool.submit(run, job, stop))
            if len(waiting) >= AHEAD * threads:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Result]) -> Result:
    # A wait without a timeout cannot be interrupted by Ctrl-C on every platform.
    while True:
        try:
            return future.result(_WAIT_SECONDS)
        except NotYet:
            if future.done():  # the job itself raised it
                raise
