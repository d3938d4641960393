"""Lock-free parallel SGD (Hogwild, Recht et al. 2011): shards over shared weights."""

import numpy as np

from fastw2v.bundles import Totals
from fastw2v.kernels._jit import kernel, parallel_kernel, prange
from fastw2v.kernels.logistic import new_scratch, step, take_loss
from fastw2v.kernels.rows import prefetch_rows
from fastw2v.kernels.walk import (
    Draws,
    Sentence,
    open_streams,
    open_window,
    outputs_of,
    subsample,
)


@kernel
def train_shard(weights, text, sampling, settings, shape, shards, i):
    """Train every token of shard `i` as center once and return its `Totals`.

    `weights` are updated in place and may be shared with other threads.
    """
    start, stop = shards.bounds[i], shards.bounds[i + 1]
    number = shards.first_sentence[i]
    draws = Draws(open_streams(shards.seed[i]), sampling, settings)
    scratch = new_scratch(weights, settings)
    words = np.empty(stop - start, np.int32)
    # As int64, not as the literal 0, which would compile a second version of all
    # functions that take them.
    kept, pairs = np.int64(0), np.int64(0)
    first = start
    while first < stop:
        last = min(text.offsets[number + 1], stop)
        tokens = text.tokens[first:last]
        length = subsample(
            tokens, sampling.keep_prob, draws.streams.subsample, first - start, words
        )
        pairs = _train_sentence(
            weights,
            Sentence(words, length, kept),
            pairs,
            shards.learning_rate[i],
            draws,
            scratch,
            shape,
        )
        kept += length
        number, first = number + 1, last
    return Totals(stop - start, kept, pairs, take_loss(scratch))


@kernel
def _train_sentence(weights, sentence, pairs, learning_rate, draws, scratch, shape):
    """Train all windows of a sentence.

    A window is drawn while the one before it still waits to be trained, so that
    the rows of each coming step can be prefetched: noise words lie anywhere in
    memory, and waiting for them would take as long as the arithmetic.

    Returns
    -------
    int
        `pairs` as given, plus those of this sentence.
    """
    settings = draws.settings
    coming = current = (np.int64(0), np.int64(0))
    for center in range(sentence.length + 1):
        if center < sentence.length:
            coming = open_window(sentence, center, pairs, draws, scratch)
            entering = center + settings.window + 1
            if entering < sentence.length:
                prefetch_rows(weights.w_in, sentence.words, (entering, entering + 1))
            pairs += coming[1] - coming[0]
        first, stop = current
        for begin in range(first, stop, settings.group):
            end = min(begin + settings.group, stop)
            # A window here is never empty unless its sentence has one word: reach is
            # at least 1, so where this one has contexts the coming one has too.
            following = outputs_of(end if end < stop else coming[0], settings)
            prefetch_rows(weights.w_out, scratch.outputs, following)
            outputs = outputs_of(begin, settings)
            step(weights, scratch, (begin, end), outputs, learning_rate, shape)
        current = coming
    return pairs


@parallel_kernel
def train_shards(weights, text, sampling, settings, shape, shards, span, totals):
    """Train the shards first..stop-1 of `span` in parallel.

    `totals` (stop - first, 4), float64, receives the `Totals` of each.
    """
    first, stop = span
    for i in prange(first, stop):
        done = train_shard(weights, text, sampling, settings, shape, shards, i)
        totals[i - first, 0] = done.centers
        totals[i - first, 1] = done.kept
        totals[i - first, 2] = done.pairs
        totals[i - first, 3] = done.loss
