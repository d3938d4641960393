"""Arithmetic on rows of matrices, as plain loops.

The readable twin of `simd` and `simd_logistic`, with the same names and arguments. `span` is (first,
stop); `tail` is `bundles.Tail`, which plain loops do not need.
"""

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.sigmoid import logistic


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
    """Add to target[t] the sum of factors[i, f] * source[i] for i below `count`."""
    for i in range(count):
        for d in range(target.shape[1]):
            target[t, d] += factors[i, f] * source[i, d]


@kernel
def copy_row(target, t, source, s, tail):
    """Set target[t] = source[s]."""
    for d in range(target.shape[1]):
        target[t, d] = source[s, d]


@kernel
def prefetch_rows(matrix, rows, span, tail):
    """Do nothing: plain loops have no way to ask for memory ahead."""


@kernel
def errors_from_scores(errors, j, count, rate):
    """Turn the scores errors[j, :count] into rate * (label - sigmoid(score)).

    Entry 0 is the target's, with label 1, the others are noise, with label 0.
    Vector code may write on to the end of the last line of 16.

    Returns
    -------
    (float, float)
        p and l such that log(p) + l / 2 is the summed loss. p is a product of
        factors of at most 2: float64 holds 1000 of them.
    """
    product, linear = 1.0, 0.0
    for q in range(count):
        score = errors[j, q]
        sigmoid, e = logistic(score)
        if q == 0:
            errors[j, q] = rate * (errors.dtype.type(1) - sigmoid)
            linear += abs(score) - score
        else:
            errors[j, q] = -rate * sigmoid
            linear += abs(score) + score
        product *= 1.0 + e
    return product, linear
