"""Amounts of training with a unit, as in "10min", "5Mtokens" and "1epoch"."""

import math
import re
from dataclasses import dataclass
from typing import Literal, Self

from fastw2v.errors import ConfigError

Unit = Literal["seconds", "tokens", "epochs"]

_UNITS: dict[str, tuple[float, Unit]] = {
    "s": (1.0, "seconds"),
    "min": (60.0, "seconds"),
    "h": (3_600.0, "seconds"),
    "tokens": (1.0, "tokens"),
    "ktokens": (1e3, "tokens"),
    "Mtokens": (1e6, "tokens"),
    "Gtokens": (1e9, "tokens"),
    "epoch": (1.0, "epochs"),
    "epochs": (1.0, "epochs"),
}
_WRITTEN = re.compile(r"\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*([A-Za-z]+)\s*")


@dataclass(frozen=True)
class Interval:
    """An amount of training.

    Parameters
    ----------
    amount : float
        Above 0.
    unit : "seconds", "tokens" or "epochs"
    """

    amount: float
    unit: Unit

    @classmethod
    def parse(cls, name: str, text: object) -> Self:
        """Read a number with a unit.

        Parameters
        ----------
        name : str
            The parameter it was given as, for the error.
        text : str
            "30s", "10min", "2h", "500_000tokens", "5Mtokens", "1epoch", "0.5 epochs".

        Raises
        ------
        ConfigError
            It is something else, or not above 0.
        """
        written = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
        if written is None or written[2] not in _UNITS:
            raise ConfigError(
                f"{name} is {text!r}; give a number and one of the units"
                f" {', '.join(_UNITS)}, as in '10min'"
            )
        factor, unit = _UNITS[written[2]]
        amount = float(written[1]) * factor
        if not 0 < amount < math.inf:
            raise ConfigError(f"{name} is {text!r}; it must be above 0")
        return cls(amount, unit)

    def in_tokens(self, tokens_per_epoch: int) -> int | None:
        """Return how many tokens that is, at least 1; None for an amount of time."""
        if self.unit == "seconds":
            return None
        factor = tokens_per_epoch if self.unit == "epochs" else 1
        return max(round(self.amount * factor), 1)
