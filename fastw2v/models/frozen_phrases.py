"""Phrases without the counts they were found by."""

import os
from typing import TYPE_CHECKING, Self

from fastw2v.models import phrase_files
from fastw2v.models.phrase_finder import PhraseFinder
from fastw2v.models.phrase_scores import Scorer
from fastw2v.models.phrase_transformation import Detected, Transformation

if TYPE_CHECKING:
    from fastw2v.models.phrases import Phrases


class FrozenPhrases(Transformation):
    """Phrases that were found, without the counts they were found by.

    Parameters
    ----------
    phrases_model : Phrases

    Attributes
    ----------
    phrasegrams : dict of str to float
        Score of each phrase.
    threshold, min_count, delimiter, scoring, connector_words
        As in `phrases_model`.
    """

    def __init__(self, phrases_model: "Phrases") -> None:
        self.threshold = phrases_model.threshold
        self.min_count = phrases_model.min_count
        self.delimiter = phrases_model.delimiter
        self.scoring = phrases_model.scoring
        self.connector_words = phrases_model.connector_words
        self.phrasegrams = phrases_model.export_phrases()

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<{len(self.phrasegrams)} phrases, "
            f"min_count={self.min_count}, threshold={self.threshold}>"
        )

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> Detected:
        """Return a phrase and its score, or (None, None) for other words."""
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        score = self.phrasegrams.get(phrase)
        if score is None or not score > self.threshold:
            return None, None
        return phrase, score

    def save(self, fname: str | os.PathLike[str]) -> None:
        """Write one file, whole or not at all; a scorer is written by its name."""
        phrase_files.write_frozen(fname, self.__dict__)

    @classmethod
    def load(
        cls, fname: str | os.PathLike[str], *, scoring: Scorer | None = None
    ) -> Self:
        """Read a file written by `save`; no code in it is run.

        Parameters
        ----------
        fname : path
        scoring : callable, optional
            The scorer, if it was neither "default" nor "npmi".

        Raises
        ------
        FormatError
            The file is of another kind, or damaged.
        ConfigError
            The scorer is not fastw2v's own, and none is given.
        """
        self = cls.__new__(cls)
        self.__dict__ |= phrase_files.read_frozen(fname, scoring)
        return self

    def finder(self) -> PhraseFinder:
        """Return what joins phrases in many sentences."""
        return PhraseFinder(
            self.phrasegrams, self.threshold, self.delimiter, self.connector_words
        )
