"""Safetensors files that end in a checksum of all that comes before it.

The checksum is a tensor of its own, the last one, so the file is written in one pass
and remains one that any reader of safetensors understands. The library's own writer
gives its temporary file a name of its own, which a killed process would leave for ever,
and does not tell a full disk from other errors.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.replace import replacing
from fastw2v.vectors.formats.tensors import DTYPES, TensorFile

SEAL = "sha256"
_SEAL_BYTES = hashlib.sha256().digest_size
_ALIGNMENT = 8
_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def write_sealed(
    path: Path, tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]
) -> None:
    """Write contiguous arrays, whole or not at all; none is copied.

    Raises
    ------
    OSError
        The disk is full, or the file cannot be written for another reason.
    """
    header = _header(tensors, metadata)
    hasher = hashlib.sha256()
    with replacing(path) as temporary, temporary.open("wb", buffering=0) as stream:
        size = len(header).to_bytes(8, "little")
        for part in (size, header, *tensors.values()):
            hasher.update(_bytes_of(part))
            _write_all(stream, _bytes_of(part))
        _write_all(stream, memoryview(hasher.digest()))


def _bytes_of(part: Any) -> memoryview:
    # An empty matrix cannot be seen as bytes.
    return memoryview(part).cast("B") if len(part) else memoryview(b"")


def _write_all(stream: Any, left: memoryview) -> None:
    # One system call writes 2 GiB at most.
    while left:
        left = left[stream.write(left) :]


def _header(
    tensors: Mapping[str, npt.NDArray[Any]], metadata: Mapping[str, str]
) -> bytes:
    entries: dict[str, Any] = {"__metadata__": dict(metadata)}
    seal = np.empty(_SEAL_BYTES, np.uint8)
    end = 0
    for name, tensor in (*tensors.items(), (SEAL, seal)):
        begin, end = end, end + tensor.nbytes
        entries[name] = {
            "dtype": _NAMES[tensor.dtype.name],
            "shape": tensor.shape,
            "data_offsets": [begin, end],
        }
    header = json.dumps(entries).encode()
    return header + b" " * (-len(header) % _ALIGNMENT)


def read_sealed(path: Path) -> TensorFile:
    """Map a file written by `write_sealed`, after reading it whole for its checksum.

    Raises
    ------
    Damaged
        It is no such file, or is not as it was written.
    OSError
        It cannot be read.
    """
    file = TensorFile(path)
    content: Any = np.memmap(path, np.uint8, mode="r")
    found = hashlib.sha256(content[:-_SEAL_BYTES]).digest()
    file.require(
        content[-_SEAL_BYTES:].tobytes() == found,
        "its checksum is not that of its content",
    )
    return file
