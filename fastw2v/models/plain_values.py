"""Values that programs hang on a model, as JSON, and back as they were."""

from collections.abc import Callable
from typing import Any

import numpy as np

_TAG = "__kind__"
_FROM_ITEMS: dict[str, Callable[[Any], Any]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "dict": dict,
}


def to_plain(name: str, value: Any) -> Any:
    """Return a value as what JSON can hold.

    That is None, bool, int, float, str (NumPy's scalars too), and lists, tuples, sets
    and dicts of them.

    Raises
    ------
    TypeError
        It is something else; says of which attribute.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return to_plain(name, value.item())
    if isinstance(value, list):
        return [to_plain(name, item) for item in value]
    if isinstance(value, dict):
        if all(type(key) is str for key in value) and _TAG not in value:
            return {key: to_plain(name, item) for key, item in value.items()}
        return _tagged("dict", name, list(value.items()))
    for kind in (tuple, set, frozenset):
        if type(value) is kind:
            return _tagged(kind.__name__, name, list(value))
    raise TypeError(
        f"the attribute {name!r} holds a {type(value).__name__}, which cannot be saved "
        f"without pickle: save(..., ignore=[{name!r}]) leaves it out"
    )


def from_plain(value: Any) -> Any:
    """Return the value that `to_plain` was given.

    Raises
    ------
    ValueError
        It comes from no such value.
    """
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if isinstance(value, dict):
        if _TAG not in value:
            return {key: from_plain(item) for key, item in value.items()}
        try:
            return _FROM_ITEMS[value[_TAG]](map(from_plain, value["items"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"a damaged value, {value!r:.60}") from error
    return value


def _tagged(kind: str, name: str, items: list[Any]) -> dict[str, Any]:
    return {_TAG: kind, "items": [to_plain(name, item) for item in items]}
