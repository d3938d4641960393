"""The one gradient step: J input rows against Q output rows with labels.

Skip-gram pair by pair is J = 1; a window mini-batch is J = its contexts; in CBOW the
input row is the hidden vector. The outputs are a target and noise, or the inner nodes
on the way to a word. All J x Q scores are taken first, so the step is the exact gradient
of the summed loss (Mikolov et al. 2013b, equations 3 and 4; Ji et al. 2016, section 3 for
J > 1).
"""

from fastw2v.bundles import BLOCK, NO_SCORE
from fastw2v.bundles import pairs_fit as _pairs_fit
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rows import (
    errors_from_scores,
    has_repeats,
    score,
    train_pair,
    train_two_pairs,
    two_pairs_repeat,
    update,
)

pairs_fit = kernel(_pairs_fit)


@kernel
def step(weights, scratch, inputs, outputs, targets, learning_rate, shape):
    """Train the listed rows on each other and add the loss to `scratch.loss`.

    `weights` are `bundles.Matrices`. `inputs` and `outputs` are (first, stop) in the lists
    of the same name in `scratch`; the first `targets` outputs have label 1, the others
    label 0. The loss is that before the update. An output equal to the first counts for
    nothing: it is noise that happens to be the target.

    Where `bundles.pairs_fit`, each input row has its own outputs, a block after those
    of the row before, and they are trained one after the other.
    """
    rate = weights.w_in.dtype.type(learning_rate)
    if not pairs_fit(len(shape)):
        _step_by_passes(weights, scratch, inputs, outputs, targets, rate, shape)
    elif _are_two_pairs(scratch, inputs, outputs, shape):
        train_two_pairs(weights, scratch, inputs, outputs, rate, shape)
    else:
        for j in range(inputs[1] - inputs[0]):
            pair = (inputs[0] + j, inputs[0] + j + 1)
            own = (outputs[0] + j * BLOCK, outputs[1] + j * BLOCK)
            step_of_one(weights, scratch, pair, own, rate, shape)


@kernel
def step_of_one(weights, scratch, inputs, outputs, learning_rate, shape):
    """Train one input row on a target and noise; otherwise as `step`."""
    rate = weights.w_in.dtype.type(learning_rate)
    if not pairs_fit(len(shape)) or has_repeats(scratch.outputs, outputs):
        _step_by_passes(weights, scratch, inputs, outputs, 1, rate, shape)
    else:
        train_pair(weights, scratch, inputs, outputs, rate, shape)


@kernel
def _are_two_pairs(scratch, inputs, outputs, shape):
    """Tell whether a step is of two pairs without a row twice but the target."""
    return (
        inputs[1] - inputs[0] == 2
        and scratch.inputs[inputs[0]] != scratch.inputs[inputs[0] + 1]
        and not two_pairs_repeat(scratch.outputs, outputs[0], shape)
    )


@kernel
def _step_by_passes(weights, scratch, inputs, outputs, targets, rate, shape):
    """Train inputs that share their outputs.

    A row may stand twice: both places are scored, and the errors of the later are
    added to those of the first, so that the update need not expect repeats.
    """
    score(weights, scratch, inputs, outputs, shape)
    outputs_repeat = has_repeats(scratch.outputs, outputs)
    if outputs_repeat:
        _silence_target_noise(scratch, inputs, outputs)
    errors_from_scores(scratch, inputs, outputs, targets, rate)
    if outputs_repeat or has_repeats(scratch.inputs, inputs):
        _merge_repeats(scratch, inputs, outputs)
    update(weights, scratch, inputs, outputs, shape)


@kernel
def _silence_target_noise(scratch, inputs, outputs):
    for q in range(outputs[0] + 1, outputs[1]):
        if scratch.outputs[q] == scratch.outputs[outputs[0]]:
            for j in range(inputs[1] - inputs[0]):
                scratch.errors[j, q - outputs[0]] = NO_SCORE


@kernel
def _merge_repeats(scratch, inputs, outputs):
    """Move the errors of repeated rows to where the row stands first."""
    n_inputs, n_outputs = inputs[1] - inputs[0], outputs[1] - outputs[0]
    errors = scratch.errors
    for q in range(n_outputs):
        first = first_place(scratch.outputs, outputs[0], q)
        for j in range(n_inputs):
            error, errors[j, q] = errors[j, q], 0
            errors[j, first] += error
    for j in range(n_inputs):
        first = first_place(scratch.inputs, inputs[0], j)
        for q in range(n_outputs):
            error, errors[j, q] = errors[j, q], 0
            errors[first, q] += error


@kernel
def first_place(rows, start, i):
    """Return the least k with rows[start + k] equal to rows[start + i]."""
    k = 0
    while rows[start + k] != rows[start + i]:
        k += 1
    return k
