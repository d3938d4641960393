"""Rows that are on their way between the workers of a Ray cluster, to be merged."""

from collections.abc import Sequence
from typing import Any

from fastw2v.cluster.merge import BLOCK_ROWS
from fastw2v.cluster.pulls import Backlog
from fastw2v.cluster.ray_crew import Member


class Wave:
    """Some rows of all replicas; waits for nothing.

    Each worker reduces a part of the rows. Of two workers each gives all to the other,
    and both form the same change: that takes no more bytes, and fewer calls.

    Parameters
    ----------
    members : sequence of Member
    state : int
        That all replicas are in.
    rows : slice
        Of each matrix.

    Attributes
    ----------
    rows : slice
    deltas : list
        (W,) references to what each worker gave, the first part of it.
    """

    def __init__(
        self,
        members: Sequence[Member],
        state: int,
        rows: slice,
    ) -> None:
        self._members = members
        self._state = state
        self.rows = rows
        parts = len(members) if len(members) > 2 else 1
        blocks = -(-(rows.stop - rows.start) // BLOCK_ROWS)
        ends = [rows.start + BLOCK_ROWS * (blocks * k // parts) for k in range(parts)]
        self._cuts = [*ends, rows.stop]
        self._given: list[Any] = [
            member.worker.give.options(num_returns=parts).remote(state, self._cuts)
            for member in members
        ]
        self.deltas = [own[0] for own in self._given] if parts > 1 else self._given
        self._moved: list[Any] | None = None if parts > 1 else self._given

    def reduce(self, backlog: Backlog) -> None:
        """Let each worker reduce its part, if that was not done before."""
        if self._moved is not None:
            return
        self._moved = [
            member.worker.reduce.options(concurrency_group="reduce").remote(
                slice(self._cuts[k], self._cuts[k + 1]),
                backlog,
                *(parts[k] for parts in self._given),
            )
            for k, member in enumerate(self._members)
        ]

    def settle(self, backlog: Backlog, *, is_late: bool) -> list[Any]:
        """Let all workers apply the change, and return references to their answers.

        Parameters
        ----------
        backlog : Backlog
            When they gave.
        is_late : bool
            Whether they have trained since they gave.
        """
        self.reduce(backlog)
        return [
            member.worker.settle.remote(
                self._state, self._state + 1, backlog, is_late, *self._moved or ()
            )
            for member in self._members
        ]
