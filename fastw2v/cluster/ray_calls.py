"""Waiting for what actors answer, without waiting for ever."""

import time
from collections.abc import Generator, Sequence
from typing import Any

from fastw2v.cluster.ray_start import import_ray
from fastw2v.cluster.team import RoundsLost
from fastw2v.cluster.worker import StaleReplica

_BEAT_SECONDS = 0.1
# A worker that takes so much longer than the others hangs.
_STALL_TIMES, _STALL_SECONDS = 20.0, 60.0

Waiting = Generator[None, None, list[Any]]
"""Yields every now and then, and returns the answers."""


def wait_for(refs: Sequence[Any]) -> list[Any]:
    """Wait for a moment, and return those that are still to come.

    Raises
    ------
    RoundsLost
        One of them was lost; what a worker itself raised is raised as it is.
    """
    if not refs:
        return []
    ray = import_ray()
    ready, waiting = ray.wait(list(refs), num_returns=len(refs), timeout=_BEAT_SECONDS)
    try:
        ray.get(ready)
    except ray.exceptions.RayError as error:
        raise _cause_of(ray, error) from None
    left: list[Any] = waiting
    return left


def waited(refs: Sequence[Any], deadline: float | None = None) -> Waiting:
    """Wait for all of them, to a moment of `time.monotonic`.

    Raises
    ------
    RoundsLost
        One of them was lost, or it took too long.
    """
    waiting: Sequence[Any] = refs
    while waiting:
        waiting = wait_for(waiting)
        if waiting:
            if deadline is not None and time.monotonic() > deadline:
                raise RoundsLost("it took too long")
            yield
    answers: list[Any] = import_ray().get(list(refs))
    return answers


def asked(method: Any, deadline: float, *given: Any) -> Waiting:
    """Wait for the answer to a call, and call again where it was lost.

    Raises
    ------
    RoundsLost
        It was still lost when the time was up.
    """
    while True:
        try:
            return (yield from waited([method.remote(*given)], deadline))
        except RoundsLost:
            if time.monotonic() > deadline:
                raise
        yield
        time.sleep(_BEAT_SECONDS)


def drain(waiting: Waiting) -> list[Any]:
    """Wait without doing anything else."""
    while True:
        try:
            next(waiting)
        except StopIteration as ended:
            answers: list[Any] = ended.value
            return answers


class Laggards:
    """Finds out which workers hang: those far behind when others are through.

    Parameters
    ----------
    stages : list of lists
        What is asked of the workers in turn, each a reference for each of them.
    """

    def __init__(self, stages: list[list[Any]]) -> None:
        self._stages = stages
        self._began = time.monotonic()
        self._late: list[int] = []
        self._others_seconds = 0.0

    def found(self) -> list[int]:
        """Return the numbers of those that hang, once."""
        late, workers = self._behind()
        elapsed = time.monotonic() - self._began
        if late != self._late:
            self._late, self._others_seconds = late, elapsed
        longest = max(_STALL_TIMES * self._others_seconds, _STALL_SECONDS)
        if len(late) == workers or elapsed < longest:
            return []
        self._began = time.monotonic()
        return late

    def _behind(self) -> tuple[list[int], int]:
        """Return who has not ended the first stage that not all have ended."""
        for stage in filter(None, self._stages):
            _, waiting = import_ray().wait(
                stage, num_returns=len(stage), timeout=0, fetch_local=False
            )
            if waiting:
                return [stage.index(ref) for ref in waiting], len(stage)
        return [], 0


def _cause_of(ray: Any, error: Exception) -> Exception:
    """Return what happened to a worker, as an exception of ours or as its own."""
    of_a_task = ray.exceptions.RayTaskError
    while isinstance(error, of_a_task) and error.cause is not None:
        error = error.cause
    is_lost = isinstance(error, StaleReplica | ray.exceptions.RayError)
    if is_lost and not isinstance(error, of_a_task):
        return RoundsLost(str(error).split("\n")[0])
    return error
