"""Attributes of words as tensors of fastw2v's own files.

=========== ===================================================================
kind        tensors of the attribute ``name``
=========== ===================================================================
``array``   ``expando.name``: the array itself
``ragged``  ``expando.name``: all rows, one after the other;
            ``expando.name.ends``: int64, where each row ends
``json``    ``expando.name``: uint8, a JSON list of V values
=========== ===================================================================
"""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.tensors import DTYPES, Damaged, TensorFile

Array: TypeAlias = npt.NDArray[Any]
Kinds: TypeAlias = dict[str, str]

ANY_DTYPE = tuple(DTYPES.values())


def pack(expandos: Mapping[str, Array]) -> tuple[dict[str, Array], Kinds]:
    """Return tensors that hold the attributes, and the kind of each attribute.

    Raises
    ------
    TypeError
        An attribute is neither numbers, nor rows of numbers, nor plain values.
    """
    tensors: dict[str, Array] = {}
    kinds: Kinds = {}
    for name, values in expandos.items():
        tensor = f"expando.{name}"
        if values.dtype.name in ANY_DTYPE:
            kinds[name] = "array"
            tensors[tensor] = np.ascontiguousarray(values)
        elif _is_ragged(values):
            kinds[name] = "ragged"
            tensors[tensor] = np.concatenate(list(values))
            tensors[f"{tensor}.ends"] = np.cumsum([len(row) for row in values])
        else:
            kinds[name] = "json"
            tensors[tensor] = np.frombuffer(_as_json(name, values), dtype=np.uint8)
    return tensors, kinds


def unpack(file: TensorFile, kinds: Kinds, length: int) -> dict[str, Array]:
    """Return the attributes of a file.

    Raises
    ------
    Damaged
        Tensors are missing or contradict each other.
    """
    readers = {"array": _array, "ragged": _ragged, "json": _json}
    found = {}
    for name, kind in kinds.items():
        file.require(str(kind) in readers, f"attribute {name!r} is of kind {kind!r}")
        values = readers[kind](file, f"expando.{name}")
        file.require(
            values.ndim > 0 and len(values) == length,
            f"attribute {name!r} and words differ in number",
        )
        found[name] = values
    return found


def _is_ragged(values: Array) -> bool:
    return len(values) > 0 and all(
        isinstance(row, np.ndarray) and row.ndim == 1 and row.dtype.name in ANY_DTYPE
        for row in values
    )


def _as_json(name: str, values: Array) -> bytes:
    try:
        return json.dumps(values.tolist()).encode()
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"the attribute '{name}' cannot be saved ({error}): make its values numbers, "
            "text or None, or name it in ignore"
        ) from error


def _array(file: TensorFile, tensor: str) -> Array:
    return file.array(tensor, ANY_DTYPE, None)


def _ragged(file: TensorFile, tensor: str) -> Array:
    flat = file.array(tensor, ANY_DTYPE, 1)
    ends = file.array(f"{tensor}.ends", ["int64"], 1)
    edges = np.concatenate(([0], ends))
    file.require(
        edges[-1] == len(flat) and bool((edges[1:] >= edges[:-1]).all()),
        f"the ends of {tensor!r} are out of order",
    )
    rows = np.empty(len(ends), dtype=object)
    for row, (start, end) in enumerate(zip(edges, ends, strict=False)):
        rows[row] = flat[start:end].copy()
    return rows


def _json(file: TensorFile, tensor: str) -> Array:
    text = file.array(tensor, ["uint8"], 1).tobytes()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{tensor!r} is not JSON") from error
    file.require(isinstance(parsed, list), f"{tensor!r} is not a list")
    values = np.empty(len(parsed), dtype=object)
    values[:] = parsed
    return values
