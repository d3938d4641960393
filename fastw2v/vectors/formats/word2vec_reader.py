"""Read the formats of word2vec.c, fastText (.vec) and GloVe, compressed or not."""

import io
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_codec, check_int
from fastw2v.errors import FormatError, TruncatedError
from fastw2v.memory import check_memory
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import open_stream
from fastw2v.vectors.formats.word2vec_blocks import (
    MAX_DIM,
    MAX_LINE_BYTES,
    Block,
    Plan,
    binary_blocks,
    text_blocks,
)
from fastw2v.vectors.formats.word2vec_counts import read_counts

PathLike = str | os.PathLike[str]
MAX_HEADER_BYTES = 1000


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read.

    Parameters
    ----------
    binary : bool
        Rows of float32 rather than of decimal numbers.
    limit : int or None
        Read only the first words, the most frequent ones in most files.
    no_header : bool
        Text without the line "V D", as GloVe writes it.
    counts_path : str, PathLike or None
        File of "word count" lines, as word2vec.c writes with -save-vocab.
    encoding, unicode_errors : str
        As for ``bytes.decode``.
    dtype : NumPy dtype
        Of the vectors to return: float16, float32 or float64.
    """

    binary: bool = False
    limit: int | None = None
    no_header: bool = False
    counts_path: PathLike | None = None
    encoding: str = "utf-8"
    unicode_errors: str = "strict"
    dtype: np.dtype[Any] = field(default=np.dtype(np.float32))

    def __post_init__(self) -> None:
        if self.binary and self.no_header:
            raise NotImplementedError(
                "no_header=True fits text only: pass binary=False"
            )
        if self.limit is not None:
            check_int("limit", self.limit, 1, 1 << 62)
        check_codec(self.encoding, self.unicode_errors)


def read_word2vec(path: PathLike, options: ReadOptions) -> StoredVectors:
    """Read a file in one pass, with memory for its vectors and one block.

    Returns
    -------
    StoredVectors
        Of a word that comes twice, the first row.

    Raises
    ------
    FormatError
        The content breaks the format; the message gives line or word.

    Warns
    -----
    UserWarning
        Some words come more than once.
    """
    with word2vec_blocks(path, options) as content:
        words, vectors = _collect(path, content)
    words, vectors = _drop_repeated(path, words, vectors)
    counts = None
    if options.counts_path is not None:
        counts = read_counts(
            options.counts_path, words, options.encoding, options.unicode_errors
        )
    return StoredVectors(words, vectors, counts)


class Content(NamedTuple):
    """A file whose header was read.

    Parameters
    ----------
    plan : Plan
    capacity : int
        Rows to allocate at once; 0 where the header cannot be believed.
    blocks : iterator of Block
        The rows.
    """

    plan: Plan
    capacity: int
    blocks: Iterator[Block]


@contextmanager
def word2vec_blocks(path: PathLike, options: ReadOptions) -> Iterator[Content]:
    """Open a file to read its rows block by block.

    Raises
    ------
    FormatError
        The content breaks the format; the message gives line or word.
    """
    with open_stream(path) as (stream, size):
        if options.no_header:
            plan, capacity = _plan_without_header(stream, path, options), 0
        else:
            plan, capacity = _plan_from_header(stream, path, options, size)
        if options.binary:
            blocks = binary_blocks(stream, plan)
        else:
            blocks = text_blocks(stream, plan, 1 if options.no_header else 2)
        yield Content(plan, capacity, blocks)


def _plan_from_header(
    stream: io.BufferedIOBase, path: PathLike, options: ReadOptions, size: int | None
) -> tuple[Plan, int]:
    """Read "V D"; return the plan and the rows to allocate at once."""
    line = stream.readline(MAX_HEADER_BYTES)
    if not is_header(line):
        raise FormatError(
            f"{path}: line 1 is not a header 'words dimensions' ({line[:40]!r}): pass "
            "no_header=True for GloVe text; other formats have other loaders"
        )
    promised, dim = map(int, line.split())
    if not 1 <= dim <= MAX_DIM:
        raise FormatError(
            f"{path}: line 1 promises {dim} dimensions, not 1 to {MAX_DIM}: mend the "
            "header"
        )
    wanted = promised if options.limit is None else min(promised, options.limit)
    plan = Plan(
        path,
        dim,
        wanted,
        options.limit is None,
        options.encoding,
        options.unicode_errors,
        options.dtype,
    )
    if size is None:
        return plan, 0
    # A row has at least a word of one byte, D numbers and the space or newline after
    # each; in text a number takes at least one byte and the last newline may miss.
    row_bytes = 4 * dim + 2 if options.binary else 2 * dim + 2
    possible = (size - len(line) + 1) // row_bytes
    if wanted > possible:
        raise TruncatedError(
            f"{path}: line 1 promises {promised} words of {dim} numbers, but "
            f"{size} bytes hold {possible} at the most: the file is cut short or its "
            "header wrong, get it again or pass a limit"
        )
    return plan, wanted


def _plan_without_header(
    stream: io.BufferedIOBase, path: PathLike, options: ReadOptions
) -> Plan:
    """Take the number of dimensions from the first line, and leave it unread."""
    line = stream.readline(MAX_LINE_BYTES)
    stream.seek(0)
    dim = len(line.partition(b" ")[2].split())
    if dim < 2 and is_header(line):
        raise FormatError(f"{path}: line 1 is a header ({line!r}): drop no_header=True")
    if not 1 <= dim <= MAX_DIM:
        raise FormatError(
            f"{path}: line 1 is not 'word number number ...' with 1 to {MAX_DIM} numbers "
            f"({line[:40]!r}): give text vectors"
        )
    encoding, errors = options.encoding, options.unicode_errors
    return Plan(path, dim, options.limit, False, encoding, errors, options.dtype)


def is_header(line: bytes) -> bool:
    """Tell whether a first line is "V D"."""
    fields = line.split()
    return len(fields) == 2 and all(field.isdigit() for field in fields)


def _collect(path: PathLike, content: Content) -> tuple[list[str], npt.NDArray[Any]]:
    """Put blocks together in one array that grows in place as data arrives."""
    words: list[str] = []
    dim = content.plan.dim
    _check_room(path, content, content.capacity)
    vectors = np.empty((content.capacity, dim), dtype=content.plan.dtype)
    for block in content.blocks:
        start, end = len(words), len(words) + len(block.words)
        if end > len(vectors):
            room = max(end, len(vectors) * 3 // 2)
            _check_room(path, content, room)
            vectors.resize((room, dim), refcheck=False)
        vectors[start:end] = block.vectors
        words += block.words
    vectors.resize((len(words), dim), refcheck=False)
    return words, vectors


def _check_room(path: PathLike, content: Content, rows: int) -> None:
    """Refuse rows that memory cannot hold."""
    plan = content.plan
    check_memory(
        f"{path}: {rows} words of {plan.dim} numbers, {plan.dtype} each,",
        rows * plan.dim * plan.dtype.itemsize,
        "read only the first with limit=..., or datatype=np.float16",
    )


def _drop_repeated(
    path: PathLike, words: list[str], vectors: npt.NDArray[Any]
) -> tuple[list[str], npt.NDArray[Any]]:
    """Keep the first row of each word; say so if that drops any."""
    if len(set(words)) == len(words):
        return words, vectors
    first: dict[str, int] = {}
    repeated = [
        word
        for number, word in enumerate(words)
        if first.setdefault(word, number) != number
    ]
    warnings.warn(
        f"{path}: {len(repeated)} of {len(words)} words come again, such as "
        f"{repeated[0]!r}: kept the first vector of each",
        UserWarning,
        stacklevel=4,
    )
    return list(first), vectors[list(first.values())]
