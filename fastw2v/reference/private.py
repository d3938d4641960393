"""Rows of a worker's own in NumPy: the same names and arguments as `kernels.private`."""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Scratch, Settings, Weights

Rows = npt.NDArray[np.integer]


def own_row(words: Rows, private: tuple[int, int]) -> Rows:
    """Return this worker's rows of words or nodes; see `bundles.Scratch.private`."""
    count, behind = private
    return np.where(words < count, words + behind, words)


def copy_rows(weights: Weights, scratch: Scratch) -> None:
    """Take this worker's rows from the shared ones."""
    count, first = scratch.private
    for matrix, merged in _in_use(weights, scratch):
        merged[:] = matrix[first : first + count] = matrix[:count]


def merge_rows(weights: Weights, scratch: Scratch, n: int) -> None:
    """Add what this worker changed in its first n rows to the shared rows, and go on."""
    _, first = scratch.private
    for matrix, merged in _in_use(weights, scratch):
        matrix[:n] += matrix[first : first + n] - merged[:n]
        merged[:n] = matrix[first : first + n] = matrix[:n]


def _in_use(
    weights: Weights, scratch: Scratch
) -> list[tuple[FloatMatrix, FloatMatrix]]:
    """Return the matrices that have rows, and what was last merged of each."""
    of_each = np.split(scratch.merged, len(weights))
    return [pair for pair in zip(weights, of_each, strict=True) if len(pair[0])]


def merge_in_turn(weights: Weights, settings: Settings, scratch: Scratch) -> None:
    """Count one kept token; merge the rows whose turn it is when a merge is due."""
    scratch.clock[0] += 1
    if scratch.clock[0] == settings.interval:
        scratch.clock[:] = 0, scratch.clock[1] + 1
        often = 2
        while scratch.clock[1] % often == 0:
            often *= 2
        merge_rows(
            weights, scratch, min(settings.prefix * often // 2, settings.private)
        )
