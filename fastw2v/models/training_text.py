"""A text in the numbers of a model's words, as the trainer takes it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.tokens import renumber
from fastw2v.corpus.vocab import Vocab
from fastw2v.models.raw_text import RawText


class Ranking(NamedTuple):
    """The rows of a model by falling count, which is how the trainer wants its words.

    Parameters
    ----------
    vocab : Vocab
        The words in that order.
    order : int64 array, shape (V,), or None
        The row of the model at each rank; None where rows are in that order already.
    """

    vocab: Vocab
    order: npt.NDArray[np.int64] | None

    def take(self, matrix: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return rows of a model by rank, which are copies if the order differs."""
        if self.order is None or not len(matrix):
            return matrix
        return matrix[self.order]

    def put_back(self, matrix: npt.NDArray[Any], ranked: npt.NDArray[Any]) -> None:
        """Write rows by rank back into the rows they are copies of."""
        if self.order is not None and len(matrix):
            matrix[self.order] = ranked


def rank(words: Sequence[Any], counts: npt.NDArray[np.int64]) -> Ranking:
    """Rank the rows of a model by count; equal ones keep their order."""
    # A count of 0 is one that is not known, or of a word that was only named.
    counts = np.maximum(counts, 1)
    if not np.any(counts[1:] > counts[:-1]):
        return Ranking(Vocab(words, counts), None)
    order = np.argsort(-counts, kind="stable")
    return Ranking(Vocab([words[row] for row in order], counts[order]), order)


class TrainingText(NamedTuple):
    """One epoch's text.

    Parameters
    ----------
    corpus : EncodedCorpus or None
        The known words by rank; None where no sentence has two of them, so that there
        is nothing to train on.
    raw_words, sentences : int
        Of the text, unknown words and empty sentences included.
    """

    corpus: EncodedCorpus | None
    raw_words: int
    sentences: int


def in_ranks(text: RawText, rows: Mapping[Any, int], ranking: Ranking) -> TrainingText:
    """Give a text the ranks of a model's words, and drop all other words.

    Parameters
    ----------
    text : RawText
    rows : mapping of word to int
        The row of each word of the model.
    ranking : Ranking
    """
    found = (rows.get(word, -1) for word in text.words)
    # One more, at the end, for the -1 of words that were forgotten while reading.
    numbers = np.fromiter(found, np.int32, len(text.words))
    numbers = np.append(numbers, np.int32(-1))
    if ranking.order is not None:
        places = np.empty(len(ranking.order) + 1, np.int32)
        places[ranking.order] = np.arange(len(ranking.order))
        places[-1] = -1
        numbers = places[numbers]
    known, keep = renumber(text.tokens, numbers)
    starts = text.offsets[:-1][np.diff(text.offsets) > 0]
    lengths = np.zeros(0, np.int64)
    if len(starts):
        lengths = np.add.reduceat(keep, starts, dtype=np.int64)
    corpus = None
    if lengths.max(initial=0) >= 2:
        offsets = np.concatenate([[0], np.cumsum(lengths[lengths > 0])])
        corpus = EncodedCorpus(known, offsets, ranking.vocab, len(text.tokens))
    return TrainingText(corpus, len(text.tokens), text.sentences)
