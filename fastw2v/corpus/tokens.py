"""Counting and renumbering long arrays of tokens, a part at a time.

NumPy makes int64 of all int32 indices it is given at once, which for a whole text takes
twice its memory again.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int32]

_PART = 1 << 20


def count_tokens(tokens: Tokens, vocabulary_size: int) -> npt.NDArray[np.int64]:
    """Return how often each word occurs, int64, shape (V,); negative tokens are none."""
    counts = np.zeros(vocabulary_size, np.int64)
    for part in _parts(len(tokens)):
        block = tokens[part]
        counts += np.bincount(block[block >= 0], minlength=vocabulary_size)
    return counts


def renumber(
    tokens: Tokens, numbers: npt.NDArray[np.int32]
) -> tuple[Tokens, npt.NDArray[np.bool_]]:
    """Give tokens other numbers, and drop those whose number is negative.

    Parameters
    ----------
    tokens : int32 array, shape (N,)
        Indices into `numbers`; negative ones count from its end.
    numbers : int32 array

    Returns
    -------
    int32 array
        The numbers of the tokens that stay.
    bool array, shape (N,)
        Which those are.
    """
    keep = np.empty(len(tokens), np.bool_)
    for part in _parts(len(tokens)):
        np.greater_equal(numbers[tokens[part]], 0, out=keep[part])
    kept = np.empty(np.count_nonzero(keep), np.int32)
    filled = 0
    for part in _parts(len(tokens)):
        found = numbers[tokens[part][keep[part]]]
        kept[filled : filled + len(found)] = found
        filled += len(found)
    return kept, keep


def _parts(length: int) -> Iterator[slice]:
    for start in range(0, length, _PART):
        yield slice(start, start + _PART)
