"""Random numbers by position: the n-th draw of a stream is a function of (key, n).

SplitMix64 (Steele, Lea and Flood 2014, figure 16) read as a counter-based
generator: its state after n steps is key + n * GAMMA, so any draw can be made on
its own, in any order, ahead of time, by any thread.
"""

import numpy as np

from fastw2v.kernels._jit import kernel

GAMMA = np.uint64(0x9E3779B97F4A7C15)
MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)


@kernel
def mix(bits):
    """Scramble 64 bits: SplitMix64's output function."""
    bits = (bits ^ (bits >> np.uint64(30))) * MULTIPLIER_1
    bits = (bits ^ (bits >> np.uint64(27))) * MULTIPLIER_2
    return bits ^ (bits >> np.uint64(31))


@kernel
def draw(key, position):
    """Return the uint64 at `position` of the stream `key`."""
    return mix(key + np.uint64(position) * GAMMA)


@kernel
def below(bits, bound):
    """Map uint64 bits to an integer in [0, bound), bound < 2**32.

    Multiply-shift on the upper half (Lemire 2019, section 3); the bias is at
    most bound / 2**32.
    """
    return np.int64(((bits >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))
