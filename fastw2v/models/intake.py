"""What the caller gives as a corpus, and how often it must be read.

gensim reads a corpus once for the vocabulary and once for each epoch. Here a text is
numbered when it is read, and read again only where it may have changed:

- A list or tuple is compared by the hash of all its words; the same words in the same
  order are not read again.
- Files (``corpus_file``, a path, `LineSentence` and the other readers) are read once
  for each call.
- Of any other iterable a pass is compared with the pass before it. From the second
  that gives the same sentences on it is not read again; one that gives others each
  time, such as new random walks, is read in each epoch, as gensim does.
- An iterable that gives nothing after it once gave sentences was a generator: what it
  gave is used again.
"""

import os
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fastw2v.cluster.encoding import encode
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.line_sentences import FileSentences
from fastw2v.errors import CorpusError
from fastw2v.models.raw_text import RawText, number_sentences, text_of_encoded

Reader = Callable[[Iterable[Any]], RawText]


class Corpus:
    """A corpus that was checked to be one, and is yet to be read.

    Parameters
    ----------
    sentences : iterable of sentences, path or EncodedCorpus, or None
    corpus_file : str or PathLike, or None

    Raises
    ------
    TypeError
        Neither or both are given, the file does not exist, or `sentences` is not
        iterable.
    CorpusError
        `sentences` is a single string.
    """

    def __init__(self, sentences: Any = None, corpus_file: Any = None) -> None:
        if sentences is None and corpus_file is None:
            raise TypeError(
                "no corpus: give sentences (corpus_iterable) or corpus_file"
            )
        if sentences is not None and corpus_file is not None:
            raise TypeError(
                "both sentences and corpus_file are given: leave one of them out"
            )
        if isinstance(sentences, os.PathLike):
            sentences, corpus_file = None, sentences
        self.is_file = corpus_file is not None
        self.source: Any = (
            _existing_file(corpus_file) if self.is_file else _checked(sentences)
        )

    @property
    def key(self) -> Any:
        """What tells the corpus from others as long as it lives."""
        return self.source if self.is_file else id(self.source)

    @property
    def is_read_once(self) -> bool:
        """Whether one pass is known to give what every other would."""
        known = (list, tuple, np.ndarray, EncodedCorpus)
        return self.is_from_files or isinstance(self.source, known)

    @property
    def is_from_files(self) -> bool:
        """Whether it is read anew by each call, and once there."""
        return self.is_file or isinstance(self.source, FileSentences)

    @property
    def first(self) -> Any:
        """The first sentence, if that can be told without reading."""
        if isinstance(self.source, list | tuple | np.ndarray) and len(self.source):
            return self.source[0]
        return None

    def read(self, reader: Reader = number_sentences) -> RawText:
        """Read the corpus; `reader` numbers the sentences of an iterable."""
        if isinstance(self.source, EncodedCorpus):
            return text_of_encoded(self.source)
        if self.is_from_files:
            try:
                return text_of_encoded(encode(self.source, min_count=1))
            except CorpusError:
                if not _is_empty(self.source):
                    raise
                return number_sentences([])
        return reader(self.source)


class Memory(NamedTuple):
    """A text that was read, and how to know the corpus it came from.

    It does not keep the corpus alive.
    """

    text: RawText
    key: Any
    source: "weakref.ref[Any] | None" = None
    content: int | None = None

    @classmethod
    def of(cls, corpus: Corpus, text: RawText, content: int | None) -> "Memory":
        """Remember a text; `content` is the corpus's `content_hash` before reading."""
        try:
            return cls(text, corpus.key, weakref.ref(corpus.source), content)
        except TypeError:  # such as lists
            return cls(text, corpus.key, None, content)

    def is_of(self, corpus: Corpus) -> bool:
        """Tell whether the text came from the very same object."""
        return self.source is not None and self.source() is corpus.source

    def is_current(self, corpus: Corpus) -> bool:
        """Tell whether the corpus still is what this text was read from."""
        if isinstance(corpus.source, EncodedCorpus):
            return self.is_of(corpus)
        return self.content is not None and self.content == content_hash(corpus)


def content_hash(corpus: Corpus) -> int | None:
    """Return a hash of all words in order, of a list or tuple that is safe to walk.

    Python remembers the hash of each string, so this takes some 30 ns a word.
    """
    source = corpus.source
    if type(source) not in {list, tuple}:
        return None
    if not set(map(type, source)) <= {list, tuple, str}:
        return None
    try:
        return hash(tuple(map(hash, map(tuple, source))))
    except TypeError:  # not hashable; reading says where
        return None


def texts(
    corpus: Corpus, memory: Memory | None, epochs: int, *, unchanged: bool
) -> Iterator[RawText | None]:
    """Give the text of each epoch, None where it is that of the epoch before.

    A text is let go when no later one will be compared with it.

    Parameters
    ----------
    corpus : Corpus
    memory : Memory or None
        Of what was read before.
    epochs : int
    unchanged : bool
        If the memory is of this corpus, nobody has touched it since.
    """
    trusted = unchanged and memory is not None and memory.key == corpus.key
    settled = memory is not None and (
        (trusted and corpus.is_read_once) or memory.is_current(corpus)
    )
    text: RawText | None = None
    last: RawText | None = None
    if memory is not None and (trusted or settled or memory.is_of(corpus)):
        last = memory.text
    unseen = [] if last is None else [last]
    for _ in range(epochs):
        if not settled:
            text = corpus.read()
            same = last is not None and (not text.sentences or text.equals(last))
            settled = same or corpus.is_read_once
            if not same:
                last, unseen = text, [text]
        if settled:
            text = last = None
        yield unseen.pop() if unseen else None


def _checked(sentences: Any) -> Any:
    if isinstance(sentences, str | bytes):
        raise CorpusError(
            f"the corpus is one string, {sentences!r:.40}: give a list of token lists, "
            "or the path of a text file as corpus_file"
        )
    if isinstance(sentences, EncodedCorpus):
        return sentences
    try:
        iter(sentences)
    except TypeError:
        raise TypeError(
            f"the corpus is {sentences!r:.40} of type {type(sentences).__name__}: give "
            "an iterable of token lists"
        ) from None
    return sentences


def _existing_file(path: Any) -> Path:
    try:
        found = Path(path)
        exists = found.is_file()
    except (TypeError, ValueError):
        exists = False
    if not exists:
        raise TypeError(f"corpus_file is {path!r}: give the path of an existing file")
    return found


def _is_empty(source: Any) -> bool:
    """Tell whether a file, or what a reader reads, holds no word at all."""
    from fastw2v.corpus.line_sentences import LineSentence

    reader = source if isinstance(source, FileSentences) else LineSentence(source)
    return next(iter(reader), None) is None
