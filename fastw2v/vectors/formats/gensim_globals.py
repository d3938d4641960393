"""The names that gensim's files may hold, and what stands in for each."""

import re
import sys
from collections.abc import Callable
from functools import partial
from math import prod
from typing import TypeGuard

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.stand_ins import (
    Global,
    StandIn,
    as_key,
    as_text,
    shown,
)
from fastw2v.vectors.formats.tensors import Damaged

# Kinds and item sizes of arrays and scalars; O is a list of other objects.
DTYPE_NAME = re.compile(r"[biu][1248]|f[248]|[SU][1-9]\d{0,3}|O8?")


class Record(StandIn):
    """An object of one of gensim's classes: its attributes and none of its code.

    Attributes
    ----------
    class_name : str
    state : dict of str to object
        Empty until the file gives it.
    """

    def __init__(self, class_name: str) -> None:
        self.class_name = class_name
        self.state: dict[str, object] = {}

    def set_state(self, state: object) -> None:
        """Take the attributes."""
        names = type(state) is dict and all(type(name) is str for name in state)
        if not names or self.state:
            raise Damaged(f"attributes of {self.class_name} that are none")
        self.state = state  # type: ignore[assignment]


class DtypeStandIn(StandIn):
    """A NumPy dtype of plain numbers, text or objects."""

    def __init__(self, name: object, *_: object) -> None:
        if type(name) is bytes:
            name = as_text(name)
        if type(name) is not str or not DTYPE_NAME.fullmatch(name):
            raise Damaged(f"a dtype {shown(name)}")
        self.dtype: np.dtype[np.generic] = np.dtype(name)

    def set_state(self, state: object) -> None:
        """Take the byte order."""
        if (
            type(state) is not tuple
            or len(state) not in {8, 9}
            or any(part is not None for part in state[2:5])
            or state[1] not in ("<", ">", "|", "=", b"<", b">", b"|", b"=")
        ):
            raise Damaged("a dtype with fields")
        order = as_text(state[1])
        self.dtype = self.dtype.newbyteorder("<" if order == "=" else order)  # type: ignore[arg-type]


class ArrayStandIn(StandIn):
    """A NumPy array on its way.

    Attributes
    ----------
    value : array, list of object, or None
        A list for a one-dimensional array of objects; None until the file gives it.
    """

    def __init__(self) -> None:
        self.value: npt.NDArray[np.generic] | list[object] | None = None

    def set_state(self, state: object) -> None:
        """Take shape, dtype and content."""
        if type(state) is not tuple or len(state) != 5:
            raise Damaged("an array without content")
        _, shape, dtype, fortran, content = state
        self.fill(content, dtype, shape, "F" if fortran else "C")

    def fill(
        self, content: object, dtype: object, shape: object, order: object
    ) -> None:
        """Take the content, as long as shape and dtype say."""
        if type(dtype) is not DtypeStandIn or self.value is not None:
            raise Damaged("an array without a dtype")
        if not _is_shape(shape) or order not in ("C", "F", b"C", b"F"):
            raise Damaged("an array without a shape")
        if dtype.dtype.kind == "O":
            if type(content) is not list or shape != (len(content),):
                raise Damaged("an array of objects that is no plain list")
            self.value = content
            return
        if type(content) is not bytes:
            raise Damaged("an array without content")
        if prod(shape) * dtype.dtype.itemsize != len(content):
            raise Damaged(f"an array of shape {shape} in {len(content)} bytes")
        if dtype.dtype.kind == "U":
            codes = np.frombuffer(content, f"{dtype.dtype.byteorder}u4")
            if codes.max(initial=0) > sys.maxunicode:  # NumPy believes them
                raise Damaged("an array of bad text")
        try:
            self.value = np.ndarray(
                shape, dtype.dtype, content, order="F" if as_text(order) == "F" else "C"
            )
        except ValueError as error:
            raise Damaged(f"an array of shape {shape}") from error


class RandomStandIn(StandIn):
    """The state of a random generator."""

    def __init__(self, *_: object) -> None:
        self.state: object = None

    def set_state(self, state: object) -> None:
        """Take the state, whatever it is; `gensim_layouts` looks at it."""
        self.state = state


def _is_shape(shape: object) -> TypeGuard[tuple[int, ...]]:
    return (
        type(shape) is tuple
        and len(shape) <= 32
        and all(type(side) is int and 0 <= side < 2**63 for side in shape)
    )


