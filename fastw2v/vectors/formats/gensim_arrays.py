"""The attributes of an object that gensim saved, from its pickle or files beside it.

gensim leaves arrays of 10 million numbers and more out of the pickle, and writes each
to a file of its own: ``NAME.syn1neg.npy``, or ``NAME.wv.vectors.npy`` for an attribute
of an attribute; ``.npz`` if ``NAME`` ends in ``.gz`` or ``.bz2``.
"""

import errno
import os
import zipfile
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.gensim_globals import ArrayStandIn, Record
from fastw2v.vectors.formats.numpy_arrays import check_header, read_member
from fastw2v.vectors.formats.tensors import Damaged

MmapMode: TypeAlias = Literal["r", "r+", "c"]
Kind = TypeVar("Kind")


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
            with zipfile.ZipFile(path) as archive:
                if archive.namelist() != ["val.npy"]:
                    raise ValueError("it does not hold one array 'val'")
                packed: npt.NDArray[Any] = read_member(
                    archive, "val", Path(path).stat().st_size
                )
            return packed
        with Path(path).open("rb") as file:
            check_header(file, os.fstat(file.fileno()).st_size)
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
