"""A vocabulary on its way out of the count of a text."""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.vocab import Vocab


class PackedVocab(NamedTuple):
    """All words as one string.

    The words kept from a text lie in memory among those that are not. Were they kept as
    they are, what the others took could not be given back: Python frees small objects
    by blocks of many. So they are packed, and unpacked when all others are gone.

    Parameters
    ----------
    text : str
        The words one after another.
    lengths : list of int
        Of each, in characters.
    counts : int64 array, shape (V,)
        Occurrences of each.
    """

    text: str
    lengths: list[int]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, words: Sequence[str], counts: npt.NDArray[np.int64]) -> Self:
        """Pack words with their counts."""
        return cls("".join(words), list(map(len, words)), counts)

    def unpack(self) -> Vocab:
        """Return the vocabulary, of new strings."""
        ends = accumulate(self.lengths, initial=0)
        words = [self.text[start:stop] for start, stop in pairwise(ends)]
        return Vocab(words, self.counts)
