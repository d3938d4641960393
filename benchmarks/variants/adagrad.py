"""A rate for each row that falls with the gradients the row has had.

AdaGrad (Duchi, Hazan and Singer 2011) with one number for a row instead of one for
each component: a row's step is the learning rate times its gradient over the root of
the sum of its gradients' mean squares. In plain loops, and the number is kept in the
last column of the row's padding, so `dim` must not be a multiple of 16.
"""

import math

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.sigmoid import logistic
from variants.copies import copy_kernels

_TINY = 1e-8


@kernel
def _adaptive_step(weights, scratch, inputs, outputs, targets, learning_rate, shape):
    """Stand in for `logistic.step` where all inputs share their outputs."""
    w_in, w_out = weights
    last = w_in.shape[1] - 1
    errors, gradient = scratch.errors, scratch.changed
    n_inputs, n_outputs = inputs[1] - inputs[0], outputs[1] - outputs[0]
    target = scratch.outputs[outputs[0]]
    for j in range(n_inputs):
        row = scratch.inputs[inputs[0] + j]
        for q in range(n_outputs):
            output = scratch.outputs[outputs[0] + q]
            total = w_in.dtype.type(0)
            for d in range(last):
                total += w_in[row, d] * w_out[output, d]
            sigmoid, e = logistic(total)
            errors[j, q] = w_in.dtype.type(q == 0) - sigmoid
            if q > 0 and output == target:
                errors[j, q] = 0
            wrong = -total if q == 0 else total
            scratch.loss[0] += math.log1p(e) + (abs(wrong) + wrong) / 2
        for d in range(last):
            gradient[j, d] = 0
        for q in range(n_outputs):
            output = scratch.outputs[outputs[0] + q]
            for d in range(last):
                gradient[j, d] += errors[j, q] * w_out[output, d]
    for q in range(n_outputs):
        output = scratch.outputs[outputs[0] + q]
        square = w_in.dtype.type(0)
        for d in range(last):
            total = w_in.dtype.type(0)
            for j in range(n_inputs):
                total += errors[j, q] * w_in[scratch.inputs[inputs[0] + j], d]
            square += total * total
        w_out[output, last] += square / last
        rate = w_in.dtype.type(learning_rate / math.sqrt(w_out[output, last] + _TINY))
        for j in range(n_inputs):
            row = scratch.inputs[inputs[0] + j]
            for d in range(last):
                w_out[output, d] += rate * errors[j, q] * w_in[row, d]
    for j in range(n_inputs):
        row = scratch.inputs[inputs[0] + j]
        square = w_in.dtype.type(0)
        for d in range(last):
            square += gradient[j, d] * gradient[j, d]
        w_in[row, last] += square / last
        rate = w_in.dtype.type(learning_rate / math.sqrt(w_in[row, last] + _TINY))
        for d in range(last):
            w_in[row, d] += rate * gradient[j, d]


train_shard = copy_kernels(logistic={"step": _adaptive_step})["hogwild"].train_shard
