"""How far a run is, as it stands between shards."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from fastw2v.bundles import Totals
from fastw2v.training.history import History

Ending = Literal["epochs", "callback", "max_seconds", "max_words", "SIGINT", "SIGTERM"]
"""What ended a run: its last epoch, a callback, a limit or a signal."""


def is_signal(ending: Ending) -> bool:
    """Tell whether a signal ended the run."""
    return ending in {"SIGINT", "SIGTERM"}


class Position(NamedTuple):
    """A place in a run that no worker is at work on.

    Parameters
    ----------
    epoch : int
        From 0.
    shard : int
        The next one of that epoch; those before it are trained.
    totals : Totals
        Of those.
    seconds : float
        Wall time spent on those.
    """

    epoch: int = 0
    shard: int = 0
    totals: Totals = Totals(0, 0, 0, 0.0)
    seconds: float = 0.0


@dataclass
class RunState:
    """What changes in a run besides the weights.

    Parameters
    ----------
    position : Position
    history : History
        Of the epochs before it; when a run ends inside an epoch, also of that.
    ended : bool
        Whether the run is through, by its last epoch or by a callback.
    """

    history: History
    position: Position = field(default_factory=Position)
    ended: bool = False
