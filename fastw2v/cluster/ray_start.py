"""Reaching a Ray cluster, or starting one on this machine, and choosing its nodes."""

import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

from fastw2v.cluster.config import RayCluster
from fastw2v.cluster.driver import WAVE_ROWS
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.cpus import available_cpus
from fastw2v.errors import ClusterError, MissingExtraError
from fastw2v.training.weights import padded_width, weights_rows

_SHARED_MEMORY = "/dev/shm"
_SMALLEST_STORE = 256 << 20
_KNOCK_SECONDS = 10.0
# Deltas, changes, and what has not been freed yet.
_COPIES = 3


class Place(NamedTuple):
    """Where one worker runs.

    Parameters
    ----------
    node : str
        Ray's number of the node.
    host : str
        Its address.
    threads : int
    store : int
        Bytes of its object store.
    """

    node: str
    host: str
    threads: int
    store: int


def import_ray() -> Any:
    """Return the package, which says nothing of its own accord to anyone.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError(
            "training on a cluster needs Ray: pip install 'fastw2v[ray]' (on every node)"
        ) from error
    return ray


@contextmanager
def connected(cluster: RayCluster, store: int) -> Iterator[None]:
    """Be connected to the cluster; what was started here is ended again.

    Parameters
    ----------
    cluster : RayCluster
    store : int
        Bytes of object store that merging needs on a machine with all workers.

    Raises
    ------
    ClusterError
        There is no cluster, or too little room for one.
    MissingExtraError
        Ray is not installed.
    """
    ray = import_ray()
    if ray.is_initialized():
        yield
        return
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    with _own_signals():
        if cluster.address == "local":
            check_shared_memory(store)
            ray.init(
                address="local",
                num_cpus=max(available_cpus(), cluster.workers or 1),
                include_dashboard=False,
                object_store_memory=max(store, _SMALLEST_STORE),
                **quiet,
            )
        else:
            _join(ray, cluster.address, quiet)
    try:
        yield
    finally:
        ray.shutdown()


def _join(ray: Any, address: str, quiet: dict[str, Any]) -> None:
    try:
        _knock(os.environ.get("RAY_ADDRESS", "") if address == "auto" else address)
        ray.init(address=address, **quiet)
    except (OSError, RuntimeError, ValueError) as error:
        if "AuthenticationError" in f"{error} {error.__cause__}":
            raise ClusterError(
                f"the Ray cluster at address {address!r} asks for a token: copy"
                " ~/.ray/auth_token from the node where it was started, and set"
                " RAY_AUTH_MODE=token here"
            ) from error
        first_line = str(error).partition("\n")[0]
        raise ClusterError(
            f"no Ray cluster at address {address!r} ({first_line}):"
            " start one with 'ray start --head', on the other nodes with 'ray start"
            " --address=HEAD:6379', or use 'local:N' for N processes of this machine"
        ) from error


def _knock(address: str) -> None:
    """Raise `OSError` if nobody is at HOST:PORT; Ray itself would try for minutes."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit() and "/" not in host:
        socket.create_connection((host, int(port)), timeout=_KNOCK_SECONDS).close()


def check_shared_memory(store: int) -> None:
    """Raise `ClusterError` if an object store of so many bytes does not fit here."""
    try:
        free = shutil.disk_usage(_SHARED_MEMORY).free
    except OSError:
        return
    if free < store:
        raise ClusterError(
            f"merging needs {store / 1e6:,.0f} MB of shared memory, and {_SHARED_MEMORY}"
            f" has {free / 1e6:,.0f} MB free: make it larger (docker run"
            " --shm-size), take fewer workers, or a smaller dim"
        )


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the action of SIGTERM, which Ray replaces."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def places(cluster: RayCluster, config: TrainConfig) -> list[Place]:
    """Return where workers are to run: spread over the nodes in turn.

    Raises
    ------
    ClusterError
        No node has processors.
    """
    ray = import_ray()
    nodes = [n for n in ray.nodes() if n["Alive"] and n["Resources"].get("CPU", 0) >= 1]
    if not nodes:
        raise ClusterError("no node of the Ray cluster has a processor to train on")
    nodes.sort(key=lambda node: (node["NodeManagerAddress"], node["NodeID"]))
    workers = cluster.workers or len(nodes)
    chosen = [nodes[k % len(nodes)] for k in range(workers)]
    return [
        Place(
            node["NodeID"],
            node["NodeManagerAddress"],
            config.threads
            or max(int(node["Resources"]["CPU"]) // chosen.count(node), 1),
            int(node["Resources"].get("object_store_memory", 0)),
        )
        for node in chosen
    ]


def stores_needed(
    corpus: EncodedCorpus, config: TrainConfig, cluster: RayCluster
) -> list[int]:
    """Return the bytes of object store for a node of one worker, of two, and so on."""
    dtype = np.dtype(cluster.sync_dtype)
    rows = sum(min(n, WAVE_ROWS) for n in weights_rows(len(corpus.vocab), config))
    wave = rows * padded_width(config.dim) * dtype.itemsize
    text = 0 if corpus.folder else corpus.tokens.nbytes + corpus.offsets.nbytes
    most = cluster.workers or 1
    return [_COPIES * (n + 1) * wave + 2 * text for n in range(1, most + 1)]


def check_stores(found: list[Place], bytes_of_workers: list[int]) -> None:
    """Raise `ClusterError` if a node's object store is too small to merge in.

    Parameters
    ----------
    found : list of Place
    bytes_of_workers : list of int
        What merging needs on a node of one worker, of two, and so on.
    """
    nodes = [place.node for place in found]
    for place in found:
        workers = nodes.count(place.node)
        needed = bytes_of_workers[workers - 1]
        if place.store < needed:
            raise ClusterError(
                f"the object store of the node {place.host} holds"
                f" {place.store / 1e6:,.0f} MB, and merging {workers} workers there"
                f" needs {needed / 1e6:,.0f} MB: start Ray there with"
                f" --object-store-memory={needed}, or take a smaller dim"
            )
