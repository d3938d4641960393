"""Sentences cut into pieces of at most so many words, as gensim's readers do.

Nothing is dropped: a piece that ends is followed by the next one. The words of a
sentence are counted over chunks of text, so pieces do not depend on where those end.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.chunks import CountedChunk, drop_blanks

Ends = npt.NDArray[np.int64]


class Cut(NamedTuple):
    """Where sentences end."""

    length: int | None = None  # words of the longest piece; None for any length
    at_lines: bool = True  # whether the end of a line ends a sentence


class Cutter:
    """Ends the sentences of consecutive chunks.

    Parameters
    ----------
    cut : Cut
    """

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._open = 0  # words that the sentence under way had before this chunk

    def cut_chunk(self, chunk: CountedChunk) -> CountedChunk:
        """Return the chunk with its sentences cut, and without blanks if any is."""
        if self._cut == Cut():
            return chunk
        chunk = drop_blanks(chunk)
        return chunk._replace(ends=self.cut_words(len(chunk.codes), chunk.ends))

    def cut_words(self, words: int, ends: Ends) -> Ends:
        """Return where sentences end among the next words.

        Parameters
        ----------
        words : int
            How many come.
        ends : int64 array
            For each line that ends among them, how many of them lie before.
        """
        length, at_lines = self._cut
        if not at_lines:
            ends = ends[:0]
        if length is None:
            return ends
        starts = np.concatenate([[-self._open], ends])
        stops = np.concatenate([ends, [words]])
        cuts = np.maximum(0, (stops - starts - 1) // length)
        self._open = int(stops[-1] - starts[-1] - cuts[-1] * length)
        if not cuts.any():
            return ends
        # The n-th cut of a sentence lies n lengths behind its start.
        before = np.repeat(np.cumsum(cuts) - cuts, cuts)
        nth = 1 + np.arange(len(before)) - before
        return np.sort(np.concatenate([ends, np.repeat(starts, cuts) + nth * length]))
