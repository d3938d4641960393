"""The one gradient step: J input rows against Q output rows with labels.

Skip-gram pair by pair is J = 1; a window mini-batch is J = its contexts. All J x Q
scores are taken first, so the step is the exact gradient of the summed loss
(Mikolov et al. 2013b, equation 4; Ji et al. 2016, section 3 for J > 1).
"""

import math

import numpy as np

from fastw2v.bundles import Scratch
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.sigmoid import logistic


@kernel
def new_scratch(weights, settings):
    """Allocate the buffers for these weights' rows and these windows."""
    contexts, outputs = 2 * settings.window, settings.negatives + 1
    dtype = weights.w_in.dtype
    return Scratch(
        np.empty(contexts, np.int64),
        np.empty(outputs, np.int64),
        np.empty(outputs, np.int64),
        np.empty((contexts, outputs), dtype),
        np.empty((contexts, weights.w_in.shape[1]), dtype),
    )


@kernel
def step(weights, scratch, contexts, n_outputs, learning_rate):
    """Update the rows listed in `scratch` and return the loss before the update.

    `contexts` is (first, stop): the input rows are `scratch.inputs[first:stop]`,
    the output rows `scratch.outputs[:n_outputs]`.
    """
    first, stop = contexts
    loss = 0.0
    for j in range(first, stop):
        loss += _score_row(weights, scratch, j, n_outputs, learning_rate)
    _apply_errors(weights, scratch, contexts, n_outputs)
    return loss


@kernel
def _score_row(weights, scratch, j, n_outputs, learning_rate):
    """Fill `errors[j]` and return the loss of input row j."""
    w_in, w_out = weights
    one = w_in.dtype.type(1)
    rate = w_in.dtype.type(learning_rate)
    row = scratch.inputs[j]
    # One logarithm a row: the factors 1 + e are at most 2 and at most 1001 many,
    # which float64 holds without overflow.
    product, linear = 1.0, 0.0
    for q in range(n_outputs):
        score = _dot(w_in, row, w_out, scratch.outputs[q])
        sigmoid, e = logistic(score)
        if q == 0:
            scratch.errors[j, q] = rate * (one - sigmoid)
            score = -score
        else:
            scratch.errors[j, q] = (
                -rate * sigmoid * w_in.dtype.type(scratch.multiplicity[q])
            )
        linear += scratch.multiplicity[q] * (abs(score) + score)
        product *= 1.0 + e
        for _ in range(1, scratch.multiplicity[q]):
            product *= 1.0 + e
    return math.log(product) + 0.5 * linear


@kernel
def _apply_errors(weights, scratch, contexts, n_outputs):
    """Add the gradients, all taken from the rows as they were scored."""
    w_in, w_out = weights
    first, stop = contexts
    for j in range(first, stop):
        for d in range(w_in.shape[1]):
            scratch.update[j, d] = 0
    for q in range(n_outputs):
        out = scratch.outputs[q]
        for j in range(first, stop):
            _add_scaled(scratch.update, j, scratch.errors[j, q], w_out, out)
        for j in range(first, stop):
            _add_scaled(w_out, out, scratch.errors[j, q], w_in, scratch.inputs[j])
    for j in range(first, stop):
        _add_scaled(w_in, scratch.inputs[j], w_in.dtype.type(1), scratch.update, j)


@kernel
def _dot(left, i, right, j):
    """Return left[i] . right[j]."""
    total = left.dtype.type(0)
    for d in range(left.shape[1]):
        total += left[i, d] * right[j, d]
    return total


@kernel
def _add_scaled(target, i, scale, source, j):
    """Add scale * source[j] to target[i]."""
    for d in range(target.shape[1]):
        target[i, d] += scale * source[j, d]
