"""Sentences that Python already holds as lists of tokens."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from fastw2v.corpus.chunks import Tokens
from fastw2v.errors import CorpusError

_BYTES_PER_TOKEN = 16  # rough; makes batches about as large as chunks of text


class Batch(NamedTuple):
    """The tokens of some sentences, one after the other."""

    tokens: list[str]
    ends: list[int]  # tokens before the end of each sentence
    first: int  # number of the first sentence, for errors

    def split(self) -> Tokens:
        """Return the batch as Arrow strings; run in a worker thread.

        Raises
        ------
        CorpusError
            If a token is not a str, or cannot be written as UTF-8.
        """
        if not all(issubclass(kind, str) for kind in set(map(type, self.tokens))):
            at, token = next(
                (i, t)
                for i, t in enumerate(self.tokens)
                if not issubclass(type(t), str)
            )
            raise CorpusError(
                f"sentence {self._sentence_of(at)} holds {token!r} of type "
                f"{type(token).__name__}: a token must be a str"
            )
        try:
            array = pa.array(self.tokens, pa.large_string())
        except UnicodeEncodeError as error:
            raise CorpusError(
                f"a token of sentences {self.first} to "
                f"{self.first + len(self.ends) - 1} is not valid Unicode ({error}): "
                'clean it with token.encode(errors="replace").decode()'
            ) from error
        return Tokens(array, np.array(self.ends, dtype=np.int64))

    def _sentence_of(self, token: int) -> int:
        return self.first + int(np.searchsorted(self.ends, token, side="right"))


def read_sentences(sentences: Iterable[object], chunk_bytes: int) -> Iterator[Batch]:
    """Gather sentences into batches, each taken once and in order.

    Raises
    ------
    CorpusError
        If a sentence is not a list, tuple or 1-d NumPy array.
    """
    size = chunk_bytes // _BYTES_PER_TOKEN
    tokens: list[str] = []
    ends: list[int] = []
    first = 0
    for number, sentence in enumerate(sentences):
        tokens.extend(_tokens_of(sentence, number))
        ends.append(len(tokens))
        if len(tokens) >= size:
            yield Batch(tokens, ends, first)
            tokens, ends, first = [], [], number + 1
    yield Batch(tokens, ends, first)


def _tokens_of(sentence: object, number: int) -> Iterable[str]:
    if isinstance(sentence, (list, tuple)):
        return sentence
    if isinstance(sentence, np.ndarray) and sentence.ndim == 1:
        tokens: list[str] = sentence.tolist()
        return tokens
    shown = f"{sentence!r:.40}"
    remedy = "pass an iterable of token lists, [['a', 'word'], ...]"
    if isinstance(sentence, str):
        remedy = (
            "split it into tokens, (line.split() for line in lines), or pass files "
            "as a list of paths"
        )
    raise CorpusError(
        f"sentence {number} is {shown} of type {type(sentence).__name__}, not a list "
        f"of tokens: {remedy}"
    )
