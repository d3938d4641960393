"""Queries for similar words: keys, vectors and weights made into one vector."""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias, TypeGuard, cast

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.table import Key, VectorTable

Vector: TypeAlias = npt.NDArray[np.floating]
Item: TypeAlias = Key | Vector | tuple[Key | Vector, float]
Items: TypeAlias = Item | Iterable[Item]


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


def build_query(
    table: VectorTable, positive: Items | None, negative: Items | None
) -> Query:
    """Add the positive parts, subtract the negative ones, scale to unit length.

    Words count as unit vectors, vectors as they are (Mikolov, Yih and Zweig 2013,
    section 4: 3CosAdd).

    Raises
    ------
    ValueError
        Nothing is given, or a vector is not of shape (D,) or not finite.
    KeyError
        A word is not present.
    """
    parts = [(item, 1.0) for item in _as_list(positive)]
    parts += [(item, -1.0) for item in _as_list(negative)]
    if not parts:
        raise ValueError("nothing to search for: give a positive or a negative word")
    total = np.zeros(table.vector_size, dtype=np.float64)
    rows: list[int] = []
    for item, sign in parts:
        subject, weight = item if isinstance(item, tuple) else (item, 1.0)
        if isinstance(subject, np.ndarray):
            total += sign * weight * _checked(subject, len(total))
        else:
            rows.append(table.get_index(subject))
            total += sign * weight * table.unit_rows.take(rows[-1:])[0]
    length = np.linalg.norm(total)
    unit = total / length if length > 0 else total
    return Query(unit.astype(np.float32), rows)


def _as_list(items: Items | None) -> list[Item]:
    """Wrap a single item, list many."""
    if items is None:
        return []
    if isinstance(items, bytes):
        raise TypeError(f"{items!r} is bytes, words are str: decode it")
    if _is_single(items):
        return [items]
    return list(cast("Iterable[Item]", items))


def _is_single(items: Items) -> TypeGuard[Item]:
    """Tell one item from many; (3, 4) is two rows, ("a", 4) a word with a weight."""
    if isinstance(items, np.ndarray):
        return items.ndim == 1
    if isinstance(items, tuple) and len(items) == 2:
        subject, weight = items
        weights = float | np.floating
        if isinstance(subject, str | np.ndarray):
            weights |= int | np.integer
        return isinstance(weight, weights)
    return isinstance(items, str | int | np.integer)


def _checked(vector: Vector, dim: int) -> Vector:
    if vector.shape != (dim,):
        raise ValueError(
            f"a query vector has shape {vector.shape}, the stored ones have ({dim},): "
            "give a vector of the same model"
        )
    if not np.isfinite(vector).all():
        raise ValueError("a query vector holds NaN or infinity: give finite numbers")
    return vector
