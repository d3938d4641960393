"""Phrases found in many sentences at once, and joined."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, pairwise, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.errors import CorpusError

BATCH_TOKENS = 1 << 15
_CONNECTOR = -1  # in place of a connector word's number

Sentence = Iterable[str]
Index = npt.NDArray[np.int64]


class _Batch(NamedTuple):
    """Some sentences, one after the other."""

    tokens: list[str]
    ends: list[int]  # tokens before the end of each sentence


class _Found(NamedTuple):
    """The phrases of a batch, from left to right, none overlapping."""

    phrases: list[str]
    first: Index  # position of each phrase's first token
    last: Index  # and of its last


class PhraseFinder:
    """Joins the words of known phrases.

    A phrase is taken where it is met first, from left to right, and the next begins
    behind it.

    Parameters
    ----------
    scores : mapping of str to float
        Score of each phrase, by its words joined with `delimiter`.
    threshold : float
        Only phrases that score more are joined.
    delimiter : str
    connector_words : frozenset of str
        Words that stand within phrases, but neither first nor last.
    """

    def __init__(
        self,
        scores: Mapping[str, float],
        threshold: float,
        delimiter: str,
        connector_words: frozenset[str],
    ) -> None:
        self._scores = {p: score for p, score in scores.items() if score > threshold}
        self._delimiter = delimiter
        # Words that may be first or last in a phrase are numbered; others are 0.
        self._numbers = dict.fromkeys(connector_words, _CONNECTOR)
        ends = [
            (self._number(first), self._number(last))
            for phrase in self._scores
            for first, last in _first_and_last(phrase, delimiter)
        ]
        first, last = np.array(ends, dtype=np.int64).reshape(-1, 2).T
        self._is_first = self._flags(first)
        self._is_last = self._flags(last)
        self._ends = np.unique(first << 32 | last)

    def join(self, sentences: Iterable[Sentence]) -> Iterator[list[str]]:
        """Give the sentences with the words of phrases joined."""
        for batch in _batches(sentences):
            found = self._find(batch)
            tokens = np.array(batch.tokens, dtype=object)
            tokens[found.first] = np.array(found.phrases, dtype=object)
            # +1 behind a phrase's first token, -1 behind its last: 0 is outside.
            steps = np.zeros(len(tokens) + 1, dtype=np.int8)
            steps[found.first + 1] += 1
            steps[found.last + 1] -= 1
            keep = np.cumsum(steps[:-1]) == 0
            kept_before = np.concatenate([[0], np.cumsum(keep)])
            joined = tokens[keep].tolist()
            edges = kept_before[[0, *batch.ends]].tolist()
            yield from (joined[a:b] for a, b in pairwise(edges))

    def find(self, sentences: Iterable[Sentence]) -> Iterator[tuple[str, float]]:
        """Give the phrases met, in order, with their scores."""
        for batch in _batches(sentences):
            for phrase in self._find(batch).phrases:
                yield phrase, self._scores[phrase]

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers) + 1)

    def _flags(self, numbers: Index) -> npt.NDArray[np.bool_]:
        """Return an array that is true at the numbers of words that are no connectors."""
        flags = np.zeros(len(self._numbers) + 1, dtype=bool)
        flags[numbers[numbers > 0]] = True
        return flags

    def _find(self, batch: _Batch) -> _Found:
        tokens, known = batch.tokens, self._scores
        found = map(self._numbers.get, tokens, repeat(0))
        numbers = np.fromiter(found, np.int64, count=len(tokens))
        ended = np.bincount(batch.ends, minlength=len(tokens) + 1)
        sentence = np.cumsum(ended[: len(tokens)])
        # The n-th pair of neighbours is that of the n-th plain word and the next one.
        plain = np.flatnonzero(numbers != _CONNECTOR)
        first, last = plain[:-1], plain[1:]
        pairs = np.flatnonzero(
            self._is_first[numbers[first]]
            & self._is_last[numbers[last]]
            & (sentence[first] == sentence[last])
        )
        pairs = pairs[self._are_ends(numbers[first[pairs]], numbers[last[pairs]])]
        spans = zip(first[pairs].tolist(), last[pairs].tolist(), strict=True)
        joined = [self._delimiter.join(tokens[a : b + 1]) for a, b in spans]
        which = np.flatnonzero([phrase in known for phrase in joined])
        which = which[_not_overlapping(pairs[which])]
        pairs = pairs[which]
        return _Found([joined[i] for i in which.tolist()], first[pairs], last[pairs])

    def _are_ends(self, first: Index, last: Index) -> npt.NDArray[np.bool_]:
        """Tell which pairs of words some phrase begins and ends with."""
        keys = first << 32 | last
        at = np.searchsorted(self._ends, keys)
        return np.asarray(self._ends[np.minimum(at, len(self._ends) - 1)] == keys)


def _not_overlapping(pairs: Index) -> npt.NDArray[np.bool_]:
    """Choose pairs from left to right: every other one where they share words."""
    begins = np.diff(pairs, prepend=-2) != 1
    run = np.cumsum(begins) - 1
    place = pairs - pairs[begins][run]
    return np.asarray(place % 2 == 0)


def _first_and_last(phrase: str, delimiter: str) -> Iterator[tuple[str, str]]:
    """Give each first and last word that a phrase may be joined from."""
    places = list(_places(delimiter, phrase))
    for number, at in enumerate(places):
        for end in places[number:]:
            yield phrase[:at], phrase[end + len(delimiter) :]


def _places(part: str, text: str) -> Iterator[int]:
    """Give the places within `text`, not at its ends, where `part` stands."""
    at = text.find(part, 1)
    while 0 < at < len(text) - len(part):
        yield at
        at = text.find(part, at + 1)


def _batches(sentences: Iterable[Sentence]) -> Iterator[_Batch]:
    tokens: list[str] = []
    ends: list[int] = []
    for number, sentence in enumerate(sentences):
        if isinstance(sentence, str):
            raise CorpusError(
                f"sentence {number} is {sentence!r:.40} of type str, not a list of "
                "tokens: split it into tokens"
            )
        tokens.extend(sentence)
        ends.append(len(tokens))
        if len(tokens) >= BATCH_TOKENS:
            yield _Batch(tokens, ends)
            tokens, ends = [], []
    if ends:
        yield _Batch(tokens, ends)


def split_off_first(corpus: Iterable[Any]) -> tuple[object, Iterable[Any]]:
    """Return the first item of an iterable, None if there is none, and all items."""
    items = iter(corpus)
    try:
        first = next(items)
    except StopIteration:
        return None, ()
    return first, (chain([first], items) if items is corpus else corpus)


class JoinedCorpus:
    """The sentences of a corpus with phrases joined: lazy, and starts anew each time.

    Parameters
    ----------
    finder : callable
        Gives the `PhraseFinder`, asked for when iteration begins.
    sentences : iterable of sentences

    Raises
    ------
    CorpusError
        When iterated a second time over something that can be read only once.
    """

    def __init__(
        self, finder: Callable[[], PhraseFinder], sentences: Iterable[Sentence]
    ) -> None:
        self._finder = finder
        self._sentences = sentences
        self._is_used_up = False

    def __iter__(self) -> Iterator[list[str]]:
        # A generator: whoever only asks whether this can be iterated uses nothing up.
        if self._is_used_up:
            raise CorpusError(
                f"{self._sentences!r:.80} can be read only once, and was: pass a list, "
                "LineSentence or another iterable that starts anew"
            )
        self._is_used_up = iter(self._sentences) is self._sentences
        yield from self._finder().join(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)  # type: ignore[arg-type]  # or TypeError
