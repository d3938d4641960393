"""Words counted and numbered while text is read, and which of them are kept."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.numbering import Numbering
from fastw2v.corpus.packed_vocab import PackedVocab
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError


class Limits(NamedTuple):
    """Which words are kept."""

    min_count: int
    max_vocab: int | None


class Tally:
    """Words numbered by first appearance, and their counts.

    Number 0 is the empty string, which is no word: see `chunks`.

    Parameters
    ----------
    words : iterable of str
        Words that get the numbers 1, 2, ... before any text is read.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = Numbering(["", *words])
        self._counts = np.zeros(len(self.words), dtype=np.int64)

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Occurrences of each word by its number, a live view."""
        return self._counts[: len(self.words)]

    @property
    def tokens(self) -> int:
        """Tokens counted so far."""
        return int(self.counts[1:].sum())

    def add(
        self, words: list[str], counts: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int32]:
        """Count the words of a chunk and return their numbers."""
        numbers = self.words.add(words)
        missing = len(self.words) - len(self._counts)
        if missing > 0:  # at least doubled, so that growing stays linear in all
            grown = np.zeros(len(self._counts) + missing, dtype=np.int64)
            self._counts = np.concatenate([self._counts, grown])
        self._counts[numbers] += counts
        return numbers

    def most_frequent(
        self, limits: Limits
    ) -> tuple[PackedVocab, npt.NDArray[np.int32]]:
        """Return the words within the limits, by falling count.

        Returns
        -------
        PackedVocab
        int32 array
            The number in it of each word counted, -1 where it has none.

        Raises
        ------
        CorpusError
            If no word is left.
        """
        self._check_any()
        counts = self.counts.copy()
        counts[0] = 0
        order = np.argsort(-counts, kind="stable")
        order = order[counts[order] >= max(1, limits.min_count)][: limits.max_vocab]
        if not len(order):
            raise CorpusError(
                f"no word occurs min_count={limits.min_count} times, the most frequent "
                f"{counts.max()} times: lower min_count or give more text"
            )
        numbers = np.full(len(counts), -1, dtype=np.int32)
        numbers[order] = np.arange(len(order))
        words = list(self.words)
        kept = [words[number] for number in order]
        return PackedVocab.of(kept, counts[order]), numbers

    def numbers_in(self, vocab: Vocab) -> npt.NDArray[np.int32]:
        """Return the number in `vocab` of each word counted, -1 where it has none.

        Raises
        ------
        CorpusError
            If it has none of them.
        """
        self._check_any()
        numbers = numbers_of(self.words, vocab)
        if numbers.max() < 0:
            raise CorpusError(
                f"none of the {len(numbers) - 1} words of the source is among the "
                f"{len(vocab)} of the vocabulary: check that they belong together"
            )
        return numbers

    def _check_any(self) -> None:
        if not self.tokens:
            raise CorpusError("the source holds no words: check that it is the text")


def numbers_of(
    words: Numbering[str] | Sequence[str], vocab: Vocab
) -> npt.NDArray[np.int32]:
    """Return the number in `vocab` of each word of a tally, -1 where it has none."""
    lookup = map(vocab.index.get, words, repeat(-1))
    numbers = np.fromiter(lookup, dtype=np.int32, count=len(words))
    numbers[0] = -1  # the empty string
    return numbers
