"""Phrases found in many sentences at once, and joined."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, pairwise, repeat
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.errors import CorpusError

BATCH_TOKENS = 1 << 15
_FIRST, _LAST, _CONNECTOR = 1, 2, 4

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
        self._phrases = {p for p, score in scores.items() if score > threshold}
        self._delimiter = delimiter
        self._roles: dict[str, int] = {}
        for phrase in self._phrases:
            for at in _occurrences(delimiter, phrase):
                self._add_role(phrase[:at], _FIRST)
                self._add_role(phrase[at + len(delimiter) :], _LAST)
        self._roles |= dict.fromkeys(connector_words, _CONNECTOR)

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

    def find(self, sentences: Iterable[Sentence]) -> Iterator[str]:
        """Give the phrases met, in order."""
        for batch in _batches(sentences):
            yield from self._find(batch).phrases

    def _add_role(self, word: str, role: int) -> None:
        self._roles[word] = self._roles.get(word, 0) | role

    def _find(self, batch: _Batch) -> _Found:
        tokens, delimiter, known = batch.tokens, self._delimiter, self._phrases
        found = map(self._roles.get, tokens, repeat(0))
        roles = np.fromiter(found, np.int8, count=len(tokens))
        ended = np.bincount(batch.ends, minlength=len(tokens) + 1)
        sentence = np.cumsum(ended[: len(tokens)])
        plain = np.flatnonzero(roles != _CONNECTOR)
        first, last = plain[:-1], plain[1:]
        may_be = (roles[first] & _FIRST > 0) & (roles[last] & _LAST > 0)
        # The n-th pair of neighbours is that of the n-th plain word and the next one.
        pairs = np.flatnonzero(may_be & (sentence[first] == sentence[last]))
        spans = zip(first[pairs].tolist(), last[pairs].tolist(), strict=True)
        joined = [delimiter.join(tokens[a : b + 1]) for a, b in spans]
        is_phrase = np.fromiter((p in known for p in joined), bool, count=len(joined))
        which = np.flatnonzero(is_phrase)
        which = which[_not_overlapping(pairs[which])]
        pairs = pairs[which]
        return _Found([joined[i] for i in which.tolist()], first[pairs], last[pairs])


def _not_overlapping(pairs: Index) -> npt.NDArray[np.bool_]:
    """Choose pairs from left to right: every other one where they share words."""
    begins = np.diff(pairs, prepend=-2) != 1
    run = np.cumsum(begins) - 1
    place = pairs - pairs[begins][run]
    return np.asarray(place % 2 == 0)


def _occurrences(part: str, text: str) -> Iterator[int]:
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
        if self._is_used_up:
            raise CorpusError(
                f"{self._sentences!r:.80} can be read only once, and was: pass a list, "
                "LineSentence or another iterable that starts anew"
            )
        self._is_used_up = iter(self._sentences) is self._sentences
        return self._finder().join(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)  # type: ignore[arg-type]  # or TypeError
