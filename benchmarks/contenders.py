r"""Other ways to train, in place of the package's kernel: speed and quality in turns.

python benchmarks/contenders.py text.txt --epochs 1 --rounds 3 \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --save contenders
"""

import argparse
import sys
from unittest import mock

import results
from peers import add_scoring_options, score_vectors
from variants import adagrad, shared_noise

import fastw2v
from fastw2v.kernels import hogwild

BASELINE = "pair"
CONTENDERS = {
    BASELINE: ("pair", 0.025, hogwild.train_shard),
    "noise per window, pair by pair": ("pair", 0.025, shared_noise.per_window),
    "window": ("window", 0.025, hogwild.train_shard),
    "noise over two centers, window": (
        "window",
        0.025,
        shared_noise.over_two_centers,
    ),
    "window, rate 0.05": ("window", 0.05, hogwild.train_shard),
    "AdaGrad by rows, plain loops": ("window", 0.05, adagrad.train_shard),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    add_scoring_options(parser)
    parser.add_argument(
        "--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS)[:4],
        help=f"besides {BASELINE!r}",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    corpus = fastw2v.encode(arguments.corpus)
    chosen = [name for name in CONTENDERS if name in {BASELINE, *arguments.only}]
    runs: dict[str, list[dict[str, object]]] = {name: [] for name in chosen}
    for seed in range(1, arguments.rounds + 1):
        for name in chosen:
            batching, rate, train_shard = CONTENDERS[name]
            config = fastw2v.TrainConfig(
                batching=batching,
                learning_rate=rate,
                epochs=arguments.epochs,
                seed=seed,
            )
            with mock.patch.object(hogwild, "train_shard", train_shard):
                result = fastw2v.train(corpus, config)
            run = {
                "seconds": result.history.seconds,
                "quality": score_vectors(result.vectors, arguments),
            }
            runs[name].append(run)
            print(f"seed {seed}: {name} {run}", file=sys.stderr, flush=True)
    base = [run["seconds"] for run in runs[BASELINE]]
    rows = [
        {
            "name": name,
            "ratio": [b / run["seconds"] for b, run in zip(base, own, strict=True)],
            "quality": [run["quality"] for run in own],
        }
        for name, own in runs.items()
    ]
    for row in rows:
        print(f"{row['name']:32} {results.with_spread(row['ratio'])} x {BASELINE}")
    if arguments.save:
        settings = {"epochs": arguments.epochs, "threads": result.history.threads}
        print(results.save(arguments.save, {"settings": settings, "rows": rows}))


if __name__ == "__main__":
    main()
