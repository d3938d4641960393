"""Which cluster, and how its replicas are merged."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from fastw2v.checks import check_choice, check_float, check_int
from fastw2v.errors import ConfigError

SyncDtype = Literal["float32", "float16"]

_MOST_WORKERS = 1_024
_SIMULATED = re.compile(r"sim:([0-9]+)")


@dataclass(frozen=True)
class SimulatedCluster:
    """Workers simulated one after another in this process.

    docs/cluster.md, "How replicas are merged", explains the hyper-parameters. Checked
    when constructed; a value out of range raises `ConfigError`.

    Parameters
    ----------
    workers : int, 1 to 1024
        W. The memory is that of W + 1 models.
    round_tokens : int, optional
        Tokens each worker trains between two merges, at least one shard; if not given,
        what makes 500 rounds of the run, but at most 1 000 000.
    sync_rows : int, optional
        Rows merged after every round; if not given, one for each 12 tokens of a round,
        and so many that the turn of each row comes twice an epoch.
    sync_dtype : "float32" or "float16"
        What deltas are sent as.
    kappa : float, 0.05 to 10
        The share of the way to equilibrium that a row goes with one gradient cell, for
        a learning rate of 1. Lower adds deltas up where higher averages them; runs
        with many workers and less than 0.05 diverge.
    """

    workers: int
    round_tokens: int | None = None
    sync_rows: int | None = None
    sync_dtype: SyncDtype = "float32"
    kappa: float = 0.1

    def __post_init__(self) -> None:
        check_int("workers", self.workers, 1, _MOST_WORKERS)
        for name in ("round_tokens", "sync_rows"):
            if (value := getattr(self, name)) is not None:
                check_int(name, value, 1, 2**62)
        check_choice("sync_dtype", self.sync_dtype, get_args(SyncDtype))
        check_float("kappa", self.kappa, 0.05, 10.0)


def cluster_of(given: object) -> SimulatedCluster:
    """Return the cluster that was given as such or in short, as in "sim:8".

    Raises
    ------
    ConfigError
        There is no such cluster.
    """
    if isinstance(given, SimulatedCluster):
        return given
    written = _SIMULATED.fullmatch(given) if isinstance(given, str) else None
    if written is None:
        raise ConfigError(
            f"cluster is {given!r}; what there is is 'sim:N', as in 'sim:8' (or a"
            " fastw2v.SimulatedCluster): N workers simulated one after another in this"
            " process. To train on this machine's cores, leave cluster out"
        )
    return SimulatedCluster(int(written[1]))
