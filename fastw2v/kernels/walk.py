"""Walking a shard: subsample each sentence, open a window at each kept token.

`context` words index w_in (inputs), the `center` and its noise index w_out
(outputs), as in word2vec.c; over a corpus the pairs are the same either way.
"""

from typing import NamedTuple

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rng import (
    NOISE_STREAM,
    REACH_STREAM,
    SUBSAMPLE_STREAM,
    draw,
    stream_key,
)
from fastw2v.kernels.sampling import is_kept


class Streams(NamedTuple):
    """Keys (uint64) of a shard's random streams, each with its own positions."""

    subsample: int
    """Position: the token's, counted from the shard's first."""
    reach: int
    """Position: the center's among the shard's kept tokens."""
    noise: int
    """Position: the noise word's among those drawn in the shard."""


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
        if is_kept(draw(key, origin + i), keep_prob[word]):
            words[count] = word
            count += 1
    return count


@kernel
def gather_contexts(kept, n_kept, center, reach, inputs):
    """List in `inputs` the words within `reach` of kept token number `center`."""
    count = 0
    for i in range(max(center - reach, 0), min(center + reach + 1, n_kept)):
        if i != center:
            inputs[count] = kept[i]
            count += 1
    return count
