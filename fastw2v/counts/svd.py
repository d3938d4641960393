"""Truncated singular value decomposition of a sparse matrix."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastw2v.bundles import FloatMatrix
from fastw2v.checks import check_int
from fastw2v.counts.pool import StopFlag
from fastw2v.counts.products import Multiplier
from fastw2v.errors import ConfigError, CorpusError
from fastw2v.memory import check_memory
from fastw2v.training.backends import run_aside

if TYPE_CHECKING:
    from scipy.sparse import sparray, spmatrix

Progress = Callable[[int], None]

# Held at once, in units of `dim` vectors; ARPACK works with two for each it returns.
_LANCZOS_VECTORS = 3


class Svd(NamedTuple):
    """The D largest singular triplets: A is about u @ diag(s) @ v.T.

    In each column of `u` the entry of largest absolute value, the first if several
    are level, is positive.
    """

    u: FloatMatrix
    """(T, D) left singular vectors, orthonormal columns."""
    s: FloatMatrix
    """(D,) singular values, falling."""
    v: FloatMatrix
    """(C, D) right singular vectors, orthonormal columns."""


def truncated_svd(
    matrix: "sparray | spmatrix",
    dim: int = 100,
    *,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Svd:
    """Compute the `dim` largest singular values and their vectors, to rounding.

    The Lanczos method (ARPACK through SciPy; Lehoucq, Sorensen and Yang 1998) for the
    eigenvectors of A^T A, or A A^T where that is smaller, with products on several
    threads; then one Rayleigh-Ritz step. docs/counts.md compares it with SciPy's other
    solvers and a randomized one. Ctrl-C (in the main thread) is seen at once.

    Parameters
    ----------
    matrix : SciPy sparse matrix, shape (T, C)
        Worked on as float32 if it is that, else as float64; held twice, by rows and by
        columns.
    dim : int, 1 to min(T, C)
        D. The work takes memory for about 3 D vectors.
    seed : int, 0 to 2**63 - 1
        Of the vector to start from; it decides no more than the last bits.
    threads : int from 1 to 4096, or None
        For the products with `matrix`; None takes every core this process may use. (How
        many the dense algebra takes is for NumPy's BLAS to say, and the last bits may
        depend on that.)
    progress : callable, optional
        Called in another thread as ``progress(products_done)``; how many there will be
        is not known.

    Raises
    ------
    ConfigError
        A parameter is out of its range, or `dim` exceeds the rank of the matrix.
    CorpusError
        The matrix is all zero, or holds NaN or infinity.
    TypeError
        `matrix` is not a SciPy sparse matrix.
    """
    check_int("seed", seed, 0, 2**63 - 1)
    check_int("threads", 1 if threads is None else threads, 1, 4096)
    multiplier = _multiplier(matrix, dim, threads)
    vectors = _LANCZOS_VECTORS * dim * sum(multiplier.shape)
    check_memory(
        f"the singular vectors of a matrix of shape {multiplier.shape} in dim {dim}",
        vectors * multiplier.dtype.itemsize,
        "lower dim, or count fewer words: max_vocab, min_count",
    )
    stop = StopFlag()
    found: list[Svd] = []

    def decompose() -> None:
        start = np.random.default_rng(seed).standard_normal(min(multiplier.shape))
        basis = _right_basis(multiplier, dim, start, stop, progress)
        found.append(_within(multiplier, basis))

    try:
        # Aside, because ARPACK works for seconds without looking at signals.
        run_aside(decompose)
    finally:
        stop.set()
    svd = found[0]
    smallest = svd.s[0] * np.sqrt(max(matrix.shape)) * 8 * np.finfo(svd.s.dtype).eps
    rank = int(np.sum(svd.s > smallest))
    if rank < dim:
        raise ConfigError(
            f"dim is {dim}, but the matrix has rank {rank}; lower dim to at most that"
        )
    if multiplier.transposed:
        svd = Svd(svd.v, svd.s, svd.u)
    return _with_signs(svd)


def _multiplier(
    matrix: "sparray | spmatrix", dim: int, threads: int | None
) -> Multiplier:
    """Check the matrix and make it ready to multiply by, as tall or transposed."""
    from scipy.sparse import csr_array, issparse

    if not issparse(matrix):
        raise TypeError(
            f"matrix is a {type(matrix).__name__}; pass a SciPy sparse matrix, as pmi"
            " returns"
        )
    check_int("dim", dim, 1, min(matrix.shape))
    rows = csr_array(matrix)
    if rows.dtype not in (np.float32, np.float64):
        rows = rows.astype(np.float64)
    if not np.isfinite(rows.data).all():
        raise CorpusError("the matrix holds NaN or infinity; remove them")
    if not rows.data.any():
        raise CorpusError(
            "the matrix is all zero, so it has no directions; count more text, or"
            " lower shift"
        )
    return Multiplier(rows, threads)


def _right_basis(
    multiplier: Multiplier,
    dim: int,
    start: FloatMatrix,
    stop: StopFlag,
    progress: Progress | None,
) -> FloatMatrix:
    """Return the `dim` leading eigenvectors of A^T A, shape (C, dim)."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    size, dtype = multiplier.shape[1], multiplier.dtype
    if dim == size:  # ARPACK finds all but one
        return np.eye(size, dtype=dtype)
    done = 0

    def multiply(vector: FloatMatrix) -> FloatMatrix:
        nonlocal done
        stop.check()
        product = multiplier.times(vector)
        done += 1
        if progress is not None:
            progress(done)
        return multiplier.transposed_times(product)

    operator = LinearOperator((size, size), matvec=multiply, dtype=dtype)
    basis: FloatMatrix = eigsh(
        operator, dim, v0=start.astype(dtype), tol=10 * np.finfo(dtype).eps
    )[1]
    return basis


def _within(multiplier: Multiplier, basis: FloatMatrix) -> Svd:
    """Return the decomposition of A within a basis Q of its rows' space.

    With A Q = U S W^T, A is about U S (Q W)^T.
    """
    from scipy.linalg import qr, svd

    product = np.stack([multiplier.times(column) for column in basis.T], axis=1)
    left, triangle = qr(product, mode="economic", overwrite_a=True, check_finite=False)
    u, s, w_transposed = svd(triangle, check_finite=False)
    return Svd(left @ u, s, basis @ w_transposed.T)


def _with_signs(svd: Svd) -> Svd:
    """Turn the vectors so that the largest entry of each column of u is positive."""
    highest = np.abs(svd.u).argmax(axis=0)
    negative = svd.u[highest, np.arange(len(svd.s))] < 0
    signs = np.where(negative, -1, 1).astype(svd.u.dtype)
    return Svd(svd.u * signs, svd.s, svd.v * signs)
