"""The gradient step's arithmetic, as plain loops.

The readable twin of `simd` and `simd_logistic`, with the same names and arguments,
and what runs when the JIT is off. `inputs` and `outputs` are the step's (first, stop)
in the lists of `scratch`; `shape` is `bundles.StepShape`.
"""

import math

from fastw2v.bundles import BLOCK
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.sigmoid import logistic


@kernel
def score(weights, scratch, inputs, outputs, shape):
    """Set scratch.errors[j, q] = input row j . output row q for a step's rows."""
    w_in, w_out = weights
    for j in range(inputs[1] - inputs[0]):
        for q in range(outputs[1] - outputs[0]):
            row, output = scratch.inputs[inputs[0] + j], scratch.outputs[outputs[0] + q]
            total = w_in.dtype.type(0)
            for d in range(w_in.shape[1]):
                total += w_in[row, d] * w_out[output, d]
            scratch.errors[j, q] = total


@kernel
def errors_from_scores(scratch, inputs, outputs, targets, rate):
    """Turn the scores of a step into rate * (label - sigmoid); add up its loss.

    The first `targets` outputs have label 1, the others label 0. What fills the last
    block has no error.
    """
    errors = scratch.errors
    n_outputs = outputs[1] - outputs[0]
    for j in range(inputs[1] - inputs[0]):
        for q in range(n_outputs):
            sigmoid, e = logistic(errors[j, q])
            wrong = -errors[j, q] if q < targets else errors[j, q]
            scratch.loss[0] += math.log1p(e) + (abs(wrong) + wrong) / 2
            label = errors.dtype.type(q < targets)
            errors[j, q] = rate * (label - sigmoid)
        for q in range(n_outputs, -(-n_outputs // BLOCK) * BLOCK):
            errors[j, q] = 0


@kernel
def update(weights, scratch, inputs, outputs, shape):
    """Add to all rows of a step what the errors say, from the old values of all.

    Of a row that stands twice only the first may have errors other than 0. That is
    why the first is written last.
    """
    w_in, w_out = weights
    errors, changed = scratch.errors, scratch.changed
    dims = range(w_in.shape[1])
    n_inputs = inputs[1] - inputs[0]
    for j in range(n_inputs):
        for d in dims:
            changed[j, d] = w_in[scratch.inputs[inputs[0] + j], d]
    for q in range(outputs[1] - outputs[0] - 1, -1, -1):
        output = scratch.outputs[outputs[0] + q]
        for j in range(n_inputs):
            for d in dims:
                changed[j, d] += errors[j, q] * w_out[output, d]
        for j in range(n_inputs):
            row = scratch.inputs[inputs[0] + j]
            for d in dims:
                w_out[output, d] += errors[j, q] * w_in[row, d]
    for j in range(n_inputs - 1, -1, -1):
        for d in dims:
            w_in[scratch.inputs[inputs[0] + j], d] = changed[j, d]


@kernel
def train_pair(weights, scratch, inputs, outputs, rate, shape):
    """Train one input row and up to 7 outputs without repeats.

    The same as the three functions above one after another, which vector code does
    without leaving registers.
    """
    score(weights, scratch, inputs, outputs, shape)
    errors_from_scores(scratch, inputs, outputs, 1, rate)
    update(weights, scratch, inputs, outputs, shape)


@kernel
def train_two_pairs(weights, scratch, inputs, outputs, rate, shape):
    """Train two pairs with the same target and no other row twice, one after the other.

    The outputs of the second start a block after those of the first. Vector code takes
    both together.
    """
    for j in range(2):
        pair = (inputs[0] + j, inputs[0] + j + 1)
        own = (outputs[0] + j * BLOCK, outputs[1] + j * BLOCK)
        train_pair(weights, scratch, pair, own, rate, shape)


@kernel
def has_repeats(rows, span):
    """Tell whether a row stands twice in rows[first:stop]."""
    for i in range(span[0], span[1]):
        for k in range(span[0], i):
            if rows[i] == rows[k]:
                return True
    return False


@kernel
def prefetch_rows(matrix, rows, span):
    """Do nothing: plain loops have no way to ask for memory ahead."""


@kernel
def two_pairs_repeat(rows, first, shape):
    """Tell whether two pairs' outputs, from `first`, have more than the target twice."""
    rest = len(shape) % BLOCK
    for i in range(1, 2 * rest):
        for k in range(i):
            if rest not in (i, k):
                own = first + i % rest + i // rest * BLOCK
                other = first + k % rest + k // rest * BLOCK
                if rows[own] == rows[other]:
                    return True
    return False
