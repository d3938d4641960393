"""SparseVectors: words as rows of a sparse matrix, compared by cosine."""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.sparse import StoredSparse, read_sparse, write_sparse

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix


class SparseVectors:
    """One sparse vector for each word: raw counts, PMI or PPMI; never dense.

    Parameters
    ----------
    words : sequence of str, length V
        Row ``i`` of `matrix` belongs to word ``i``.
    matrix : SciPy sparse matrix, shape (V, C)
    counts : int64 array, shape (V,)
        Occurrences of each word.
    metadata : mapping of str to str, optional
        Free text that `save` keeps.

    Raises
    ------
    TypeError
        `matrix` is not a SciPy sparse matrix.
    ValueError
        There is not one word, and one count, per row; a word comes twice; or a number
        is NaN or infinite.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: "sparray | spmatrix",
        counts: npt.NDArray[np.int64],
        *,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        from scipy.sparse import csr_array, issparse

        if not issparse(matrix):
            raise TypeError(
                f"matrix is a {type(matrix).__name__}; pass a SciPy sparse matrix"
            )
        self.words = list(words)
        self.matrix: csr_array = csr_array(matrix)
        self.counts = np.asarray(counts, np.int64)
        self.metadata = dict(metadata or {})
        lengths = {len(self.words), self.matrix.shape[0], len(self.counts)}
        if len(lengths) > 1:
            raise ValueError(
                f"{len(self.words)} words and {len(self.counts)} counts for"
                f" {self.matrix.shape[0]} rows: give one of each per row"
            )
        if len(self.index) != len(self.words):
            raise ValueError("a word comes twice: give one row per word")
        if not np.isfinite(self.matrix.data).all():
            raise ValueError("the matrix holds NaN or infinity; remove them")

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def norms(self) -> npt.NDArray[np.float64]:
        """Euclidean length of each vector, shape (V,)."""
        squares = self.matrix.astype(np.float64)
        squares.data **= 2
        norms: npt.NDArray[np.float64] = np.sqrt(np.asarray(squares.sum(axis=1)))
        return norms

    def similarity(self, first: str, second: str) -> float:
        """Return the cosine between two words; 0 if a vector is all zero.

        Raises
        ------
        KeyError
            A word is not present.
        """
        rows = self._row(first), self._row(second)
        lengths = self.norms[rows[0]] * self.norms[rows[1]]
        if lengths == 0:
            return 0.0
        a, b = (self.matrix[[row]].astype(np.float64) for row in rows)
        return float((a @ b.T).sum() / lengths)

    def most_similar(self, word: str, topn: int = 10) -> list[tuple[str, float]]:
        """Find the words with the highest cosine, the highest first.

        The word itself, and words whose vectors are all zero, are left out.

        Raises
        ------
        KeyError
            The word is not present.
        ValueError
            Its vector is all zero, so that it is like no other.
        """
        row = self._row(word)
        if self.norms[row] == 0:
            raise ValueError(
                f"the vector of {word!r} is all zero, so nothing is similar to it:"
                " count more text, or ask for another word"
            )
        vector = self.matrix[[row]].astype(np.float64).toarray()[0]
        lengths = self.norms * self.norms[row]
        cosines = np.full(len(self), -np.inf)
        np.divide(self.matrix @ vector, lengths, out=cosines, where=lengths > 0)
        cosines[row] = -np.inf
        best = np.argsort(-cosines, kind="stable")[: max(topn, 0)]
        return [
            (self.words[i], float(cosines[i])) for i in best if np.isfinite(cosines[i])
        ]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write one .npz file, which `scipy.sparse.load_npz` reads as well.

        The file appears whole or not at all.
        """
        stored = StoredSparse(self.words, self.matrix, self.counts, self.metadata)
        write_sparse(path, stored)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a file written by `save`.

        Raises
        ------
        FormatError
            The file is something else, or damaged.
        """
        stored = read_sparse(path)
        return cls(stored.words, stored.matrix, stored.counts, metadata=stored.metadata)

    def _row(self, word: str) -> int:
        row = self.index.get(word)
        if row is None:
            raise KeyError(f"the word {word!r} is not among the {len(self)} counted")
        return row
