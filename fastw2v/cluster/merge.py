"""How replicas become one model again.

docs/cluster.md, "The saturating divisor", derives the rule. Nothing here knows where
replicas live: `delta` is what a worker gives out, `merged_change` what becomes of all
workers' deltas, and every replica adds that to the rows as last merged.
"""

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Weights
from fastw2v.cluster.config import SyncDtype
from fastw2v.cluster.pulls import Backlog, Floats, Pulls

BLOCK_ROWS = 512
"""Rows merged at a time, so that deltas fit a cache and memory does not depend on V."""
MOVING_ROWS = 1 << 15
"""The hottest rows of each matrix, which keep their velocity; colder ones are summed."""

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
    momentum : float
    sync_dtype : "float32" or "float16"
    divisor : callable
        From the saturation, (W, n), to what the sum is divided by, (n,).
    """

    kappa: float
    momentum: float
    sync_dtype: SyncDtype
    divisor: Divisor = saturating_divisor


def delta(
    base: FloatMatrix,
    replica: FloatMatrix,
    dtype: SyncDtype,
    room: FloatMatrix | None = None,
) -> FloatMatrix:
    """Return how a replica's rows have moved from `base`, (n, P), as it is sent.

    It is put into the first rows of `room`, if that is given: new memory costs as much
    time as the rest. What is too large for 16 bits becomes infinite, and is found as
    divergence.
    """
    given = np.empty(base.shape, dtype) if room is None else room[: len(base)]
    if dtype == "float32":
        return np.subtract(replica, base, out=given)
    for block in blocks_of(slice(0, len(base))):
        _half().narrow(replica[block] - base[block], given[block])
    return given


def merged_change(
    deltas: Sequence[FloatMatrix], divisor: Floats, dtype: SyncDtype
) -> FloatMatrix:
    """Return what is to be added to the rows as last merged, (n, P), as it is sent.

    The deltas, of two workers or more, are added in the order given, in float32.
    """
    first, *others, last = map(_as_float32, deltas)
    total, so_far = np.empty_like(first), first
    for other in others:
        so_far = np.add(so_far, other, out=total)
    factors = (1.0 / divisor).astype(np.float32)
    _arithmetic().scaled_sum(so_far, last, factors, total)
    if dtype == "float32":
        return total
    sent = np.empty(total.shape, dtype)
    _half().narrow(total, sent)
    return sent


def _as_float32(rows: FloatMatrix) -> FloatMatrix:
    if rows.dtype == np.float32:
        return rows
    wide = np.empty(rows.shape, np.float32)
    _half().widen(rows, wide)
    return wide


def merged_blocks(
    deltas: Sequence[FloatMatrix], rows: slice, divisor: Floats, dtype: SyncDtype
) -> Iterator[tuple[slice, FloatMatrix]]:
    """Yield what is to be added to these rows of a matrix, block by block.

    Parameters
    ----------
    deltas : sequence of W matrices
        What each worker gives out of these rows.
    rows : slice
    divisor : float64 array
        Of each of them.
    dtype : "float32" or "float16"
    """
    for block in blocks_of(rows):
        here = slice(block.start - rows.start, block.stop - rows.start)
        own = [matrix[here] for matrix in deltas]
        yield block, merged_change(own, divisor[here], dtype)


def standing(weights: Weights, rule: Rule) -> Weights:
    """Return the velocity of rows that do not move, of all that keep one."""
    rows = MOVING_ROWS if rule.momentum else 0
    return Weights(*(np.zeros_like(matrix[:rows]) for matrix in weights))


def carried(
    velocity: FloatMatrix, change: FloatMatrix, divisor: Floats, rule: Rule
) -> FloatMatrix:
    """Return the change of rows, (n, P), and what is left of their changes before.

    Parameters
    ----------
    velocity : float32 matrix, (m, P), m <= n
        Of the first of these rows; changed in place.
    change : float matrix, (n, P)
    divisor : float64 array, (n,)
    rule : Rule
    """
    moving = len(velocity)
    if moving:
        kept = (rule.momentum * (1.0 - 1.0 / divisor[:moving])).astype(np.float32)
        _arithmetic().carry(velocity, kept, _as_float32(change[:moving]))
    if moving == len(change):
        return velocity
    return np.concatenate([velocity, change[moving:]]) if moving else change


def settle(base: FloatMatrix, trained: FloatMatrix, change: FloatMatrix) -> None:
    """Add a change to the base, (n, P), and put that into the trained rows too."""
    _arithmetic().settle(base, trained, _as_float32(change))


def apply_late(replica: FloatMatrix, change: FloatMatrix, given: FloatMatrix) -> None:
    """Put a merged change in the place of what this replica gave for it.

    What the replica has been trained since it gave stays.
    """
    replica += change
    replica -= given


def merge_prefix(
    base: Weights,
    velocity: Weights,
    replicas: Sequence[Weights],
    prefix: int,
    backlog: Backlog,
    pulls: Pulls,
    rule: Rule,
) -> None:
    """Merge the first rows of all matrices of replicas that lie in this process.

    A lone replica has nobody to be merged with: its rows become the base, bit by bit.

    Parameters
    ----------
    base : Weights
        The rows as last merged; changed in place.
    velocity : Weights
        Of the first rows; changed in place.
    replicas : sequence of Weights
        One of each worker, in their order; changed in place.
    prefix : int
        How many rows of each matrix.
    backlog : Backlog
        Of the same workers.
    pulls : Pulls
    rule : Rule
    """
    matrices = zip(base, velocity, pulls, *replicas, strict=True)
    for merged, moving, pull, first, *others in matrices:
        for rows in blocks_of(slice(0, min(prefix, len(pull)))):
            if not others:
                merged[rows] = first[rows]
                continue
            divisor = divisor_of(rows, backlog, pull, rule)
            own = [first, *others]
            deltas = [delta(merged[rows], m[rows], rule.sync_dtype) for m in own]
            change = merged_change(deltas, divisor, rule.sync_dtype)
            change = carried(moving[rows], change, divisor, rule)
            settle(merged[rows], first[rows], change)
            for replica in others:
                replica[rows] = merged[rows]


def divisor_of(
    rows: slice | npt.NDArray[np.int64], backlog: Backlog, pull: Floats, rule: Rule
) -> Floats:
    """Return by what the deltas of these rows of a matrix are divided."""
    return rule.divisor(rule.kappa * backlog.of_rows(rows) * pull[rows])


def blocks_of(rows: slice) -> Iterator[slice]:
    """Cut rows into blocks."""
    for first in range(rows.start, rows.stop, BLOCK_ROWS):
        yield slice(first, min(first + BLOCK_ROWS, rows.stop))


def prepare(dtype: SyncDtype) -> None:
    """Compile what merging needs, lest the first merge waits for it."""
    _arithmetic()
    if dtype == "float16":
        _half()


# Imported here, not above: importing fastw2v must not import Numba.


def _arithmetic() -> ModuleType:
    from fastw2v.kernels import merging

    return merging


def _half() -> ModuleType:
    from fastw2v.kernels import half

    return half
