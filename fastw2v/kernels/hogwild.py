"""Lock-free parallel SGD (Hogwild, Recht et al. 2011): shards over shared weights."""

import numpy as np

from fastw2v.bundles import Totals
from fastw2v.kernels._jit import kernel, parallel_kernel, prange
from fastw2v.kernels.logistic import new_scratch, step
from fastw2v.kernels.rng import draw
from fastw2v.kernels.sampling import draw_outputs, reach_of
from fastw2v.kernels.walk import gather_contexts, open_streams, subsample


@kernel
def train_shard(weights, text, sampling, settings, shards, i):
    """Train every token of shard `i` as center once and return its `Totals`.

    `weights` are updated in place and may be shared with other threads.
    """
    start, stop = shards.bounds[i], shards.bounds[i + 1]
    sentence = shards.first_sentence[i]
    streams = open_streams(shards.seed[i])
    scratch = new_scratch(weights, settings)
    words = np.empty(stop - start, np.int32)
    kept, pairs, loss = 0, 0, 0.0
    first = start
    while first < stop:
        last = min(text.offsets[sentence + 1], stop)
        tokens = text.tokens[first:last]
        n_words = subsample(
            tokens, sampling.keep_prob, streams.subsample, first - start, words
        )
        for center in range(n_words):
            reach = reach_of(draw(streams.reach, kept + center), settings.window)
            n_inputs = gather_contexts(words, n_words, center, reach, scratch.inputs)
            for begin in range(0, n_inputs, settings.group):
                end = min(begin + settings.group, n_inputs)
                n_outputs = draw_outputs(
                    words[center],
                    streams.noise,
                    pairs + begin,
                    sampling.noise_table,
                    scratch,
                )
                loss += step(
                    weights, scratch, (begin, end), n_outputs, shards.learning_rate[i]
                )
            pairs += n_inputs
        kept += n_words
        sentence, first = sentence + 1, last
    return Totals(stop - start, kept, pairs, loss)


@parallel_kernel
def train_shards(weights, text, sampling, settings, shards, span, totals):
    """Train the shards first..stop-1 of `span` in parallel.

    `totals` (stop - first, 4), float64, receives the `Totals` of each.
    """
    first, stop = span
    for i in prange(first, stop):
        done = train_shard(weights, text, sampling, settings, shards, i)
        totals[i - first, 0] = done.centers
        totals[i - first, 1] = done.kept
        totals[i - first, 2] = done.pairs
        totals[i - first, 3] = done.loss
