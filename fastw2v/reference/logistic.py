"""The one gradient step in NumPy: the same names and arguments as `kernels.logistic`.

J input rows meet Q output rows, the first of which is the target; a row may stand
twice. With G the errors, the summed negative-sampling loss (Mikolov et al. 2013b, equation 4) has
the gradients G U and G^T H; all are taken before any row changes.
"""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix, Scratch, StepShape, Weights


def sigmoid(scores: FloatMatrix) -> FloatMatrix:
    """Return 1 / (1 + exp(-scores)) without overflow."""
    e = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1 / (1 + e), e / (1 + e)).astype(scores.dtype)


def log_loss(scores: FloatMatrix) -> npt.NDArray[np.float64]:
    """Return -log sigmoid(scores) in float64 without overflow."""
    return np.logaddexp(0.0, -scores.astype(np.float64))


def step(
    weights: Weights,
    scratch: Scratch,
    inputs: tuple[int, int],
    outputs: tuple[int, int],
    learning_rate: float,
    shape: StepShape,  # noqa: ARG001  # the kernels' argument
) -> None:
    """Train the listed rows on each other and add the loss to `scratch.loss`.

    `inputs` and `outputs` are (first, stop) in the lists of the same name in
    `scratch`; the first output is the target, the others are noise. The loss is that
    before the update. A noise word equal to the target counts for nothing.
    """
    input_rows = scratch.inputs[slice(*inputs)]
    listed = scratch.outputs[slice(*outputs)]
    output_rows = np.concatenate([listed[:1], listed[1:][listed[1:] != listed[0]]])
    dtype = weights.w_in.dtype
    label = np.zeros(len(output_rows), dtype)
    label[0] = 1

    h, u = weights.w_in[input_rows], weights.w_out[output_rows]
    scores = h @ u.T
    errors = dtype.type(learning_rate) * (label - sigmoid(scores))
    np.add.at(weights.w_in, input_rows, errors @ u)
    np.add.at(weights.w_out, output_rows, errors.T @ h)
    scratch.loss[0] += log_loss(np.where(label == 1, scores, -scores)).sum()
