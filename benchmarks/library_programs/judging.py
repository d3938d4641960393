"""A graph with known communities, and how well node vectors find them.

Nothing here imports gensim or fastw2v: the programs beside this file are run with either.
"""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from time import perf_counter
from typing import Any

import numpy as np

COMMUNITIES, NODES_IN_EACH = 4, 50


def planted_graph() -> Any:
    """Return a graph of four communities, nodes 0 to 199 in order."""
    import networkx as nx

    return nx.planted_partition_graph(COMMUNITIES, NODES_IN_EACH, 0.25, 0.02, seed=1)


def community(node: int) -> int:
    return node // NODES_IN_EACH


def neighbours_alike(
    vectors: np.ndarray, labels: Sequence[Any], nearest: int = 10
) -> float:
    """Return the mean share of rows' nearest rows, by cosine, with the same label."""
    rows = np.asarray(vectors, dtype=np.float64)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -np.inf)
    near = np.argsort(-cosines, axis=1)[:, :nearest]
    labels = np.asarray(labels)
    return float((labels[near] == labels[:, None]).mean())


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = perf_counter()
    result = work()
    return result, perf_counter() - began


def report(package: str, quality: float, seconds: float, done: str) -> None:
    """Print the one line that `benchmarks/libraries.py` reads.

    Parameters
    ----------
    package : str
        As the package index calls it.
    quality : float
        By the task of the library, from 0 to 1.
    seconds : float
        Of the call that trains.
    done : str
        What was done, all of it without an error.
    """
    facts = {"version": version(package), "quality": quality, "seconds": seconds}
    print("\n" + json.dumps({**facts, "done": done}))
