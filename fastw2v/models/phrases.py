"""Phrases as gensim.models.phrases has them: "new", "york" to "new_york".

Counting is `corpus.bigrams`, judging `phrase_scores`, joining `phrase_finder`; this is
gensim's face on them.
"""

import logging
import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Self

from fastw2v.checks import check_float, check_int
from fastw2v.corpus.bigrams import BigramCounter
from fastw2v.corpus.phrase_counts import PhraseCounts
from fastw2v.cpus import available_cpus
from fastw2v.errors import ConfigError
from fastw2v.models import phrase_files
from fastw2v.models.frozen_phrases import FrozenPhrases
from fastw2v.models.phrase_finder import PhraseFinder
from fastw2v.models.phrase_scores import (
    Scorer,
    check_scorer,
    check_threshold,
    likely,
    npmi_scorer,
    original_scorer,
)
from fastw2v.models.phrase_transformation import Detected, Transformation

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "npmi_scorer",
    "original_scorer",
]

ENGLISH_CONNECTOR_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "for",
        "of",
        "with",
        "without",
        "at",
        "from",
        "to",
        "in",
        "on",
        "by",
        "and",
        "or",
    ]
)

CHUNK_BYTES = 4 << 20

_logger = logging.getLogger(__name__)


Phraser = FrozenPhrases


# Words, or pairs; more than any text has.
_MOST = 1 << 62


