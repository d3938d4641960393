"""Arithmetic on rows of several replicas: the bits of `reference.merging`, in one pass.

NumPy takes a pass for each operation, and three times as long for one with a factor for
each row.
"""

from numba import types

from fastw2v.kernels._jit import exact_kernel

_ROWS = types.float32[:, ::1]
_READ = types.Array(types.float32, 2, "C", readonly=True)
_FACTORS = types.float32[::1]


@exact_kernel(_READ, _READ, _FACTORS, _ROWS)
def scaled_sum(one, other, factors, total):
    """Add two matrices, (n, P), and multiply each row by its factor, (n,)."""
    for i in range(total.shape[0]):
        factor = factors[i]
        for j in range(total.shape[1]):
            total[i, j] = (one[i, j] + other[i, j]) * factor


@exact_kernel(_ROWS, _FACTORS, _READ)
def carry(velocity, kept, change):
    """Let rows keep a share, (n,), of their velocity, (n, P); add a change to it."""
    for i in range(velocity.shape[0]):
        share = kept[i]
        for j in range(velocity.shape[1]):
            velocity[i, j] = velocity[i, j] * share + change[i, j]


@exact_kernel(_ROWS, _ROWS, _READ)
def settle(base, trained, change):
    """Add a change to the base, (n, P), and put that into the trained rows too."""
    for i in range(base.shape[0]):
        for j in range(base.shape[1]):
            value = base[i, j] + change[i, j]
            base[i, j] = value
            trained[i, j] = value
