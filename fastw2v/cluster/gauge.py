"""Whether the replicas get in each other's way, and what is done about it.

docs/cluster.md, "The gauge".
"""

import logging
from dataclasses import asdict, dataclass

from fastw2v.cluster.divisors import Divisors

_LARGEST_MEAN_DIVISOR = 1.2

_logger = logging.getLogger("fastw2v")


def largest_mean_divisor(workers: int) -> float:
    """Return above what vectors lose quality; few workers cannot overshoot by much."""
    return max(1.0 + 1.0 / workers, _LARGEST_MEAN_DIVISOR)


@dataclass
class Gauge:
    """What all merges of a run added up to.

    Parameters
    ----------
    merges : int
        After rounds, and those of all rows in between.
    merged_rows : int
        Rows merged, of all matrices.
    divisors : float
        Their divisors, added up.
    delta_bytes : int
        Of the deltas each worker has given out.
    widening : int
        How many times as many rows are merged each round as were planned.
    lost_rounds : int
        How often rounds had to be trained again because workers were lost in them.
    recent_rows, recent_divisors : int, float
        Of the merges since all rows were merged together.
    is_warned : bool
        Whether it has been said that nothing more can be done.
    """

    merges: int = 0
    merged_rows: int = 0
    divisors: float = 0.0
    delta_bytes: int = 0
    widening: int = 1
    lost_rounds: int = 0
    recent_rows: int = 0
    recent_divisors: float = 0.0
    is_warned: bool = False

    @property
    def mean_divisor(self) -> float:
        """Of all merged rows: 1 is the sum of the deltas, W their average."""
        return self.divisors / self.merged_rows if self.merged_rows else 1.0

    def as_dict(self) -> dict[str, float]:
        """Return plain values, for JSON."""
        return asdict(self) | {"mean_divisor": self.mean_divisor}

    def note(self, merged: Divisors, row_bytes: int) -> None:
        """Count one merge, of rows that are sent as so many bytes."""
        self.merges += 1
        self.merged_rows += merged.rows
        self.divisors += merged.total
        self.delta_bytes += merged.rows * row_bytes
        self.recent_rows += merged.rows
        self.recent_divisors += merged.total

    def judge(self, workers: int, *, can_widen: bool) -> None:
        """Double the prefix if the merges since the last call were not healthy.

        To be called when all rows have been merged.

        Parameters
        ----------
        workers : int
        can_widen : bool
            Whether there are rows that are not merged every round.
        """
        mean = self.recent_divisors / max(self.recent_rows, 1)
        self.recent_rows, self.recent_divisors = 0, 0.0
        largest = largest_mean_divisor(workers)
        if mean <= largest:
            return
        found = f"the mean divisor is {mean:.2f}, above {largest:.3g}"
        if can_widen:
            self.widening *= 2
            _logger.info(
                "%s: merging %d times as many rows each round as planned",
                found,
                self.widening,
            )
        elif not self.is_warned:
            self.is_warned = True
            _logger.warning(
                "%s, though all rows are merged every round, so the vectors lose"
                " quality: lower round_tokens or the number of workers",
                found,
            )
