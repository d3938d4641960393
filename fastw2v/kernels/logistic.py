"""The one gradient step: J input rows against Q output rows with labels.

Skip-gram pair by pair is J = 1; a window mini-batch is J = its contexts. All J x Q
scores are taken first, so the step is the exact gradient of the summed loss
(Mikolov et al. 2013b, equation 4; Ji et al. 2016, section 3 for J > 1).
"""

import math

import numpy as np

from fastw2v.bundles import LINE, Scratch
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rows import (
    add_first_rows,
    add_rows,
    copy_row,
    dots,
    errors_from_scores,
)


@kernel
def new_scratch(weights, settings):
    """Allocate the buffers for these weights' rows and these windows."""
    contexts, outputs = 2 * settings.window, settings.negatives + 1
    dtype = weights.w_in.dtype
    padded_outputs = (outputs + LINE - 1) // LINE * LINE
    return Scratch(
        np.empty(2 * contexts, np.int64),
        np.empty(2 * contexts * outputs, np.int64),
        np.empty(2 * contexts, np.int64),
        np.empty((contexts, padded_outputs), dtype),
        np.empty((contexts, weights.w_in.shape[1]), dtype),
    )


@kernel
def step(weights, scratch, inputs, outputs, learning_rate, tail):
    """Train the listed rows on each other; return the loss before the update.

    `inputs` and `outputs` are (first, stop) in the lists of the same name in
    `scratch`; the first output is the target, the others are noise.

    The input rows change first, while the output rows are still old; the output
    rows then take the old input rows from a copy. So a row may stand twice.
    """
    w_in, w_out = weights
    errors, before = scratch.errors, scratch.before
    rate = w_in.dtype.type(learning_rate)
    n_inputs, n_outputs = inputs[1] - inputs[0], outputs[1] - outputs[0]
    loss = 0.0
    for j in range(n_inputs):
        row = scratch.inputs[inputs[0] + j]
        copy_row(before, j, w_in, row, tail)
        dots(w_in, row, w_out, scratch.outputs, outputs, errors, j, tail)
        product, linear = errors_from_scores(errors, j, n_outputs, rate)
        loss += math.log(product) + 0.5 * linear
    for j in range(n_inputs):
        row = scratch.inputs[inputs[0] + j]
        add_rows(w_in, row, errors, j, w_out, scratch.outputs, outputs, tail)
    for q in range(n_outputs):
        row = scratch.outputs[outputs[0] + q]
        add_first_rows(w_out, row, errors, q, before, n_inputs, tail)
    return loss
