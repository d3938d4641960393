"""fastw2v's own files: safetensors, one file, memory-mapped on reading.

=============== ======= ====== ==================================================
tensor          dtype   shape  meaning
=============== ======= ====== ==================================================
vectors         float32 (V, D) one row per word
word_bytes      uint8   (B,)   all words in UTF-8, one after the other
word_ends       int64   (V,)   where each word ends in ``word_bytes``
counts          int64   (V,)   occurrences in the training text; optional
context_vectors float32 (V, D) the output vectors ``w_out``; optional
=============== ======= ====== ==================================================

Words have stored ends rather than a separator, so any string comes back as it was.
The header's metadata has one entry, ``fastw2v.vectors``: JSON with the ``version`` of
this layout and the caller's own ``metadata``. One, because the safetensors library
writes several in random order, and equal vectors should give equal files.
"""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NoReturn, overload

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from fastw2v.errors import FormatError
from fastw2v.replace import replacing
from fastw2v.vectors.formats.sniff import describe_foreign
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.tensors import Damaged, TensorFile

FORMAT_NAME = "fastw2v.vectors"
FORMAT_VERSION = 1

# Words need not be valid Unicode: text read with errors="surrogateescape" is not.
UTF8_ERRORS = "surrogatepass"

PathLike = str | os.PathLike[str]
Float32 = npt.NDArray[np.float32]


class PackedWords(Sequence[str]):
    """Words still in UTF-8, decoded when they are asked for.

    Parameters
    ----------
    data : uint8 array, shape (B,)
    ends : int64 array, shape (V,)
        Never falling; the last is B.
    """

    def __init__(
        self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> None:
        self._data = data
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = range(len(self))[index]
        start = int(self._ends[number - 1]) if number else 0
        return _decode(self._data[start : int(self._ends[number])].tobytes(), number)

    def __iter__(self) -> Iterator[str]:
        data = self._data.tobytes()
        for number, (start, end) in enumerate(pairwise([0, *self._ends.tolist()])):
            yield _decode(data[start:end], number)


def _decode(word: bytes, number: int) -> str:
    try:
        return word.decode("utf-8", UTF8_ERRORS)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"word {number} is not UTF-8 ({word!r}): the file is damaged, write it again"
        ) from error


def write_native(
    path: PathLike, stored: StoredVectors, context_vectors: Float32 | None
) -> None:
    """Write one safetensors file, whole or not at all.

    Parameters
    ----------
    path : str or PathLike
    stored : StoredVectors
    context_vectors : float32 array, shape (V, D), or None

    Raises
    ------
    ValueError
        ``context_vectors`` has another shape than the vectors.
    """
    shape = stored.vectors.shape
    if context_vectors is not None and context_vectors.shape != shape:
        raise ValueError(
            f"context_vectors has shape {context_vectors.shape}, the vectors {shape}: "
            "give one context vector per word"
        )
    encoded = [word.encode("utf-8", UTF8_ERRORS) for word in stored.words]
    tensors: dict[str, npt.NDArray[np.generic]] = {
        "vectors": np.ascontiguousarray(stored.vectors, dtype=np.float32),
        "word_bytes": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_ends": np.cumsum([len(word) for word in encoded], dtype=np.int64),
    }
    if stored.counts is not None:
        tensors["counts"] = np.ascontiguousarray(stored.counts, dtype=np.int64)
    if context_vectors is not None:
        tensors["context_vectors"] = np.ascontiguousarray(context_vectors, np.float32)
    about = {"version": FORMAT_VERSION, "metadata": dict(stored.metadata)}
    with replacing(path) as temporary:
        save_file(tensors, temporary, metadata={FORMAT_NAME: json.dumps(about)})


def read_native(path: PathLike) -> StoredVectors:
    """Map a file written by `write_native`; no vector is read until it is used.

    Returns
    -------
    StoredVectors
        Arrays are read-only views of the file.

    Raises
    ------
    FormatError
        The file is of another format, or its header contradicts its size.
    """
    try:
        file, metadata = _open(path)
        vectors = file.array("vectors", np.dtype(np.float32), 2)
        file.require(vectors.shape[1] > 0, "vectors of no dimensions")
        data = file.array("word_bytes", np.dtype(np.uint8), 1)
        ends = file.array("word_ends", np.dtype(np.int64), 1)
        counts = None
        if "counts" in file:
            counts = file.array("counts", np.dtype(np.int64), 1)
            file.require(
                counts.shape == ends.shape, "counts and words differ in number"
            )
        file.require(len(ends) == len(vectors), "words and vectors differ in number")
        edges = np.concatenate(([0], ends, [len(data)]))
        file.require(bool((edges[1:] >= edges[:-1]).all()), "word ends out of order")
        file.require(edges[-2] == len(data), "bytes after the last word")
    except Damaged as error:
        _raise_damaged(path, error)
    return StoredVectors(PackedWords(data, ends), vectors, counts, metadata)


def load_context_vectors(path: PathLike) -> Float32:
    """Map the context vectors stored beside the vectors.

    Returns
    -------
    float32 array, shape (V, D), read-only

    Raises
    ------
    FormatError
        The file is of another format or holds no context vectors.
    """
    try:
        file, _ = _open(path)
        if "context_vectors" not in file:
            raise FormatError(
                f"{path} holds no context vectors: save it with "
                "kv.save(path, context_vectors=...)"
            )
        return file.array("context_vectors", np.dtype(np.float32), 2)
    except Damaged as error:
        _raise_damaged(path, error)


def _open(path: PathLike) -> tuple[TensorFile, dict[str, str]]:
    """Open a file and return it with the caller's metadata."""
    file = TensorFile(path)
    file.require(FORMAT_NAME in file.metadata, f"no {FORMAT_NAME!r} in its header")
    try:
        about = json.loads(file.metadata[FORMAT_NAME])
        version, metadata = about["version"], dict(about["metadata"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Damaged(f"bad {FORMAT_NAME!r} in its header") from error
    file.require(
        version == FORMAT_VERSION,
        f"version {version!r} is not {FORMAT_VERSION}, a newer fastw2v may read it",
    )
    return file, metadata


def _raise_damaged(path: PathLike, error: Damaged) -> NoReturn:
    raise FormatError(
        f"{path} is no file of fastw2v vectors ({error}): {describe_foreign(path)}"
    ) from error
