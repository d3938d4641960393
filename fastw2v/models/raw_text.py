"""A text as the drop-in reads it: all its words numbered, none dropped yet."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import count
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.tokens import count_tokens

_BATCH_TOKENS = 1 << 16

Word: TypeAlias = Any
"""Mostly str, but anything hashable that is equal to itself can be a word."""
Report: TypeAlias = Callable[[int, int, int], object]
"""Told the sentences, tokens and distinct words read so far."""


class RawText(NamedTuple):
    """Sentences of numbered words.

    Parameters
    ----------
    words : list, length U
        In the order they first appear, or as an encoded corpus has them.
    counts : int64 array, shape (U,)
        Occurrences of each.
    tokens : int32 array, shape (N,)
        Indices into `words`; -1 for words that were pruned while reading.
    offsets : int64 array, shape (S + 1,)
        Sentence ``s`` is ``tokens[offsets[s]:offsets[s + 1]]``; it may be empty.
    """

    words: list[Word]
    counts: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    @property
    def sentences(self) -> int:
        """S, empty sentences included."""
        return len(self.offsets) - 1

    def equals(self, other: "RawText") -> bool:
        """Tell whether both hold the same sentences."""
        return (
            np.array_equal(self.tokens, other.tokens)
            and np.array_equal(self.offsets, other.offsets)
            and self.words == other.words
        )


class Pruning(NamedTuple):
    """How the words of a text that is being read are kept few.

    Parameters
    ----------
    most : int
        Behind a sentence that leaves more distinct words than these, all are forgotten
        that have less than a least count. That is 1 at first, and 1 more each time.
    keeps : callable
        Tells of a word, its count so far and a least count whether to keep it.
    """

    most: int
    keeps: Callable[[Word, int, int], bool]


def text_of_encoded(corpus: EncodedCorpus) -> RawText:
    """Return the tokens of an encoded corpus, with the counts of just these tokens."""
    words = list(corpus.vocab.words)
    counts = count_tokens(corpus.tokens, len(words))
    return RawText(words, counts, corpus.tokens, corpus.offsets)


def number_sentences(
    sentences: Iterable[Any],
    pruning: Pruning | None = None,
    report: Report | None = None,
    report_every: int = 10_000,
) -> RawText:
    """Read sentences once, in order, and number their words.

    Parameters
    ----------
    sentences : iterable of iterables of words
    pruning : Pruning, optional
    report : callable, optional
        Called before every `report_every`-th sentence.
    report_every : int

    Raises
    ------
    TypeError
        A sentence is not iterable or a word not hashable; says which.
    """
    numbering = _Numbering(pruning)
    largest_batch = _BATCH_TOKENS if pruning is None else 1
    pending: list[Word] = []
    ends = [0]
    done = 0
    for number, sentence in enumerate(sentences):
        is_due = report is not None and number % report_every == 0
        if is_due or len(pending) >= largest_batch:
            numbering.add(pending, ends)
            done += len(pending)
            pending = []
        if report is not None and is_due:
            report(number, done, len(numbering.numbers))
        try:
            # Items of an array are NumPy's strings and numbers, slower and odd as keys.
            pending += sentence.tolist() if type(sentence) is np.ndarray else sentence
        except TypeError as error:
            raise _not_a_sentence(number, sentence) from error
        ends.append(done + len(pending))
    numbering.add(pending, ends)
    return numbering.finish(np.array(ends, dtype=np.int64))


class _Numbering:
    """Words numbered by first appearance; a forgotten word gets a new number."""

    def __init__(self, pruning: Pruning | None) -> None:
        # Not the dictionary's own __len__: a cycle, it would outlive its use.
        self.numbers: defaultdict[Hashable, int] = defaultdict(count().__next__)
        self._pruning = pruning
        self._batches: list[npt.NDArray[np.int32]] = []
        self._least = 1
        self._highest = 0
        self._counts = np.zeros(0, dtype=np.int64)

    def add(self, tokens: list[Word], ends: list[int]) -> None:
        """Take the next tokens; `ends` says which sentence one is in."""
        try:
            found = map(self.numbers.__getitem__, tokens)
            batch = np.fromiter(found, dtype=np.int32, count=len(tokens))
        except TypeError as error:
            raise _not_a_word(tokens, ends) from error
        self._batches.append(batch)
        self._highest = max(self._highest, int(batch.max(initial=-1)) + 1)
        if self._pruning is not None:
            self._prune(self._pruning, batch)

    def finish(self, offsets: npt.NDArray[np.int64]) -> RawText:
        """Return the text read."""
        tokens = (
            np.concatenate(self._batches) if self._batches else np.zeros(0, np.int32)
        )
        if len(self.numbers) < self._highest:  # some were forgotten
            places = np.full(self._highest, -1, dtype=np.int32)
            places[list(self.numbers.values())] = np.arange(len(self.numbers))
            tokens = places[tokens]
        counts = count_tokens(tokens, len(self.numbers))
        return RawText(list(map(_plain, self.numbers)), counts, tokens, offsets)

    def _prune(self, pruning: Pruning, batch: npt.NDArray[np.int32]) -> None:
        """Count a batch, and forget the rarest words if there are too many."""
        missing = self._highest - len(self._counts)
        if missing > 0:  # at least doubled, so that growing stays linear in all
            grown = np.zeros(len(self._counts) + missing, dtype=np.int64)
            self._counts = np.concatenate([self._counts, grown])
        np.add.at(self._counts, batch, 1)
        if len(self.numbers) <= pruning.most:
            return
        dropped = [
            word
            for word, number in self.numbers.items()
            if not pruning.keeps(word, int(self._counts[number]), self._least)
        ]
        for word in dropped:
            del self.numbers[word]
        self._least += 1


def _plain(word: Word) -> Word:
    """Return NumPy's scalars as the Python objects they equal."""
    return word.item() if isinstance(word, np.generic) else word


def _not_a_sentence(number: int, sentence: object) -> TypeError:
    return TypeError(
        f"sentence {number} is {sentence!r:.40} of type {type(sentence).__name__}: "
        "give a list of words"
    )


def _not_a_word(tokens: list[Word], ends: list[int]) -> TypeError:
    for at, token in enumerate(tokens):
        try:
            hash(token)
        except TypeError:
            place = ends[-1] - len(tokens) + at
            number = int(np.searchsorted(ends, place, side="right")) - 1
            return TypeError(
                f"sentence {number} holds {token!r:.40} of type "
                f"{type(token).__name__}: a word must be a str, or at least hashable"
            )
    return TypeError("a word cannot be looked up")
