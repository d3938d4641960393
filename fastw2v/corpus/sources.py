"""From whatever the caller has to a stream of jobs for the worker threads."""

import glob
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeGuard

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fastw2v.config import EncodingErrors
from fastw2v.corpus import columns
from fastw2v.corpus.chunks import TextChunk, Tokens, split_text
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.line_sentences import FileSentences
from fastw2v.corpus.pieces import Cut
from fastw2v.corpus.readers import (
    OpenText,
    first_lines,
    is_compressed,
    open_lines,
    open_text_file,
    open_text_stream,
    read_chunks,
)
from fastw2v.corpus.sentences import read_sentences
from fastw2v.errors import CorpusError

StrPath = str | os.PathLike[str]


class Reading(NamedTuple):
    """How to read, whatever the source is."""

    column: str | None
    encoding_errors: EncodingErrors
    chunk_bytes: int
    limit: int | None = None  # read so many lines of each text


class Job(NamedTuple):
    """The next stretch of the source, to be split in a worker thread."""

    split: Callable[[], Tokens]
    bytes_read: int  # of the source, up to and with this job


class Source(NamedTuple):
    """A source whose files were all found."""

    jobs: Iterator[Job]  # in text order
    bytes_total: int | None  # what `bytes_read` will reach; None if unknown
    cut: Cut = Cut()  # where sentences end, other than at lines and token lists


def open_source(source: object, reading: Reading) -> Source:
    """Tell what `source` is and prepare to read it.

    Raises
    ------
    FileNotFoundError
        If a path, pattern or folder leads to no file.
    CorpusError
        If `source` is nothing that holds text.
    """
    if isinstance(source, FileSentences) and source.gives_its_text:
        opened = open_source(source.text(), reading._replace(limit=source.limit))
        return opened._replace(cut=source.cut)
    if isinstance(source, str) and source == "-":
        source = getattr(sys.stdin, "buffer", sys.stdin)
    if isinstance(source, (str, os.PathLike)):
        return _from_files(find_files([source]), reading)
    if _is_list_of_paths(source):
        return _from_files(find_files(source), reading)
    if not columns.is_arrow(source) and _is_array_of_lines(source):
        source = pa.array(source.tolist(), pa.large_string())
    if columns.is_arrow(source):
        size = getattr(source, "get_total_buffer_size", lambda: None)()
        slices = columns.read_arrow(source, reading.column, reading.chunk_bytes)
        return Source((Job(s.split, round(s.done * (size or 0))) for s in slices), size)
    if reading.column is not None:
        raise CorpusError(
            f"column={reading.column!r}, but a {type(source).__name__} has no columns: "
            "drop it, or pass a table or a Parquet or Arrow file"
        )
    if _is_open_file(source):
        return Source(_text_jobs(open_text_stream(source), reading, 0), None)
    if isinstance(source, Iterable) and not isinstance(source, (bytes, bytearray)):
        batches = read_sentences(source, reading.chunk_bytes)
        return Source((Job(b.split, 0) for b in batches), None)
    raise CorpusError(
        f"cannot read text from a {type(source).__name__}: pass a path, an open file, "
        "an iterable of token lists or an Arrow column (bytes: wrap them in io.BytesIO)"
    )


class Part(NamedTuple):
    """Lines of a file, or a whole file."""

    path: Path
    size: int  # of the file, in bytes
    start: int = 0
    stop: int | None = None  # the lines of a plain text that begin before; None for all

    @property
    def bytes(self) -> int:
        """How much of the file it is."""
        return (self.size if self.stop is None else self.stop) - self.start

    def open(self, reading: Reading) -> Source:
        """Prepare to read it."""
        return Source(_part_jobs(self, reading, 0), None)


def find_parts(source: object, reading: Reading, part_bytes: int) -> list[Part]:
    """Cut files into parts of about `part_bytes`, in text order.

    Only plain text can be entered anywhere; other files are one part each.

    Raises
    ------
    FileNotFoundError
        If a path, pattern or folder leads to no file.
    CorpusError
        If `source` is not made of files, or a file is no ordinary one.
    """
    paths = source
    if isinstance(source, (str, os.PathLike)) and source != "-":
        paths = [source]
    if not _is_list_of_paths(paths):
        raise CorpusError(
            f"a {type(source).__name__} cannot be read in parts: give paths of files, or"
            " leave cluster out"
        )
    files = find_files(paths)
    _check_column(files, reading)
    return [part for path in files for part in _parts_of(path, part_bytes)]


