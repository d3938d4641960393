"""Where a file of vectors comes from or goes to: a path, or a file that is open."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, TypeAlias

from fastw2v.replace import check_target, replacing

# What is no path is taken to be a file that is open.
PathLike: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = PathLike | BinaryIO


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
