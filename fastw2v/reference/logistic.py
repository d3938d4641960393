"""The one gradient step in NumPy: the same names and arguments as `kernels.logistic`.

J input rows meet Q output rows, the first of which have label 1; a row may stand
twice. With G the errors, the summed loss (Mikolov et al. 2013b, equations 3 and 4) has
the gradients G U and G^T H; all are taken before any row changes.
"""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import (
    BLOCK,
    Matrices,
    Scratch,
    StepShape,
    pairs_fit,
)
from fastw2v.reference.activations import log_loss, sigmoid

Rows = npt.NDArray[np.int32]


def step(
    weights: Matrices,
    scratch: Scratch,
    inputs: tuple[int, int],
    outputs: tuple[int, int],
    targets: int,
    learning_rate: float,
    shape: StepShape,
) -> None:
    """Train the listed rows on each other and add the loss to `scratch.loss`.

    `inputs` and `outputs` are (first, stop) in the lists of the same name in `scratch`;
    the first `targets` outputs have label 1, the others label 0. The loss is that before
    the update. An output equal to the first counts for nothing: it is noise that happens
    to be the target.

    Where `bundles.pairs_fit`, each input row has its own outputs, a block after those
    of the row before, and they are trained one after the other.
    """
    rate = weights.w_in.dtype.type(learning_rate)
    first, stop = outputs
    pieces = [(*inputs, first)]
    if pairs_fit(len(shape)):
        pieces = [(i, i + 1, first + j * BLOCK) for j, i in enumerate(range(*inputs))]
    for begin, end, own in pieces:
        scratch.loss[0] += _train(
            weights,
            scratch.inputs[begin:end],
            scratch.outputs[own : own + stop - first],
            targets,
            rate,
        )


def _train(
    weights: Matrices,
    input_rows: Rows,
    output_rows: Rows,
    targets: int,
    rate: np.floating,
) -> float:
    """Train inputs on outputs; return the loss."""
    first, others = output_rows[:1], output_rows[1:]
    output_rows = np.concatenate([first, others[others != first]])
    dtype = weights.w_in.dtype
    label = np.zeros(len(output_rows), dtype)
    label[:targets] = 1

    h, u = weights.w_in[input_rows], weights.w_out[output_rows]
    scores = h @ u.T
    errors = rate * (label - sigmoid(scores))
    np.add.at(weights.w_in, input_rows, errors @ u)
    np.add.at(weights.w_out, output_rows, errors.T @ h)
    return float(log_loss(np.where(label == 1, scores, -scores)).sum())
