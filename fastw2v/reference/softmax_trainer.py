"""Skip-gram with the full softmax: what negative sampling approximates.

Each pair's loss is a softmax over the whole vocabulary, so this is for small ones. It
walks the same windows, with the same draws, as `reference.trainer`.
"""

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Matrices, Sampling, Settings, Shards, Text, Totals, Weights
from fastw2v.reference.windows import shard_windows

Rows = npt.NDArray[np.int32]


def train_shard(
    weights: Weights,
    text: Text,
    sampling: Sampling,
    settings: Settings,
    shards: Shards,
    i: int,
    batch: int,
) -> Totals:
    """Train every token of shard `i` as center once, `batch` pairs to a step."""
    windows = shard_windows(text, sampling, settings, shards, i)
    targets = np.repeat(windows.centers, windows.sizes)
    learning_rate = float(shards.learning_rate[i])
    loss = 0.0
    for first in range(0, len(targets), batch):
        pairs = slice(first, first + batch)
        loss += step(weights, windows.contexts[pairs], targets[pairs], learning_rate)
    n_tokens = int(shards.bounds[i + 1] - shards.bounds[i])
    return Totals(n_tokens, len(windows.centers), len(targets), loss)


def step(
    weights: Matrices | Weights, inputs: Rows, targets: Rows, learning_rate: float
) -> float:
    """Train B pairs on the gradient of their summed loss; return that loss.

    With H (B, D) the input rows, yhat (B, V) the softmax of H U^T and y the targets as
    ones, the gradients are (yhat - y) U for H and (yhat - y)^T H for U; both are taken
    before any row changes (Mikolov et al. 2013b, equation 2, differentiated).
    """
    rate = weights.w_in.dtype.type(learning_rate)
    h, u = weights.w_in[inputs], weights.w_out
    target = np.arange(len(targets)), targets
    # Weights that have diverged are for the caller to see, in the loss.
    with np.errstate(over="ignore", invalid="ignore"):
        # One (B, V) array is scores, exponentials, yhat and yhat - y in turn.
        error = h @ u.T
        error -= error.max(axis=1, keepdims=True)
        target_scores = error[target].astype(np.float64)
        np.exp(error, out=error)
        total = error.sum(axis=1, keepdims=True)
        error /= total
        error[target] -= 1
        np.subtract.at(weights.w_in, inputs, rate * (error @ u))
        u -= rate * (error.T @ h)
    return float(np.log(total, dtype=np.float64).sum() - target_scores.sum())
