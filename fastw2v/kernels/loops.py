"""Arithmetic on rows of matrices, as plain loops.

The readable twin of `simd`, with the same names and arguments. `span` is (first,
stop); `tail` is `bundles.Tail`, which plain loops do not need.
"""

from fastw2v.kernels._jit import kernel


@kernel
def dots(left, l, right, rows, span, scores, s, tail):
    """Set scores[s, i] = left[l] . right[rows[first + i]], first the start of `span`."""
    first, stop = span
    for i in range(stop - first):
        total = left.dtype.type(0)
        for d in range(left.shape[1]):
            total += left[l, d] * right[rows[first + i], d]
        scores[s, i] = total


@kernel
def add_rows(target, t, factors, f, source, rows, span, tail):
    """Add to target[t] the sum of factors[f, i] * source[rows[first + i]] in `span`."""
    first, stop = span
    for i in range(stop - first):
        for d in range(target.shape[1]):
            target[t, d] += factors[f, i] * source[rows[first + i], d]


@kernel
def add_first_rows(target, t, factors, f, source, count, tail):
    """Add to target[t] the sum of factors[f, i] * source[i] for i below `count`."""
    for i in range(count):
        for d in range(target.shape[1]):
            target[t, d] += factors[f, i] * source[i, d]


@kernel
def copy_row(target, t, source, s, tail):
    """Set target[t] = source[s]."""
    for d in range(target.shape[1]):
        target[t, d] = source[s, d]


@kernel
def prefetch_rows(matrix, rows, span, tail):
    """Do nothing: plain loops have no way to ask for memory ahead."""
