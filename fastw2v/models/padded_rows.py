"""Matrices whose rows kernels can train in place, seen without their padding."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.training.weights import aligned_zeros, padded_width

Matrix = npt.NDArray[np.float32]

_BLOCK_ROWS = 4096


def zero_rows(rows: int, dim: int) -> Matrix:
    """Return zeros of shape (rows, dim), the left part of padded rows."""
    return aligned_zeros(rows, padded_width(dim))[:, :dim]


def uniform_rows(rows: int, dim: int, seed: int | None) -> Matrix:
    """Return rows drawn uniformly from -1/dim to 1/dim, the left part of padded rows.

    gensim's scale, twice word2vec.c's. Row ``i`` follows from `seed` and ``i`` alone.
    """
    matrix = zero_rows(rows, dim)
    random = np.random.default_rng(seed)
    for first in range(0, rows, _BLOCK_ROWS):
        block = matrix[first : first + _BLOCK_ROWS]
        block[:] = random.random(block.shape, dtype=np.float32)
        block *= 2.0
        block -= 1.0
        block /= dim
    return matrix


def grown(matrix: npt.NDArray[Any], rows: int, filling: Matrix | None = None) -> Matrix:
    """Return a larger matrix with the same first rows, the left part of padded rows.

    Parameters
    ----------
    matrix : float array, shape (n, dim), n at most `rows`
    rows : int
    filling : float32 array, shape (rows, dim), optional
        What to put into the new rows instead of zeros; it is taken over.
    """
    larger = zero_rows(rows, matrix.shape[1]) if filling is None else filling
    larger[: len(matrix)] = matrix
    return larger


def padded(matrix: npt.NDArray[Any]) -> Matrix:
    """Return the padded rows that a matrix is the left part of, else a padded copy.

    Parameters
    ----------
    matrix : float array, shape (V, D)

    Returns
    -------
    float32 array, shape (V, P), writeable, zero from column D on
    """
    whole = _whole_rows(matrix)
    if whole is not None:
        return whole
    rows, dim = matrix.shape
    return _base_of(grown(matrix, rows), padded_width(dim))


def _whole_rows(matrix: npt.NDArray[Any]) -> Matrix | None:
    """Return the padded rows behind a matrix, None where there are none."""
    rows, dim = matrix.shape
    width = padded_width(dim)
    if matrix.dtype != np.float32 or not matrix.flags.writeable or not rows:
        return None
    if matrix.strides != (4 * width, 4):
        return None
    if width == dim:
        return matrix
    base = matrix.base
    if not isinstance(base, np.ndarray) or base.dtype != np.float32 or base.ndim != 1:
        return None
    start = (matrix.ctypes.data - base.ctypes.data) // 4
    if not base.flags.c_contiguous or start + rows * width > len(base):
        return None
    whole: Matrix = base[start : start + rows * width].reshape(rows, width)
    return None if whole[:, dim:].any() else whole


def _base_of(matrix: Matrix, width: int) -> Matrix:
    if matrix.shape[1] == width:
        return matrix
    whole = _whole_rows(matrix)
    # Only a matrix without rows has none.
    return aligned_zeros(0, width) if whole is None else whole
