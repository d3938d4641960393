"""The windows of a shard in NumPy: what every reference trainer trains on."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Sampling, Settings, Shards, Text
from fastw2v.reference.rng import draw
from fastw2v.reference.sampling import is_kept, reach_of

Words = npt.NDArray[np.int32]


class Windows(NamedTuple):
    """The windows of a shard's kept tokens, in text order."""

    centers: Words
    """(kept tokens,)"""
    contexts: Words
    """(pairs,) those of the first center from left to right, then of the second, ..."""
    sizes: npt.NDArray[np.int64]
    """(kept tokens,) the contexts of each center."""


def shard_windows(
    text: Text, sampling: Sampling, settings: Settings, shards: Shards, i: int
) -> Windows:
    """Thin out the tokens of shard `i`, then form a window around each that is left.

    The draws are those of `kernels.walk`, from the shard's own random streams. Windows
    end where sentence or shard do.
    """
    start, stop = (int(bound) for bound in shards.bounds[i : i + 2])
    subsample_key, reach_key, _ = shards.keys[i]
    tokens = text.tokens[start:stop]
    keeps = is_kept(
        draw(subsample_key, np.arange(len(tokens))), sampling.keep_prob[tokens]
    )
    words = tokens[keeps]
    sentence = np.searchsorted(text.offsets, start + np.flatnonzero(keeps), "right")

    center = np.arange(len(words))
    reach = np.full(len(words), settings.window)
    if settings.shrink_windows:
        reach = reach_of(draw(reach_key, center), settings.window)
    first = np.maximum(center - reach, np.searchsorted(sentence, sentence, "left"))
    last = np.minimum(center + reach, np.searchsorted(sentence, sentence, "right") - 1)
    width = last - first + 1
    # first, first + 1, ... last of each center, one after the other.
    place = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width - first, width)
    is_context = place != np.repeat(center, width)
    return Windows(words, words[place[is_context]], width - 1)
