"""Lock-free parallel SGD (Hogwild, Recht et al. 2011): shards over shared weights."""

import numpy as np

from fastw2v.bundles import Totals, new_scratch
from fastw2v.kernels._jit import entry_kernel, kernel, parallel_kernel, prange
from fastw2v.kernels.private import merge_in_turn
from fastw2v.kernels.rows import prefetch_rows
from fastw2v.kernels.walk import Keys, Sentence, open_window, subsample
from fastw2v.kernels.window import train_window


@entry_kernel
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
            (keys, sampling, settings),
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
    """Train all windows of a sentence; `draws` are (keys, sampling, settings).

    A window is drawn while the one before it still waits to be trained, so that
    the rows of each coming step can be prefetched.

    Returns
    -------
    int
        `pairs` as given, plus those of this sentence.
    """
    keys, sampling, settings = draws
    tables = (sampling, settings)
    coming = current = (np.int64(0), np.int64(0))
    for center in range(sentence.length + 1):
        if center < sentence.length:
            coming = open_window(
                sentence, center, pairs, keys, sampling, settings, scratch
            )
            pairs += _pairs_of(settings.cbow_mean, coming)
            entering = center + settings.window + 1
            if entering < sentence.length:
                prefetch_rows(weights.w_in, sentence.words, (entering, entering + 1))
        windows = (current, coming)
        train_window(
            settings.skipgram,
            settings.cbow_mean,
            weights,
            scratch,
            windows,
            tables,
            learning_rate,
            shape,
        )
        current = coming
        if settings.private and center:
            merge_in_turn(weights, settings, scratch)
    return pairs


@kernel
def _pairs_of(cbow_mean, window):
    """Return how many pairs a window counts for: in CBOW one, if it has a context."""
    contexts = window[1] - window[0]
    if cbow_mean is None:
        return contexts
    return min(contexts, np.int64(1))


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
