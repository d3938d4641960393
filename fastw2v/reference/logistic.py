"""The one gradient step in NumPy: the same names and arguments as `kernels.logistic`.

J input rows meet Q output rows, the first of which is the target. With G the
errors, the summed negative-sampling loss (Mikolov et al. 2013b, equation 4) has
the gradients G U and G^T H; all are taken before any row changes.
"""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Scratch, Settings, Weights


def sigmoid(scores: FloatMatrix) -> FloatMatrix:
    """Return 1 / (1 + exp(-scores)) without overflow."""
    e = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1 / (1 + e), e / (1 + e)).astype(scores.dtype)


def log_loss(scores: FloatMatrix) -> npt.NDArray[np.float64]:
    """Return -log sigmoid(scores) in float64 without overflow."""
    return np.logaddexp(0.0, -scores.astype(np.float64))


def new_scratch(weights: Weights, settings: Settings) -> Scratch:
    """Allocate the buffers for these weights' rows and these windows."""
    contexts, outputs = 2 * settings.window, settings.negatives + 1
    dtype = weights.w_in.dtype
    return Scratch(
        np.empty(contexts, np.int64),
        np.empty(outputs, np.int64),
        np.empty(outputs, np.int64),
        np.empty((contexts, outputs), dtype),
        np.empty((contexts, weights.w_in.shape[1]), dtype),
    )


def step(
    weights: Weights,
    scratch: Scratch,
    contexts: tuple[int, int],
    n_outputs: int,
    learning_rate: float,
) -> float:
    """Update the rows listed in `scratch` and return the loss before the update.

    `contexts` is (first, stop): the input rows are `scratch.inputs[first:stop]`,
    the output rows `scratch.outputs[:n_outputs]`.
    """
    inputs = scratch.inputs[slice(*contexts)]
    outputs = scratch.outputs[:n_outputs]
    times = scratch.multiplicity[:n_outputs]
    label = np.zeros(n_outputs, weights.w_in.dtype)
    label[0] = 1

    h, u = weights.w_in[inputs], weights.w_out[outputs]
    scores = h @ u.T
    rate = weights.w_in.dtype.type(learning_rate)
    errors = rate * (label - sigmoid(scores)) * times.astype(weights.w_in.dtype)
    np.add.at(weights.w_in, inputs, errors @ u)
    np.add.at(weights.w_out, outputs, errors.T @ h)
    signs = np.where(label == 1, 1, -1)
    return float((log_loss(signs * scores) * times).sum())
