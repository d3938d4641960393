"""Where a file of vectors comes from or goes to: a path, or a file that is open."""

import gzip
import io
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, TypeAlias

from fastw2v.checks import check_path
from fastw2v.errors import FormatError, TruncatedError
from fastw2v.replace import check_target, replacing

# What is no path is taken to be a file that is open.
PathLike: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = PathLike | BinaryIO

GZIP_MAGIC = b"\x1f\x8b"


def check_source(source: object, does: str) -> None:
    """Raise `TypeError` unless this is a path, or has the method ``does`` of a file."""
    if not isinstance(source, str | os.PathLike) and not hasattr(source, does):
        raise TypeError(
            f"{source!r:.80}, a {type(source).__name__}, is no file: give a path or an "
            "open binary file"
        )


def name_of(source: Source) -> str:
    """Return what a message calls the source."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    return str(getattr(source, "name", "the open file"))


@contextmanager
def writing(path: PathLike, *, append: bool = False) -> Iterator[IO[bytes]]:
    """Open a file that appears whole or not at all.

    With ``append`` it grows by a whole piece or keeps its length.
    """
    if not append:
        with replacing(path) as temporary, temporary.open("wb") as stream:
            yield stream
        return
    target = check_target(path)
    existed = target.exists()
    with target.open("ab") as stream:
        before = stream.tell()
        try:
            yield stream
        except BaseException:
            stream.truncate(before)
            if not existed:
                target.unlink()
            raise


@contextmanager
def open_stream(path: PathLike) -> Iterator[tuple[io.BufferedIOBase, int | None]]:
    """Open a file, compressed or not, with the size of its content where known."""
    with check_path("the file", path).open("rb") as raw:
        if raw.peek(2)[:2] != GZIP_MAGIC:
            status = os.fstat(raw.fileno())
            yield raw, status.st_size if stat.S_ISREG(status.st_mode) else None
            return
        try:
            with gzip.open(raw) as stream:
                yield stream, None
        except FormatError:
            raise
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise TruncatedError(
                f"{path}: the compressed data is damaged or cut short ({error}): "
                "get the file again"
            ) from error
