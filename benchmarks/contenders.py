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
from variants import shared_noise

import fastw2v
from fastw2v.kernels import hogwild

BASELINE = "pair"
CONTENDERS = {
    BASELINE: ("pair", hogwild.train_shard),
    "noise per window, pair by pair": ("pair", shared_noise.per_window),
    "window": ("window", hogwild.train_shard),
    "noise over two centers, window": ("window", shared_noise.over_two_centers),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    add_scoring_options(parser)
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    corpus = fastw2v.encode(arguments.corpus)
    runs: dict[str, list[dict[str, object]]] = {name: [] for name in CONTENDERS}
    for seed in range(1, arguments.rounds + 1):
        for name, (batching, train_shard) in CONTENDERS.items():
            config = fastw2v.TrainConfig(
                batching=batching, epochs=arguments.epochs, seed=seed
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
