"""The arrays that counting passes to its kernels and their reference.

Legend as in `bundles`; R rows of a block.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix


class Windows(NamedTuple):
    """Which tokens around a target are its contexts, and what each counts for."""

    left: int
    """Tokens to the left of the target that count, at most."""
    right: int
    """Tokens to its right that count, at most."""
    weights: npt.NDArray[np.int64]
    """(2 L + 1,) what a context at each distance from -L to L counts for: 0 for the
    target itself, above 0 for the others."""


class Occurrences(NamedTuple):
    """Where the words of a block of rows stand in the text; R rows."""

    bounds: npt.NDArray[np.int64]
    """(R + 1,) row r of the block owns places[bounds[r]:bounds[r + 1]]."""
    places: npt.NDArray[np.int64]
    """(n,) position << 28 | contexts to the left << 14 | contexts to the right."""


class Entries(NamedTuple):
    """Rows of a sparse matrix in the making, one after the other."""

    lengths: npt.NDArray[np.int64]
    """(R,) entries of each row of the block."""
    columns: npt.NDArray[np.int32]
    """(capacity,) rising within a row."""
    sums: npt.NDArray[np.int64]
    """(capacity,) summed weights."""


class RowSums(NamedTuple):
    """Buffers for one row of V columns, all zero between rows."""

    sums: npt.NDArray[np.int64]
    """(V,) summed weights so far."""
    bits: npt.NDArray[np.uint64]
    """(V / 64 rounded up,) one bit a column, to find them in order."""
    summary: npt.NDArray[np.uint64]
    """(V / 4096 rounded up,) one bit an element of `bits`."""


def new_row_sums(vocabulary: int) -> RowSums:
    """Allocate the buffers for rows of so many columns."""
    words = -(-vocabulary // 64)
    return RowSums(
        np.zeros(vocabulary, np.int64),
        np.zeros(words, np.uint64),
        np.zeros(-(-words // 64), np.uint64),
    )


class SparseRows(NamedTuple):
    """A sparse matrix by rows, read-only."""

    indptr: npt.NDArray[np.integer]
    """(rows + 1,) row r is entries indptr[r] to indptr[r + 1] - 1."""
    indices: npt.NDArray[np.integer]
    """(entries,) columns."""
    data: FloatMatrix
    """(entries,) values."""
