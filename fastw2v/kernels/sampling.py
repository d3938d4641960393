"""The random choices: which tokens stay, how far a window reaches, which noise."""

import numpy as np

from fastw2v.kernels._jit import kernel
from fastw2v.kernels.private import own_row
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
def draw_outputs(target, key, pair, negatives, noise_table, outputs, start, private):
    """List the output rows of one step: the target, then its K noise words.

    Pair number p of a shard owns the positions p * K to p * K + K - 1 of the noise
    stream `key`. The rows, of noise words those of this worker (`private.own_row`), go to
    the K + 1 places of `outputs` from `start`.
    """
    outputs[start] = target
    for k in range(negatives):
        word = noise_word(draw(key, pair * negatives + k), noise_table)
        outputs[start + 1 + k] = own_row(word, private)
