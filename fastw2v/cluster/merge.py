"""How replicas become one model again.

docs/cluster.md, "The saturating divisor", derives the rule. Nothing here knows where
replicas live: `delta` is what a worker gives out, `merged_change` what becomes of all
workers' deltas, and every replica adds that to the rows as last merged.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Weights
from fastw2v.cluster.config import SyncDtype
from fastw2v.cluster.pulls import Backlog, Floats, Pulls

BLOCK_ROWS = 512
"""Rows merged at a time, so that deltas fit a cache and memory does not depend on V."""

Divisor = Callable[[Floats], Floats]


def saturating_divisor(saturation: Floats) -> Floats:
    """Return by what to divide the sum of the workers' deltas.

    Parameters
    ----------
    saturation : float64 array, shape (W, n)
        x = kappa * learning rate * gradient cells, of each worker in each row.

    Returns
    -------
    float64 array, shape (n,), from 1 to W
        sum_i (1 - exp(-x_i)) / (1 - exp(-sum_i x_i)); 1 where nobody did anything.
    """
    alone: Floats = -np.expm1(-saturation).sum(axis=0)
    in_sequence: Floats = -np.expm1(-saturation.sum(axis=0))
    divisor = np.ones_like(alone)
    np.divide(alone, in_sequence, out=divisor, where=in_sequence > 0)
    # Which it is up to rounding.
    return divisor.clip(1.0, len(saturation))


class Rule(NamedTuple):
    """How rows are merged.

    Parameters
    ----------
    kappa : float
    sync_dtype : "float32" or "float16"
    divisor : callable
        From the saturation, (W, n), to what the sum is divided by, (n,).
    """

    kappa: float
    sync_dtype: SyncDtype
    divisor: Divisor = saturating_divisor


class Divisors(NamedTuple):
    """The divisors of a merge, added up."""

    total: float
    rows: int

    @classmethod
    def of(cls, sums: Sequence[float], rows: int) -> Self:
        """Add them up to the nearest float, whatever the order."""
        return cls(math.fsum(sums), rows)


def delta(
    base: FloatMatrix,
    replica: FloatMatrix,
    dtype: SyncDtype,
    room: FloatMatrix | None = None,
) -> FloatMatrix:
    """Return how a replica's rows have moved from `base`, (n, P), as it is sent.

    It is put into the first rows of `room`, if that is given: new memory costs as much
    time as the rest.
    """
    given = np.empty(base.shape, dtype) if room is None else room[: len(base)]
    # What is too large for 16 bits becomes infinite, and is found as divergence.
    with np.errstate(over="ignore"):
        return np.subtract(replica, base, out=given)


def merged_change(
    deltas: Sequence[FloatMatrix], divisor: Floats, dtype: SyncDtype
) -> FloatMatrix:
    """Return what is to be added to the rows as last merged, (n, P), as it is sent.

    The deltas are added in the order given, in float32.
    """
    total = deltas[0].astype(np.float32)
    for other in deltas[1:]:
        total += other
    total /= divisor[:, np.newaxis].astype(np.float32)
    with np.errstate(over="ignore"):  # as above
        return total.astype(dtype, copy=False)


def merged_changes(
    deltas: Sequence[Sequence[FloatMatrix]],
    rows: slice,
    backlog: Backlog,
    pulls: Pulls,
    rule: Rule,
) -> tuple[list[FloatMatrix], list[float]]:
    """Return what is to be added to these rows of each matrix.

    Parameters
    ----------
    deltas : sequence of W sequences of 3 matrices
        What each worker gives out of these rows of each matrix; none of a matrix that
        has no rows.
    rows : slice
        From a multiple of `BLOCK_ROWS`.
    backlog : Backlog
    pulls : Pulls
    rule : Rule

    Returns
    -------
    (list of 3 matrices, list of float)
        And the divisors, added up for each block of rows.
    """
    changes, sums = [], []
    for pull, *given in zip(pulls, *deltas, strict=True):
        change = np.empty_like(given[0])
        for block in _blocks(rows.start, min(rows.stop, len(pull))):
            here = slice(block.start - rows.start, block.stop - rows.start)
            divisor = divisor_of(block, backlog, pull, rule)
            own = [matrix[here] for matrix in given]
            change[here] = merged_change(own, divisor, rule.sync_dtype)
            sums.append(float(divisor.sum()))
        changes.append(change)
    return changes, sums


def apply_change(replica: FloatMatrix, change: FloatMatrix, given: FloatMatrix) -> None:
    """Put a merged change in the place of what this replica gave for it.

    What the replica has been trained since it gave stays.
    """
    replica += change
    replica -= given


def merge_prefix(
    base: Weights,
    replicas: Sequence[Weights],
    prefix: int,
    backlog: Backlog,
    pulls: Pulls,
    rule: Rule,
) -> Divisors:
    """Merge the first rows of all matrices of replicas that lie in this process.

    A lone replica has nobody to be merged with: its rows become the base, bit by bit.

    Parameters
    ----------
    base : Weights
        The rows as last merged; changed in place.
    replicas : sequence of Weights
        One of each worker, in their order; changed in place.
    prefix : int
        How many rows of each matrix.
    backlog : Backlog
        Of the same workers.
    pulls : Pulls
    rule : Rule
    """
    sums, rows_merged = [], 0
    for merged, pull, *own in zip(base, pulls, *replicas, strict=True):
        for rows in _blocks(0, min(prefix, len(pull))):
            divisor = divisor_of(rows, backlog, pull, rule)
            _merge_rows(merged[rows], [m[rows] for m in own], divisor, rule.sync_dtype)
            sums.append(float(divisor.sum()))
            rows_merged += len(divisor)
    return Divisors.of(sums, rows_merged)


def divisor_of(
    rows: slice | npt.NDArray[np.int64], backlog: Backlog, pull: Floats, rule: Rule
) -> Floats:
    """Return by what the deltas of these rows of a matrix are divided."""
    return rule.divisor(rule.kappa * backlog.of_rows(rows) * pull[rows])


def _merge_rows(
    base: FloatMatrix,
    replicas: Sequence[FloatMatrix],
    divisor: Floats,
    dtype: SyncDtype,
) -> None:
    if len(replicas) == 1:
        base[:] = replicas[0]
        return
    deltas = [delta(base, replica, dtype) for replica in replicas]
    base += merged_change(deltas, divisor, dtype)
    for replica in replicas:
        replica[:] = base


def _blocks(start: int, stop: int) -> list[slice]:
    starts = range(start, stop, BLOCK_ROWS)
    return [slice(first, min(first + BLOCK_ROWS, stop)) for first in starts]
