"""Attributes of keys, such as counts: one array each, as long as the table."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_text
from fastw2v.vectors.table import Key, VectorTable


class KeyAttributes(VectorTable):
    """Read and write ``expandos`` by key."""

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """Return one attribute of one key.

        Raises
        ------
        KeyError
            The key is not present, or no key has such an attribute.
        """
        row = self.get_index(key)
        check_text("attr", attr)
        if attr not in self.expandos:
            raise KeyError(f"no attribute '{attr}': there are {sorted(self.expandos)}")
        return self.expandos[attr][row]

    def set_vecattr(self, key: Key, attr: str, val: Any) -> None:
        """Set one attribute of one key; a new one is 0, or None, for all other keys.

        Raises
        ------
        KeyError
            The key is not present.
        TypeError
            The attribute holds numbers of a kind that cannot take the value.
        """
        row = self.get_index(key)
        self.allocate_vecattrs([attr], [type(val)])
        self.expandos[attr][row] = val

    def allocate_vecattrs(
        self,
        attrs: Iterable[str] | None = None,
        types: Iterable[Any] | None = None,
    ) -> None:
        """Make attribute arrays exist, writable, with one element for each key.

        Parameters
        ----------
        attrs : iterable of str, optional
            Attributes; without it all there are, which only brings them to length V.
        types : iterable of types or dtypes, one for each of ``attrs``, optional
            New integers become int64; text and any other object dtype object.

        Raises
        ------
        TypeError
            An attribute there is holds numbers of a kind that cannot take the type.
        """
        names = list(self.expandos if attrs is None else attrs)
        if types is None:
            dtypes = [self.expandos[name].dtype for name in names]
        else:
            dtypes = [_column_dtype(kind) for kind in types]
        for name, dtype in zip(names, dtypes, strict=True):
            self._check_takes(name, dtype)
        for name, dtype in zip(names, dtypes, strict=True):
            self.expandos[name] = _of_length(
                self.expandos.get(name, np.empty(0, dtype)), len(self)
            )

    def _check_takes(self, name: str, dtype: np.dtype[Any]) -> None:
        known = self.expandos.get(name)
        if known is not None and not np.can_cast(dtype, known.dtype, "same_kind"):
            raise TypeError(
                f"the attribute '{name}' holds {known.dtype} and cannot take {dtype}: "
                "convert the values, or give the attribute another name"
            )


def _column_dtype(kind: Any) -> np.dtype[Any]:
    """Return the dtype of an array for values of a type."""
    if kind is int:
        return np.dtype(np.int64)
    dtype = np.dtype(kind)
    return np.dtype(object) if dtype.kind in "USV" else dtype


def _of_length(column: npt.NDArray[Any], length: int) -> npt.NDArray[Any]:
    """Return a writable column of this length: the same one where it is one."""
    if len(column) == length and column.flags.writeable:
        return column
    fill = None if column.dtype.kind == "O" else 0
    grown = np.full((length, *column.shape[1:]), fill, dtype=column.dtype)
    kept = min(length, len(column))
    grown[:kept] = column[:kept]
    return grown
