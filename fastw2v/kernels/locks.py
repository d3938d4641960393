"""Rows of w_in that change less than their gradient says, or not at all."""

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.logistic import first_place


@kernel
def keep_rows(lock_factors, w_in, scratch, contexts):
    """Keep what the context rows are before the window is trained."""
    if lock_factors is None:
        return
    for i in range(contexts[1] - contexts[0]):
        row = scratch.inputs[contexts[0] + i]
        for d in range(w_in.shape[1]):
            scratch.kept[i, d] = w_in[row, d]


@kernel
def hold_back(lock_factors, w_in, scratch, contexts):
    """Multiply the change of each context row by its word's factor."""
    if lock_factors is None:
        return
    for i in range(contexts[1] - contexts[0]):
        if first_place(scratch.inputs, contexts[0], i) == i:
            word = scratch.inputs[contexts[0] + i]
            for d in range(w_in.shape[1]):
                kept = scratch.kept[i, d]
                change = w_in[word, d] - kept
                w_in[word, d] = kept + lock_factors[word] * change
