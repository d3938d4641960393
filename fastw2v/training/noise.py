"""The noise distribution, as an alias table that draws a word in O(1)."""

import numpy as np
import numpy.typing as npt

_WHOLE = 2.0**32


def noise_distribution(
    counts: npt.NDArray[np.int64], exponent: float
) -> npt.NDArray[np.float64]:
    """Return the probability of each word to be drawn as noise.

    Proportional to count ** exponent (Mikolov et al. 2013b, section 2.2).

    Parameters
    ----------
    counts : int64 array, shape (V,), all positive
    exponent : float
        0.75 in word2vec; 0 is uniform, 1 the unigram distribution.

    Returns
    -------
    float64 array, shape (V,), sums to 1
    """
    # Relative to the largest count, so that no exponent can overflow.
    weights = (counts / counts.max()) ** exponent
    return np.asarray(weights / weights.sum())


def alias_table(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Build the alias table of a distribution (Walker 1977; Vose 1991).

    Scale the probabilities to mean 1. Words below 1 ("light") are topped up by
    words above 1 ("heavy") in one sweep: a heavy word serves light ones until it
    drops below 1 itself, and the next heavy word tops it up (Huebschle-Schneider
    and Sanders 2019, section 4.1, the sweeping construction). Running sums of the
    light words' needs and the heavy words' surplus say who serves whom.

    Returns
    -------
    uint32 array, shape (V, 2)
        Column 0: a slot keeps its own word when 32 random bits are below this.
        Column 1: the word it gives otherwise.
    """
    scaled = probabilities * len(probabilities)
    is_heavy = scaled >= 1.0
    is_heavy[scaled.argmax()] = True  # rounding may leave the largest below 1
    light, heavy = np.flatnonzero(~is_heavy), np.flatnonzero(is_heavy)
    need = np.cumsum(1.0 - scaled[light])
    surplus = np.cumsum(np.maximum(scaled[heavy] - 1.0, 0.0))

    own_share = np.ones(len(scaled))
    alias = np.arange(len(scaled))
    need_before = np.concatenate([[0.0], need])
    last_heavy = len(heavy) - 1

    server = np.searchsorted(surplus, need_before[:-1], side="right")
    own_share[light] = scaled[light]
    alias[light] = heavy[np.minimum(server, last_heavy)]

    served_need = need_before[np.searchsorted(need_before[:-1], surplus, side="left")]
    own_share[heavy] = 1.0 - np.clip(served_need - surplus, 0.0, 1.0)
    alias[heavy] = heavy[np.minimum(np.arange(len(heavy)) + 1, last_heavy)]

    table = np.empty((len(scaled), 2), np.uint32)
    table[:, 0] = np.minimum(np.rint(own_share * _WHOLE), _WHOLE - 1)
    table[:, 1] = alias
    table.flags.writeable = False
    return table
