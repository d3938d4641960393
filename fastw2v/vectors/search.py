"""Exact nearest neighbours by cosine, many queries at a time."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

# Scores held at once, float32: 64 MiB. A quarter of that halves the speed of the matrix
# product for 300,000 rows, because fewer queries share each pass over the rows.
BLOCK_SCORES = 1 << 24

# Columns folded together when a selection looks for its lower bound.
GROUP_SIZE = 64

# Keeps quotients of 3CosMul finite (Levy and Goldberg 2014, section 6).
COSMUL_EPSILON = 1e-6

# Fills scores, (B, V), for a block of B queries.
Scorer = Callable[[slice, npt.NDArray[np.float32]], None]


class UnitRows(NamedTuple):
    """Rows seen as unit vectors, without storing a normalised copy.

    Parameters
    ----------
    rows : float array, shape (V, D)
        Raw vectors; may be a strided view.
    scale : float array, shape (V,)
        One over the length of each row, 0 for a row of zeros.
    """

    rows: npt.NDArray[Any]
    scale: npt.NDArray[Any]

    def first(self, count: int | None) -> "UnitRows":
        """Return the first ``count`` rows, all of them for None."""
        if count is not None and count < 0:
            raise ValueError(f"restrict_vocab is {count}: give 0 or more, or None")
        return self.between(0, count)

    def between(self, start: int, end: int | None) -> "UnitRows":
        """Return the rows from ``start`` up to and without ``end``."""
        return UnitRows(self.rows[start:end], self.scale[start:end])

    def take(self, indices: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape (len(indices), D), as a new array."""
        chosen = np.asarray(indices, dtype=np.intp)
        unit = self.rows[chosen] * self.scale[chosen, None]
        found: npt.NDArray[np.float32] = unit.astype(np.float32, copy=False)
        return found

    def scores(
        self,
        queries: npt.NDArray[np.float32],
        out: npt.NDArray[np.float32] | None = None,
    ) -> npt.NDArray[np.float32]:
        """Return the dot product of each query with each unit row, shape (Q, V)."""
        if out is None:
            out = np.empty((len(queries), len(self.rows)), dtype=np.float32)
        np.matmul(queries, self.rows.T, out=out)
        out *= self.scale
        return out


class Neighbours(NamedTuple):
    """The best rows for each of Q queries, by falling score, ties by row number.

    Parameters
    ----------
    indices : int64 array, shape (Q, k)
        Row numbers; -1 where fewer than k rows were allowed.
    scores : float32 array, shape (Q, k)
        Dot products with the unit rows; minus infinity beside an index of -1.
    """

    indices: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]

    @classmethod
    def empty(cls, queries: int, k: int) -> "Neighbours":
        """Return room for k rows per query."""
        return cls(
            np.full((queries, k), -1, dtype=np.int64),
            np.full((queries, k), -np.inf, dtype=np.float32),
        )


def top_k(
    table: UnitRows,
    queries: npt.NDArray[np.float32],
    k: int,
    exclude: Sequence[Sequence[int]],
) -> Neighbours:
    """Find the k unit rows with the largest dot product with each query.

    Parameters
    ----------
    table : UnitRows
        The V rows to search.
    queries : float32 array, shape (Q, D)
        Scores are cosines when the queries have unit length.
    k : int
        Rows wanted per query, at least 1; capped at V.
    exclude : sequence of length Q
        Row numbers that may not answer the query; numbers that are not below V are ignored,
        and negative ones too.

    Returns
    -------
    Neighbours
        Arrays of shape (Q, min(k, V)).

    Notes
    -----
    Memory beyond the result is one block of ``BLOCK_SCORES`` scores, or one row of V
    scores where V is larger than that.
    """

    def score(block: slice, out: npt.NDArray[np.float32]) -> None:
        table.scores(queries[block], out)

    return _best(
        Neighbours.empty(len(queries), min(k, len(table.rows))),
        len(table.rows),
        score,
        exclude,
    )


def top_k_cosmul(
    table: UnitRows,
    positive: npt.NDArray[np.float32],
    negative: npt.NDArray[np.float32],
    k: int,
    exclude: Sequence[Sequence[int]],
) -> Neighbours:
    """Find the k unit rows with the largest 3CosMul score for each query.

    Parameters
    ----------
    table : UnitRows
        The V rows to search.
    positive : float32 array, shape (Q, P, D)
        Unit vectors to be near to.
    negative : float32 array, shape (Q, N, D)
        Unit vectors to be far from.
    k, exclude
        As for `top_k`.
    """

    def score(block: slice, out: npt.NDArray[np.float32]) -> None:
        out[...] = cosmul_scores(table, positive[block], negative[block])

    return _best(
        Neighbours.empty(len(positive), min(k, len(table.rows))),
        len(table.rows),
        score,
        exclude,
    )


def cosmul_scores(
    table: UnitRows,
    positive: npt.NDArray[np.float32],
    negative: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Return 3CosMul scores, shape (Q, V).

    Cosines are moved to [0, 1]; the score is the product of those with the positive
    vectors over the product of those with the negative ones (Levy and Goldberg 2014,
    section 6).
    """
    above = _shifted_product(table, positive)
    above /= _shifted_product(table, negative) + np.float32(COSMUL_EPSILON)
    return above


def _shifted_product(
    table: UnitRows, units: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    product = np.ones((len(units), len(table.rows)), dtype=np.float32)
    for part in range(units.shape[1]):
        product *= (1 + table.scores(units[:, part])) / 2
    return product


def _best(
    found: Neighbours, n_rows: int, score: Scorer, exclude: Sequence[Sequence[int]]
) -> Neighbours:
    """Fill ``found`` block by block."""
    queries, k = found.scores.shape
    if k == 0 or queries == 0:
        return found
    step = min(queries, max(1, BLOCK_SCORES // n_rows))
    buffer = np.empty((step, n_rows), dtype=np.float32)
    for start in range(0, queries, step):
        block = slice(start, min(start + step, queries))
        scores = buffer[: block.stop - start]
        score(block, scores)
        for row, banned in zip(scores, exclude[block], strict=True):
            row[[number for number in banned if 0 <= number < n_rows]] = -np.inf
        _select(scores, Neighbours(found.indices[block], found.scores[block]))
    return found


def _select(scores: npt.NDArray[np.float32], found: Neighbours) -> None:
    """Fill ``found``, (B, k), with the best columns of ``scores``, (B, V)."""
    k = found.scores.shape[1]
    for i, (row, bound) in enumerate(zip(scores, _bounds(scores, k), strict=True)):
        candidates = np.flatnonzero(row >= bound)
        values = row[candidates]
        order = np.argsort(-values, kind="stable")[:k]
        order = order[values[order] > -np.inf]
        found.indices[i, : len(order)] = candidates[order]
        found.scores[i, : len(order)] = values[order]


def _bounds(scores: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.float32]:
    """Return a lower bound on the k-th largest score of each row, shape (B,).

    The maxima of disjoint groups of columns are k or more of the row's own scores,
    so the k-th largest of them cannot exceed the k-th largest score. Finding it takes
    one vectorised pass; selecting on the scores themselves (``np.argpartition``) took
    twenty times as long for 70,000 columns and k = 10.
    """
    size = max(1, min(GROUP_SIZE, scores.shape[1] // (16 * k)))
    groups = scores.shape[1] // size
    folded = scores[:, : size * groups].reshape(len(scores), size, groups)
    maxima: npt.NDArray[np.float32] = folded.max(axis=1)
    maxima.partition(groups - k, axis=1)
    bounds: npt.NDArray[np.float32] = maxima[:, groups - k]
    return bounds
