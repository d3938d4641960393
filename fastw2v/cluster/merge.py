"""How replicas become one model again.

docs/cluster.md, "The saturating divisor", derives the rule. Nothing here knows where
replicas live: `delta` is what a worker gives out, `merged_change` what becomes of all
workers' deltas, and every replica adds that to the rows as last merged.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from fastw2v.bundles import FloatMatrix, Weights
from fastw2v.cluster.config import SyncDtype
from fastw2v.cluster.pulls import Backlog, Floats, Pulls

# Rows merged at a time, so that deltas fit a cache and memory does not depend on V.
_BLOCK_ROWS = 512

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


def delta(base: FloatMatrix, replica: FloatMatrix, dtype: SyncDtype) -> FloatMatrix:
    """Return how a replica's rows have moved from `base`, (n, P), as it is sent."""
    return _as_sent(replica - base, dtype)


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
    return _as_sent(total, dtype)


def _as_sent(values: FloatMatrix, dtype: SyncDtype) -> FloatMatrix:
    # What is too large for 16 bits becomes infinite, and is found as divergence.
    with np.errstate(over="ignore"):
        return values.astype(dtype, copy=False)


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
    total, rows_merged = 0.0, 0
    for merged, pull, *own in zip(base, pulls, *replicas, strict=True):
        for rows in _blocks(min(prefix, len(pull))):
            saturation = rule.kappa * backlog.of_rows(rows) * pull[rows]
            divisor = rule.divisor(saturation)
            _merge_rows(merged[rows], [m[rows] for m in own], divisor, rule.sync_dtype)
            total += float(divisor.sum())
            rows_merged += len(divisor)
    return Divisors(total, rows_merged)


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


def _blocks(rows: int) -> list[slice]:
    starts = range(0, rows, _BLOCK_ROWS)
    return [slice(start, min(start + _BLOCK_ROWS, rows)) for start in starts]
