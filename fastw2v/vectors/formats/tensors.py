"""Read a safetensors file through a memory map, believing nothing in its header.

The layout is eight bytes with the length of the header (little-endian), the header in
JSON, then the data. The safetensors library copies each tensor when it hands it to
NumPy, so a gigabyte of vectors would be read to look up one word.
"""

import json
import mmap
import os
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# The limit that the safetensors library sets itself.
MAX_HEADER_BYTES = 100_000_000

DTYPE_NAMES = {"float32": "F32", "float64": "F64", "int64": "I64", "uint8": "U8"}


class Damaged(Exception):
    """The file breaks a rule of its format; the message says which."""


class TensorFile:
    """The named arrays of one file.

    Parameters
    ----------
    path : str or PathLike

    Attributes
    ----------
    metadata : dict of str to str

    Raises
    ------
    Damaged
        The header is not one, or is longer than the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        with Path(path).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            length = int.from_bytes(stream.read(8), "little")
            self.require(0 < length <= min(size - 8, MAX_HEADER_BYTES), "bad header")
            header = _parse(stream.read(length))
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._bytes = np.frombuffer(mapped, dtype=np.uint8)[8 + length :]
        self.metadata: dict[str, str] = header.pop("__metadata__", {})
        self._entries = header

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @staticmethod
    def require(holds: bool, problem: str) -> None:
        """Raise `Damaged` with ``problem`` unless ``holds``."""
        if not holds:
            raise Damaged(problem)

    def array(self, name: str, dtype: np.dtype[Any], ndim: int) -> npt.NDArray[Any]:
        """Return a read-only view of one tensor.

        Raises
        ------
        Damaged
            It is missing, of another dtype or rank, or not where the header says.
        """
        self.require(name in self, f"no tensor {name!r}")
        entry = self._entries[name]
        try:
            shape, (start, end) = tuple(entry["shape"]), entry["data_offsets"]
            found, numbers = entry["dtype"], [*shape, start, end]
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"bad entry for tensor {name!r}") from error
        self.require(
            all(type(n) is int and n >= 0 for n in numbers),
            f"bad sizes for tensor {name!r}",
        )
        self.require(
            found == DTYPE_NAMES[dtype.name] and len(shape) == ndim,
            f"tensor {name!r} is {found!r} of shape {shape}",
        )
        self.require(
            start <= end <= len(self._bytes)
            and prod(shape) * dtype.itemsize == end - start,
            f"tensor {name!r} of shape {shape} does not fit bytes {start} to {end} of "
            f"{len(self._bytes)}",
        )
        data = self._bytes[start:end].view(dtype.newbyteorder("<"))
        return data.reshape(shape)


def _parse(header: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise Damaged("the header is not JSON") from error
    if not isinstance(parsed, dict):
        raise Damaged("the header is not a JSON object")
    metadata = parsed.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(
        isinstance(value, str) for value in metadata.values()
    ):
        raise Damaged("the metadata is not text")
    return parsed
