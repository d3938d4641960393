"""Sparse matrix times vector, some rows at a time."""

import numpy as np

from fastw2v.kernels._jit import ordered_kernel


@ordered_kernel
def multiply_rows(sparse, vector, rows, product):
    """Set product[i] = sparse[i] @ vector for the rows i from first to stop-1 of `rows`.

    `sparse` is a `count_bundles.SparseRows`. Of even and odd entries two sums are taken, so
    that an addition need not wait for the one before; always in the same order.
    """
    for i in range(rows[0], rows[1]):
        begin, end = np.int64(sparse.indptr[i]), np.int64(sparse.indptr[i + 1])
        even, odd = vector.dtype.type(0), vector.dtype.type(0)
        for entry in range(begin, end - 1, 2):
            # As unsigned, which Numba need not check for being negative.
            first = np.uint64(sparse.indices[entry])
            second = np.uint64(sparse.indices[entry + 1])
            even += sparse.data[entry] * vector[first]
            odd += sparse.data[entry + 1] * vector[second]
        if (end - begin) & 1:
            even += sparse.data[end - 1] * vector[np.uint64(sparse.indices[end - 1])]
        product[i] = even + odd
