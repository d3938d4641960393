"""The one gradient step: J input rows against Q output rows with labels.

Skip-gram pair by pair is J = 1; a window mini-batch is J = its contexts. All J x Q
scores are taken first, so the step is the exact gradient of the summed loss
(Mikolov et al. 2013b, equation 4; Ji et al. 2016, section 3 for J > 1).
"""

import math

import numpy as np

from fastw2v.bundles import Scratch
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rows import add_first_rows, add_rows, copy_row, dots
from fastw2v.kernels.sigmoid import logistic


@kernel
def new_scratch(weights, settings):
    """Allocate the buffers for these weights' rows and these windows."""
    contexts, outputs = 2 * settings.window, settings.negatives + 1
    dtype = weights.w_in.dtype
    return Scratch(
        np.empty(2 * contexts, np.int64),
        np.empty(2 * contexts * outputs, np.int64),
        np.empty(2 * contexts, np.int64),
        np.empty((contexts, outputs), dtype),
        np.empty((outputs, contexts), dtype),
        np.empty((contexts, weights.w_in.shape[1]), dtype),
    )


@kernel
def step(weights, scratch, inputs, outputs, learning_rate, tail):
    """Train the listed rows on each other; return the loss before the update.

    `inputs` and `outputs` are (first, stop) in the lists of the same name in
    `scratch`; the first output is the target, the others are noise.
    """
    loss = 0.0
    for j in range(inputs[1] - inputs[0]):
        row = scratch.inputs[inputs[0] + j]
        loss += _find_errors(weights, scratch, j, row, outputs, learning_rate, tail)
    _apply_errors(weights, scratch, inputs, outputs, tail)
    return loss


@kernel
def _find_errors(weights, scratch, j, row, outputs, learning_rate, tail):
    """Fill `errors[j]` and its transpose for input row `row`; return its loss."""
    w_in, w_out = weights
    errors = scratch.errors
    dots(w_in, row, w_out, scratch.outputs, outputs, errors, j, tail)
    one = w_in.dtype.type(1)
    rate = w_in.dtype.type(learning_rate)
    # One logarithm a row: the factors 1 + e are at most 2 and at most 1001 many,
    # which float64 holds without overflow.
    product, linear = 1.0, 0.0
    for q in range(outputs[1] - outputs[0]):
        score = errors[j, q]
        sigmoid, e = logistic(score)
        if q == 0:
            error = rate * (one - sigmoid)
            score = -score
        else:
            error = -rate * sigmoid
        errors[j, q] = error
        scratch.errors_of_output[q, j] = error
        linear += abs(score) + score
        product *= 1.0 + e
    return math.log(product) + 0.5 * linear


@kernel
def _apply_errors(weights, scratch, inputs, outputs, tail):
    """Add the gradients, all taken from the rows as they were scored.

    The input rows change first, while the output rows are still old; the output
    rows then take the old input rows from a copy. So a row may stand twice.
    """
    w_in, w_out = weights
    before = scratch.before
    n_inputs = inputs[1] - inputs[0]
    for j in range(n_inputs):
        copy_row(before, j, w_in, scratch.inputs[inputs[0] + j], tail)
    for j in range(n_inputs):
        row = scratch.inputs[inputs[0] + j]
        add_rows(w_in, row, scratch.errors, j, w_out, scratch.outputs, outputs, tail)
    for q in range(outputs[1] - outputs[0]):
        row = scratch.outputs[outputs[0] + q]
        add_first_rows(w_out, row, scratch.errors_of_output, q, before, n_inputs, tail)
