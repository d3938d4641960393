"""Words and pairs of neighbouring words counted, for finding phrases.

Text comes as numbered chunks, as for `encode`. A pair of neighbours is one 64-bit key,
its first word and its second; the keys of a few million tokens are sorted and counted
together, into a run, and runs of like size are merged. No token is touched by Python.

Connector words ("of", "the") may stand within a phrase, but neither begin nor end it.
They are not counted themselves; a pair with connectors between has, in place of its
first word, a start: the number of that word followed by those connectors.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.bigram_state import Counted, check_counted
from fastw2v.corpus.numbering import Numbering, counted_in_order
from fastw2v.corpus.pair_runs import (
    FIRST_START,
    Counts,
    Keys,
    Run,
    count_pairs,
    make_keys,
    merge,
)
from fastw2v.corpus.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fastw2v.corpus.chunks import CountedChunk
    from fastw2v.corpus.sources import Source

BLOCK_PAIRS = 1 << 24  # pairs sorted at a time: 128 MiB


class BigramCounter:
    """Counts words and pairs, over any number of texts.

    Parameters
    ----------
    connector_words : iterable of str
        Words that only join others.
    max_size : int, optional
        Words and pairs to keep; when there are more, the rarest are dropped (but for
        the strings of words). The count of one that was dropped and comes again is too
        low, by less than `min_reduce` for each time it was dropped.

    Attributes
    ----------
    total_words : int
        Words read, connectors among them.
    sentences : int
        Ends of sentences read, those of empty ones among them.
    min_reduce : int
        Words and pairs with fewer occurrences may have been dropped; 1 if none were.
    """

    def __init__(
        self, connector_words: "Iterable[str]" = (), max_size: int | None = None
    ) -> None:
        connectors = sorted(set(connector_words) - {""})
        self._tally = Tally(connectors)
        self._connectors = len(connectors)  # numbered 1, 2, ...
        self._starts: Numbering[int] = Numbering()
        self._runs: list[Run] = []
        self._max_size = max_size
        self.total_words = 0
        self.sentences = 0
        self.min_reduce = 1

    def add(
        self,
        source: "Source",
        threads: int,
        progress: "Callable[[int, int | None], object]" = lambda *_: None,
    ) -> None:
        """Count a text; the result is the same for any number of threads.

        Raises
        ------
        CorpusError
            If the text cannot be read; what was read before is counted.
        """
        # What a phrase under way at the end of a chunk began with.
        carry = np.zeros(0, dtype=np.int32)
        waiting: list[Keys] = []
        try:
            for chunk, bytes_read in counted_in_order(source, threads):
                carry, keys = self._number(chunk, carry)
                waiting.append(keys)
                if sum(map(len, waiting)) >= BLOCK_PAIRS:
                    self._append(count_pairs(np.concatenate(waiting)))
                    waiting = []
                progress(bytes_read, source.bytes_total)
        finally:  # after an error, so that words and pairs fit together
            if waiting:
                self._append(count_pairs(np.concatenate(waiting)))

    def words(self) -> "Iterator[str]":
        """Go over the words, by number; 0 is no word, then come the connectors."""
        return iter(self._tally.words)

    def number(self, word: str) -> int | None:
        """Return the number of a word that is no connector; None if never seen."""
        number = self._tally.words.get(word)
        return number if number is not None and number > self._connectors else None

    def word_counts(self) -> Counts:
        """Return how often each word occurs, by number; 0 for connectors."""
        counts = self._tally.counts.copy()
        counts[: self._connectors + 1] = 0
        return counts

    def pairs(self) -> Run:
        """Return all pairs with their counts."""
        while len(self._runs) > 1:
            self._runs.append(merge(self._runs.pop(), self._runs.pop()))
        return self._runs[0] if self._runs else count_pairs(np.zeros(0, np.uint64))

    def starts(self) -> Keys:
        """Return what each start is: the one before it << 32 | the connector behind."""
        return np.fromiter(self._starts, dtype=np.uint64, count=len(self._starts))

    def start(self, first: int, connectors: "Iterable[str]") -> int | None:
        """Return the number of a start, None if it was never seen."""
        for word in connectors:
            connector = self._tally.words.get(word)
            if connector is None:
                return None
            found = self._starts.get(first << 32 | connector)
            if found is None:
                return None
            first = FIRST_START + found
        return first

    def state(self) -> Counted:
        """Return all that was counted, for `restore`."""
        pairs = self.pairs()
        return Counted(
            words=list(self._tally.words)[1:],
            word_counts=self._tally.counts[1:].copy(),
            pair_keys=pairs.keys,
            pair_counts=pairs.counts,
            starts=self.starts(),
            total_words=self.total_words,
            sentences=self.sentences,
            min_reduce=self.min_reduce,
        )

    def restore(self, counted: Counted) -> None:
        """Take over what a counter with the same connectors has counted.

        Raises
        ------
        ValueError
            The parts contradict each other.
        """
        check_counted(counted, list(self._tally.words)[1:])
        self._tally = Tally(counted.words)
        self._tally.counts[1:] = counted.word_counts
        self._starts = Numbering(counted.starts.tolist())
        self._runs = [Run(counted.pair_keys, counted.pair_counts)]
        self.total_words = counted.total_words
        self.sentences = counted.sentences
        self.min_reduce = counted.min_reduce

    def _number(
        self, chunk: "CountedChunk", carry: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.int32], Keys]:
        """Count the words of a chunk; return the next carry, and the pairs."""
        from fastw2v.corpus.chunks import drop_blanks

        chunk = drop_blanks(chunk)
        numbers = self._tally.add(chunk.words, chunk.counts)
        self.total_words += len(chunk.codes)
        self.sentences += len(chunk.ends)
        tokens = np.concatenate([carry, numbers[chunk.codes]])
        return self._pairs(tokens, chunk.ends + len(carry))

    def _pairs(
        self, tokens: npt.NDArray[np.int32], ends: Counts
    ) -> tuple[npt.NDArray[np.int32], Keys]:
        sentence = np.zeros(len(tokens) + 1, dtype=np.int32)
        sentence[ends] = 1
        np.cumsum(sentence, out=sentence)
        plain = np.flatnonzero(tokens > self._connectors)
        carry = tokens[:0]
        if len(plain) and sentence[plain[-1]] == sentence[-1]:
            carry = tokens[plain[-1] :]
        inside = sentence[plain[:-1]] == sentence[plain[1:]]
        first, second = plain[:-1][inside], plain[1:][inside]
        starts = tokens[first].astype(np.uint64)
        step = 1
        open_ = np.flatnonzero(second - first > step)
        while len(open_):
            starts[open_] = self._longer(starts[open_], tokens[first[open_] + step])
            step += 1
            open_ = open_[(second - first)[open_] > step]
        return carry, make_keys(starts, tokens[second])

    def _longer(self, starts: Keys, connectors: npt.NDArray[np.int32]) -> Keys:
        """Return the starts made of these starts with a connector behind each."""
        keys = make_keys(starts, connectors)
        distinct, inverse = np.unique(keys, return_inverse=True)
        numbers = self._starts.add(distinct.tolist()).astype(np.uint64)
        return (numbers + np.uint64(FIRST_START))[inverse]

    def _append(self, run: Run) -> None:
        """Add a run, merging those of like size, and keep within `max_size`."""
        runs = self._runs
        runs.append(run)
        while len(runs) > 1 and len(runs[-1].keys) * 2 > len(runs[-2].keys):
            runs.append(merge(runs.pop(), runs.pop()))
        limit = self._max_size
        if limit is None or self._words() + sum(len(r.keys) for r in runs) <= limit:
            return
        keys, counts = self.pairs()
        if self._words() + len(keys) <= limit:
            return
        words = self.word_counts()
        rest = np.concatenate([words[words > 0], counts])
        # At least as many as are too many have no more than the last of them.
        surplus = len(rest) - limit
        self.min_reduce = int(np.partition(rest, surplus - 1)[surplus - 1]) + 1
        tallied = self._tally.counts[self._connectors + 1 :]
        tallied[tallied < self.min_reduce] = 0
        keep = counts >= self.min_reduce
        self._runs = [Run(keys[keep], counts[keep])]

    def _words(self) -> int:
        return int(np.count_nonzero(self._tally.counts[self._connectors + 1 :]))
