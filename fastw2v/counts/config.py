"""CountConfig: every parameter of counting, stated once."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

from fastw2v.checks import check_choice, check_float, check_int

Side = Literal["both", "left", "right"]
Weighting = Literal["plain", "harmonic", "linear"]

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class CountConfig:
    """What counts as a co-occurrence, and with what means they are counted.

    Checked when constructed; a value out of range raises `ConfigError`.

    Parameters
    ----------
    window : int, 1 to 10000
        Maximum one-sided window width L.
    side : "both", "left" or "right"
        On which side of the target its contexts stand.
    weighting : "plain", "harmonic" or "linear"
        What a context at distance d counts for: 1; 1 / d, as in GloVe (Pennington,
        Socher and Manning 2014, section 4.2); or (L - d + 1) / L, what word2vec's
        windows of random reach give on average (Levy, Goldberg and Dagan 2015, section
        3.1).
    subsample : float, 0 to 1e12
        Threshold t of frequent-word subsampling, as in `TrainConfig`; 0 keeps every
        token. Tokens are dropped before windows are opened, so that these reach
        farther in the text.
    seed : int, 0 to 2**63 - 1
        Start of the random stream of subsampling.
    threads : int from 1 to 4096, or None
        Worker threads; None takes every core this process may use. The result is the
        same for any number.
    memory : int, 16 to 2**40
        MiB to work with besides the result. Less takes more passes over the tokens,
        and gives the same result.
    """

    window: int = 5
    side: Side = "both"
    weighting: Weighting = "plain"
    subsample: float = 0.0
    seed: int = 1
    threads: int | None = None
    memory: int = 1024

    def __post_init__(self) -> None:
        check_int("window", self.window, 1, 10_000)
        check_choice("side", self.side, get_args(Side))
        check_choice("weighting", self.weighting, get_args(Weighting))
        check_float("subsample", self.subsample, 0.0, 1e12)
        check_int("seed", self.seed, 0, 2**63 - 1)
        if self.threads is not None:
            check_int("threads", self.threads, 1, 4_096)
        check_int("memory", self.memory, 16, 2**40)

    def as_dict(self) -> dict[str, int | float | str | None]:
        """Return the parameters by name."""
        return asdict(self)
