"""fastw2v's own files: safetensors, one file, memory-mapped on reading.

=============== ======= ====== ==================================================
tensor          dtype   shape  meaning
=============== ======= ====== ==================================================
vectors         float32 (V, D) one row per word; float16 or float64 where it was so
word_bytes      uint8   (B,)   all words in UTF-8, one after the other
word_ends       int64   (V,)   where each word ends in ``word_bytes``
word_is_int     bool    (V,)   which keys are whole numbers; optional
counts          int64   (V,)   occurrences in the training text; optional
vectors_lockf   float32 (V,)   shares of each update that rows take; optional
expando.NAME                   other attributes of words, see `expandos`
context_vectors float32 (V, D) the output vectors ``w_out``; optional
=============== ======= ====== ==================================================

Words have stored ends rather than a separator, so any string comes back as it was.
The header's metadata has one entry, ``fastw2v.vectors``: JSON with the ``version`` of
this layout, the caller's own ``metadata`` and the kinds of ``expandos``. One, because the safetensors library
writes several in random order, and equal vectors should give equal files.
"""

import json
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn, overload

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save, save_file

from fastw2v.errors import FormatError
from fastw2v.replace import replacing
from fastw2v.vectors.formats.expandos import Kinds, pack, unpack
from fastw2v.vectors.formats.sniff import describe_foreign
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import PathLike, Source, name_of
from fastw2v.vectors.formats.tensors import FLOATS, Damaged, TensorFile

FORMAT_NAME = "fastw2v.vectors"
FORMAT_VERSION = 1

# Words need not be valid Unicode: text read with errors="surrogateescape" is not.
UTF8_ERRORS = "surrogatepass"

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


class About(NamedTuple):
    """What the header says besides where the tensors are."""

    metadata: dict[str, str]
    expandos: Kinds


def write_native(
    target: Source, stored: StoredVectors, context_vectors: Float32 | None
) -> None:
    """Write one safetensors file, whole or not at all.

    Parameters
    ----------
    target : str, PathLike or binary file
    stored : StoredVectors
    context_vectors : float32 array, shape (V, D), or None

    Raises
    ------
    ValueError
        ``context_vectors`` has another shape than the vectors.
    TypeError
        A word is neither str nor int, or an attribute cannot be written.
    """
    shape = stored.vectors.shape
    if context_vectors is not None and context_vectors.shape != shape:
        raise ValueError(
            f"context_vectors has shape {context_vectors.shape}, the vectors {shape}: "
            "give one context vector per word"
        )
    tensors, kinds = pack(stored.expandos)
    tensors |= _pack_words(stored.words)
    tensors["vectors"] = np.ascontiguousarray(stored.vectors)
    if stored.counts is not None:
        tensors["counts"] = np.ascontiguousarray(stored.counts, dtype=np.int64)
    if stored.lockf is not None:
        tensors["vectors_lockf"] = np.ascontiguousarray(stored.lockf, np.float32)
    if context_vectors is not None:
        tensors["context_vectors"] = np.ascontiguousarray(context_vectors, np.float32)
    about: dict[str, Any] = {"version": FORMAT_VERSION}
    about["metadata"] = dict(stored.metadata)
    if kinds:
        about["expandos"] = kinds
    header = {FORMAT_NAME: json.dumps(about)}
    if not isinstance(target, str | os.PathLike):
        target.write(save(tensors, metadata=header))
        return
    with replacing(target) as temporary:
        save_file(tensors, temporary, metadata=header)


def _pack_words(words: Sequence[Any]) -> dict[str, npt.NDArray[Any]]:
    for word in words:
        if not isinstance(word, str | int):
            raise TypeError(
                f"the key {word!r} is {type(word).__name__} and cannot be saved: make it "
                "str or int"
            )
    encoded = [str(word).encode("utf-8", UTF8_ERRORS) for word in words]
    tensors: dict[str, npt.NDArray[Any]] = {
        "word_bytes": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_ends": np.cumsum([len(word) for word in encoded], dtype=np.int64),
    }
    is_int = [isinstance(word, int) for word in words]
    if any(is_int):
        tensors["word_is_int"] = np.array(is_int)
    return tensors


def read_native(source: Source, *, writable: bool = False) -> StoredVectors:
    """Map a file written by `write_native`; no vector is read until it is used.

    Parameters
    ----------
    source : str, PathLike or binary file
        A file that is open is read whole.
    writable : bool
        Arrays can be written to, which leaves the file as it is.

    Returns
    -------
    StoredVectors
        Arrays are views of the file.

    Raises
    ------
    FormatError
        The file is of another format, or its header contradicts its size.
    """
    try:
        file, about = _open(source, writable=writable)
        vectors = file.array("vectors", FLOATS, 2)
        file.require(vectors.shape[1] > 0, "vectors of no dimensions")
        words = _unpack_words(file)
        file.require(len(words) == len(vectors), "words and vectors differ in number")
        counts = _optional(file, "counts", ["int64"])
        file.require(
            counts is None or len(counts) == len(words),
            "counts and words differ in number",
        )
        lockf = _optional(file, "vectors_lockf", ["float32"])
        file.require(
            lockf is None or len(lockf) in {1, len(words)},
            "vectors_lockf and words differ in number",
        )
        return StoredVectors(
            words,
            vectors,
            counts,
            about.metadata,
            unpack(file, about.expandos, len(words)),
            lockf,
        )
    except Damaged as error:
        _raise_damaged(source, error)


def _unpack_words(file: TensorFile) -> Sequence[Any]:
    data = file.array("word_bytes", ["uint8"], 1)
    ends = file.array("word_ends", ["int64"], 1)
    edges = np.concatenate(([0], ends, [len(data)]))
    file.require(bool((edges[1:] >= edges[:-1]).all()), "word ends out of order")
    file.require(edges[-2] == len(data), "bytes after the last word")
    words = PackedWords(data, ends)
    is_int = _optional(file, "word_is_int", ["bool"])
    if is_int is None:
        return words
    file.require(len(is_int) == len(words), "word_is_int and words differ in number")
    try:
        return [
            int(word) if number else word
            for word, number in zip(words, is_int, strict=True)
        ]
    except ValueError as error:
        raise Damaged("a key is not the whole number it should be") from error


def _optional(
    file: TensorFile, name: str, dtypes: Sequence[str]
) -> npt.NDArray[Any] | None:
    return file.array(name, dtypes, 1) if name in file else None


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
        return file.array("context_vectors", ["float32"], 2)
    except Damaged as error:
        _raise_damaged(path, error)


def _open(source: Source, *, writable: bool = False) -> tuple[TensorFile, About]:
    """Open a file and return it with what its header says."""
    file = TensorFile(source, writable=writable)
    file.require(FORMAT_NAME in file.metadata, f"no {FORMAT_NAME!r} in its header")
    try:
        said = json.loads(file.metadata[FORMAT_NAME])
        version = said["version"]
        about = About(dict(said["metadata"]), dict(said.get("expandos", {})))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Damaged(f"bad {FORMAT_NAME!r} in its header") from error
    file.require(
        version == FORMAT_VERSION,
        f"version {version!r} is not {FORMAT_VERSION}, a newer fastw2v may read it",
    )
    return file, about


def _raise_damaged(source: Source, error: Damaged) -> NoReturn:
    advice = "write it again"
    if isinstance(source, str | os.PathLike):
        advice = describe_foreign(source)
    raise FormatError(
        f"{name_of(source)} is no file of fastw2v vectors ({error}): {advice}"
    ) from error
