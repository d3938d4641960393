"""Safetensors files that end in a checksum of all that comes before it.

The checksum is a tensor of its own, the last one, so the file is written in one pass
and remains one that any reader of safetensors understands.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fastw2v.vectors.formats.streams import writing
from fastw2v.vectors.formats.tensor_pieces import Tensors, tensor_pieces
from fastw2v.vectors.formats.tensors import TensorFile

SEAL = "sha256"
_SEAL_BYTES = hashlib.sha256().digest_size


def write_sealed(path: Path, tensors: Tensors, metadata: Mapping[str, str]) -> None:
    """Write a file, whole or not at all.

    Parameters
    ----------
    path : Path
    tensors : mapping of str to array
        Contiguous, of numbers wider than a byte: the seal, of bytes, comes last.
    metadata : mapping of str to str

    Raises
    ------
    OSError
        The disk is full, or the file cannot be written for another reason.
    """
    assert all(tensor.itemsize > 1 for tensor in tensors.values())
    unsealed = np.zeros(_SEAL_BYTES, np.uint8)
    *pieces, _ = tensor_pieces({**tensors, SEAL: unsealed}, metadata)
    hasher = hashlib.sha256()
    with writing(path) as stream:
        for piece in pieces:
            hasher.update(piece)
            stream.write(piece)
        stream.write(hasher.digest())


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
