r"""The quality study: every trainer, dim, epochs and learning rate, over several seeds.

    python benchmarks/quality.py text.txt --dims 100 300 --epochs 1 5 \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --save quality

Each training is a process of its own. A run that the saved file already has is not
repeated, so a study can be interrupted, continued and widened.
"""

import argparse
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import results
from peer_worker import PEERS, add_training_options
from peers import add_scoring_options, run_peer

COMMON = ("min_learning_rate", "subsample", "decay")
KEY = ("peer", "dim", "epochs", "learning_rate", *COMMON, "seed")


def wanted_runs(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield the keys of all runs, seed by seed, so that a part is of use too."""
    for seed, epochs, dim, rate, peer in itertools.product(
        range(1, arguments.seeds + 1),
        arguments.epochs_of_runs,
        arguments.dims,
        arguments.learning_rates,
        arguments.peers,
    ):
        common = [getattr(arguments, name) for name in COMMON]
        yield dict(zip(KEY, (peer, dim, epochs, rate, *common, seed), strict=True))


def saved_runs(name: str) -> list[dict[str, Any]]:
    """Return the runs of a saved study, none if there is no such study yet."""
    try:
        runs: list[dict[str, Any]] = results.load(name)["runs"]
    except FileNotFoundError:
        return []
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        conflict_handler="resolve",
    )
    add_training_options(parser)
    add_scoring_options(parser)
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
    parser.add_argument(
        "--epochs", dest="epochs_of_runs", type=int, nargs="+", default=[1, 5]
    )
    parser.add_argument("--learning-rates", type=float, nargs="+", default=[0.025])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--peers", nargs="+", choices=PEERS,
        default=["fastw2v-pair", "fastw2v-window", "gensim-iterable", "gensim-file"],
    )  # fmt: skip
    parser.add_argument("--save", metavar="NAME", default="quality")
    arguments = parser.parse_args()

    done = saved_runs(arguments.save)
    have = [{name: run[name] for name in KEY} for run in done]
    settings = {
        name: getattr(arguments, name)
        for name in ("window", "negatives", "min_count", "restrict_vocab")
    } | {"corpus": Path(arguments.corpus).name}
    for key in wanted_runs(arguments):
        if key in have:
            continue
        one = argparse.Namespace(**(vars(arguments) | key))
        run = run_peer(key["peer"], key["seed"], one)
        done.append(key | run)
        print(done[-1], file=sys.stderr, flush=True)
        results.save(arguments.save, {"settings": settings, "runs": done})


if __name__ == "__main__":
    main()
