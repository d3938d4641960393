"""Queries for similar words: keys, vectors and weights made into one vector."""

import math
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias, TypeGuard, cast

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.lengths import to_unit
from fastw2v.vectors.table import KEY_TYPES, Key, VectorTable

Vector: TypeAlias = npt.NDArray[np.floating[Any]]
Subject: TypeAlias = Key | Vector
Item: TypeAlias = Subject | tuple[Subject, float]
Items: TypeAlias = Item | Iterable[Item]


class Part(NamedTuple):
    """A key or a vector, and what it weighs in a sum."""

    subject: Subject
    weight: float


class Query(NamedTuple):
    """One query.

    Parameters
    ----------
    vector : float32 array, shape (D,)
        Unit length, or all zero when the parts cancel out.
    rows : list of int
        Rows of the words that made the query; they may not answer it.
    """

    vector: npt.NDArray[np.float32]
    rows: list[int]


class Sum(NamedTuple):
    """A weighted sum of vectors.

    Parameters
    ----------
    vector : float64 array, shape (D,)
    rows : list of int
        Rows of the keys in it.
    mass : float
        Sum of the absolute weights.
    missing : list of keys
        Keys that are not present and were left out.
    """

    vector: npt.NDArray[np.float64]
    rows: list[int]
    mass: float
    missing: list[Key]


def build_query(
    table: VectorTable, positive: Items | None, negative: Items | None
) -> Query:
    """Add the positive parts, subtract the negative ones, scale to unit length.

    Words count as unit vectors, vectors as they are (Mikolov, Yih and Zweig 2013,
    section 4: 3CosAdd). A weight among the negative parts counts by its size.

    Raises
    ------
    ValueError
        Nothing is given, or a vector is not of shape (D,) or not finite.
    KeyError
        A word is not present.
    """
    parts = [as_part(item) for item in as_list(positive)]
    parts += [
        Part(subject, -abs(weight))
        for subject, weight in map(as_part, as_list(negative))
    ]
    if not parts:
        raise ValueError("nothing to search for: give a positive or a negative word")
    total = weighted_sum(table, parts, unit=True)
    if total.missing:
        raise KeyError(f"Key '{total.missing[0]}' not present")
    unit = to_unit(total.vector[None])[0]
    return Query(unit.astype(np.float32), total.rows)


def weighted_sum(table: VectorTable, parts: Iterable[Part], *, unit: bool) -> Sum:
    """Add up vectors of keys, of length one if ``unit``, and vectors as they are.

    Raises
    ------
    ValueError
        A vector is not of shape (D,) or not finite.
    """
    total = np.zeros(table.vector_size, dtype=np.float64)
    rows: list[int] = []
    missing: list[Key] = []
    mass = 0.0
    for subject, weight in parts:
        if not math.isfinite(weight):
            raise ValueError(f"a weight is {weight}: give a finite number")
        if isinstance(subject, np.ndarray):
            vector = check_vector(subject, table.vector_size)
        else:
            row = table.get_index(subject, -1)
            if row < 0:
                missing.append(subject)
                continue
            rows.append(row)
            vector = (
                to_unit(table.vectors[row][None])[0] if unit else table.vectors[row]
            )
        total += weight * vector.astype(np.float64)
        mass += abs(weight)
    return Sum(total, rows, mass, missing)


def as_list(items: Items | None) -> list[Item]:
    """Wrap a single item, list many."""
    if items is None:
        return []
    if isinstance(items, bytes):
        raise TypeError(f"{items!r} is bytes, words are str: decode it")
    if _is_single(items):
        return [items]
    if not isinstance(items, Iterable):
        raise TypeError(
            f"{items!r:.80}, a {type(items).__name__}, is neither a word nor a vector, nor "
            "many of these: give a list of words"
        )
    return list(cast("Iterable[Item]", items))


def as_part(item: Any) -> Part:
    """Give a key or vector without a weight the weight one.

    Raises
    ------
    TypeError
        The item is neither of these, nor a pair of one and a weight.
    """
    if isinstance(item, (*KEY_TYPES, np.ndarray)):
        return Part(cast("Subject", item), 1.0)
    if not isinstance(item, tuple | list) or len(item) != 2:
        raise TypeError(
            f"{item!r} is neither a word, nor a vector (a NumPy array), nor a pair of "
            "one of these and a weight"
        )
    subject, weight = item
    return Part(cast("Subject", subject), float(weight))


def _is_single(items: Items) -> TypeGuard[Item]:
    """Tell one item from many; (3, 4) is two rows, ("a", 4) a word with a weight."""
    if isinstance(items, np.ndarray):
        return items.ndim == 1
    if isinstance(items, tuple) and len(items) == 2:
        subject, weight = items
        weights: Any = float | np.floating
        if isinstance(subject, str | np.ndarray):
            weights |= int | np.integer
        return isinstance(weight, weights)
    return isinstance(items, KEY_TYPES)


def check_vector(vector: Vector, dim: int) -> Vector:
    """Return the vector if it has shape (D,) and is finite; ValueError if not."""
    if vector.shape != (dim,):
        raise ValueError(
            f"a query vector has shape {vector.shape}, the stored ones have ({dim},): "
            "give a vector of the same model"
        )
    if not np.isfinite(vector).all():
        raise ValueError("a query vector holds NaN or infinity: give finite numbers")
    return vector
