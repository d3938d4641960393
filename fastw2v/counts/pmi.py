"""Pointwise mutual information of a sparse matrix of co-occurrence counts.

With n(t, c) the counts, n(t) and n(c) their sums by row and column, and natural
logarithms,

    PMI(t, c) = log( P(t, c) / (P(t) P_a(c)) ),
    P(t, c) = n(t, c) / n,  P(t) = n(t) / n,  P_a(c) = n(c)^a / sum over c' of n(c')^a

(Church and Hanks 1990, section 3; the smoothed context distribution with a = 0.75 is of
Levy, Goldberg and Dagan 2015, section 3.2). PPMI is max(PMI, 0) (Bullinaria and Levy
2007, section 2), shifted PPMI max(PMI - log k, 0) (Levy and Goldberg 2014, section 4.1;
k is word2vec's number of negatives).
"""

import itertools
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_float
from fastw2v.errors import ConfigError, CorpusError

if TYPE_CHECKING:
    from scipy.sparse import csr_array, sparray, spmatrix

Numbers = npt.NDArray[np.float64]

# Entries worked on at once, to keep temporary arrays small.
_ENTRIES = 1 << 20


def pmi(
    counts: "sparray | spmatrix",
    *,
    shift: float = 1.0,
    smoothing: float = 0.75,
    positive: bool = True,
) -> "csr_array":
    """Turn counts into pointwise mutual information; never dense.

    Parameters
    ----------
    counts : SciPy sparse matrix, shape (T, C)
        Co-occurrence counts, at least 0; left unchanged.
    shift : float, 1e-6 to 1e6
        k: log k is subtracted before negative values are dropped. 1 is no shift.
    smoothing : float, 0 to 1
        Exponent a of the context distribution; 1 is none.
    positive : bool
        Drop values of 0 and below (PPMI). If not, all observed pairs are kept, and
        the others, whose PMI would be minus infinity, stay 0.

    Returns
    -------
    csr_array of float32, shape (T, C)
        Only entries other than 0 are stored. A word that never co-occurs, or whose
        values are all dropped, has an empty row: a vector of zeros.

    Raises
    ------
    ConfigError
        `shift` or `smoothing` is out of its range, or a shift is asked for without
        `positive`: it would put the observed pairs below those never seen.
    CorpusError
        The counts are all 0, or one is negative or not finite.
    TypeError
        `counts` is not a SciPy sparse matrix.
    """
    from scipy.sparse import csr_array

    check_parameters(shift, smoothing)
    if shift != 1 and not positive:
        raise ConfigError(
            f"shift is {shift} without positive: pairs never seen, which are 0, would"
            " stand above observed ones; leave shift at 1 or positive at True"
        )
    matrix = _checked(counts)
    of_rows = _log_of_inverse(matrix.sum(axis=1, dtype=np.float64))
    of_columns = _smoothed(matrix.sum(axis=0, dtype=np.float64), smoothing) - np.log(
        shift
    )
    lengths = np.diff(matrix.indptr)
    columns, values = [], []
    for first, stop in _row_blocks(matrix.indptr):
        part = slice(matrix.indptr[first], matrix.indptr[stop])
        row = np.repeat(np.arange(first, stop), lengths[first:stop])
        column = matrix.indices[part]
        with np.errstate(divide="ignore"):  # a stored 0 becomes minus infinity
            found = np.log(matrix.data[part], dtype=np.float64)
        found += of_rows[row] + of_columns[column]
        single = found.astype(np.float32)
        keep = single > 0 if positive else np.isfinite(single) & (single != 0)
        lengths[first:stop] = np.bincount(row[keep] - first, minlength=stop - first)
        columns.append(column[keep])
        values.append(single[keep])
    indptr = np.zeros(matrix.shape[0] + 1, matrix.indptr.dtype)
    np.cumsum(lengths, out=indptr[1:])
    arrays = (np.concatenate(values), np.concatenate(columns), indptr)
    return csr_array(arrays, shape=matrix.shape)


def check_parameters(shift: float, smoothing: float) -> None:
    """Raise `ConfigError` if one is out of its range."""
    check_float("shift", shift, 1e-6, 1e6)
    check_float("smoothing", smoothing, 0.0, 1.0)


def _checked(counts: object) -> "csr_array":
    """Return the counts as a csr_array without repeats."""
    from scipy.sparse import csr_array, issparse

    if not issparse(counts):
        raise TypeError(
            f"counts is a {type(counts).__name__}; pass a SciPy sparse matrix, as"
            " count_cooccurrences(...).matrix"
        )
    matrix = csr_array(counts)
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    lowest, highest = (matrix.data.min(), matrix.data.max()) if matrix.nnz else (0, 0)
    if not (lowest >= 0 and np.isfinite(highest)):
        raise CorpusError(
            f"the counts go from {lowest} to {highest}: they must be finite and at"
            " least 0"
        )
    if highest == 0:
        raise CorpusError(
            "all counts are 0, so there is nothing to compare: count more"
        )
    return matrix


def _log_of_inverse(sums: Numbers) -> Numbers:
    """Return -log of each sum; 0 for a sum of 0, whose row or column has no entry."""
    return -np.log(np.where(sums > 0, sums, 1.0))


def _smoothed(sums: Numbers, smoothing: float) -> Numbers:
    """Return -log P_a(c) of each column."""
    # 0 to the power 0 would be 1: a context that never occurs has no share.
    powers = np.where(sums > 0, sums, 1.0) ** smoothing * (sums > 0)
    found: Numbers = smoothing * _log_of_inverse(sums) + np.log(powers.sum())
    return found


def _row_blocks(indptr: npt.NDArray[np.integer]) -> list[tuple[int, int]]:
    """Cut rows into (first, last + 1) so that a block has about `_ENTRIES` entries."""
    wanted = np.arange(_ENTRIES, int(indptr[-1]), _ENTRIES)
    inner = np.searchsorted(indptr, wanted).tolist()
    edges = np.unique([0, *inner, len(indptr) - 1]).tolist()
    return list(itertools.pairwise(edges))
