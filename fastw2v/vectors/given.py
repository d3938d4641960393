"""What callers give to make or change a table: checked, with clear errors."""

from collections.abc import Iterable, Mapping, Sized
from typing import Any

import numpy as np
import numpy.typing as npt

# Numbers in a vector, or rows; more than any memory holds.
LARGEST_SIZE = 1 << 48


def check_many(name: str, values: object) -> None:
    """Raise TypeError if this is one str, or nothing that has a length."""
    if isinstance(values, str | bytes) or not isinstance(values, Sized):
        raise TypeError(
            f"{name} are {values!r:.80}, a {type(values).__name__}: give a list"
        )


def as_keys(name: str, keys: Iterable[Any]) -> list[Any]:
    """Return many keys as a list; TypeError if they are not many."""
    if not isinstance(keys, Iterable):
        raise TypeError(
            f"{name} are {keys!r:.80}, a {type(keys).__name__}: give a list of keys"
        )
    return list(keys)


def check_mapping(name: str, values: object) -> None:
    """Raise TypeError unless this is a mapping."""
    if not isinstance(values, Mapping):
        raise TypeError(
            f"{name} is {values!r:.80}, a {type(values).__name__}: give a dict"
        )


def as_numbers(
    name: str, values: npt.ArrayLike, dtype: np.dtype[Any] | None = None
) -> npt.NDArray[Any]:
    """Return numbers as an array, of this dtype if one is given; copied only if needed.

    Raises
    ------
    TypeError
        They are something else than real numbers, or rows of different lengths.
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind not in "biufO":
            raise TypeError(f"they are {array.dtype}")
        numbers: npt.NDArray[Any] = array.astype(dtype or array.dtype, copy=False)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} are no array of numbers ({error}): give one row of numbers per key"
        ) from error
    return numbers


def check_size(name: str, value: object, least: int) -> None:
    """Raise TypeError unless ``value`` is a whole number, ValueError if out of range."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(
            f"{name} is a {type(value).__name__}, give a whole number; words and "
            "vectors at hand go to KeyedVectors.from_arrays"
        )
    if not least <= value <= LARGEST_SIZE:
        raise ValueError(
            f"{name} is {value}: give {least} or more, up to {LARGEST_SIZE}"
        )


def as_int64(counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return whole numbers as int64; TypeError if they are none."""
    whole = np.asarray(counts)
    if whole.dtype.kind not in "iu":
        raise TypeError(f"counts are {whole.dtype}: give whole numbers")
    return whole.astype(np.int64, copy=False)
