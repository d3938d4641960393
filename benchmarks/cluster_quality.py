r"""Quality of 2, 4 and 8 replicas against one model, and against plain averaging.

    python benchmarks/cluster_quality.py text.txt --dims 100 300 --epochs 3 10 \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --save cluster-quality

The other rules have the same rounds, and are widened by the same gauge: averaging soon
merges all rows every round. Workers are simulated one after another in this process,
each with one thread, so a run takes as long as on one thread. A run that the saved file
already has is not repeated, so a study can be interrupted, continued and widened.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import results
from peers import add_scoring_options, score_vectors
from quality import saved_runs

import fastw2v
from fastw2v.cluster.merge import Divisor, saturating_divisor
from fastw2v.cluster.trainer import simulated
from fastw2v.training.oversight import Oversight
from fastw2v.training.trainer import run_training

ONE_MODEL = "one model"
RULES: dict[str, Divisor] = {
    "saturating": saturating_divisor,
    "average": lambda saturation: np.full(saturation.shape[1], len(saturation)),
    "sum": lambda saturation: np.ones(saturation.shape[1]),
}
# What tells runs apart; the first three are the cluster, the others the training.
KEY = (
    "rule", "workers", "sync_dtype",
    "dim", "epochs", "learning_rate", "batching", "seed",
)  # fmt: skip
Run = dict[str, Any]


def wanted_runs(arguments: argparse.Namespace) -> Iterator[Run]:
    """Yield the keys of all runs, seed by seed, so that a part is of use too."""
    clusters = [(ONE_MODEL, 1, "float32")]
    clusters += itertools.product(
        arguments.rules, arguments.workers, [arguments.sync_dtype]
    )
    for seed, epochs, dim, cluster in itertools.product(
        range(1, arguments.seeds + 1), arguments.epochs, arguments.dims, clusters
    ):
        training = (dim, epochs, arguments.learning_rate, arguments.batching, seed)
        yield dict(zip(KEY, (*cluster, *training), strict=True))


def train(corpus: fastw2v.EncodedCorpus, key: Run) -> tuple[fastw2v.TrainResult, Run]:
    """Train one run; return also how merging went."""
    config = fastw2v.TrainConfig(**{name: key[name] for name in KEY[3:]}, threads=1)
    if key["rule"] == ONE_MODEL:
        return fastw2v.train(corpus, config), {}
    # Whoever averages or adds up leaves it at that.
    momentum = {} if key["rule"] == "saturating" else {"momentum": 0.0}
    cluster = fastw2v.SimulatedCluster(
        key["workers"], sync_dtype=key["sync_dtype"], **momentum
    )
    driver = simulated(corpus, config, cluster, RULES[key["rule"]])
    oversight = Oversight(callbacks=[driver])
    result = run_training(corpus, config, driver.run, oversight)
    return result, driver.gauge.as_dict()


def measure(
    corpus: fastw2v.EncodedCorpus, key: Run, score: Callable[..., dict[str, float]]
) -> Run:
    """Train and score one run; one that diverges has no quality."""
    try:
        result, merging = train(corpus, key)
    except fastw2v.DivergenceError as error:
        return key | {"diverged": str(error)}
    if result.interrupted:
        raise KeyboardInterrupt  # half a run is none
    history = result.history
    return key | {
        "quality": score(result.vectors),
        "merging": merging,
        "loss": history.loss,
        "seconds": history.seconds,
    }


def mean_quality(run: Run) -> float:
    """Return the mean of a run's scores, in percent; NaN of one that diverged."""
    quality = run.get("quality")
    return statistics.mean(quality.values()) if quality else float("nan")


def show(runs: list[Run]) -> None:
    """Print the mean score of each setting, and how far it is from one model's."""
    groups: dict[tuple[Any, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(tuple(run[name] for name in KEY[:-1]), []).append(run)
    for key, own in groups.items():
        single = groups[ONE_MODEL, 1, "float32", *key[3:]]
        base = statistics.mean(mean_quality(run) for run in single)
        mean = statistics.mean(mean_quality(run) for run in own)
        divisors = [run.get("merging", {}).get("mean_divisor", 1.0) for run in own]
        print(
            f"{key[0]:10} W={key[1]:<2} {key[2]} dim {key[3]} epochs {key[4]}:"
            f" {mean:5.1f} ({mean - base:+.1f}), mean divisor"
            f" {results.middle(divisors):.2f}, {len(own)} seeds"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    add_scoring_options(parser)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument(
        "--rules", nargs="+", choices=RULES, default=["saturating", "average"]
    )
    parser.add_argument("--sync-dtype", default="float32")
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--epochs", type=int, nargs="+", default=[3, 10])
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--batching", default="window")
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--save", metavar="NAME", help="results/NAME.json")
    arguments = parser.parse_args()
    if not (arguments.pairs or arguments.analogies):
        parser.error("give evaluation files with --pairs or --analogies")

    done = saved_runs(arguments.save) if arguments.save else []
    have = [{name: run[name] for name in KEY} for run in done]
    corpus = fastw2v.encode(arguments.corpus, min_count=arguments.min_count)
    settings = {
        "corpus": Path(arguments.corpus).name,
        "tokens": len(corpus),
        "vocabulary": len(corpus.vocab),
        "min_count": arguments.min_count,
        "restrict_vocab": arguments.restrict_vocab,
    }
    for key in wanted_runs(arguments):
        if key in have:
            continue
        run = measure(corpus, key, lambda kv: score_vectors(kv, arguments))
        done.append(run)
        print(run, file=sys.stderr, flush=True)
        if arguments.save:
            results.save(arguments.save, {"settings": settings, "runs": done})
    show(done)


if __name__ == "__main__":
    main()
