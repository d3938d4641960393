"""Exact nearest neighbours by cosine, many queries at a time."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

# Scores held at once, float32: 64 MiB. A quarter of that halves the speed of the matrix
# product for 300,000 rows, because fewer queries share each pass over the rows.
BLOCK_SCORES = 1 << 24

# Columns folded together when a selection looks for its lower bound.
GROUP_SIZE = 64


class UnitRows(NamedTuple):
    """Rows seen as unit vectors, without storing a normalised copy.

    Parameters
    ----------
    rows : float32 array, shape (V, D)
        Raw vectors; may be a strided view.
    scale : float32 array, shape (V,)
        One over the length of each row, 0 for a row of zeros.
    """

    rows: npt.NDArray[np.float32]
    scale: npt.NDArray[np.float32]

    def first(self, count: int | None) -> "UnitRows":
        """Return the first ``count`` rows, all of them for None."""
        if count is not None and count < 0:
            raise ValueError(f"restrict_vocab is {count}: give 0 or more, or None")
        return UnitRows(self.rows[:count], self.scale[:count])

    def take(self, indices: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return unit vectors, shape (len(indices), D), as a new array."""
        chosen = np.asarray(indices, dtype=np.intp)
        unit: npt.NDArray[np.float32] = self.rows[chosen]
        unit *= self.scale[chosen, None]
        return unit


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
        Row numbers that may not answer the query; numbers beyond V are ignored.

    Returns
    -------
    Neighbours
        Arrays of shape (Q, min(k, V)).

    Notes
    -----
    Memory beyond the result is one block of ``BLOCK_SCORES`` scores, or one row of V
    scores where V is larger than that.
    """
    n_rows = len(table.rows)
    k = min(k, n_rows)
    found = Neighbours(
        np.full((len(queries), k), -1, dtype=np.int64),
        np.full((len(queries), k), -np.inf, dtype=np.float32),
    )
    if k == 0 or len(queries) == 0:
        return found
    step = min(len(queries), max(1, BLOCK_SCORES // n_rows))
    buffer = np.empty((step, n_rows), dtype=np.float32)
    for start in range(0, len(queries), step):
        block = slice(start, min(start + step, len(queries)))
        scores = buffer[: block.stop - start]
        np.matmul(queries[block], table.rows.T, out=scores)
        scores *= table.scale
        for row, banned in zip(scores, exclude[block], strict=True):
            row[[number for number in banned if number < n_rows]] = -np.inf
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