def _new_array(kind: object, _shape: object, _code: object) -> ArrayStandIn:
    """``numpy._core.multiarray._reconstruct``: an array to be filled later."""
    if kind is not NDARRAY:
        raise Damaged("an array of a class of its own")
    return ArrayStandIn()


def _filled_array(
    content: object, dtype: object, shape: object, order: object
) -> ArrayStandIn:
    """``numpy._core.numeric._frombuffer``: an array of pickle protocol 5."""
    made = ArrayStandIn()
    made.fill(content, dtype, shape, order)
    return made


def _scalar(dtype: object, content: object) -> object:
    """``numpy._core.multiarray.scalar``: a NumPy number or text, as Python's own."""
    made = ArrayStandIn()
    made.fill(content, dtype, (), "C")
    return made.value.item()  # type: ignore[union-attr]


def _encode(text: object, encoding: object) -> bytes:
    """``_codecs.encode``: how protocol 2 writes bytes."""
    if type(text) is not str or encoding != "latin1":
        raise Damaged("bytes written in an unknown way")
    try:
        return text.encode("latin1")
    except UnicodeEncodeError as error:
        raise Damaged("bytes that are none") from error


def _no_bytes() -> bytes:
    return b""


def _frozenset(items: object) -> frozenset[str | int]:
    if type(items) is not list:
        raise Damaged("a set without a list")
    return frozenset(map(as_key, items))


def _counts(kind: object) -> dict[object, object]:
    """``collections.defaultdict(int)``."""
    if kind not in INTS:
        raise Damaged("a defaultdict of another kind than int; the file was not run")
    return {}


NDARRAY = Global("numpy", "ndarray")
INTS = [Global(module, "int") for module in ("builtins", "__builtin__")]
INTS.append(Global("__builtin__", "long"))

CLASSES = [
    ("gensim.models.word2vec", "Word2Vec"),
    ("gensim.models.word2vec", "Word2VecTrainables"),
    ("gensim.models.word2vec", "Word2VecVocab"),
    ("gensim.models.word2vec", "Vocab"),
    ("gensim.models.keyedvectors", "KeyedVectors"),
    ("gensim.models.keyedvectors", "Word2VecKeyedVectors"),
    ("gensim.models.keyedvectors", "EuclideanKeyedVectors"),
    ("gensim.models.keyedvectors", "FastTextKeyedVectors"),
    ("gensim.models.keyedvectors", "Vocab"),
    ("gensim.models.keyedvectors", "CompatVocab"),
    ("gensim.models.fasttext", "FastText"),
    ("gensim.models.fasttext", "FastTextKeyedVectors"),
    ("gensim.models.wrappers.fasttext", "FastTextKeyedVectors"),
    ("gensim.models.fasttext", "FastTextTrainables"),
    ("gensim.models.fasttext", "FastTextVocab"),
]

CALLS: dict[tuple[str, str], Callable[..., object]] = {
    ("_codecs", "encode"): _encode,
    ("__builtin__", "bytes"): _no_bytes,
    ("__builtin__", "frozenset"): _frozenset,
    ("builtins", "frozenset"): _frozenset,
    ("collections", "defaultdict"): _counts,
    ("numpy", "dtype"): DtypeStandIn,
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy.core.numeric", "_frombuffer"): _filled_array,
    ("numpy._core.numeric", "_frombuffer"): _filled_array,
    ("numpy.random", "__RandomState_ctor"): RandomStandIn,
    ("numpy.random._pickle", "__randomstate_ctor"): RandomStandIn,
    ("numpy.random._pickle", "__bit_generator_ctor"): RandomStandIn,
}

# Attributes that gensim fills with a function or class; nothing uses them.
MENTIONS = [
    ("gensim.utils", "call_on_class_only"),
    ("gensim.models.word2vec", "call_on_class_only"),
    ("builtins", "hash"),
    ("__builtin__", "hash"),
    ("numpy.random._mt19937", "MT19937"),
]

KNOWN: dict[tuple[str, str], Global] = {
    (entry.module, entry.name): entry
    for entry in [
        NDARRAY,
        *INTS,
        *(Global(*name, new=partial(Record, ".".join(name))) for name in CLASSES),
        *(Global(*name, call=call) for name, call in CALLS.items()),
        *(Global(*name) for name in MENTIONS),
    ]
}
