"""Which cluster, and how its replicas are merged."""

import re
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from fastw2v.checks import check_bool, check_choice, check_float, check_int
from fastw2v.errors import ConfigError

SyncDtype = Literal["float32", "float16"]
Dealing = Literal["even", "speed"]

_MOST_WORKERS = 1_024
_IN_SHORT = re.compile(r"(sim|local):([0-9]+)")


@dataclass(frozen=True, kw_only=True)
class Merging:
    """How often and by which rule replicas are merged.

    docs/cluster.md, "How replicas are merged", explains the hyper-parameters. Checked
    when constructed; a value out of range raises `ConfigError`.

    Parameters
    ----------
    round_tokens : int, optional
        Tokens each worker trains between two merges, at least one shard; if not given,
        what makes 32 W^2 rounds of the run, at most 2048, but at most 1 000 000.
    sync_rows : int, optional
        Rows merged after every round; if not given, W - 1 for each 36 tokens of a
        round, and so many that the turn of each row comes twice an epoch.
    sync_dtype : "float32" or "float16"
        What deltas are sent as.
    overlap : bool
        Whether deltas travel while the next round is trained, and are applied at its
        end. Merges of all rows do not.
    kappa : float, 0.05 to 10
        The share of the way to equilibrium that a row goes with one gradient cell, for
        a learning rate of 1; with `overlap` twice as much is reckoned. Lower adds
        deltas up where higher averages them; runs with many workers and less than 0.05
        diverge.
    momentum : float, 0 to 1
        How much of what the rule divides away from a change is given back in the
        merges that follow, as far as they go the same way.
    """

    round_tokens: int | None = None
    sync_rows: int | None = None
    sync_dtype: SyncDtype = "float32"
    overlap: bool = False
    kappa: float = 0.1
    momentum: float = 0.8

    def __post_init__(self) -> None:
        for name in ("round_tokens", "sync_rows"):
            if (value := getattr(self, name)) is not None:
                check_int(name, value, 1, 2**62)
        check_choice("sync_dtype", self.sync_dtype, get_args(SyncDtype))
        check_bool("overlap", self.overlap)
        check_float("kappa", self.kappa, 0.05, 10.0)
        check_float("momentum", self.momentum, 0.0, 1.0)


@dataclass(frozen=True)
class SimulatedCluster(Merging):
    """Workers simulated one after another in this process.

    Takes all of `Merging` too, by name.

    Parameters
    ----------
    workers : int, 1 to 1024
        W. The memory is that of W + 1 models.
    """

    workers: int

    def __post_init__(self) -> None:
        check_int("workers", self.workers, 1, _MOST_WORKERS)
        super().__post_init__()


@dataclass(frozen=True)
class RayCluster(Merging):
    """Workers that are processes of a Ray cluster; needs the extra ``fastw2v[ray]``.

    Takes all of `Merging` too, by name. The memory is that of three models for each
    worker, and of one where `train` is called.

    Parameters
    ----------
    address : str
        "auto" for the Ray cluster this process can see, "local" for one that is started
        on this machine and ended with the run, or the address of a head node.
    workers : int, optional, 1 to 1024
        W; if not given, one for each node. They are spread over the nodes in turn.
    dealing : "even" or "speed"
        How a round is shared out: the same number of shards to each worker, or by how
        fast each was so far. By speed, bits depend on timing.
    patience : float, 1 to 86400
        Seconds to wait for workers to start, and for a lost one to come back before
        the run goes on without it.
    """

    address: str = "auto"
    workers: int | None = None
    dealing: Dealing = "even"
    patience: float = 60.0

    def __post_init__(self) -> None:
        check_address(self.address)
        if self.workers is not None:
            check_int("workers", self.workers, 1, _MOST_WORKERS)
        check_choice("dealing", self.dealing, get_args(Dealing))
        check_float("patience", self.patience, 1.0, 86_400.0)
        super().__post_init__()


Cluster = SimulatedCluster | RayCluster


def decisive_settings(cluster: Cluster) -> dict[str, Any]:
    """Return what of a cluster decides the vectors, wherever its workers are."""
    names = ["workers", *(field.name for field in fields(Merging))]
    return {name: getattr(cluster, name) for name in names}


def check_address(value: object) -> None:
    """Raise `ConfigError` unless this can be where a Ray cluster is."""
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"address is {value!r}; give 'auto', 'local' or HOST:PORT")


def cluster_of(given: object) -> Cluster:
    """Return the cluster that was given as such or in short, as in "sim:8".

    Raises
    ------
    ConfigError
        There is no such cluster.
    """
    if isinstance(given, SimulatedCluster | RayCluster):
        return given
    if given == "auto":
        return RayCluster()
    written = _IN_SHORT.fullmatch(given) if isinstance(given, str) else None
    if written is None:
        raise ConfigError(
            f"cluster is {given!r}; what there is is 'sim:N', as in 'sim:8' (or a"
            " fastw2v.SimulatedCluster): N workers simulated one after another in this"
            " process; 'local:N': N worker processes on this machine; 'auto' (or a"
            " fastw2v.RayCluster): the Ray cluster this process can see. To train on"
            " this machine's cores, leave cluster out"
        )
    kind, workers = written[1], int(written[2])
    if kind == "sim":
        return SimulatedCluster(workers)
    return RayCluster("local", workers)
