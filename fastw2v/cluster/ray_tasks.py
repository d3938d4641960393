"""Functions that run as Ray tasks, one core each."""

import os
from typing import Any

from fastw2v.cluster.ray_start import import_ray
from fastw2v.errors import ClusterError


class RayTasks:
    """What `corpus.parts.Tasks` promises, on the cluster this process is connected to.

    Ray does a task again whose process or node dies. None is ever cancelled: a cancel
    that meets the end of its task ends the caller (Ray 2.60, "Tried to complete task
    that was not pending"). What is still queued after an error finds its folder gone.
    """

    def __init__(self) -> None:
        self._ray = import_ray()
        # Of the two things a task should have returned, an error is taken with one.
        os.environ.setdefault("RAY_IGNORE_UNHANDLED_ERRORS", "1")

    def start(self, function: Any, *arguments: Any) -> Any:
        """Return the future of what a function returns."""
        return self._start(function, 1, arguments)

    def start_pair(self, function: Any, *arguments: Any) -> Any:
        """Return two futures, of the two things a function returns."""
        return self._start(function, 2, arguments)

    def share(self, value: Any) -> Any:
        """Return a future of a value, to hand it to many."""
        return self._ray.put(value)

    def result(self, future: Any) -> Any:
        """Wait for it; raise what the function raised.

        Raises
        ------
        ClusterError
            The task was lost, more often than Ray does it again.
        """
        try:
            return self._ray.get(future)
        except self._ray.exceptions.RayTaskError as error:
            raise _cause(error) from None
        except self._ray.exceptions.RayError as error:
            raise ClusterError(
                f"a part of the text could not be read ({str(error).splitlines()[0]}):"
                " look after the nodes, and encode again"
            ) from error

    def _start(self, function: Any, returns: int, arguments: tuple[Any, ...]) -> Any:
        task = self._ray.remote(num_cpus=1, num_returns=returns)(function)
        return task.remote(*arguments)


def _cause(error: Any) -> BaseException:
    """Return the error of the task itself, which others only pass on."""
    found: BaseException = error.cause
    return _cause(found) if hasattr(found, "cause") else found
