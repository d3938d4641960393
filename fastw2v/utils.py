"""What word2vec programs use of gensim.utils."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, count, islice
from typing import Generic, TypeVar

from fastw2v.corpus.text_writer import write_sentences
from fastw2v.errors import ConfigError, CorpusError

__all__ = [
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "RepeatCorpus",
    "RepeatCorpusNTimes",
    "any2unicode",
    "any2utf8",
    "deaccent",
    "keep_vocab_item",
    "save_as_line_sentence",
    "simple_preprocess",
    "to_unicode",
    "to_utf8",
    "tokenize",
]

RULE_DEFAULT = 0
"""What a trim rule returns for a word that is kept if it is frequent enough."""
RULE_DISCARD = 1
"""What a trim rule returns for a word that is dropped."""
RULE_KEEP = 2
"""What a trim rule returns for a word that is kept."""

TrimRule = Callable[[str, int, int], int]
Item = TypeVar("Item")

# Of the characters of words those that are no digits.
_LETTERS = re.compile(r"[^\W\d]+")


def keep_vocab_item(
    word: str, count: int, min_count: int, trim_rule: TrimRule | None = None
) -> bool:
    """Tell whether a word belongs in the vocabulary.

    Parameters
    ----------
    word : str
    count : int
        How often it occurs.
    min_count : int
        Kept without a rule, or if the rule returns `RULE_DEFAULT`, are words that occur
        at least so often.
    trim_rule : callable, optional
        Takes word, count and min_count; returns `RULE_KEEP`, `RULE_DISCARD` or
        `RULE_DEFAULT`.
    """
    rule = RULE_DEFAULT if trim_rule is None else trim_rule(word, count, min_count)
    if rule == RULE_DEFAULT:
        return count >= min_count
    return rule == RULE_KEEP


def to_unicode(
    text: str | bytes, encoding: str = "utf8", errors: str = "strict"
) -> str:
    """Return text as str, decoding bytes."""
    return text if isinstance(text, str) else bytes(text).decode(encoding, errors)


def to_utf8(text: str | bytes, errors: str = "strict", encoding: str = "utf8") -> bytes:
    """Return text as UTF-8, decoding bytes of another encoding first."""
    return to_unicode(text, encoding, errors).encode("utf8")


any2unicode = to_unicode
any2utf8 = to_utf8


def deaccent(text: str | bytes) -> str:
    """Return text without accents and other marks that combine with letters."""
    apart = unicodedata.normalize("NFD", to_unicode(text))
    letters = "".join(char for char in apart if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", letters)


def tokenize(
    text: str | bytes,
    lowercase: bool = False,
    deacc: bool = False,
    encoding: str = "utf8",
    errors: str = "strict",
    to_lower: bool = False,
    lower: bool = False,
) -> Iterator[str]:
    """Give the runs of letters (and underscores) of a text.

    Parameters
    ----------
    text : str or bytes
    lowercase, to_lower, lower : bool
        Any of them: turn to lower case first.
    deacc : bool
        Take accents off first, see `deaccent`.
    encoding, errors : str
        For bytes, as in ``bytes.decode``.
    """
    text = to_unicode(text, encoding, errors)
    if lowercase or to_lower or lower:
        text = text.lower()
    if deacc:
        text = deaccent(text)
    return (match.group() for match in _LETTERS.finditer(text))


def simple_preprocess(
    doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15
) -> list[str]:
    """Return the runs of letters of a text, in lower case.

    Parameters
    ----------
    doc : str or bytes
        Bytes that are not UTF-8 are left out.
    deacc : bool
        Take accents off, see `deaccent`.
    min_len, max_len : int
        Leave out shorter and longer ones, and those that begin with "_".
    """
    tokens = tokenize(doc, lower=True, deacc=deacc, errors="ignore")
    return [t for t in tokens if min_len <= len(t) <= max_len and t[0] != "_"]


def save_as_line_sentence(
    corpus: Iterable[Sequence[str]], filename: str | os.PathLike[str]
) -> None:
    """Write sentences one a line, as `LineSentence` and ``corpus_file`` read them.

    The file appears whole or not at all, compressed if it is named ``.gz``, ``.bz2`` or
    ``.xz``.

    Raises
    ------
    CorpusError
        A sentence is a string in place of a list of tokens.
    FileNotFoundError, IsADirectoryError
        There is no such folder, or `filename` is one.
    """
    write_sentences(corpus, filename)


class RepeatCorpus(Generic[Item]):
    """The first `reps` items of a corpus that begins again when it ends.

    Parameters
    ----------
    corpus : iterable
        Gone through as often as needed, never stored.
    reps : int
        Items to give.

    Raises
    ------
    CorpusError
        While iterating, if the corpus can be read only once.
    """

    def __init__(self, corpus: Iterable[Item], reps: int) -> None:
        self.corpus = corpus
        self.reps = _checked("reps", reps)

    def __iter__(self) -> Iterator[Item]:
        return islice(chain.from_iterable(_passes(self.corpus, count())), self.reps)


class RepeatCorpusNTimes(Generic[Item]):
    """A corpus, `n` times over; never stored.

    Parameters
    ----------
    corpus : iterable
    n : int

    Raises
    ------
    CorpusError
        While iterating, if the corpus can be read only once.
    """

    def __init__(self, corpus: Iterable[Item], n: int) -> None:
        self.corpus = corpus
        self.n = _checked("n", n)

    def __iter__(self) -> Iterator[Item]:
        return chain.from_iterable(_passes(self.corpus, range(self.n)))


def _passes(corpus: Iterable[Item], numbers: Iterable[int]) -> Iterator[Iterable[Item]]:
    """Give a corpus again and again, unless it is empty."""
    for number in numbers:
        items = iter(corpus)
        for first in items:
            yield chain([first], items)
            break
        else:
            if number == 0:
                return
            raise CorpusError(
                "the corpus can be read only once: pass a list, LineSentence or "
                "another iterable that starts anew"
            )


def _checked(name: str, value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ConfigError(f"{name} is {value!r}; give a whole number from 0")
    return value
