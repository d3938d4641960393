"""By what the deltas of a merge are divided, all rows together."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.cluster.merge import Rule, divisor_of
from fastw2v.cluster.pulls import Backlog, Floats, Pulls


class Divisors(NamedTuple):
    """The divisors of a merge, added up."""

    total: float
    rows: int


class DivisorSums:
    """Adds up the divisors of merges; they do not depend on what workers have learned.

    Parameters
    ----------
    pulls : Pulls
    rule : Rule
    """

    def __init__(self, pulls: Pulls, rule: Rule) -> None:
        self._pulls = pulls
        self._rule = rule
        self._runs = [_starts_of_runs(pull) for pull in pulls]

    def of(self, prefix: int, backlog: Backlog) -> Divisors:
        """Return those of the first rows of each matrix.

        Rows that are pulled alike have the same, and rare words are: so it takes less
        than a millisecond.
        """
        total, rows_merged = 0.0, 0
        for pull, runs in zip(self._pulls, self._runs, strict=True):
            rows = min(prefix, len(pull))
            bands = backlog.stops[backlog.stops < rows]
            cuts = np.concatenate([runs[: np.searchsorted(runs, rows)], bands, [rows]])
            cuts.sort()
            divisor = divisor_of(cuts[:-1], backlog, pull, self._rule)
            total += float(divisor @ np.diff(cuts))
            rows_merged += rows
        return Divisors(total, rows_merged)


def _starts_of_runs(pull: Floats) -> npt.NDArray[np.int64]:
    """Return where rows begin that are pulled otherwise than the row before."""
    changes = np.flatnonzero(np.diff(pull)) + 1
    return np.concatenate([np.zeros(1, np.int64), changes])
