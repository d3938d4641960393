"""Random numbers by position, in NumPy: the same bits as `kernels.rng`.

SplitMix64 (Steele, Lea and Flood 2014, figure 16) read as a counter-based
generator; every function works on whole arrays.
"""

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)

SUBSAMPLE_STREAM, REACH_STREAM, NOISE_STREAM = 1, 2, 3


def mix(bits: Bits | np.uint64) -> Bits:
    """Scramble 64 bits: SplitMix64's output function."""
    with np.errstate(over="ignore"):
        bits = (bits ^ (bits >> np.uint64(30))) * _MULTIPLIER_1
        bits = (bits ^ (bits >> np.uint64(27))) * _MULTIPLIER_2
    return np.asarray(bits ^ (bits >> np.uint64(31)))


def draw(key: Bits | np.uint64, position: npt.ArrayLike) -> Bits:
    """Return the uint64 at each `position` of the stream `key`."""
    with np.errstate(over="ignore"):
        return mix(key + np.asarray(position, np.uint64) * _GAMMA)


def stream_key(seed: Bits | np.uint64, stream: int) -> Bits:
    """Return the key of one of the streams that follow from a seed."""
    with np.errstate(over="ignore"):
        return mix(seed ^ mix(np.uint64(stream) * _GAMMA))


def below(bits: Bits, bound: int) -> npt.NDArray[np.int64]:
    """Map uint64 bits to integers in [0, bound), bound < 2**32."""
    upper = bits >> np.uint64(32)
    return ((upper * np.uint64(bound)) >> np.uint64(32)).astype(np.int64)
