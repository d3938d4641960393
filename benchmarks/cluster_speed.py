"""Throughput of two Ray workers of one thread against two threads of one process.

    python benchmarks/cluster_speed.py text.txt [--rounds 3] [--dim 100] [--save cluster-speed]

The text is encoded once. All train whole runs with the defaults, in turns; words per
second count from the first shard to the last, merging included and starting and
compiling not. What merging takes is the time in which a worker does not train: giving
its deltas, waiting for the others', applying the change. Refuses to go on if a contender
does not train each token once an epoch.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from results import middle, save, with_spread

import fastw2v
from fastw2v.cluster.ray_start import connected, stores_needed
from fastw2v.cluster.ray_team import RayTeam
from fastw2v.cluster.trainer import ClusterResult

THREADS = "two threads"
LONGER = "two workers, 8 W^2 rounds"
WORKERS: dict[str, dict[str, Any]] = {
    "two workers": {},
    LONGER: {},
    "two workers, float16": {"sync_dtype": "float16"},
    "two workers, overlap": {"overlap": True},
}
_LARGEST_ROUND = 1_000_000


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    """Note how long workers train in each round, on average."""
    original = RayTeam._note_trained

    def noting(team: RayTeam, ended: list[Any], spans: list[range]) -> None:
        seconds.append(statistics.mean(own for _, own in ended))
        original(team, ended, spans)

    with mock.patch.object(RayTeam, "_note_trained", noting):
        yield


def measure(
    corpus: fastw2v.EncodedCorpus, dim: int, name: str
) -> dict[str, float | list[float]]:
    """Train a run, on two workers or on two threads."""
    config = fastw2v.TrainConfig(dim=dim, threads=2 if name == THREADS else 1)
    tokens = len(corpus) * config.epochs
    cluster = None if name == THREADS else cluster_of(name, tokens)
    training: list[float] = []
    with timed(training):
        result = fastw2v.train(corpus, config, cluster=cluster)
    history = result.history
    if [record.centers for record in history.epochs] != [len(corpus)] * config.epochs:
        raise SystemExit(f"{name}: not every token was trained once an epoch")
    figures = {
        "words per second": tokens / history.seconds,
        "of each epoch": [record.words_per_second for record in history.epochs],
        "loss": history.loss[-1],
    }
    if isinstance(result, ClusterResult):
        merges = result.merging.merges
        merging = history.seconds - sum(training)
        figures |= {
            "merges": merges,
            "mean divisor": result.merging.mean_divisor,
            "share of merging": merging / history.seconds,
            "milliseconds of a merge": 1e3 * merging / merges,
            "megabytes of a merge": result.merging.delta_bytes / merges / 1e6,
        }
    return figures


def cluster_of(name: str, tokens: int) -> fastw2v.RayCluster:
    """Return two workers on this machine, for a run of so many tokens."""
    merging = dict(WORKERS[name])
    if name == LONGER:
        merging["round_tokens"] = min(tokens // (2 * 8 * 2**2), _LARGEST_ROUND)
    return fastw2v.RayCluster("local", 2, **merging)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--save", metavar="NAME")
    asked = parser.parse_args()
    os.environ.setdefault("FASTW2V_CACHE", "1")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in (THREADS, *WORKERS)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.encoded"
        fastw2v.encode(asked.text, output=path)
        corpus = fastw2v.EncodedCorpus.load(path)
        config = fastw2v.TrainConfig(dim=asked.dim)
        cluster = fastw2v.RayCluster("local", 2)
        with connected(cluster, stores_needed(corpus, config, cluster)[-1]):
            for _ in range(asked.rounds):
                for name, done in runs.items():
                    done.append(measure(corpus, asked.dim, name))
                    print(name, done[-1], flush=True)
    speeds = {
        name: [run["words per second"] for run in each] for name, each in runs.items()
    }
    for name in WORKERS:
        pairs = zip(speeds[name], speeds[THREADS], strict=True)
        ratios = [mine / theirs for mine, theirs in pairs]
        share = statistics.median(run["share of merging"] for run in runs[name])
        print(f"{name}: {with_spread(ratios)} of {THREADS}, {share:.0%} merging")
    print(f"{THREADS}: {middle(speeds[THREADS]):,.0f} words/s")
    if asked.save:
        facts = {"text": Path(asked.text).name, "tokens": len(corpus)}
        facts |= {"words": len(corpus.vocab), "dim": asked.dim, "epochs": config.epochs}
        print(save(asked.save, {**facts, "runs": runs}))


if __name__ == "__main__":
    main()
