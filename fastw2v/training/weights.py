"""Allocation and initial values of the two matrices."""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import LINE, Weights
from fastw2v.config import TrainConfig

_ALIGNMENT = 64
# Filled at a time, so that the random numbers do not take as much memory again.
_BLOCK_ROWS = 4096


def padded_width(dim: int) -> int:
    """Return P, `dim` rounded up to whole 64-byte lines of float32."""
    return -(-dim // LINE) * LINE


def aligned_zeros(rows: int, width: int) -> npt.NDArray[np.float32]:
    """Return a zero float32 matrix whose first row starts a 64-byte line.

    With rows of whole lines, no two words share a cache line, so threads that
    update neighbouring words do not contend.
    """
    spare = _ALIGNMENT // 4
    block = np.zeros(rows * width + spare, np.float32)
    skip = -block.ctypes.data % _ALIGNMENT // 4
    return block[skip : skip + rows * width].reshape(rows, width)


def weights_rows(vocabulary_size: int, config: TrainConfig) -> tuple[int, int, int]:
    """Return how many rows w_in, w_out and w_nodes have, without workers' own."""
    return (
        vocabulary_size,
        vocabulary_size if config.negatives else 0,
        vocabulary_size if config.hierarchical_softmax else 0,
    )


def initial_weights(
    vocabulary_size: int,
    dim: int,
    seed: int,
    *,
    private_rows: int = 0,
    has_noise: bool = True,
    has_nodes: bool = False,
) -> Weights:
    """Return fresh weights: w_in uniform in +-0.5 / dim, the others zero.

    The scale is word2vec.c's. The padding columns stay zero for ever, since a
    gradient step multiplies them by each other only.

    Parameters
    ----------
    vocabulary_size, dim : int
        V and D.
    seed : int
        Of NumPy's PCG64.
    private_rows : int
        Rows to add below those of the words, for workers' copies.
    has_noise, has_nodes : bool
        Whether w_out and w_nodes have rows.
    """
    width = padded_width(dim)
    n_rows = vocabulary_size + private_rows
    w_in = aligned_zeros(n_rows, width)
    random = np.random.Generator(np.random.PCG64(seed))
    for first in range(0, vocabulary_size, _BLOCK_ROWS):
        stop = min(first + _BLOCK_ROWS, vocabulary_size)
        rows = w_in[first:stop, :dim]
        rows[:] = random.random(rows.shape, dtype=np.float32)
        rows -= np.float32(0.5)
        rows /= np.float32(dim)
    return Weights(
        w_in,
        aligned_zeros(n_rows if has_noise else 0, width),
        aligned_zeros(n_rows if has_nodes else 0, width),
    )


def with_rows_added(weights: Weights, private_rows: int) -> Weights:
    """Return the weights with rows for workers' copies below those of the words."""
    if not private_rows:
        return weights
    matrices = []
    for matrix in weights:
        rows = len(matrix) + private_rows if len(matrix) else 0
        room = aligned_zeros(rows, matrix.shape[1])
        room[: len(matrix)] = matrix
        matrices.append(room)
    return Weights(*matrices)
