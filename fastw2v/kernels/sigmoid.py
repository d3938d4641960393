"""The logistic function and its loss, exact and without overflow."""

import math

from fastw2v.kernels._jit import kernel


@kernel
def logistic(score):
    """Return (sigmoid(score), e) with e = exp(-|score|).

    e is at most 1 and serves the loss too:
    -log sigmoid(x) = log(1 + e) + (|x| - x) / 2.
    """
    e = math.exp(-abs(score))
    one = type(score)(1)
    larger = one / (one + e)
    return (larger if score >= 0 else e * larger), e
