"""The attributes of an object that gensim saved, from its pickle or files beside it.

gensim leaves arrays of 10 million numbers and more out of the pickle, and writes each
to a file of its own: ``NAME.syn1neg.npy``, or ``NAME.wv.vectors.npy`` for an attribute
of an attribute; ``.npz`` if ``NAME`` ends in ``.gz`` or ``.bz2``.
"""

import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, Self, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.gensim_globals import ArrayStandIn, Record
from fastw2v.vectors.formats.tensors import Damaged

MmapMode: TypeAlias = Literal["r", "r+", "c"]
Kind = TypeVar("Kind")

# Deflate makes nothing smaller than this.
MAX_DEFLATE_RATIO = 1032


class Attributes(NamedTuple):
    """An object's attributes by name.

    Parameters
    ----------
    record : Record
    path : str
        The file's name and those of the attributes that lead here, joined by dots.
    compressed : bool
    mmap_mode : "r", "r+", "c" or None
        For arrays in files of their own, as for `numpy.load`.
    """

    record: Record
    path: str
    compressed: bool
    mmap_mode: MmapMode | None

    def child(self, name: str) -> Self | None:
        """Return the attributes of an attribute."""
        found = self.get(name, Record)
        if found is None:
            return None
        return self._replace(record=found, path=f"{self.path}.{name}")

    def get(self, name: str, kind: type[Kind]) -> Kind | None:
        """Return an attribute from the pickle; None if it is not there or None.

        Raises
        ------
        Damaged
            It is of another kind.
        """
        found = self.record.state.get(name)
        if found is None or type(found) is kind:
            return found
        raise Damaged(f"attribute {name!r} is {type(found).__name__}")

    def array(self, ndim: int, *names: str) -> npt.NDArray[np.floating] | None:
        """Return the first of these arrays of floating-point numbers that is there."""
        for name in names:
            found = self._array(name)
            if found is None:
                continue
            if found.dtype.kind != "f" or found.ndim != ndim:
                raise Damaged(f"{name} is {found.dtype} of shape {found.shape}")
            return found
        return None

    def _array(self, name: str) -> npt.NDArray[Any] | None:
        aside = self.get("__numpys", list) or []
        if name in aside or name.encode() in aside:  # bytes: written by Python 2
            suffix = "npz" if self.compressed else "npy"
            return load_beside(f"{self.path}.{name}.{suffix}", self.mmap_mode)
        stand_in = self.get(name, ArrayStandIn)
        if stand_in is None or stand_in.value is None:
            return None
        if isinstance(stand_in.value, list):
            raise Damaged(f"{name} holds objects")
        return stand_in.value


def load_beside(path: str, mmap_mode: MmapMode | None) -> npt.NDArray[Any]:
    """Read an array from a file of its own, after a look at what its header promises.

    Raises
    ------
    FileNotFoundError
    Damaged
        The header and the size of the file disagree, or the array holds objects.
    """
    try:
        if path.endswith(".npz"):
            with _open_packed(path) as (stream, size):
                _check_npy(stream, size)
            with _open_packed(path) as (stream, _):
                packed: npt.NDArray[Any] = np.lib.format.read_array(
                    stream, allow_pickle=False
                )
            return packed
        with Path(path).open("rb") as file:
            _check_npy(file, os.fstat(file.fileno()).st_size)
        plain: npt.NDArray[Any] = np.load(path, mmap_mode, allow_pickle=False)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            errno.ENOENT,
            "gensim keeps large arrays in files beside the model, and one is missing: "
            "copy it there",
            path,
        ) from error
    except PermissionError:
        raise
    except Exception as error:  # whatever NumPy's parser of headers and zipfile raise
        raise Damaged(f"the file beside it, {path}, is damaged ({error})") from error
    return plain


@contextmanager
def _open_packed(path: str) -> Iterator[tuple[IO[bytes], int]]:
    """Open the one array of a compressed file, with its size."""
    with zipfile.ZipFile(path) as archive:
        if archive.namelist() != ["val.npy"]:
            raise ValueError("it does not hold one array 'val'")
        entry = archive.infolist()[0]
        if entry.file_size > MAX_DEFLATE_RATIO * Path(path).stat().st_size:
            raise ValueError("more data promised than it can hold")
        with archive.open(entry) as stream:
            yield stream, entry.file_size


def _check_npy(stream: IO[bytes], size: int) -> None:
    """Compare the header of an array with the bytes that follow it."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
    if dtype.hasobject:
        raise ValueError("it holds objects")
    if prod(shape) * dtype.itemsize != size - stream.tell():
        raise ValueError(f"shape {shape} does not fit its {size} bytes")
