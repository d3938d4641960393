"""CBOW's hidden vector: made from the contexts, and its change given back to them.

In plain loops, for when the JIT is off; otherwise `simd_hidden`.
"""

from fastw2v.kernels._jit import kernel


@kernel
def gather(w_in, scratch, contexts, as_mean):
    """Set all rows of `scratch.hidden` to the sum of the context rows, or their mean."""
    first, stop = contexts
    hidden = scratch.hidden
    dims = range(hidden.shape[1])
    for d in dims:
        hidden[2, d] = 0
    for i in range(first, stop):
        row = scratch.inputs[i]
        for d in dims:
            hidden[2, d] += w_in[row, d]
    share = hidden.dtype.type(1)
    if as_mean:
        share /= stop - first
    for d in dims:
        value = share * hidden[2, d]
        hidden[0, d] = value
        hidden[1, d] = value
        hidden[2, d] = value


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
    dims = range(hidden.shape[1])
    for d in dims:
        start = hidden[2, d]
        hidden[0, d] = share * ((hidden[0, d] - start) + (hidden[1, d] - start))
    for i in range(first, stop):
        row = scratch.inputs[i]
        for d in dims:
            w_in[row, d] += hidden[0, d]
