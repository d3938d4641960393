"""The replica of one worker, and how its rows are merged with those of the others."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from fastw2v.bundles import FloatMatrix, Weights
from fastw2v.cluster.merge import (
    Rule,
    apply_late,
    blocks_of,
    carried,
    delta,
    divisor_of,
    merged_blocks,
    prepare,
    settle,
    standing,
)
from fastw2v.cluster.pulls import Backlog, Floats, Pulls
from fastw2v.training.weights import aligned_zeros

Rows = list[FloatMatrix]
"""The same rows of w_in, w_out and w_nodes; none of a matrix that has no rows."""


class Replica:
    """Rows that are trained, and the same rows as last merged: the base.

    Parameters
    ----------
    trained : Weights
        In place, by whoever trains.
    pulls : Pulls
    rule : Rule
    """

    def __init__(self, trained: Weights, pulls: Pulls, rule: Rule) -> None:
        prepare(rule.sync_dtype)
        self._trained = trained
        self._pulls = pulls
        self._rule = rule
        self._base, self._marked = _like(trained), _like(trained)
        self._velocity = standing(trained, rule)
        self._room_rows = 0
        self._given_rows: list[slice] = []
        self._given: list[Rows] = []

    def put(self, rows: slice, values: Rows) -> None:
        """Take rows of a model that all replicas are to begin with."""
        for held in (self._trained, self._base, self._marked):
            _put(held, rows, values)

    def give(self, cuts: list[int]) -> list[Rows]:
        """Return how rows have moved from the base, cut into parts."""
        rows = slice(cuts[0], cuts[-1])
        whole = [
            delta(base[rows], own[rows], self._rule.sync_dtype, room)
            for base, own, room in zip(
                self._base, self._trained, self._rooms(rows), strict=True
            )
        ]
        self._given_rows = [slice(*cut) for cut in pairwise(cuts)]
        self._given = [
            [_part(matrix, rows, part) for matrix in whole] for part in self._given_rows
        ]
        return self._given

    def _rooms(self, rows: slice) -> Rows:
        """Return memory for so many rows of each matrix, the same every time."""
        needed = rows.stop - rows.start
        if needed > self._room_rows:
            self._room_rows = needed
            self._room = [
                np.empty((min(needed, len(m)), m.shape[1]), self._rule.sync_dtype)
                for m in self._base
            ]
        return self._room

    def reduce(self, rows: slice, backlog: Backlog, deltas: Sequence[Rows]) -> Rows:
        """Return the change of these rows, from what all workers have given of them."""
        changes = [np.empty_like(matrix) for matrix in deltas[0]]
        for change, pull, *given in zip(changes, self._pulls, *deltas, strict=True):
            own = _those_of(rows, pull)
            divisor = divisor_of(own, backlog, pull, self._rule)
            blocks = merged_blocks(given, own, divisor, self._rule.sync_dtype)
            for block, merged in blocks:
                _part(change, own, block)[:] = merged
        return changes

    def settle(self, backlog: Backlog, moved: Sequence[Rows], *, is_late: bool) -> None:
        """Put the merged rows in the place of those given.

        Parameters
        ----------
        backlog : Backlog
            Of all workers, when they gave.
        moved : sequence of lists of matrices
            The changes of each part that was given; if that is one alone, the deltas of
            each worker, of which this replica forms the change itself.
        is_late : bool
            Whether rows have been trained since they were given, which is kept.
        """
        for k, rows in enumerate(self._given_rows):
            for number, pull in enumerate(self._pulls):
                own = _those_of(rows, pull)
                divisor = divisor_of(own, backlog, pull, self._rule)
                if len(self._given_rows) == 1:
                    deltas = [given[number] for given in moved]
                    blocks = merged_blocks(deltas, own, divisor, self._rule.sync_dtype)
                else:
                    blocks = _cut(moved[k][number], own)
                for block, change in blocks:
                    given = _part(self._given[k][number], own, block)
                    late = given if is_late else None
                    self._apply(
                        number, block, change, divisor[_within(own, block)], late
                    )
        self._given = []

    def _apply(
        self,
        number: int,
        rows: slice,
        change: FloatMatrix,
        divisor: Floats,
        given: FloatMatrix | None,
    ) -> None:
        """Add a change to rows of a matrix; to trained ones what they gave is kept."""
        velocity = self._velocity[number][rows]
        change = carried(velocity, change, divisor, self._rule)
        base, trained = self._base[number][rows], self._trained[number][rows]
        if given is None:
            settle(base, trained, change)
        else:
            base += change
            apply_late(trained, change, given)

    def keep(self, prefix: int) -> None:
        """Take the rows of a lone replica as merged."""
        _put(self._base, slice(0, prefix), [own[:prefix] for own in self._trained])

    def mark(self) -> None:
        """Remember the base, to which the trained rows are equal, and let it stand."""
        _put(self._marked, slice(None), self._base)
        self._stand()

    def rewind(self) -> None:
        """Go back to what was marked."""
        for held in (self._trained, self._base):
            _put(held, slice(None), self._marked)
        self._stand()
        self._given = []

    def _stand(self) -> None:
        # In place: new memory would take longer.
        for velocity in self._velocity:
            velocity[:] = 0

    def marked(self, rows: slice) -> Rows:
        """Return rows as they were marked."""
        return [matrix[rows] for matrix in self._marked]

    def based(self, rows: slice) -> Rows:
        """Return rows of the base."""
        return [matrix[rows] for matrix in self._base]


def _like(weights: Weights) -> Weights:
    return Weights(*(aligned_zeros(*matrix.shape) for matrix in weights))


def _put(held: Weights, rows: slice, values: Rows | Weights) -> None:
    for matrix, new in zip(held, values, strict=True):
        matrix[rows] = new


def _those_of(rows: slice, pull: Floats) -> slice:
    """Return those of the rows that a matrix has."""
    return slice(rows.start, max(min(rows.stop, len(pull)), rows.start))


def _within(rows: slice, part: slice) -> slice:
    """Return where in an array of these rows a part of them is."""
    return slice(part.start - rows.start, part.stop - rows.start)


def _part(matrix: FloatMatrix, rows: slice, part: slice) -> FloatMatrix:
    """Return a part of a matrix that has these rows alone."""
    return matrix[_within(rows, part)]


def _cut(change: FloatMatrix, rows: slice) -> Iterator[tuple[slice, FloatMatrix]]:
    for block in blocks_of(rows):
        yield block, _part(change, rows, block)