def _parts_of(path: Path, part_bytes: int) -> Iterator[Part]:
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise CorpusError(
            f"{path} is no ordinary file, so it cannot be read in parts: leave cluster"
            " out"
        )
    path, size = path.resolve(), state.st_size
    if _has_columns(path) or is_compressed(path):
        yield Part(path, size)
        return
    for start in range(0, size, part_bytes):
        yield Part(path, size, start, min(start + part_bytes, size))


def text_chunks(
    text: Sequence[Path] | IO[Any], chunk_bytes: int, limit: int | None
) -> Iterator[TextChunk]:
    """Give the chunks of what `FileSentences.text` returns, at most `limit` lines each.

    Raises
    ------
    CorpusError
        As `read_chunks` does.
    """
    if _is_open_file(text):
        yield from read_chunks(first_lines(open_text_stream(text), limit), chunk_bytes)
        return
    for path in text:
        with open_text_file(path) as opened:
            yield from read_chunks(first_lines(opened, limit), chunk_bytes)


def find_files(sources: Iterable[StrPath]) -> list[Path]:
    """Replace patterns and folders by their files, in name order.

    A folder gives its own files, not those of its subfolders; names that start
    with a dot are left out, as a shell's ``*`` does.

    Raises
    ------
    FileNotFoundError
        If a path, pattern or folder leads to no file.
    CorpusError
        If a folder is an encoded corpus.
    """
    return [path for source in sources for path in _files_of(os.fspath(source))]


def _files_of(source: str) -> list[Path]:
    if os.path.isdir(source):  # noqa: PTH112 - false, not an error, for odd strings
        if EncodedCorpus.is_saved_at(source):
            raise CorpusError(
                f"{source} is already encoded: use EncodedCorpus.load, or encode the "
                "text it was made from"
            )
        found = sorted(p for p in Path(source).iterdir() if p.name[0] != ".")
        missing = "the folder holds no files"
    elif os.path.exists(source):  # noqa: PTH110
        return [Path(source)]
    else:
        found = sorted(map(Path, glob.glob(source, recursive=True)))  # noqa: PTH207
        missing = "no such file, and no match as a pattern"
    files = [path for path in found if not path.is_dir()]
    if not files:
        raise FileNotFoundError(
            f"{source!r:.200}: {missing}: a string is a path; pass text itself as "
            "io.StringIO(text) or as lists of tokens"
        )
    return files


def _check_column(files: Sequence[Path], reading: Reading) -> None:
    if reading.column is not None and not any(map(_has_columns, files)):
        raise CorpusError(
            f"column={reading.column!r}, but {files[0]} has no columns: drop it, or "
            f"pass files named {', '.join(columns.SUFFIXES)}"
        )


def _from_files(files: Sequence[Path], reading: Reading) -> Source:
    _check_column(files, reading)
    states = [path.stat() for path in files]
    countable = all(stat.S_ISREG(state.st_mode) for state in states)
    total = sum(state.st_size for state in states) if countable else None
    return Source(_file_jobs(files, reading), total)


def _file_jobs(files: Iterable[Path], reading: Reading) -> Iterator[Job]:
    before = 0
    for path in files:
        size = path.stat().st_size
        yield from _part_jobs(Part(path, size), reading, before)
        before += size


def _part_jobs(part: Part, reading: Reading, before: int) -> Iterator[Job]:
    path, size, start, stop = part
    if _has_columns(path):
        slices = columns.read_arrow_file(path, reading.column, reading.chunk_bytes)
        for cells in slices:
            yield Job(cells.split, before + round(cells.done * size))
        return
    with (
        open_text_file(path) if stop is None else open_lines(path, start, stop) as text
    ):
        yield from _text_jobs(text, reading, before)


def _text_jobs(text: OpenText, reading: Reading, before: int) -> Iterator[Job]:
    for chunk in read_chunks(first_lines(text, reading.limit), reading.chunk_bytes):
        split = partial(split_text, chunk, reading.encoding_errors)
        yield Job(split, before + text.position())


def _has_columns(path: Path) -> bool:
    return path.suffix.lower() in columns.SUFFIXES


def _is_open_file(source: object) -> TypeGuard[IO[Any]]:
    return hasattr(source, "read")


def _is_list_of_paths(source: object) -> TypeGuard[Sequence[StrPath]]:
    return (
        isinstance(source, (list, tuple))
        and len(source) > 0
        and all(isinstance(item, (str, os.PathLike)) for item in source)
    )


def _is_array_of_lines(source: object) -> TypeGuard[npt.NDArray[Any]]:
    if not isinstance(source, np.ndarray) or source.ndim != 1:
        return False
    return source.dtype.kind in "UT" or (
        len(source) > 0 and all(isinstance(line, str) for line in source)
    )
