"""Arithmetic on rows of several replicas, in NumPy; names as in `kernels.merging`."""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix

Factors = npt.NDArray[np.float32]


def scaled_sum(
    one: FloatMatrix, other: FloatMatrix, factors: Factors, total: FloatMatrix
) -> None:
    """Add two matrices, (n, P), and multiply each row by its factor, (n,)."""
    np.add(one, other, out=total)
    total *= factors[:, np.newaxis]


def carry(velocity: FloatMatrix, kept: Factors, change: FloatMatrix) -> None:
    """Let rows keep a share, (n,), of their velocity, (n, P), and add a change to it."""
    velocity *= kept[:, np.newaxis]
    velocity += change


def settle(base: FloatMatrix, trained: FloatMatrix, change: FloatMatrix) -> None:
    """Add a change to the base, (n, P), and put that into the trained rows too."""
    base += change
    trained[:] = base
