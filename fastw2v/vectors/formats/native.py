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
model.NAME                     further arrays of a model; optional
=============== ======= ====== ==================================================

Words have stored ends rather than a separator, so any string comes back as it was.
The header's metadata has one entry, ``fastw2v.vectors``: JSON with the ``version`` of
this layout, the caller's own ``metadata``, the kinds of ``expandos`` and, where the
file is of a whole ``model``, what that is besides arrays.
"""

import json
import os
from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.expandos import ANY_DTYPE, Kinds, pack, unpack
from fastw2v.vectors.formats.packed_words import pack_words, unpack_words
from fastw2v.vectors.formats.sniff import describe_foreign
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import (
    PathLike,
    Source,
    check_source,
    name_of,
    writing,
)
from fastw2v.vectors.formats.tensor_pieces import tensor_pieces
from fastw2v.vectors.formats.tensors import FLOATS, Damaged, TensorFile

FORMAT_NAME = "fastw2v.vectors"
FORMAT_VERSION = 1

Float32 = npt.NDArray[np.float32]


class About(NamedTuple):
    """What the header says besides where the tensors are."""

    metadata: dict[str, str]
    expandos: Kinds
    model: dict[str, Any] | None


class StoredModel(NamedTuple):
    """What a file of a whole model holds besides the vectors.

    Parameters
    ----------
    values : dict of str to what JSON can hold
    arrays : dict of str to array
    """

    values: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]


def write_native(
    target: Source,
    stored: StoredVectors,
    context_vectors: Float32 | None = None,
    model: StoredModel | None = None,
) -> None:
    """Write one safetensors file, whole or not at all.

    Parameters
    ----------
    target : str, PathLike or binary file
    stored : StoredVectors
    context_vectors : float32 array, shape (V, D), optional
    model : StoredModel, optional
        What the vectors are part of.

    Raises
    ------
    ValueError
        ``context_vectors`` has another shape than the vectors.
    TypeError
        A word is neither str nor int, or an attribute cannot be written.
    """
    check_source(target, "write")
    shape = stored.vectors.shape
    if context_vectors is not None and np.shape(context_vectors) != shape:
        raise ValueError(
            f"context_vectors has shape {np.shape(context_vectors)}, the vectors {shape}: "
            "give one context vector per word"
        )
    tensors, kinds = pack(stored.expandos)
    tensors |= pack_words(stored.words)
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
    if model is not None:
        about["model"] = {"values": model.values, "arrays": sorted(model.arrays)}
        for name, array in model.arrays.items():
            tensors[f"model.{name}"] = np.ascontiguousarray(array)
    header = {FORMAT_NAME: json.dumps(about)}
    pieces = tensor_pieces(tensors, header)
    if not isinstance(target, str | os.PathLike):
        target.writelines(pieces)
        return
    with writing(target) as stream:
        stream.writelines(pieces)


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
        return _read_vectors(file, about)
    except Damaged as error:
        _raise_damaged(source, error)


def _read_vectors(file: TensorFile, about: About) -> StoredVectors:
    vectors = file.array("vectors", FLOATS, 2)
    file.require(vectors.shape[1] > 0, "vectors of no dimensions")
    words = unpack_words(file)
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


class ModelFile(NamedTuple):
    """What was read from a file; `model` is None if it holds only vectors."""

    vectors: StoredVectors
    context_vectors: Float32 | None
    model: StoredModel | None


def read_model(source: Source, *, writable: bool = False) -> ModelFile:
    """Map a file of a model. Parameters and errors as for `read_native`."""
    try:
        file, about = _open(source, writable=writable)
        vectors = _read_vectors(file, about)
        context = None
        if "context_vectors" in file:
            context = file.array("context_vectors", ["float32"], 2)
            file.require(
                context.shape == vectors.vectors.shape,
                "vectors and context vectors differ in shape",
            )
        if about.model is None:
            return ModelFile(vectors, context, None)
        try:
            values, names = dict(about.model["values"]), list(about.model["arrays"])
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged("bad description of the model") from error
        arrays = {
            str(name): file.array(f"model.{name}", ANY_DTYPE, None) for name in names
        }
        return ModelFile(vectors, context, StoredModel(values, arrays))
    except Damaged as error:
        _raise_damaged(source, error)


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
        about = About(
            dict(said["metadata"]), dict(said.get("expandos", {})), said.get("model")
        )
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
