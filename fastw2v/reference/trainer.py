"""The slow trainer: `kernels.hogwild` in NumPy, draw for draw."""

from fastw2v.bundles import (
    BLOCK,
    Sampling,
    Scratch,
    Settings,
    Shards,
    StepShape,
    Text,
    Totals,
    Weights,
    pairs_fit,
)
from fastw2v.reference.logistic import step
from fastw2v.reference.private import merge_in_turn, own_row
from fastw2v.reference.sampling import draw_outputs
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
    windows = shard_windows(text, sampling, settings.window, shards, i)
    noise_key = shards.keys[i, 2]
    learning_rate = float(shards.learning_rate[i])
    scratch.loss[:] = 0.0
    pairs = 0
    n_outputs = settings.negatives + 1
    centers, contexts = (
        own_row(words, scratch.private) for words in (windows.centers, windows.contexts)
    )
    of_a_step = 2 if pairs_fit(len(shape)) else settings.group
    for center, n_inputs in zip(centers, windows.sizes, strict=True):
        scratch.inputs[:n_inputs] = contexts[pairs : pairs + n_inputs]
        for begin in range(0, n_inputs, of_a_step):
            end = min(begin + of_a_step, n_inputs)
            for place, first in enumerate(range(begin, end, settings.group)):
                draw_outputs(
                    int(center),
                    noise_key,
                    pairs + first,
                    settings.negatives,
                    sampling.noise_table,
                    scratch.outputs,
                    place * BLOCK,
                    scratch.private,
                )
            rows = (begin, end), (0, n_outputs)
            step(weights, scratch, *rows, learning_rate, shape)
        pairs += int(n_inputs)
        if settings.private:
            merge_in_turn(weights, settings, scratch)
    n_tokens = int(shards.bounds[i + 1] - shards.bounds[i])
    return Totals(n_tokens, len(windows.centers), pairs, float(scratch.loss.sum()))
