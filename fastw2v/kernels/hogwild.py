"""Lock-free parallel SGD (Hogwild, Recht et al. 2011): shards over shared weights."""

import numpy as np

from fastw2v.bundles import Totals, new_scratch
from fastw2v.kernels._jit import kernel, parallel_kernel, prange
from fastw2v.kernels.logistic import pairs_fit, step
from fastw2v.kernels.private import merge_in_turn
from fastw2v.kernels.rows import prefetch_rows
from fastw2v.kernels.walk import (
    Keys,
    Sentence,
    open_window,
    outputs_of,
    subsample,
)


@kernel
def train_shard(weights, text, sampling, settings, shape, shards, i, scratch):
    """Train every token of shard `i` as center once and return its `Totals`.

    `weights` are updated in place and may be shared with other threads; `scratch`
    belongs to this thread.
    """
    start, stop = shards.bounds[i], shards.bounds[i + 1]
    number = shards.first_sentence[i]
    keys = Keys(shards.keys[i, 0], shards.keys[i, 1], shards.keys[i, 2])
    # As int64, not as the literal 0, which would compile a second version of all
    # functions that take them.
    kept, pairs, loss = np.int64(0), np.int64(0), 0.0
    scratch.loss[:] = 0.0
    first = start
    while first < stop:
        last = min(text.offsets[number + 1], stop)
        length = subsample(
            text.tokens[first:last],
            sampling.keep_prob,
            keys.subsample,
            first - start,
            scratch,
        )
        pairs = _train_sentence(
            weights,
            Sentence(scratch.words, length, kept),
            pairs,
            (keys, sampling.noise_table, settings),
            shards.learning_rate[i],
            scratch,
            shape,
        )
        kept += length
        number, first = number + 1, last
    for part in scratch.loss:
        loss += part
    return Totals(stop - start, kept, pairs, loss)


@kernel
def _train_sentence(weights, sentence, pairs, draws, learning_rate, scratch, shape):
    """Train all windows of a sentence; `draws` is what `open_window` draws from.

    A window is drawn while the one before it still waits to be trained, so that
    the rows of each coming step can be prefetched: noise words lie anywhere in
    memory, and waiting for them would take as long as the arithmetic.

    Returns
    -------
    int
        `pairs` as given, plus those of this sentence.
    """
    keys, noise_table, settings = draws
    group = settings.group
    contexts = 2 if pairs_fit(len(shape)) else group
    coming = current = (np.int64(0), np.int64(0))
    for center in range(sentence.length + 1):
        if center < sentence.length:
            coming = open_window(
                sentence, center, pairs, keys, noise_table, settings, scratch
            )
            pairs += coming[1] - coming[0]
            entering = center + settings.window + 1
            if entering < sentence.length:
                prefetch_rows(weights.w_in, sentence.words, (entering, entering + 1))
        first, stop = current
        for begin in range(first, stop, contexts):
            end = min(begin + contexts, stop)
            # A window here is never empty unless its sentence has one word: reach is
            # at least 1, so where this one has contexts the coming one has too.
            following, past = (end, stop) if end < stop else coming
            for drawn in range(following, min(following + contexts, past), group):
                rows = outputs_of(drawn, settings, scratch)
                prefetch_rows(weights.w_out, scratch.outputs, rows)
            outputs = outputs_of(begin, settings, scratch)
            step(weights, scratch, (begin, end), outputs, learning_rate, shape)
        current = coming
        if settings.private and center:
            merge_in_turn(weights, settings, scratch)
    return pairs


_new_scratch = kernel(new_scratch)


@parallel_kernel
def train_shards(weights, text, sampling, settings, shape, shards, span, totals):
    """Train the shards first..stop-1 of `span` in parallel.

    `totals` (stop - first, 4), float64, receives the `Totals` of each.
    """
    first, stop = span
    for i in prange(first, stop):
        words = shards.bounds[i + 1] - shards.bounds[i]
        scratch = _new_scratch(weights, settings, words, 0)
        done = train_shard(weights, text, sampling, settings, shape, shards, i, scratch)
        totals[i - first, 0] = done.centers
        totals[i - first, 1] = done.kept
        totals[i - first, 2] = done.pairs
        totals[i - first, 3] = done.loss
