"""Throughput of two Ray workers of one thread against two threads of one process.

    python benchmarks/cluster_speed.py text.txt [--rounds 3] [--dim 100] [--save cluster-speed]

The text is encoded once. All train the first epoch of a run of five with the defaults,
in turns, so rounds are as long as in the whole run; words per second count from the
first shard to the last, merging included and starting and compiling not. Merge time is
the time the driver waits for merges. Refuses to go on if a contender does not train
each token once.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import middle, save, with_spread

import fastw2v
from fastw2v.cluster.ray_start import connected, stores_needed
from fastw2v.cluster.ray_team import RayTeam
from fastw2v.cluster.trainer import ClusterResult

EPOCHS = 5
THREADS = "two threads"
WORKERS: dict[str, dict[str, Any]] = {
    "two workers": {},
    "two workers, float16": {"sync_dtype": "float16"},
    "two workers, overlap": {"overlap": True},
    # A fifth of the default, for comparison: 60 tokens to a row.
    "two workers, fewer rows": {"tokens to a row": 60},
    # The default of a run of a billion tokens or more.
    "two workers, longest rounds": {"round_tokens": 1_000_000},
}


@contextmanager
def timed(seconds: list[float]) -> Iterator[None]:
    """Note how long each call lasts in which the driver waits for a merge."""
    originals = {name: getattr(RayTeam, name) for name in ("merge", "give", "take")}

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            began = time.perf_counter()
            answer = original(*given)
            seconds.append(time.perf_counter() - began)
            return answer

        return call

    for name, original in originals.items():
        setattr(RayTeam, name, noting(original))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(RayTeam, name, original)


def measure(
    corpus: fastw2v.EncodedCorpus, dim: int, merging: dict[str, Any] | None
) -> dict[str, float]:
    """Train one epoch, on two workers or, without `merging`, on two threads."""
    threads = 2 if merging is None else 1
    cluster = None if merging is None else cluster_of(merging, len(corpus))
    config = fastw2v.TrainConfig(dim=dim, epochs=EPOCHS, threads=threads)
    waits: list[float] = []
    with timed(waits):
        result = fastw2v.train(corpus, config, cluster=cluster, max_words=len(corpus))
    (record,) = result.history.epochs
    if record.centers != len(corpus):
        raise SystemExit(f"{record.centers} tokens were trained, not {len(corpus)}")
    figures = {"words per second": record.words_per_second, "loss": record.loss}
    if isinstance(result, ClusterResult):
        merges = result.merging.merges
        figures |= {
            "merges": merges,
            "mean divisor": result.merging.mean_divisor,
            "share of merging": sum(waits) / record.seconds,
            "milliseconds of a merge": 1e3 * sum(waits) / merges,
            "megabytes of a merge": result.merging.delta_bytes / merges / 1e6,
        }
    return figures


def cluster_of(merging: dict[str, Any], tokens: int) -> fastw2v.RayCluster:
    """Return two workers on this machine, with rounds as in the whole run."""
    given = dict(merging)
    if (tokens_to_a_row := given.pop("tokens to a row", None)) is not None:
        round_tokens = max(tokens * EPOCHS // (500 * 2), 1)
        given["sync_rows"] = max(round_tokens // tokens_to_a_row, 1)
    return fastw2v.RayCluster("local", 2, **given)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dim", type=int, default=100)
    parser.add_argument("--save", metavar="NAME")
    asked = parser.parse_args()
    os.environ.setdefault("FASTW2V_CACHE", "1")
    contenders = {THREADS: None, **WORKERS}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.encoded"
        fastw2v.encode(asked.text, output=path)
        corpus = fastw2v.EncodedCorpus.load(path)
        config = fastw2v.TrainConfig(dim=asked.dim)
        store = stores_needed(corpus, config, cluster_of({}, 1))[-1]
        with connected(cluster_of({}, 1), store):
            for _ in range(asked.rounds):
                for name, merging in contenders.items():
                    runs[name].append(measure(corpus, asked.dim, merging))
                    print(name, runs[name][-1], flush=True)
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
        facts |= {"words": len(corpus.vocab), "dim": asked.dim}
        print(save(asked.save, {**facts, "runs": runs}))


if __name__ == "__main__":
    main()
