"""The random choices: which tokens stay, how far a window reaches, which noise."""

import numpy as np

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rng import below, draw

_LOWER_HALF = np.uint64(0xFFFFFFFF)
_UNIT_24 = np.float32(2.0**-24)


@kernel
def is_kept(bits, keep_prob):
    """Tell whether subsampling keeps a token (Mikolov et al. 2013b, section 2.3)."""
    return np.float32(bits >> np.uint64(40)) * _UNIT_24 < keep_prob


@kernel
def reach_of(bits, window):
    """Return the width in 1..window that this center's window has."""
    return below(bits, window) + 1


@kernel
def noise_word(bits, noise_table):
    """Draw one noise word in O(1) from the alias table (Walker 1977; Vose 1991)."""
    slot = below(bits, noise_table.shape[0])
    if (bits & _LOWER_HALF) < np.uint64(noise_table[slot, 0]):
        return slot
    return np.int64(noise_table[slot, 1])


@kernel
def draw_outputs(target, key, pair, noise_table, scratch):
    """List the output rows of one step: the target, then its K noise words.

    Pair number p of a shard owns the positions p * K to p * K + K - 1 of the noise
    stream `key`. A noise word drawn m times takes one row with multiplicity m, so
    that its gradient counts m times while no row stands twice; a draw equal to the
    target is left out, as in word2vec.c.

    Returns
    -------
    int
        Q, the number of distinct rows.
    """
    rows, multiplicity = scratch.outputs, scratch.multiplicity
    negatives = rows.shape[0] - 1
    rows[0] = target
    multiplicity[0] = 1
    count = 1
    for k in range(negatives):
        word = noise_word(draw(key, pair * negatives + k), noise_table)
        q = 0
        while q < count and rows[q] != word:
            q += 1
        if q == count:
            rows[count] = word
            multiplicity[count] = 1
            count += 1
        elif q > 0:
            multiplicity[q] += 1
    return count
