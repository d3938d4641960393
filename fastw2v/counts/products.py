"""A sparse matrix, and its transpose, times vectors, on several threads."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix
from fastw2v.count_bundles import SparseRows
from fastw2v.cpus import available_cpus

if TYPE_CHECKING:
    from scipy.sparse import csr_array

# Blocks of rows for each thread, to even out what others take of the cores.
_BLOCKS_PER_THREAD = 4


class Multiplier:
    """Multiplies by a sparse matrix A, or by its transpose if A has fewer rows.

    Blocks of rows go to threads. The bits do not
    depend on the number of threads, since each element is summed by one of them.

    Parameters
    ----------
    matrix : csr_array of float32 or float64, shape (T, C)
    threads : int or None
        None takes every core this process may use.

    Attributes
    ----------
    transposed : bool
        Whether it is A.T that is multiplied by, since T < C.
    shape : (int, int)
        Of the matrix that is multiplied by: at least as high as wide.
    dtype : dtype
        Of the matrix and of products.
    """

    def __init__(self, matrix: "csr_array", threads: int | None) -> None:
        self.transposed: bool = matrix.shape[0] < matrix.shape[1]
        self.dtype: np.dtype[Any] = matrix.dtype
        halves = [matrix, matrix.T.tocsr()]
        if self.transposed:
            halves.reverse()
        self.shape: tuple[int, int] = halves[0].shape
        self._rows, self._columns = (
            SparseRows(half.indptr, half.indices, half.data) for half in halves
        )
        self._threads = threads or available_cpus()
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="fastw2v")

    def times(self, vector: FloatMatrix) -> FloatMatrix:
        """Return the product with a vector from the right."""
        return self._multiply(self._rows, vector)

    def transposed_times(self, vector: FloatMatrix) -> FloatMatrix:
        """Return the product of the transpose with a vector from the right."""
        return self._multiply(self._columns, vector)

    def _multiply(self, sparse: SparseRows, vector: FloatMatrix) -> FloatMatrix:
        from fastw2v.kernels.products import multiply_rows

        product = np.empty(len(sparse.indptr) - 1, self.dtype)
        vector = np.ascontiguousarray(vector, self.dtype)

        def run(rows: tuple[int, int]) -> None:
            multiply_rows(sparse, vector, rows, product)

        blocks = _row_blocks(sparse.indptr, _BLOCKS_PER_THREAD * self._threads)
        for _ in self._pool.map(run, blocks):
            pass
        return product


def _row_blocks(indptr: npt.NDArray[Any], blocks: int) -> list[tuple[int, int]]:
    """Cut rows into about so many (first, last + 1) with equally many entries."""
    wanted = np.linspace(0, int(indptr[-1]), blocks + 1)
    inner = np.searchsorted(indptr, wanted[1:-1]).tolist()
    edges = np.unique([0, *inner, len(indptr) - 1]).tolist()
    return list(itertools.pairwise(edges))
