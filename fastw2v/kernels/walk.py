"""Walking a shard: subsample each sentence, open a window at each kept token.

`context` words index w_in (inputs), the `center` and its noise index w_out
(outputs), as in word2vec.c; over a corpus the pairs are the same either way.
"""

from typing import NamedTuple

import numpy as np

from fastw2v.bundles import Sampling, Settings
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.logistic import in_blocks
from fastw2v.kernels.rng import (
    NOISE_STREAM,
    REACH_STREAM,
    SUBSAMPLE_STREAM,
    draw,
    stream_key,
)
from fastw2v.kernels.rows import draw_outputs
from fastw2v.kernels.sampling import is_kept, reach_of


class Streams(NamedTuple):
    """Keys (uint64) of a shard's random streams, each with its own positions."""

    subsample: int
    """Position: the token's, counted from the shard's first."""
    reach: int
    """Position: the center's among the shard's kept tokens."""
    noise: int
    """Position: the noise word's among those drawn in the shard."""


class Draws(NamedTuple):
    """All that the random choices of a shard follow from."""

    streams: Streams
    sampling: Sampling
    settings: Settings


class Sentence(NamedTuple):
    """The kept words of one sentence (or of the part of it in this shard)."""

    words: np.ndarray
    """int32, with room for any sentence of the shard."""
    length: int
    """How many there are."""
    kept_before: int
    """Tokens of the shard kept before this sentence."""


@kernel
def open_streams(seed):
    """Derive the streams of the shard with this seed."""
    return Streams(
        stream_key(seed, SUBSAMPLE_STREAM),
        stream_key(seed, REACH_STREAM),
        stream_key(seed, NOISE_STREAM),
    )


@kernel
def subsample(tokens, keep_prob, key, origin, words):
    """Copy to `words` those of `tokens` that subsampling keeps; return how many.

    `origin` is the position of the first token in the stream `key`.
    """
    count = 0
    for i in range(tokens.shape[0]):
        word = tokens[i]
        # Written in any case and kept by counting: no branch to guess wrong.
        words[count] = word
        count += is_kept(draw(key, origin + i), keep_prob[word])
    return count


@kernel
def gather_contexts(sentence, center, reach, inputs, start):
    """List the words within `reach` of a center in `inputs`, from `start`.

    Returns
    -------
    int
        Where in `inputs` the list ends.
    """
    stop = start
    first, last = max(center - reach, 0), min(center + reach + 1, sentence.length)
    for i in range(first, last):
        if i != center:
            inputs[stop] = sentence.words[i]
            stop += 1
    return stop


@kernel
def outputs_of(begin, settings):
    """Return (first, stop) of the output rows of the step at context `begin`."""
    first = begin * in_blocks(settings.negatives + 1)
    return first, first + settings.negatives + 1


@kernel
def open_window(sentence, center, pairs_before, draws, scratch):
    """Draw a window: its contexts, and the output rows of all its steps.

    Windows take turns in the two halves of the scratch lists. `pairs_before` is
    the number of pairs the shard had up to here.

    Returns
    -------
    (int, int)
        First and stop of its contexts in `scratch.inputs`.
    """
    streams, sampling, settings = draws
    bits = draw(streams.reach, sentence.kept_before + center)
    reach = reach_of(bits, settings.window)
    first = (center & 1) * 2 * settings.window
    stop = gather_contexts(sentence, center, reach, scratch.inputs, first)
    for begin in range(first, stop, settings.group):
        draw_outputs(
            sentence.words[center],
            streams.noise,
            pairs_before + begin - first,
            settings.negatives,
            sampling.noise_table,
            scratch.outputs,
            outputs_of(begin, settings)[0],
        )
    return first, stop
