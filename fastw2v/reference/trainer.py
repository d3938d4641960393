"""The slow trainer: `kernels.hogwild` in NumPy, draw for draw."""

import numpy as np

from fastw2v.bundles import (
    Sampling,
    Scratch,
    Settings,
    Shards,
    StepShape,
    Text,
    Totals,
    Weights,
)
from fastw2v.reference.private import merge_in_turn, own_row
from fastw2v.reference.window import Window, train_window
from fastw2v.reference.windows import shard_windows


def train_shard(
    weights: Weights,
    text: Text,
    sampling: Sampling,
    settings: Settings,
    shape: StepShape,
    shards: Shards,
    i: int,
    scratch: Scratch,
) -> Totals:
    """Train every token of shard `i` as center once and return its `Totals`."""
    windows = shard_windows(text, sampling, settings, shards, i)
    centers, contexts = (
        own_row(words, scratch.private) for words in (windows.centers, windows.contexts)
    )
    stops = np.cumsum(windows.sizes)
    scratch.loss[:] = 0.0
    pairs = 0
    for k, size in enumerate(windows.sizes.tolist()):
        window = Window(
            center=int(windows.centers[k]),
            row=int(centers[k]),
            contexts=contexts[stops[k] - size : stops[k]],
            noise_key=shards.keys[i, 2],
            pairs_before=pairs,
        )
        tables, learning_rate = (sampling, settings), float(shards.learning_rate[i])
        train_window(weights, scratch, window, tables, learning_rate, shape)
        pairs += size if settings.cbow_mean is None else min(size, 1)
        if settings.private:
            merge_in_turn(weights, settings, scratch)
    n_tokens = int(shards.bounds[i + 1] - shards.bounds[i])
    return Totals(n_tokens, len(windows.centers), pairs, float(scratch.loss.sum()))
