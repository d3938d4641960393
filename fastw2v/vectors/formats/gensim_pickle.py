"""Read the files that gensim's `save` writes, without gensim and without running them.

They are pickles, sometimes compressed, with large arrays in files beside them. None of
what a pickle can do is done: `inert_pickle` explains how.
"""

import bz2
import gzip
import mmap
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.gensim_arrays import Attributes, MmapMode
from fastw2v.vectors.formats.gensim_globals import KNOWN, Record
from fastw2v.vectors.formats.gensim_layouts import as_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel, GensimVectors
from fastw2v.vectors.formats.inert_pickle import read_inert
from fastw2v.vectors.formats.tensors import Damaged

PathLike = str | os.PathLike[str]

# A pickle of one of gensim's classes begins so, in protocols 2 and 3 or 4 and 5.
OPENING = re.compile(
    rb"\x80[\x02-\x05](\x95.{8})?(c|\x8c.)gensim\.models\.", flags=re.DOTALL
)
OPENING_BYTES = 64

# Words and trained vectors never shrink to less than a sixteenth.
MAX_RATIO = 16
FREE_BYTES = 1 << 24


def is_gensim_file(path: PathLike) -> bool:
    """Tell by its first bytes whether gensim's `save` wrote a file."""
    try:
        with _open(path) as stream:
            return OPENING.match(stream.read(OPENING_BYTES)) is not None
    except (EOFError, OSError, zlib.error):
        return False


def read_gensim(
    path: PathLike, mmap_mode: MmapMode | None = None
) -> GensimVectors | GensimModel:
    """Read a Word2Vec model, KeyedVectors, or the vectors of a FastText model.

    Parameters
    ----------
    path : str or PathLike
        The file that gensim's `save` was given, gzip- or bzip2-compressed or not.
    mmap_mode : "r", "r+" or "c", optional
        Map arrays that have files of their own, as `numpy.load` does.

    Raises
    ------
    FormatError
        The file is damaged, of something else, or holds what no plain model does.
        Nothing in it was run.
    FileNotFoundError
        The file, or one of those beside it, is missing.
    ValueError
        ``mmap_mode`` is given for a compressed file.
    """
    name = os.fspath(path)
    compressed = name.endswith((".gz", ".bz2"))
    if mmap_mode is not None and compressed:
        raise ValueError(
            f"mmap={mmap_mode!r}, but {name} is compressed: pass None, or save it again "
            "under a name without .gz or .bz2"
        )
    try:
        top = _read_record(path)
        return as_gensim(Attributes(top, name, compressed, mmap_mode))
    except Damaged as error:
        raise FormatError(
            f"{name} is no model that gensim saved, or a damaged one: {error}"
        ) from error


def _read_record(path: PathLike) -> Record:
    disk_bytes = Path(path).stat().st_size
    with _open(path) as stream:
        if isinstance(stream, gzip.GzipFile | bz2.BZ2File):
            limit = FREE_BYTES + MAX_RATIO * disk_bytes
            try:
                data: bytes | mmap.mmap = stream.read(limit)
            except (EOFError, OSError, zlib.error) as error:
                raise Damaged(f"bad compressed data ({error})") from error
            if len(data) == limit:
                raise Damaged(f"{disk_bytes} bytes that unpack to {limit} and more")
        elif disk_bytes:
            data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            raise Damaged("it is empty")
        found = read_inert(data, KNOWN, disk_bytes)
    if type(found) is not Record:
        raise Damaged(f"it holds a {type(found).__name__}")
    return found


@contextmanager
def _open(path: PathLike) -> Iterator[IO[bytes] | gzip.GzipFile | bz2.BZ2File]:
    """Open a file, compressed or not."""
    with Path(path).open("rb") as raw:
        magic = raw.peek(3)[:3]
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(raw) as unpacked:
                yield unpacked
        elif magic == b"BZh":
            with bz2.open(raw) as unpacked:
                yield unpacked
        else:
            yield raw
