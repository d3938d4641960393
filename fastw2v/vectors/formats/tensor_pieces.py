"""The bytes of a safetensors file, piece by piece and without a copy of any array.

The safetensors library copies the arrays for a file that is open. Given a path it makes
a temporary file with a name of its own, which a killed process would leave for ever, and
it tells a full disk with an error that is no OSError.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy.typing as npt

from fastw2v.vectors.formats.tensors import DTYPES

_ALIGNMENT = 8
_NAMES = {dtype: name for name, dtype in DTYPES.items()}

Tensors = Mapping[str, npt.NDArray[Any]]


def tensor_pieces(tensors: Tensors, metadata: Mapping[str, str]) -> list[memoryview]:
    """Return what a file of these arrays consists of; equal arrays give equal bytes.

    Parameters
    ----------
    tensors : mapping of str to array
        Contiguous, of the dtypes in `tensors.DTYPES`.
    metadata : mapping of str to str

    Returns
    -------
    list of memoryview
        The header, then a piece for each array: the widest numbers first, so that each
        array begins at a multiple of their size, then by name.

    Raises
    ------
    TypeError
        An array is of another dtype.
    """
    ordered = dict(
        sorted(tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))
    )
    header = _header(ordered, metadata)
    start = memoryview(len(header).to_bytes(8, "little") + header)
    return [start, *map(_bytes_of, ordered.values())]


def _bytes_of(tensor: npt.NDArray[Any]) -> memoryview:
    if not tensor.size:  # which cannot be seen as bytes
        return memoryview(b"")
    little: Any = tensor.astype(tensor.dtype.newbyteorder("<"), copy=False)
    return memoryview(little.reshape(-1)).cast("B")


def _header(tensors: Tensors, metadata: Mapping[str, str]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": dict(metadata)}
    end = 0
    for name, tensor in tensors.items():
        if tensor.dtype.name not in _NAMES:
            raise TypeError(
                f"{name} is an array of {tensor.dtype}; convert it to one of"
                f" {', '.join(_NAMES)}"
            )
        begin, end = end, end + tensor.nbytes
        entries[name] = {
            "dtype": _NAMES[tensor.dtype.name],
            "shape": tensor.shape,
            "data_offsets": [begin, end],
        }
    header = json.dumps(entries).encode()
    return header + b" " * (-len(header) % _ALIGNMENT)