class Phrases(Transformation):
    """Words that occur together more often than by chance.

    Parameters
    ----------
    sentences : iterable of token lists, or any text `fastw2v.encode` takes, optional
        Counted at once; more with `add_vocab`. `LineSentence` and paths are fastest.
    min_count : float, at least 1
        Taken off each phrase's count, see the scorer.
    threshold : float
        Score that phrases must exceed.
    max_vocab_size : int
        Words and candidates to keep; when there are more, the rarest are dropped.
    delimiter : str
        Joins the words of a phrase.
    progress_per : int
        Log a line about every so many sentences.
    scoring : "default", "npmi" or callable
        `original_scorer`, `npmi_scorer`, or a function of their six parameters by name
        (picklable, if this object is to be pickled).
    connector_words : iterable of str
        Words that may stand within a phrase, but neither first nor last.

    Attributes
    ----------
    vocab, corpus_word_count, min_reduce
        What was counted.

    Raises
    ------
    ConfigError
        A parameter is out of its range.
    """

    def __init__(
        self,
        sentences: object = None,
        min_count: float = 5.0,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10_000,
        scoring: str | Scorer = "default",
        connector_words: Iterable[str] = frozenset(),
    ) -> None:
        check_float("min_count", min_count, 1, _MOST)
        check_int("max_vocab_size", max_vocab_size, 1, _MOST)
        check_float("progress_per", progress_per, 1, _MOST)
        if not isinstance(delimiter, str):
            raise ConfigError(f"delimiter is {delimiter!r}; it must be a str")
        connector_words = _checked_connectors(connector_words)
        self.scoring = check_scorer(scoring)
        check_threshold(threshold, self.scoring)
        self.min_count = min_count
        self.threshold = threshold
        self.max_vocab_size = max_vocab_size
        self.delimiter = delimiter
        self.progress_per = progress_per
        self.connector_words = frozenset(connector_words)
        self._counter = BigramCounter(self.connector_words, max_vocab_size)
        self._counts: PhraseCounts | None = None
        self._joiner: tuple[object, PhraseFinder] | None = None
        if sentences is not None:
            self.add_vocab(sentences)

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{self._snapshot().size} vocab, "
            f"min_count={self.min_count}, threshold={self.threshold}, "
            f"max_vocab_size={self.max_vocab_size}>"
        )

    def __getstate__(self) -> dict[str, Any]:
        # Made anew when asked for.
        return self.__dict__ | {"_counts": None, "_joiner": None}

    @property
    def vocab(self) -> Mapping[str, int]:
        """Count of each word and of each candidate, by its joined words; read-only.

        Made of all strings when asked for, so large: nothing else here needs it.
        """
        return MappingProxyType(self._snapshot().vocab)

    @property
    def corpus_word_count(self) -> int:
        """Words counted, connectors among them."""
        return self._counter.total_words

    @property
    def min_reduce(self) -> int:
        """1, or if words were dropped: those with fewer occurrences may be missing."""
        return self._counter.min_reduce

    def add_vocab(self, sentences: object) -> None:
        """Count more text.

        Parameters
        ----------
        sentences : iterable of token lists, or any text `fastw2v.encode` takes

        Raises
        ------
        CorpusError
            The text cannot be read, or a sentence is not a list of str. What was read
            before is counted.
        """
        from fastw2v.corpus.sources import Reading, open_source  # imports pyarrow

        counter, due = self._counter, 0
        begun = counter.sentences

        def log(*_: object) -> None:
            nonlocal due
            done = counter.sentences - begun
            if done >= due:
                due = (done // self.progress_per + 1) * self.progress_per
                _logger.info(
                    "counted %d sentences, %d words", done, counter.total_words
                )

        opened = open_source(sentences, Reading(None, "strict", CHUNK_BYTES))
        try:
            counter.add(opened, available_cpus(), log)
        finally:  # not before: the sentences may be joined by this very object
            self._counts = self._joiner = None

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> Detected:
        """Return a phrase and its score, or (None, None) if it does not exceed `threshold`.

        Parameters
        ----------
        word_a, word_b : str
            First and last word.
        in_between : list of str
            Connector words between them.
        """
        counts, tokens = self._snapshot(), [word_a, *in_between, word_b]
        count = counts.run_count(tokens)
        if not count:
            return None, None
        score = self._score(counts.word_count(word_a), counts.word_count(word_b), count)
        if not score > self.threshold:
            return None, None
        return self.delimiter.join(tokens), score

    def export_phrases(self) -> dict[str, float]:
        """Return all phrases with their scores."""
        counts, phrases = self._snapshot(), dict[str, float]()
        runs = likely(counts, self.scoring, self.min_count, self.threshold)
        columns = (column[runs].tolist() for column in counts.candidates())
        for run, *numbers in zip(runs.tolist(), *columns, strict=True):
            score = self._score(*numbers)
            if score > self.threshold:
                phrase = self.delimiter.join(counts.tokens(run))
                phrases[phrase] = max(score, phrases.get(phrase, score))
        return phrases

    def freeze(self) -> FrozenPhrases:
        """Return the phrases without the counts, which is far smaller."""
        return FrozenPhrases(self)

    def save(self, fname: str | os.PathLike[str]) -> None:
        """Write one file, whole or not at all; a scorer is written by its name."""
        phrase_files.write_phrases(fname, self.__dict__)

    @classmethod
    def load(
        cls, fname: str | os.PathLike[str], *, scoring: Scorer | None = None
    ) -> Self:
        """Read a file written by `save`; parameters and errors of `FrozenPhrases.load`."""
        self = cls.__new__(cls)
        self.__dict__ |= phrase_files.read_phrases(fname, scoring)
        return self

    def finder(self) -> PhraseFinder:
        """Return what joins phrases in many sentences."""
        made_for = (self.threshold, self.min_count, self.scoring)
        if self._joiner is None or self._joiner[0] != made_for:
            self._joiner = made_for, self.freeze().finder()
        return self._joiner[1]

    def _snapshot(self) -> PhraseCounts:
        if self._counts is None:
            self._counts = PhraseCounts(self._counter, self.delimiter)
        return self._counts

    def _score(self, count_a: int, count_b: int, count: int) -> float:
        return self.scoring(
            worda_count=count_a,
            wordb_count=count_b,
            bigram_count=count,
            len_vocab=self._snapshot().size,
            min_count=self.min_count,
            corpus_word_count=self.corpus_word_count,
        )


def _checked_connectors(words: object) -> frozenset[str]:
    if isinstance(words, str | bytes) or not isinstance(words, Iterable):
        raise ConfigError(
            f"connector_words is {words!r:.80}, a {type(words).__name__}; give words, "
            "frozenset({...})"
        )
    found = frozenset(words)
    for word in found:
        if not isinstance(word, str):
            raise ConfigError(f"the connector word {word!r:.80} is no str; give str")
    return found
