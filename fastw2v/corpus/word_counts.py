"""Vocabulary files of word2vec.c: a line "word count" for each word."""

import os
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from fastw2v.checks import check_path
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError, FormatError
from fastw2v.replace import replacing

PathLike = str | os.PathLike[str]
LINE_END = "</s>"
"""What word2vec.c counts at every line end, and keeps as its first word."""
_LARGEST_COUNT = 1 << 62


class WordCounts(NamedTuple):
    """What a vocabulary file holds."""

    vocab: Vocab
    """The words, without ``</s>``."""
    line_ends: int
    """The count of ``</s>``; 0 where a file has none."""


def write_word_counts(path: PathLike, counts: WordCounts) -> None:
    """Write a vocabulary file, whole or not at all, as word2vec.c's -save-vocab does.

    ``</s>`` comes first: word2vec.c takes whatever word it finds there for it.
    """
    words, numbers = counts.vocab.words, counts.vocab.counts.tolist()
    write_numbered_words(path, [LINE_END, *words], [counts.line_ends, *numbers])


def write_numbered_words(
    path: PathLike, words: Iterable[str], numbers: Iterable[int]
) -> None:
    """Write a line "word number" for each word, whole or not at all."""
    pairs = zip(words, numbers, strict=True)
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines(f"{word} {number}\n".encode() for word, number in pairs)


def read_word_counts(path: PathLike, min_count: int = 1) -> WordCounts:
    """Read a vocabulary file; sort it by falling count, ties as they stand.

    Parameters
    ----------
    path : str or PathLike
        UTF-8 lines "word count", in any order.
    min_count : int
        Words with a smaller count are left out, and those with count 0.

    Raises
    ------
    FormatError
        A line is something else, or repeats a word.
    CorpusError
        No word is left.
    """
    counts: dict[str, int] = {}
    with check_path("the file", path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isspace():
                continue
            word, count = _parsed(line, f"{path}: line {number}")
            if word in counts:
                raise FormatError(
                    f"{path}: line {number} repeats the word {word!r}: leave one out"
                )
            counts[word] = count
    line_ends = counts.pop(LINE_END, 0)
    kept = [item for item in counts.items() if item[1] >= max(1, min_count)]
    if not kept:
        raise CorpusError(
            f"{path} has {len(counts)} words, none with a count of at least"
            f" {max(1, min_count)}: lower min_count or give another file"
        )
    kept.sort(key=lambda item: -item[1])
    words, numbers = zip(*kept, strict=True)
    return WordCounts(Vocab(words, np.array(numbers, dtype=np.int64)), line_ends)


def _parsed(line: bytes, place: str) -> tuple[str, int]:
    fields = line.split()  # only at ASCII blanks, like word2vec.c
    try:
        word, count = fields[0].decode(), int(fields[1])
    except (IndexError, ValueError):
        count = -1
    if len(fields) != 2 or not 0 <= count < _LARGEST_COUNT:
        raise FormatError(
            f"{place} is not a word and its count ({line[:60]!r}): give a file as"
            " word2vec's -save-vocab writes it, in UTF-8"
        )
    return word, count
