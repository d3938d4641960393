"""VectorTable: keys and their vectors, and how to look them up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.memory import check_memory
from fastw2v.vectors.array import VectorArray, floating
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.given import (
    as_int64,
    as_keys,
    as_numbers,
    check_many,
    check_mapping,
    check_size,
)
from fastw2v.vectors.lengths import to_unit

Key: TypeAlias = str | int
KEY_TYPES = (str, int, np.integer)
# Of a row without a key in the list of keys.
_KEY_BYTES = 8


class VectorTable(VectorArray):
    """One vector for each key, in an array that may change.

    Parameters
    ----------
    vector_size : int
        D, the numbers in a vector, at least 1.
    count : int
        Rows to set aside. They hold zeros and no key until vectors are added.
    dtype : NumPy dtype
        Of the numbers; float16, float32 or float64.
    mapfile_path : str or PathLike, optional
        Kept as given, for programs that store a path there.

    Attributes
    ----------
    expandos : dict of str to array
        Attributes of the keys: arrays of length V. ``count`` holds the occurrences
        of each word in the training text.
    vectors_lockf : float32 array, shape (1,) or (V,)
        What share of each training update a row takes; row ``i`` has the element
        ``i % len(vectors_lockf)``.
    next_index : int
        The first row without a key.
    metadata : dict of str to str
        Free text that `save` keeps with the vectors.

    Notes
    -----
    A key is a string or a whole number. Wherever a key is asked for, its row number
    does as well, unless that number is itself a key. A key that is not there raises
    KeyError, unless the method says otherwise.

    What is derived from the vectors (`norms`, `unit_rows`, `normed`) is computed when
    it is first asked for, and dropped by every method that changes them and by
    assigning `vectors`. After writing into the array itself call
    ``fill_norms(force=True)``.
    """

    def __init__(
        self,
        vector_size: int,
        count: int = 0,
        dtype: npt.DTypeLike = np.float32,
        mapfile_path: Any = None,
    ) -> None:
        check_size("vector_size", vector_size, 1)
        check_size("count", count, 0)
        dtype = floating(dtype)
        check_memory(
            f"{count} rows of {vector_size} numbers, {dtype} each,",
            count * (vector_size * dtype.itemsize + _KEY_BYTES),
            "set fewer rows aside, or give a smaller vector_size or dtype",
        )
        self.mapfile_path = mapfile_path
        self.metadata: dict[str, str] = {}
        self.expandos: dict[str, npt.NDArray[Any]] = {}
        self.vectors_lockf: npt.NDArray[np.float32] = np.ones(1, dtype=np.float32)
        self.next_index = 0
        # Words of a mapped file stay packed until they are asked for.
        self._keys: Sequence[Any] = [None] * count
        self._rows: dict[Key, int] | None = {}
        super().__init__(np.zeros((count, vector_size), dtype))

    @classmethod
    def from_arrays(
        cls,
        words: Sequence[str],
        vectors: npt.ArrayLike,
        counts: npt.ArrayLike | None = None,
        *,
        metadata: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Self:
        """Make a table of words and vectors at hand.

        Parameters
        ----------
        words : sequence of str, length V
            Row ``i`` of ``vectors`` belongs to word ``i``. Most frequent first, where
            ``restrict_vocab`` is to mean anything.
        vectors : array, shape (V, D)
            Used as float32. A float32 array is not copied, and may be a strided view,
            such as ``rows[:, :D]`` of padded rows: methods that change vectors in
            place then change the array given.
        counts : int array, shape (V,), optional
            Occurrences of each word in the training text, copied.
        metadata : mapping of str to str, optional
        check : bool
            False skips the passes over all words and numbers, for data that was
            checked before; a wrong value then comes to light when it is first used.

        Raises
        ------
        ValueError
            Shapes disagree, a word comes twice, or a number is NaN or infinite.
        TypeError
            A word is not a string, or a count not a whole number.
        """
        check_many("words", words)
        check_mapping("metadata", metadata or {})
        stored = StoredVectors(
            words,
            as_numbers("vectors", vectors, np.dtype(np.float32)),
            None if counts is None else as_int64(counts),
            dict(metadata or {}),
        )
        if check:
            stored.check_values()
        table = cls.from_stored(stored)
        if check:
            # Not by the index, some 70 bytes a word, which the first look-up builds.
            hashes = np.fromiter(map(hash, words), np.int64, len(words))
            hashes.sort()
            if (hashes[1:] == hashes[:-1]).any():
                _ = table.key_to_index  # says which word comes twice, if one does
        return table

    @classmethod
    def from_stored(cls, stored: StoredVectors) -> Self:
        """Take over what a reader of files has checked."""
        table = cls(stored.vectors.shape[1])
        table.vectors = stored.vectors
        # A list is the caller's own; other sequences become one when they are needed.
        is_list = isinstance(stored.words, list)
        table._keys = list(stored.words) if is_list else stored.words
        table._rows = None
        table.next_index = len(stored.words)
        table.metadata = dict(stored.metadata)
        if stored.counts is not None:
            table.expandos["count"] = np.array(stored.counts)
        for name, values in stored.expandos.items():
            table.expandos[name] = np.array(values)
        if stored.lockf is not None:
            table.vectors_lockf = np.array(stored.lockf)
        return table

    @property
    def index_to_key(self) -> list[Any]:
        """The key of each row; None for a row set aside."""
        if not isinstance(self._keys, list):
            self._keys = list(self._keys)
        return self._keys

    @index_to_key.setter
    def index_to_key(self, keys: Iterable[Key]) -> None:
        self._keys, self._rows = list(keys), None
        self._drop_derived()

    @property
    def key_to_index(self) -> dict[Any, int]:
        """The row of each key."""
        if self._rows is None:
            self._rows = _number(self.index_to_key)
        return self._rows

    @key_to_index.setter
    def key_to_index(self, rows: Mapping[Key, int]) -> None:
        self._rows = dict(rows)

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """The array ``expandos["count"]``, None where counts are not known."""
        return self.expandos.get("count")

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.index_to_key[: self._filled])

    def __contains__(self, key: Any) -> bool:
        return self.get_index(key, -1) >= 0

    def __getitem__(self, keys: Key | Iterable[Key]) -> npt.NDArray[Any]:
        """Return one vector, or a new array with one row for each of many keys."""
        if isinstance(keys, KEY_TYPES):
            return self.get_vector(keys)
        rows = np.array([self.get_index(key) for key in as_keys("keys", keys)], np.intp)
        found: npt.NDArray[Any] = self.vectors[rows]
        return found

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"
        )

    def __repr__(self) -> str:
        known = "no counts" if self.counts is None else "counts"
        return f"{str(self)[:-1]}, {known}>"

    def get_index(self, key: Any, default: int | None = None) -> int:
        """Return the row of a key; ``default``, if given, when it is not present.

        A whole number that is no key stands for the row of that number.
        """
        try:
            row = self.key_to_index.get(key)
        except TypeError as error:  # not hashable
            raise TypeError(
                f"{key!r:.80}, a {type(key).__name__}, is no key: give a str or int"
            ) from error
        if row is not None:
            return row
        if isinstance(key, int | np.integer) and 0 <= key < len(self):
            return int(key)
        if default is None:
            raise KeyError(f"Key '{key}' not present")
        return default

    def has_index_for(self, key: Any) -> bool:
        """Tell whether the key is present."""
        return key in self

    def get_vector(self, key: Key, norm: bool = False) -> npt.NDArray[Any]:
        """Return the vector of a key, shape (D,), read-only, of length one if ``norm``.

        Without ``norm`` it is a view: it shows later changes of the table.
        """
        row = self.get_index(key)
        found: npt.NDArray[Any] = self.vectors[row]
        if norm:
            found = to_unit(found[None])[0]
        found.flags.writeable = False
        return found

    @property
    def _filled(self) -> int:
        """How many rows have a key: all but those set aside, which come last."""
        if self.next_index < len(self) and self._keys[-1] is None:
            return self.next_index
        return len(self)

    @property
    def stored(self) -> StoredVectors:
        """Everything that goes into a file, without the rows set aside."""
        filled = self._filled
        values = {name: column[:filled] for name, column in self.expandos.items()}
        lockf = self.vectors_lockf
        counts = values.get("count")
        if counts is not None and counts.dtype.kind in "iu":
            del values["count"]
        else:
            counts = None
        return StoredVectors(
            self._keys if filled == len(self) else self._keys[:filled],
            self.vectors[:filled],
            counts,
            self.metadata,
            values,
            lockf[:filled] if len(lockf) > 1 or lockf[0] != 1 else None,
        )


def _number(keys: Sequence[Any]) -> dict[Key, int]:
    rows = {key: row for row, key in enumerate(keys) if key is not None}
    if len(rows) != len(keys) - keys.count(None):
        row = next(i for i, key in enumerate(keys) if rows.get(key, i) != i)
        raise ValueError(
            f"the word {keys[row]!r} has rows {row} and {rows[keys[row]]}: "
            "drop one of them"
        )
    return rows


def check_table(kv: object) -> None:
    """Raise TypeError unless this is a table of vectors."""
    if not isinstance(kv, VectorTable):
        raise TypeError(
            f"{kv!r:.80}, a {type(kv).__name__}, is no KeyedVectors: give those of"
            " KeyedVectors.load or of a training's result"
        )
