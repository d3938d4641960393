"""Budgets: how long a run may go on."""

import time
from typing import NamedTuple

from fastw2v.checks import check_float, check_int

_LONGEST = 1e9
_MOST = 2**62


class Limits(NamedTuple):
    """Where a run ends before its last epoch.

    Parameters
    ----------
    deadline : float or None
        On `time.monotonic`'s clock.
    max_words : int or None
        Tokens of the corpus, from the begin of the run.
    """

    deadline: float | None = None
    max_words: int | None = None

    def is_past_deadline(self) -> bool:
        """Tell whether the time is up."""
        return self.deadline is not None and time.monotonic() >= self.deadline


def limits_from_now(max_seconds: float | None, max_words: int | None) -> Limits:
    """Check budgets and start their clock.

    Raises
    ------
    ConfigError
        One is out of its range.
    """
    if max_words is not None:
        check_int("max_words", max_words, 1, _MOST)
    if max_seconds is None:
        return Limits(None, max_words)
    check_float("max_seconds", max_seconds, 0.0, _LONGEST)
    return Limits(time.monotonic() + max_seconds, max_words)
