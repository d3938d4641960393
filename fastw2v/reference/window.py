"""Training one window in NumPy: what `kernels.window` does, one loss after the other."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import (
    BLOCK,
    PATH_SHAPE,
    FloatMatrix,
    Matrices,
    Sampling,
    Scratch,
    Settings,
    StepShape,
    Weights,
    pairs_fit,
)
from fastw2v.reference.logistic import step
from fastw2v.reference.private import own_row
from fastw2v.reference.sampling import draw_outputs


class Window(NamedTuple):
    """A center and its contexts."""

    center: int
    """A word."""
    row: int
    """Where this worker trains it."""
    contexts: npt.NDArray[np.integer]
    """Rows of w_in."""
    noise_key: np.uint64
    pairs_before: int
    """Pairs the shard had up to here: where the noise stream goes on."""


def train_window(
    weights: Weights,
    scratch: Scratch,
    window: Window,
    tables: tuple[Sampling, Settings],
    learning_rate: float,
    shape: StepShape,
) -> None:
    """Train the contexts, or what they make together, on the center."""
    sampling, settings = tables
    n_inputs = len(window.contexts)
    if n_inputs == 0:
        return
    rows = np.unique(window.contexts)
    kept = weights.w_in[rows]
    if settings.cbow_mean is None:
        scratch.inputs[:n_inputs] = window.contexts
        inputs, group = (0, n_inputs), settings.group
        on_noise = Matrices(weights.w_in, weights.w_out)
        on_path = Matrices(weights.w_in, weights.w_nodes)
        _on_noise(
            on_noise, scratch, inputs, group, window, tables, learning_rate, shape
        )
        _on_path(on_path, scratch, inputs, group, window, tables, learning_rate)
    else:
        hidden = _hidden(weights.w_in[window.contexts], settings.cbow_mean)
        after = [np.stack([hidden]), np.stack([hidden])]
        scratch.inputs[0] = 0
        on_noise = Matrices(after[0], weights.w_out)
        on_path = Matrices(after[1], weights.w_nodes)
        one = (0, 1)
        _on_noise(on_noise, scratch, one, 1, window, tables, learning_rate, shape)
        _on_path(on_path, scratch, one, 1, window, tables, learning_rate)
        change = (after[0][0] - hidden) + (after[1][0] - hidden)
        if settings.cbow_exact == settings.cbow_mean:
            change = change * (change.dtype.type(1) / n_inputs)
        np.add.at(weights.w_in, window.contexts, change)
    if sampling.lock_factors is not None:
        factor = sampling.lock_factors[rows, None]
        weights.w_in[rows] = kept + factor * (weights.w_in[rows] - kept)


def _hidden(contexts: FloatMatrix, as_mean: bool) -> FloatMatrix:
    total: FloatMatrix = contexts.sum(axis=0)
    if as_mean:
        total *= total.dtype.type(1) / len(contexts)
    return total


def _on_noise(
    matrices: Matrices,
    scratch: Scratch,
    inputs: tuple[int, int],
    group: int,
    window: Window,
    tables: tuple[Sampling, Settings],
    learning_rate: float,
    shape: StepShape,
) -> None:
    sampling, settings = tables
    if sampling.noise_table is None:
        return
    of_a_step = 2 if pairs_fit(len(shape)) else group
    outputs = (0, settings.negatives + 1)
    for begin in range(*inputs, of_a_step):
        end = min(begin + of_a_step, inputs[1])
        for place, first in enumerate(range(begin, end, group)):
            draw_outputs(
                window.row,
                window.noise_key,
                window.pairs_before + first,
                settings.negatives,
                sampling.noise_table,
                scratch.outputs,
                place * BLOCK,
                scratch.private,
            )
        step(matrices, scratch, (begin, end), outputs, 1, learning_rate, shape)


def _on_path(
    matrices: Matrices,
    scratch: Scratch,
    inputs: tuple[int, int],
    group: int,
    window: Window,
    tables: tuple[Sampling, Settings],
    learning_rate: float,
) -> None:
    sampling, _ = tables
    if sampling.path_nodes is None or sampling.paths is None:
        return
    start, length, targets = sampling.paths[window.center].tolist()
    nodes = sampling.path_nodes[start : start + length]
    scratch.outputs[:length] = own_row(nodes, scratch.private)
    outputs = (0, length)
    for begin in range(*inputs, group):
        rows = (begin, min(begin + group, inputs[1]))
        step(matrices, scratch, rows, outputs, targets, learning_rate, PATH_SHAPE)
