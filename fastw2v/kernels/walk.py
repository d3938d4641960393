"""Walking a shard: subsample each sentence, open a window at each kept token.

`context` words index w_in (inputs), the `center` and its noise index w_out
(outputs), as in word2vec.c; over a corpus the pairs are the same either way.
"""

from typing import NamedTuple

import numpy as np

from fastw2v.bundles import BLOCK
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.private import own_row
from fastw2v.kernels.rng import draw
from fastw2v.kernels.rows import draw_outputs
from fastw2v.kernels.sampling import is_kept, reach_of


class Keys(NamedTuple):
    """Of the random streams of a shard; see `bundles.Shards.keys`."""

    subsample: np.uint64
    reach: np.uint64
    noise: np.uint64


class Sentence(NamedTuple):
    """The kept words of one sentence (or of the part of it in this shard)."""

    words: np.ndarray
    """int32, the rows of its words, with room for any sentence of the shard."""
    length: int
    """How many there are."""
    kept_before: int
    """Tokens of the shard kept before this sentence."""


@kernel
def subsample(tokens, keep_prob, key, origin, scratch):
    """List in `scratch.words` the rows of those tokens that are kept; return how many.

    `origin` is the position of the first token in the stream `key`.
    """
    count = 0
    for i in range(tokens.shape[0]):
        word = tokens[i]
        # Written in any case and kept by counting: no branch to guess wrong.
        scratch.words[count] = own_row(word, scratch.private)
        count += is_kept(draw(key, origin + i), keep_prob[word])
    return count


@kernel
def outputs_of(begin, settings):
    """Return (first, stop) of the target and noise of the step at context `begin`."""
    n_outputs = settings.negatives + 1
    first = begin * ((n_outputs + BLOCK - 1) // BLOCK * BLOCK)
    return first, first + n_outputs


@kernel
def path_of(begin, settings, scratch):
    """Return ((first, stop), nodes with label 1) of the window at context `begin`."""
    path = scratch.paths[np.int64(begin >= 2 * settings.window)]
    return (path[0], path[1]), path[2]


@kernel
def open_window(sentence, center, pairs_before, keys, sampling, settings, scratch):
    """Draw a window: its contexts, and the output rows of all its steps.

    Windows take turns in the two halves of the scratch lists. `pairs_before` is
    the number of pairs the shard had up to here.

    Returns
    -------
    (int, int)
        First and stop of its contexts in `scratch.inputs`.
    """
    reach = settings.window
    if settings.shrink_windows:
        bits = draw(keys.reach, sentence.kept_before + center)
        reach = reach_of(bits, settings.window)
    first = stop = (center & 1) * 2 * settings.window
    for i in range(max(center - reach, 0), min(center + reach + 1, sentence.length)):
        scratch.inputs[stop] = sentence.words[i]
        stop += i != center
    window = (first, stop)
    row = sentence.words[center]
    _draw_noise(
        sampling.noise_table, row, window, pairs_before, keys, settings, scratch
    )
    _list_path(sampling.path_nodes, sampling.paths, row, first, settings, scratch)
    return window


@kernel
def _draw_noise(noise_table, row, window, pairs_before, keys, settings, scratch):
    if noise_table is None:
        return
    first, stop = window
    for begin in range(first, stop, settings.group):
        draw_outputs(
            row,
            keys.noise,
            pairs_before + begin - first,
            settings.negatives,
            noise_table,
            scratch.outputs,
            outputs_of(begin, settings)[0],
            scratch.private,
        )


@kernel
def _list_path(path_nodes, paths, row, begin, settings, scratch):
    """Copy the path to the word in `row` to its half of the scratch lists."""
    if path_nodes is None:
        return
    count, behind = scratch.private
    word = row - behind if row >= behind and count else row
    start, length, targets = paths[word]
    half = np.int64(begin > 0)
    first = scratch.outputs.shape[0] - (2 - half) * settings.longest_path
    for i in range((length + BLOCK - 1) // BLOCK * BLOCK):
        node = path_nodes[start + i]
        scratch.outputs[first + i] = own_row(node, scratch.private)
    scratch.paths[half, 0] = first
    scratch.paths[half, 1] = first + length
    scratch.paths[half, 2] = targets
