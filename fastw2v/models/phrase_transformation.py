"""What phrases do to a sentence, or to the sentences of a corpus."""

from collections.abc import Iterable, Iterator
from typing import Any

from fastw2v.errors import CorpusError
from fastw2v.models.phrase_finder import (
    JoinedCorpus,
    PhraseFinder,
    Sentence,
    split_off_first,
)

Detected = tuple[str, float] | tuple[None, None]


class Transformation:
    """What `Phrases` and `FrozenPhrases` do to sentences."""

    threshold: float
    delimiter: str
    connector_words: frozenset[str]

    def score_candidate(
        self, word_a: str, word_b: str, in_between: list[str]
    ) -> Detected:
        """Judge one run of words."""
        raise NotImplementedError

    def finder(self) -> PhraseFinder:
        """Return what joins phrases in many sentences."""
        raise NotImplementedError

    def analyze_sentence(
        self, sentence: Sentence
    ) -> Iterator[tuple[str, float] | tuple[str, None]]:
        """Go through a sentence, joining phrases.

        Parameters
        ----------
        sentence : iterable of str

        Yields
        ------
        str
            The next token, or a phrase.
        float or None
            The phrase's score; None for a token.
        """
        run: list[str] = []  # a word that may begin a phrase, connectors behind it
        for word in sentence:
            if not run and word in self.connector_words:
                yield word, None
            elif not run or word in self.connector_words:
                run.append(word)
            else:
                phrase, score = self.score_candidate(run[0], word, run[1:])
                if phrase is not None and score is not None:
                    yield phrase, score
                    run = []
                else:
                    yield from ((token, None) for token in run)
                    run = [word]
        yield from ((token, None) for token in run)

    def find_phrases(self, sentences: Iterable[Sentence]) -> dict[str, float]:
        """Return the phrases met in some sentences, with their scores."""
        return dict(self.finder().find(sentences))

    def __getitem__(self, sentence: Iterable[Any]) -> Any:
        """Join the phrases of a sentence, or of the sentences of a corpus.

        Parameters
        ----------
        sentence : iterable of str, or iterable of those

        Returns
        -------
        list of str, or JoinedCorpus
            Of a corpus: lazy, and may be gone through as often as the corpus itself.

        Raises
        ------
        CorpusError
            A string is given in place of a list of tokens.
        TypeError
            What is given is not iterable.
        """
        if isinstance(sentence, str):
            raise CorpusError(
                f"{sentence!r:.40} is a str, not a list of tokens: split it into tokens"
            )
        first, items = split_off_first(sentence)
        if first is None or isinstance(first, str):
            return [token for token, _ in self.analyze_sentence(items)]
        return JoinedCorpus(self.finder, items)
