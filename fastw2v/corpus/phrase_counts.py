"""The counts a phrase is judged by, of each run of words that may be one.

As in gensim and word2phrase a phrase is known by its words joined with the delimiter,
and counts are those of the joined string: where a text has both "new york" and
"new_york", the counts of the two are added up.
"""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from fastw2v.corpus.bigrams import BigramCounter
from fastw2v.corpus.pair_runs import FIRST_START, Counts, split_keys


class Candidates(NamedTuple):
    """All runs of words that may be a phrase, P of them."""

    first_counts: Counts  # (P,) of the first word
    last_counts: Counts  # (P,) of the last word
    counts: Counts  # (P,) of the run


class PhraseCounts:
    """A snapshot of what a `BigramCounter` has counted.

    Parameters
    ----------
    counter : BigramCounter
    delimiter : str
        Joins the words of a phrase.

    Attributes
    ----------
    size : int
        Distinct words and joined runs.
    total_words : int
        Words read.
    """

    def __init__(self, counter: BigramCounter, delimiter: str) -> None:
        self._counter = counter
        self._delimiter = delimiter
        self._words = list(counter.words())
        self._pairs = counter.pairs()
        self._word_counts = counter.word_counts()
        self._run_counts = self._pairs.counts
        self._left, self._right = split_keys(self._pairs.keys)
        self._parents, self._connectors = split_keys(counter.starts())
        self.total_words = counter.total_words
        self.size = int(np.count_nonzero(self._word_counts)) + len(self._pairs.keys)
        if self._is_ambiguous():
            self._add_up()

    def candidates(self) -> Candidates:
        """Return the runs, by the number that `tokens` takes."""
        counts = self._word_counts
        return Candidates(
            counts[self._first_words()], counts[self._right], self._run_counts
        )

    def tokens(self, run: int) -> list[str]:
        """Return the words of a run."""
        words = [self._words[self._right[run]]]
        start = int(self._left[run])
        while start >= FIRST_START:
            words.append(self._words[self._connectors[start - FIRST_START]])
            start = int(self._parents[start - FIRST_START])
        return [self._words[start], *reversed(words)]

    def word_count(self, word: str) -> int:
        """Return how often a word occurs; 0 for connectors."""
        number = self._counter.number(word)
        return 0 if number is None else int(self._word_counts[number])

    def run_count(self, tokens: list[str]) -> int:
        """Return how often these words follow each other, 0 if never."""
        first, last = self._counter.number(tokens[0]), self._counter.number(tokens[-1])
        if first is None or last is None:
            return 0
        start = self._counter.start(first, tokens[1:-1])
        if start is None:
            return 0
        key = np.uint64(start << 32 | last)
        at = int(np.searchsorted(self._pairs.keys, key))
        if at == len(self._pairs.keys) or self._pairs.keys[at] != key:
            return 0
        return int(self._run_counts[at])

    def frequent(self, min_count: int) -> int:
        """Return how many words and runs occur at least so often."""
        return int(np.count_nonzero(self._all_counts() >= min_count))

    @cached_property
    def vocab(self) -> dict[str, int]:
        """Count of each word and of each joined run; large."""
        strings, counts = self._strings(), self._all_counts().tolist()
        return dict(zip(strings.cast("large_string").to_pylist(), counts, strict=True))

    def _first_words(self) -> Counts:
        """Return the number of each run's first word."""
        roots = self._parents.copy()
        while len(deep := np.flatnonzero(roots >= FIRST_START)):
            roots[deep] = roots[roots[deep] - FIRST_START]
        first = self._left.copy()
        long = first >= FIRST_START
        first[long] = roots[first[long] - FIRST_START]
        return first

    def _is_ambiguous(self) -> bool:
        """Tell whether two words or runs may be joined to the same string."""
        marks = set(self._delimiter)
        return not marks or any(marks.intersection(word) for word in self._words)

    def _add_up(self) -> None:
        """Give words and runs of the same string the sum of their counts."""
        coded = self._strings().dictionary_encode()
        codes = coded.indices.to_numpy()
        sums = np.zeros(len(coded.dictionary), dtype=np.int64)
        np.add.at(sums, codes, self._all_counts())
        used = np.flatnonzero(self._word_counts)
        self._word_counts[used] = sums[codes[: len(used)]]
        self._run_counts = sums[codes[len(used) :]]
        self.size = len(sums)

    def _all_counts(self) -> Counts:
        used = self._word_counts[self._word_counts > 0]
        return np.concatenate([used, self._run_counts])

    def _strings(self) -> Any:
        """Return the words that were counted, then the joined runs: UTF-8, in Arrow."""
        import pyarrow as pa  # here, because importing it takes 0.2 s
        import pyarrow.compute as pc

        words = [word.encode("utf-8", "surrogateescape") for word in self._words]
        delimiter = self._delimiter.encode()
        starts = list(words)
        lead = FIRST_START - len(words)
        for parent, connector in zip(
            self._parents.tolist(), self._connectors.tolist(), strict=True
        ):
            at = parent if parent < FIRST_START else parent - lead
            starts.append(starts[at] + delimiter + words[connector])
        left = np.where(self._left < FIRST_START, self._left, self._left - lead)
        type_ = pa.large_binary()
        runs = pc.binary_join_element_wise(
            pa.array(starts, type_).take(left),
            pa.array(words, type_).take(self._right),
            pa.scalar(delimiter, type_),
        )
        used = pa.array(words, type_).take(np.flatnonzero(self._word_counts))
        return pa.concat_arrays([used, runs])
