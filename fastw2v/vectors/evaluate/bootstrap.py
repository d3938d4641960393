"""Confidence intervals by the bootstrap, paired over the items of a test set."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.scores import Statistic

LEVEL = 0.95


class Interval(NamedTuple):
    """The ends of a 95 % confidence interval."""

    low: float
    high: float


def resample(
    tables: Sequence[npt.NDArray[np.float64]],
    statistic: Statistic,
    rounds: int,
    seed: int,
) -> npt.NDArray[np.float64]:
    """Compute a statistic on items drawn with replacement, again and again.

    In a round all tables have the same items drawn, so that differences between them
    are paired (Efron and Tibshirani 1993, section 16.4; for systems judged on one test
    set, Koehn 2004).

    Parameters
    ----------
    tables : sequence of float64 arrays, each of shape (n, k)
        Values of the same n items, one array for each of what is compared.
    statistic : callable
        From such an array to a number.
    rounds, seed : int

    Returns
    -------
    float64 array, shape (len(tables), rounds)
    """
    rng = np.random.default_rng(seed)
    items = len(tables[0])
    found = np.empty((len(tables), rounds))
    for turn in range(rounds):
        drawn = rng.integers(items, size=items)
        found[:, turn] = [statistic(values[drawn]) for values in tables]
    return found


def percentile_interval(samples: npt.NDArray[np.float64]) -> Interval:
    """Return the percentile interval (Efron and Tibshirani 1993, section 13.3).

    NaN samples, correlations of items that are all alike, are left out.
    """
    tail = 50 * (1 - LEVEL)
    known = samples[~np.isnan(samples)]
    if not known.size:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(float(low), float(high))
