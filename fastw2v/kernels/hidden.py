"""CBOW's hidden vector: made from the contexts, and its change given back to them."""

from fastw2v.kernels._jit import kernel


@kernel
def gather(w_in, scratch, contexts, as_mean):
    """Set all rows of `scratch.hidden` to the sum of the context rows, or their mean."""
    first, stop = contexts
    hidden = scratch.hidden
    start = hidden[2]
    start[:] = 0
    for i in range(first, stop):
        row = w_in[scratch.inputs[i]]
        for d in range(row.shape[0]):
            start[d] += row[d]
    if as_mean:
        share = hidden.dtype.type(1) / (stop - first)
        for d in range(start.shape[0]):
            start[d] *= share
    hidden[0] = start
    hidden[1] = start


@kernel
def scatter(w_in, scratch, contexts, shared):
    """Give what noise and path changed in the hidden vector to each context row.

    All of it, or 1/n of it to each of n contexts if `shared`. A row that stands twice
    gets it twice, as its gradient is.
    """
    first, stop = contexts
    hidden = scratch.hidden
    share = hidden.dtype.type(1)
    if shared:
        share /= stop - first
    change, start = hidden[0], hidden[2]
    for d in range(change.shape[0]):
        change[d] = share * ((change[d] - start[d]) + (hidden[1, d] - start[d]))
    for i in range(first, stop):
        row = w_in[scratch.inputs[i]]
        for d in range(row.shape[0]):
            row[d] += change[d]
