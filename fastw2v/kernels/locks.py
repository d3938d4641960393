"""Rows of w_in that change less than their gradient says, or not at all."""

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.logistic import first_place


@kernel
def keep_rows(lock_factors, w_in, scratch, contexts):
    """Keep what the context rows are before the window is trained."""
    if lock_factors is None:
        return
    for i in range(contexts[0], contexts[1]):
        scratch.kept[i - contexts[0]] = w_in[scratch.inputs[i]]


@kernel
def hold_back(lock_factors, w_in, scratch, contexts):
    """Multiply the change of each context row by its word's factor."""
    if lock_factors is None:
        return
    for i in range(contexts[1] - contexts[0]):
        if first_place(scratch.inputs, contexts[0], i) == i:
            word = scratch.inputs[contexts[0] + i]
            row, kept = w_in[word], scratch.kept[i]
            factor = lock_factors[word]
            for d in range(row.shape[0]):
                row[d] = kept[d] + factor * (row[d] - kept[d])
