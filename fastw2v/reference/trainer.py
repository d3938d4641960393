"""The slow trainer: `kernels.hogwild` in NumPy, draw for draw."""

import numpy as np
import numpy.typing as npt

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
from fastw2v.reference.rng import draw
from fastw2v.reference.sampling import draw_outputs, is_kept, reach_of


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
    start, stop = (int(bound) for bound in shards.bounds[i : i + 2])
    _, reach_key, noise_key = shards.keys[i]
    learning_rate = float(shards.learning_rate[i])
    scratch.loss[:] = 0.0
    kept, pairs = 0, 0
    n_outputs = settings.negatives + 1
    of_a_step = 2 if pairs_fit(len(shape)) else settings.group
    for kept_words in _kept_sentences(text, sampling, shards, i):
        words = own_row(kept_words, scratch.private)
        reaches = reach_of(
            draw(reach_key, kept + np.arange(len(words))), settings.window
        )
        for center, reach in enumerate(reaches):
            contexts = np.delete(
                words[max(center - reach, 0) : center + reach + 1], min(center, reach)
            )
            n_inputs = len(contexts)
            scratch.inputs[:n_inputs] = contexts
            for begin in range(0, n_inputs, of_a_step):
                end = min(begin + of_a_step, n_inputs)
                for place, first in enumerate(range(begin, end, settings.group)):
                    draw_outputs(
                        int(words[center]),
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
            pairs += n_inputs
            if settings.private:
                merge_in_turn(weights, settings, scratch)
        kept += len(words)
    return Totals(stop - start, kept, pairs, float(scratch.loss.sum()))


def _kept_sentences(
    text: Text, sampling: Sampling, shards: Shards, i: int
) -> list[npt.NDArray[np.int32]]:
    """Return the shard's sentences, each with the words that subsampling keeps."""
    start, stop = (int(bound) for bound in shards.bounds[i : i + 2])
    key = shards.keys[i, 0]
    tokens = text.tokens[start:stop]
    keeps = is_kept(draw(key, np.arange(len(tokens))), sampling.keep_prob[tokens])
    past = np.searchsorted(text.offsets, stop, side="left")
    ends = text.offsets[shards.first_sentence[i] + 1 : past] - start
    return [
        sentence[mask]
        for sentence, mask in zip(
            np.split(tokens, ends), np.split(keeps, ends), strict=True
        )
    ]
