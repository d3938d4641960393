"""The one gradient step: J input rows against Q output rows with labels.

Skip-gram pair by pair is J = 1; a window mini-batch is J = its contexts. All J x Q
scores are taken first, so the step is the exact gradient of the summed loss
(Mikolov et al. 2013b, equation 4; Ji et al. 2016, section 3 for J > 1).
"""

import numpy as np

from fastw2v.bundles import BLOCK, NO_SCORE, Scratch
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rows import (
    errors_from_scores,
    has_repeats,
    score,
    train_pair,
    update,
)


@kernel
def in_blocks(count):
    """Round up to whole blocks."""
    return (count + BLOCK - 1) // BLOCK * BLOCK


@kernel
def new_scratch(weights, settings):
    """Allocate the buffers for these weights' rows and these windows."""
    contexts, outputs = 2 * settings.window, in_blocks(settings.negatives + 1)
    dtype = weights.w_in.dtype
    step_inputs = min(contexts, settings.group)
    return Scratch(
        np.empty(2 * contexts + BLOCK, np.int32),
        np.empty(2 * contexts * outputs, np.int32),
        np.empty((step_inputs, outputs), dtype),
        np.empty((step_inputs, weights.w_in.shape[1]), dtype),
        np.zeros(BLOCK),
    )


@kernel
def step(weights, scratch, inputs, outputs, learning_rate, shape):
    """Train the listed rows on each other and add the loss to `scratch.loss`.

    `inputs` and `outputs` are (first, stop) in the lists of the same name in
    `scratch`; the first output is the target, the others are noise. The loss is that
    before the update. A noise word equal to the target counts for nothing.

    A row may stand twice: both places are scored, and the errors of the later are
    added to those of the first, so that the update need not expect repeats.
    """
    rate = weights.w_in.dtype.type(learning_rate)
    outputs_repeat = has_repeats(scratch.outputs, outputs)
    if fits_registers(shape) and not outputs_repeat:
        train_pair(weights, scratch, inputs, outputs, rate, shape)
        return
    score(weights, scratch, inputs, outputs, shape)
    if outputs_repeat:
        _silence_target_noise(scratch, inputs, outputs)
    errors_from_scores(scratch, inputs, outputs, rate)
    if outputs_repeat:
        _merge_repeats(scratch.errors.T, scratch.outputs, outputs, inputs)
    if has_repeats(scratch.inputs, inputs):
        _merge_repeats(scratch.errors, scratch.inputs, inputs, outputs)
    update(weights, scratch, inputs, outputs, shape)


@kernel
def fits_registers(shape):
    """Tell whether steps have one input row and less than a block of outputs."""
    return 2 * BLOCK <= len(shape) < 3 * BLOCK


@kernel
def _silence_target_noise(scratch, inputs, outputs):
    for q in range(1, outputs[1] - outputs[0]):
        if scratch.outputs[outputs[0] + q] == scratch.outputs[outputs[0]]:
            for j in range(inputs[1] - inputs[0]):
                scratch.errors[j, q] = NO_SCORE


@kernel
def _merge_repeats(errors, rows, span, others):
    """Move errors of repeated rows to the first; errors[i] is of rows[first + i]."""
    first, stop = span
    for i in range(1, stop - first):
        for k in range(i):
            if rows[first + i] == rows[first + k]:
                for other in range(others[1] - others[0]):
                    errors[k, other] += errors[i, other]
                    errors[i, other] = 0
                break


@kernel
def take_loss(scratch):
    """Return the loss summed up in `scratch` and start again from 0."""
    total = scratch.loss.sum()
    scratch.loss[:] = 0.0
    return total
