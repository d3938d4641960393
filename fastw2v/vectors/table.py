"""VectorTable: words and their vectors, and how to look them up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.search import UnitRows

Key: TypeAlias = str | int
Float32: TypeAlias = npt.NDArray[np.float32]
Array = TypeVar("Array", bound=npt.NDArray[Any])

# Rows measured at once by norms.
BLOCK_ROWS = 1024


class VectorTable:
    """One vector for each word; nothing in it changes after construction.

    Parameters
    ----------
    words : sequence of str, length V
        Row ``i`` of ``vectors`` belongs to word ``i``. Most frequent first, where
        ``restrict_vocab`` is to mean anything.
    vectors : float32 array, shape (V, D)
        Not copied; may be a strided view, such as ``rows[:, :D]`` of padded rows.
    counts : int64 array, shape (V,), optional
        Occurrences of each word in the training text.
    metadata : mapping of str to str, optional
        Free text that `save` keeps with the vectors.
    check : bool
        False skips the passes over all words and numbers, for data that was checked
        before; a wrong value then comes to light when it is first used.

    Attributes
    ----------
    vectors : float32 array, shape (V, D), read-only
    counts : int64 array, shape (V,), read-only, or None
    metadata : dict of str to str
    vector_size : int
        D.

    Raises
    ------
    ValueError
        Shapes disagree, a word comes twice, or a number is NaN or infinite.
    TypeError
        A word is not a string, or a count not a whole number.

    Notes
    -----
    Wherever a word is asked for, its row number does as well. A word that is not
    there raises KeyError, unless the method says otherwise.
    """

    def __init__(
        self,
        words: Sequence[str],
        vectors: Float32,
        counts: npt.NDArray[np.int64] | None = None,
        *,
        metadata: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> None:
        self.vectors: Float32 = _read_only(np.asarray(vectors, dtype=np.float32))
        self.counts: npt.NDArray[np.int64] | None = None
        if counts is not None:
            self.counts = _read_only(_as_int64(counts))
        self.metadata = dict(metadata or {})
        self.stored = StoredVectors(words, self.vectors, self.counts, self.metadata)
        self.vector_size: int = self.vectors.shape[1]
        if check:
            self.stored.check_values()
            # Not by the index, some 70 bytes a word, which the first look-up builds.
            hashes = np.fromiter(map(hash, self.index_to_key), np.int64, len(self))
            hashes.sort()
            if (hashes[1:] == hashes[:-1]).any():
                _ = self.key_to_index  # says which word comes twice, if one does

    @cached_property
    def index_to_key(self) -> list[str]:
        """The word of each row."""
        return list(self.stored.words)

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        """The row of each word."""
        rows = {word: row for row, word in enumerate(self.index_to_key)}
        if len(rows) != len(self):
            row = next(i for i, w in enumerate(self.index_to_key) if rows[w] != i)
            word = self.index_to_key[row]
            raise ValueError(
                f"the word {word!r} has rows {row} and {rows[word]}: drop one of them"
            )
        return rows

    @cached_property
    def norms(self) -> Float32:
        """Euclidean length of each vector, shape (V,)."""
        norms = np.empty(len(self), dtype=np.float32)
        for start in range(0, len(self), BLOCK_ROWS):
            block = self.vectors[start : start + BLOCK_ROWS].astype(np.float64)
            norms[start : start + BLOCK_ROWS] = np.linalg.norm(block, axis=1)
        if not np.isfinite(norms).all():
            row = int(np.isfinite(norms).argmin())
            raise ValueError(
                f"the vector of {self.index_to_key[row]!r} (row {row}) is not finite: "
                "the file is damaged, write it again"
            )
        return _read_only(norms)

    @cached_property
    def normed(self) -> Float32:
        """Vectors of length one, shape (V, D); a row of zeros stays as it is.

        A row shorter than 1.2e-38, the smallest normal float32, counts as zero.
        """
        return _read_only(self.vectors * self.unit_rows.scale[:, None])

    @cached_property
    def unit_rows(self) -> UnitRows:
        """The table that `fastw2v.vectors.search.top_k` searches."""
        scale = np.zeros_like(self.norms)
        np.divide(
            1, self.norms, out=scale, where=self.norms > np.finfo(np.float32).tiny
        )
        return UnitRows(self.vectors, scale)

    def __len__(self) -> int:
        return len(self.vectors)

    def __iter__(self) -> Iterator[str]:
        return iter(self.index_to_key)

    def __contains__(self, word: object) -> bool:
        return word in self.key_to_index

    def __getitem__(self, keys: Key | Iterable[Key]) -> Float32:
        """Return one vector, or a new array with one row for each of many keys."""
        if isinstance(keys, str | int | np.integer):
            return self.get_vector(keys)
        rows = np.array([self.get_index(key) for key in keys], dtype=np.intp)
        found: Float32 = self.vectors[rows]
        return found

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"
        )

    def __repr__(self) -> str:
        known = "no counts" if self.counts is None else "counts"
        return f"{str(self)[:-1]}, {known}>"

    def get_index(self, key: Key, default: int | None = None) -> int:
        """Return the row of a word; ``default``, if given, when it is not present.

        A row number stands for itself.
        """
        row = self.key_to_index.get(key, -1) if isinstance(key, str) else int(key)
        if 0 <= row < len(self):
            return row
        if default is None:
            raise KeyError(f"Key {key!r} not present")
        return default

    def has_index_for(self, word: str) -> bool:
        """Tell whether the word is present."""
        return word in self

    def get_vector(self, key: Key, norm: bool = False) -> Float32:
        """Return the vector of a word, shape (D,), of length one if ``norm``."""
        row = self.get_index(key)
        found: Float32 = self.unit_rows.take([row])[0] if norm else self.vectors[row]
        return found


def _read_only(array: Array) -> Array:
    """Return a view that cannot be written through; the array itself is left alone."""
    view = array.view()
    view.flags.writeable = False
    return view


def _as_int64(counts: npt.ArrayLike) -> npt.NDArray[np.int64]:
    whole = np.asarray(counts)
    if whole.dtype.kind not in "iu":
        raise TypeError(f"counts are {whole.dtype}: give whole numbers")
    return whole.astype(np.int64, copy=False)
