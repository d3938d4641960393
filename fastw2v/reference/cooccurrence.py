"""Co-occurrence counts in NumPy: one distance at a time, then sorted pairs."""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Text
from fastw2v.count_bundles import Windows

Sums = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]


def count_rows(text: Text, windows: Windows, rows: tuple[int, int]) -> Sums:
    """Return the entries of the rows first..stop-1: rows, columns, summed weights.

    The twin of `find_occurrences` and `count_rows` of `kernels.cooccurrence` together.
    Ordered by row, then column.

    Parameters
    ----------
    text : Text
    windows : Windows
    rows : (int, int)
    """
    tokens = text.tokens.astype(np.int64)
    sentence = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets))
    middle = len(windows.weights) // 2
    vocabulary = int(tokens.max(initial=0)) + 1
    pairs: list[npt.NDArray[np.int64]] = []
    weights: list[npt.NDArray[np.int64]] = []
    for shift in range(-windows.left, windows.right + 1):
        target = np.arange(max(-shift, 0), len(tokens) - max(shift, 0))
        inside = sentence[target] == sentence[target + shift]
        inside &= (tokens[target] >= rows[0]) & (tokens[target] < rows[1])
        target = target[inside]
        if shift:
            pairs.append(tokens[target] * vocabulary + tokens[target + shift])
            weights.append(np.full(len(target), windows.weights[middle + shift]))
    found, inverse = np.unique(np.concatenate(pairs), return_inverse=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, inverse, np.concatenate(weights))
    return found // vocabulary, found % vocabulary, sums
