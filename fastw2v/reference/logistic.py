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
    of the row before, and one target.
    """
    rate = weights.w_in.dtype.type(learning_rate)
    input_rows = scratch.inputs[slice(*inputs)]
    if not pairs_fit(len(shape)):
        pieces = [(input_rows, [scratch.outputs[slice(*outputs)]])]
    else:
        n_outputs = outputs[1] - outputs[0]
        own = [
            scratch.outputs[first : first + n_outputs]
            for first in outputs[0] + BLOCK * np.arange(len(input_rows))
        ]
        pieces = [(input_rows, own)]
        if _has_repeats(input_rows, own):
            pieces = [(input_rows[j : j + 1], own[j : j + 1]) for j in range(len(own))]
    for rows, lists in pieces:
        scratch.loss[0] += _train(weights, rows, lists, targets, rate)


def _has_repeats(input_rows: Rows, own: list[Rows]) -> bool:
    """Tell whether pairs have more than their target twice."""
    outputs = np.concatenate([own[0], *(rows[1:] for rows in own[1:])])
    return any(len(np.unique(rows)) < len(rows) for rows in (input_rows, outputs))


def _train(
    weights: Matrices,
    input_rows: Rows,
    lists: list[Rows],
    targets: int,
    rate: np.floating,
) -> float:
    """Train inputs on outputs, one list for all or one for each; return the loss."""
    first = lists[0][:1]
    others = [rows[1:][rows[1:] != first] for rows in lists]
    output_rows = np.concatenate([first, *others])
    is_own = np.ones((len(input_rows), len(output_rows)), bool)
    if len(lists) > 1:
        owner = np.repeat(np.arange(len(lists)), [len(rows) for rows in others])
        is_own[:, 1:] = owner == np.arange(len(lists))[:, None]
    dtype = weights.w_in.dtype
    label = np.zeros(len(output_rows), dtype)
    label[:targets] = 1

    h, u = weights.w_in[input_rows], weights.w_out[output_rows]
    scores = h @ u.T
    errors = np.where(is_own, rate * (label - sigmoid(scores)), dtype.type(0))
    np.add.at(weights.w_in, input_rows, errors @ u)
    np.add.at(weights.w_out, output_rows, errors.T @ h)
    return float(log_loss(np.where(label == 1, scores, -scores))[is_own].sum())
