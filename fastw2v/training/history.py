"""What a run did, epoch by epoch."""

from dataclasses import asdict, dataclass, field

from fastw2v.bundles import Totals


@dataclass(frozen=True)
class EpochRecord:
    """One pass over the corpus.

    Parameters
    ----------
    epoch : int
        Counted from 1.
    centers : int
        Tokens visited as center, before subsampling; every token of the corpus
        when the epoch was completed.
    kept : int
        Centers left by subsampling.
    pairs : int
        (center, context) pairs trained.
    loss : float
        Mean loss per pair; NaN without pairs.
    seconds : float
        Wall time, compilation not included.
    words_per_second : float
        Raw corpus tokens (rare words included) per wall second, all threads.
    """

    epoch: int
    centers: int
    kept: int
    pairs: int
    loss: float
    seconds: float
    words_per_second: float


@dataclass
class History:
    """The record of a run.

    Parameters
    ----------
    epochs : list of EpochRecord
    compile_seconds : float
        Spent on compiling kernels before the first epoch.
    threads : int
        Worker threads asked for, or all cores.
    """

    epochs: list[EpochRecord] = field(default_factory=list)
    compile_seconds: float = 0.0
    threads: int = 0

    @property
    def loss(self) -> list[float]:
        """Mean loss per pair of each epoch."""
        return [record.loss for record in self.epochs]

    @property
    def seconds(self) -> float:
        """Wall time of all epochs."""
        return sum(record.seconds for record in self.epochs)

    @property
    def words_per_second(self) -> float:
        """Raw corpus tokens per wall second over all epochs."""
        words = sum(record.seconds * record.words_per_second for record in self.epochs)
        return words / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return asdict(self) | {
            "seconds": self.seconds,
            "words_per_second": self.words_per_second,
        }


def add_totals(left: Totals, right: Totals) -> Totals:
    """Add two `Totals` field by field."""
    return Totals(
        left.centers + right.centers,
        left.kept + right.kept,
        left.pairs + right.pairs,
        left.loss + right.loss,
    )


def mean_loss(totals: Totals) -> float:
    """Return the loss per pair, NaN without pairs."""
    return totals.loss / totals.pairs if totals.pairs else float("nan")
