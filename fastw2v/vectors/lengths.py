"""Lengths of vectors, and vectors brought to length one."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]

# Rows measured at once.
BLOCK_ROWS = 1024


def row_norms(rows: Floats) -> Floats:
    """Return the Euclidean length of each row, shape (V,).

    Squares are added in float64, so that no finite float32 row overflows. The result
    is float32, or float64 for rows of float64.
    """
    norms = np.empty(len(rows), dtype=np.promote_types(rows.dtype, np.float32))
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS].astype(np.float64)
        norms[start : start + BLOCK_ROWS] = np.linalg.norm(block, axis=1)
    return norms


def inverse(norms: Floats) -> Floats:
    """Return one over each length; 0 for 0.

    A length below 1.2e-38, the smallest normal float32, counts as 0.
    """
    scale = np.zeros_like(norms)
    np.divide(1, norms, out=scale, where=norms > np.finfo(np.float32).tiny)
    return scale


def to_unit(rows: Floats) -> Floats:
    """Return rows of length one, shape (n, D), as a new array; zeros stay zeros."""
    unit = rows.astype(np.promote_types(rows.dtype, np.float32))
    unit *= inverse(row_norms(rows))[:, None]
    return unit


def cosine(first: Floats, second: Floats) -> np.float32:
    """Return the cosine between two vectors of shape (D,); 0 if one is all zero."""
    unit = to_unit(np.stack([first, second]))
    return np.float32(unit[0] @ unit[1])
