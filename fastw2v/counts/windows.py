"""Weights by distance, as whole numbers: sums of them do not depend on their order."""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from fastw2v.count_bundles import Windows
from fastw2v.counts.config import CountConfig

# Where the exact common denominator is larger, weights are rounded to multiples of
# 1 / this.
_LARGEST_SCALE = 1 << 32
_LARGEST_SUM = 1 << 62


class ScaledWindows(NamedTuple):
    """Windows whose weights are multiplied by `scale` to be whole numbers."""

    windows: Windows
    scale: int
    """A sum divided by this is the count."""
    largest: int
    """No sum in any cell exceeds this."""


def scaled_windows(config: CountConfig, highest_count: int) -> ScaledWindows:
    """Return the windows of a config, with whole-numbered weights.

    The scale is the least common denominator of the weights, so that all counts are
    exact, if it is at most 2**32: always for plain and linear weights, and for
    harmonic ones up to a window of 22. Beyond, a weight is rounded to a multiple of
    2**-32 (or of less, where sums would not fit 63 bits).

    Parameters
    ----------
    config : CountConfig
    highest_count : int
        Occurrences of the most frequent word.
    """
    left = 0 if config.side == "right" else config.window
    right = 0 if config.side == "left" else config.window
    weights = [_weight(config, distance) for distance in range(1, config.window + 1)]
    scale = math.lcm(*(weight.denominator for weight in weights))
    sides = (left > 0) + (right > 0)
    scale = min(scale, _LARGEST_SCALE)
    while True:
        whole = [max(round(weight * scale), 1) for weight in weights]
        largest = highest_count * sides * sum(whole)
        if largest <= _LARGEST_SUM:
            break
        scale //= 2
    windows = Windows(left, right, np.array([*whole[::-1], 0, *whole], np.int64))
    return ScaledWindows(windows, scale, largest)


def _weight(config: CountConfig, distance: int) -> Fraction:
    if config.weighting == "harmonic":
        return Fraction(1, distance)
    if config.weighting == "linear":
        return Fraction(config.window - distance + 1, config.window)
    return Fraction(1)
