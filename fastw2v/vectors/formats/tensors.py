"""Read a safetensors file through a memory map, believing nothing in its header.

The layout is eight bytes with the length of the header (little-endian), the header in
JSON, then the data. The safetensors library copies each tensor when it hands it to
NumPy, so a gigabyte of vectors would be read to look up one word.
"""

import json
import mmap
import os
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.streams import Source, check_source

# The limit that the safetensors library sets itself.
MAX_HEADER_BYTES = 100_000_000

DTYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
}
FLOATS = ("float16", "float32", "float64")


class Damaged(Exception):
    """The file breaks a rule of its format; the message says which."""


class TensorFile:
    """The named arrays of one file.

    Parameters
    ----------
    source : str, PathLike or binary file
        A file that is open is read whole from where it stands.
    writable : bool
        Arrays can be written to; the file never sees it, since the system copies a
        page of it when one is written.

    Attributes
    ----------
    metadata : dict of str to str

    Raises
    ------
    Damaged
        The header is not one, or is longer than the file.
    """

    def __init__(self, source: Source, *, writable: bool = False) -> None:
        check_source(source, "read")
        if not isinstance(source, str | os.PathLike):
            content: Any = bytearray(source.read())
        else:
            with Path(source).open("rb") as stream:
                self.require(os.fstat(stream.fileno()).st_size > 8, "bad header")
                access = mmap.ACCESS_COPY if writable else mmap.ACCESS_READ
                content = mmap.mmap(stream.fileno(), 0, access=access)
        everything = np.frombuffer(content, dtype=np.uint8)
        length = int.from_bytes(everything[:8].tobytes(), "little")
        limit = min(len(everything) - 8, MAX_HEADER_BYTES)
        self.require(0 < length <= limit, "bad header")
        header = _parse(everything[8 : 8 + length].tobytes())
        self._bytes = everything[8 + length :]
        self._bytes.flags.writeable = writable
        self.metadata: dict[str, str] = header.pop("__metadata__", {})
        self._entries = header

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @staticmethod
    def require(holds: bool, problem: str) -> None:
        """Raise `Damaged` with ``problem`` unless ``holds``."""
        if not holds:
            raise Damaged(problem)

    def array(
        self, name: str, dtypes: Sequence[str], ndim: int | None
    ) -> npt.NDArray[Any]:
        """Return a view of one tensor.

        Parameters
        ----------
        name : str
        dtypes : sequence of str
            The names of the dtypes it may have.
        ndim : int or None
            The number of dimensions it must have, if that matters.

        Raises
        ------
        Damaged
            It is missing, of another dtype or rank, or not where the header says.
        """
        self.require(name in self, f"no tensor {name!r}")
        entry = self._entries[name]
        try:
            shape, (start, end) = tuple(entry["shape"]), entry["data_offsets"]
            found, numbers = DTYPES.get(entry["dtype"], ""), [*shape, start, end]
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged(f"bad entry for tensor {name!r}") from error
        self.require(
            all(type(n) is int and n >= 0 for n in numbers),
            f"bad sizes for tensor {name!r}",
        )
        self.require(
            found in dtypes and ndim in {None, len(shape)},
            f"tensor {name!r} is {entry['dtype']!r} of shape {shape}",
        )
        dtype = np.dtype(found)
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
