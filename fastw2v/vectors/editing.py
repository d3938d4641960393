"""Change a table: add, replace, sort and resize vectors."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from fastw2v.memory import check_memory
from fastw2v.vectors.attributes import KeyAttributes
from fastw2v.vectors.given import as_keys, as_numbers
from fastw2v.vectors.table import KEY_TYPES, Key


class Placement(NamedTuple):
    """Where the vectors that were given go.

    Parameters
    ----------
    new_keys : list of keys
        They get the first rows without a key, in this order.
    rows : int array, shape (n,)
        Rows to write, each once.
    sources : int array, shape (n,)
        The given vector for each of ``rows``.
    """

    new_keys: list[Key]
    rows: npt.NDArray[np.intp]
    sources: npt.NDArray[np.intp]


class EditableVectors(KeyAttributes):
    """Every method checks its input first and then changes all, or nothing."""

    def __setitem__(self, keys: Key | Sequence[Key], vectors: npt.ArrayLike) -> None:
        """Replace the vectors of keys; keys not present are added.

        A whole number means itself here, never a row.
        """
        self.add_vectors(keys, vectors, replace=True)

    def add_vector(self, key: Key, vector: npt.ArrayLike) -> int:
        """Add one vector and return its row.

        Warns
        -----
        UserWarning
            No row was set aside, so the whole array was copied to grow by one; or the
            key was present, and keeps the vector it had.
        """
        if key in self.key_to_index:
            problem = f"the key {key!r} keeps the vector it has: assign kv[key] instead"
            warnings.warn(problem, UserWarning, stacklevel=2)
            return self.key_to_index[key]
        if self._filled == len(self):
            problem = (
                "growing by single vectors copies all of them each time: use "
                "add_vectors, or set rows aside with KeyedVectors(vector_size, count)"
            )
            warnings.warn(problem, UserWarning, stacklevel=2)
        self.add_vectors([key], np.asarray(vector)[None])
        return self.key_to_index[key]

    def add_vectors(
        self,
        keys: Key | Sequence[Key],
        weights: npt.ArrayLike,
        extras: Mapping[str, npt.ArrayLike] | None = None,
        replace: bool = False,
    ) -> None:
        """Add vectors for new keys, into rows set aside where there are any.

        Parameters
        ----------
        keys : sequence of keys, length n, or one key
            A whole number means itself here, never a row.
        weights : array, shape (n, D), or (D,) for one key
            Cast to the dtype of `vectors`.
        extras : mapping of attribute name to array of length n, optional
            Attributes of the same keys.
        replace : bool
            Also give keys that are present their new vector and attributes; without
            it they keep what they have. Of a key that comes twice, the last vector
            then counts, otherwise the first.

        Raises
        ------
        ValueError
            Shapes disagree, or a number is NaN, infinite or too large for the dtype.
        TypeError
            A key is neither str nor int, or an attribute cannot take its values.
        """
        names = [keys] if isinstance(keys, KEY_TYPES) else as_keys("keys", keys)
        rows = self._checked(names, weights, single=isinstance(keys, KEY_TYPES))
        columns = {
            attr: _column(attr, values, len(names))
            for attr, values in (extras or {}).items()
        }
        for attr, column in columns.items():
            self._check_takes(attr, column.dtype)
            shape = self.expandos.get(attr, column).shape[1:]
            if column.shape[1:] != shape:
                raise ValueError(
                    f"extras['{attr}'] has values of shape {column.shape[1:]}, the "
                    f"attribute of shape {shape}: give such values"
                )
        place = self._place(names, replace)
        if not len(place.rows):
            return
        self._make_room(place.new_keys)
        self._writable()[place.rows] = rows[place.sources]
        for attr, column in columns.items():
            self.expandos.setdefault(attr, column[:0])
        self.allocate_vecattrs()
        for attr, column in columns.items():
            self.expandos[attr][place.rows] = column[place.sources]
        self._drop_derived()

    def resize_vectors(self, seed: int = 0) -> None:
        """Bring `vectors` and attributes to one row for each key.

        New rows are drawn uniformly from -1/D to 1/D. Row ``i`` follows from
        ``seed`` and ``i`` alone.
        """
        shape = (len(self), self.vector_size)
        kept = min(len(self), len(self.vectors))
        if shape != self.vectors.shape:
            check_memory(
                f"{shape[0]} vectors of {shape[1]} numbers",
                3 * shape[0] * shape[1] * self.vectors.dtype.itemsize,
                "give fewer keys, or a smaller vector_size",
            )
            dtype = self.vectors.dtype
            drawn = np.float64 if dtype == np.float64 else np.float32
            rows = np.random.default_rng(seed).random(shape, dtype=drawn)
            rows *= 2
            rows -= 1
            rows /= self.vector_size
            rows = rows.astype(dtype, copy=False)
            rows[:kept] = self.vectors[:kept]
            self.vectors = rows
        self._grow_locks(kept)
        self.allocate_vecattrs()

    def sort_by_descending_frequency(self) -> None:
        """Order rows by falling ``count``, the later of equals first.

        Raises
        ------
        KeyError
            There are keys, but no counts.
        """
        filled = self._filled
        if not len(self):
            return
        if "count" not in self.expandos:
            raise KeyError("there is no 'count' to sort by: set expandos['count']")
        self.allocate_vecattrs()
        order = np.arange(len(self))
        order[:filled] = np.argsort(self.expandos["count"][:filled], kind="stable")
        order[:filled] = order[:filled][::-1].copy()
        for attr, column in self.expandos.items():
            self.expandos[attr] = column[order]
        if len(self.vectors_lockf) == len(self):
            self.vectors_lockf = self.vectors_lockf[order]
        if len(self.vectors):
            self.vectors = self.vectors[order]
        self.index_to_key = [self.index_to_key[row] for row in order]

    def vectors_for_all(
        self,
        keys: Iterable[Key],
        allow_inference: bool = True,
        copy_vecattrs: bool = False,
    ) -> Self:
        """Return a new table with the vectors of these keys, each once, in order.

        Parameters
        ----------
        keys : iterable of keys
            Those that are not present are left out.
        allow_inference : bool
            False asks only for keys of the table; True also for vectors that a
            subclass makes up in `get_vector`.
        copy_vecattrs : bool
            Also copy the attributes of keys that are present.
        """
        found: dict[Key, npt.NDArray[Any]] = {}
        for key in dict.fromkeys(as_keys("keys", keys)):
            if key in self or allow_inference:
                try:
                    found[key] = self.get_vector(key)
                except KeyError:
                    continue
        table = type(self)(self.vector_size, len(found), self.vectors.dtype)
        if found:
            table.add_vectors(list(found), np.stack(list(found.values())))
        if copy_vecattrs:
            inside = [key for key in found if key in self]
            to = [table.key_to_index[key] for key in inside]
            rows = [self.get_index(key) for key in inside]
            table.expandos = {
                attr: column[:0] for attr, column in self.expandos.items()
            }
            table.allocate_vecattrs()
            for attr, column in self.expandos.items():
                table.expandos[attr][to] = column[rows]
        return table

    def _checked(
        self, keys: list[Key], weights: npt.ArrayLike, *, single: bool
    ) -> npt.NDArray[Any]:
        for key in keys:
            if not isinstance(key, KEY_TYPES):
                raise TypeError(
                    f"the key {key!r} is {type(key).__name__}: give str or int"
                )
        with np.errstate(over="ignore"):  # too large for the dtype: found below
            rows = as_numbers("weights", weights, self.vectors.dtype)
        if single and rows.ndim == 1:
            rows = rows[None]
        if not keys and not rows.size:
            rows = rows.reshape(0, self.vector_size)
        if rows.shape != (len(keys), self.vector_size):
            raise ValueError(
                f"vectors of shape {rows.shape} for {len(keys)} keys: give shape "
                f"({len(keys)}, {self.vector_size})"
            )
        finite = np.isfinite(rows).all(axis=1)
        if not finite.all():
            raise ValueError(
                f"the vector of {keys[int(finite.argmin())]!r} holds NaN or infinity, or "
                f"numbers too large for {rows.dtype}: drop it or scale it down"
            )
        return rows

    def _place(self, keys: list[Key], replace: bool) -> Placement:
        known, filled = self.key_to_index, self._filled
        new: dict[Key, int] = {}
        source: dict[int, int] = {}
        for number, key in enumerate(keys):
            row = known.get(key)
            if row is None:
                row = new.setdefault(key, filled + len(new))
                if replace or row not in source:
                    source[row] = number
            elif replace:
                source[row] = number
        return Placement(
            [key if isinstance(key, str) else int(key) for key in new],
            np.array(list(source), dtype=np.intp),
            np.array(list(source.values()), dtype=np.intp),
        )

    def _make_room(self, new_keys: list[Key]) -> None:
        """Give new keys the first rows without one, appending rows where needed."""
        if not new_keys:
            return
        keys, rows, filled = self.index_to_key, self.key_to_index, self._filled
        before, end = len(self.vectors), filled + len(new_keys)
        if end > before:
            added = np.zeros((end - before, self.vector_size), self.vectors.dtype)
            self.vectors = np.concatenate([self.vectors, added])
        keys[filled:end] = new_keys
        rows.update(zip(new_keys, range(filled, end), strict=True))
        self.next_index = end
        self._grow_locks(before)

    def _grow_locks(self, before: int) -> None:
        """Let new rows learn freely where each row has a factor of its own."""
        if 1 < len(self.vectors_lockf) == before != len(self):
            grown = np.ones(len(self), dtype=self.vectors_lockf.dtype)
            kept = min(before, len(self))
            grown[:kept] = self.vectors_lockf[:kept]
            self.vectors_lockf = grown


def _column(attr: str, values: npt.ArrayLike, length: int) -> npt.NDArray[Any]:
    column = np.asarray(values)
    if column.dtype.kind in "US":
        column = column.astype(object)
    if len(column) != length:
        raise ValueError(
            f"extras['{attr}'] has {len(column)} values for {length} keys: give one each"
        )
    return column
