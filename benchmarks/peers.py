r"""fastw2v, gensim and word2vec.c on the same file with the same settings, in turns.

"dropin" is fastw2v through gensim's class, with only the import changed.

    python benchmarks/peers.py text.txt --epochs 5 --rounds 3 \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --save peers-5-epochs

Each training is a process of its own; the peers take turns and each round has its
own seed. Speed is raw corpus tokens times epochs per wall second of training alone
(compiling kept apart), and again from the text file to the saved vectors. Ratios are
taken within a round, then the median over rounds.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import results
from peer_worker import PEERS, add_training_options

import fastw2v

BASELINE = "gensim-file"
WORKER = Path(__file__).with_name("peer_worker.py")
Run = dict[str, Any]


def run_peer(peer: str, seed: int, arguments: argparse.Namespace) -> Run:
    """Train one peer in a process of its own, and score its vectors."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "vectors.bin"
        command = [sys.executable, str(WORKER), arguments.corpus]
        for name in (
            "dim", "window", "negatives", "subsample", "min_count", "epochs",
            "learning_rate", "min_learning_rate", "decay", "threads", "architecture",
            "word2vec",
        ):  # fmt: skip
            value = getattr(arguments, name)
            if value is not None:
                command += [f"--{name.replace('_', '-')}", str(value)]
        if arguments.hierarchical_softmax:
            command += ["--hierarchical-softmax"]
        command += ["--peer", peer, "--seed", str(seed), "--output", str(output)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        run: Run = json.loads(done.stdout.splitlines()[-1])
        kv = fastw2v.KeyedVectors.load_word2vec_format(output, binary=True)
        run["quality"] = score_vectors(kv, arguments)
    return run


def score_vectors(
    kv: fastw2v.KeyedVectors, arguments: argparse.Namespace
) -> dict[str, float]:
    """Return each evaluation file's score, in percent."""
    scores = {
        Path(pairs).stem: 100
        * fastw2v.evaluate_word_pairs(kv, pairs).spearman.statistic
        for pairs in arguments.pairs
    }
    if arguments.analogies:
        found = fastw2v.evaluate_analogies(
            kv, arguments.analogies, restrict_vocab=arguments.restrict_vocab
        )
        scores[Path(arguments.analogies).stem] = 100 * (found.accuracy or 0.0)
    return scores


def add_scoring_options(parser: argparse.ArgumentParser) -> None:
    """Add the evaluation files."""
    parser.add_argument("--pairs", nargs="*", default=[], help="word-pair files")
    parser.add_argument("--analogies", help="a questions-words file")
    parser.add_argument("--restrict-vocab", type=int, default=30_000)


def count_tokens(path: str) -> int:
    """Return the raw tokens of the text."""
    return fastw2v.encode(path, min_count=1).raw_tokens


def summarize(runs: dict[str, list[Run]], words: int) -> list[dict[str, Any]]:
    """Return one row a peer: speeds, ratios to the baseline, memory, quality."""
    rows = []
    for peer, own in runs.items():
        row: dict[str, Any] = {"peer": peer, "rounds": len(own)}
        for what in ("training", "total"):
            seconds = [run["seconds"][what] for run in own]
            base = [run["seconds"][what] for run in runs[BASELINE]]
            row[f"{what}_words_per_second"] = [words / s for s in seconds]
            row[f"{what}_ratio"] = [b / s for b, s in zip(base, seconds, strict=True)]
        row["vocabulary_seconds"] = [run["seconds"]["vocabulary"] for run in own]
        row["peak_memory"] = [run["peak_memory"] for run in own]
        row["quality"] = {
            name: [run["quality"][name] for run in own] for name in own[0]["quality"]
        }
        rows.append(row)
    return rows


def show(rows: list[dict[str, Any]]) -> None:
    """Print the comparison."""
    for row in rows:
        memory = max(row["peak_memory"]) / 2**20
        print(
            f"{row['peer']:16}"
            f" training {results.middle(row['training_words_per_second']) / 1e6:5.2f} M"
            f" words/s, {results.with_spread(row['training_ratio'])} x {BASELINE};"
            f" file to vectors {results.with_spread(row['total_ratio'])} x;"
            f" {memory:.0f} MiB"
        )
        for name, values in row["quality"].items():
            print(f"{'':16} {name} {results.with_spread(values, 1)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_training_options(parser)
    add_scoring_options(parser)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--peers", nargs="+", choices=PEERS,
        default=["fastw2v-pair", "fastw2v-window", "gensim-file"],
    )  # fmt: skip
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds must be 2 or more, or there is no spread to report")
    if BASELINE not in arguments.peers:
        parser.error(f"--peers must include the baseline, {BASELINE}")

    runs: dict[str, list[Run]] = {peer: [] for peer in arguments.peers}
    for seed in range(1, arguments.rounds + 1):
        for peer in arguments.peers:
            runs[peer].append(run_peer(peer, seed, arguments))
            latest = runs[peer][-1]
            print(f"seed {seed}: {peer} {latest}", file=sys.stderr, flush=True)
    words = count_tokens(arguments.corpus) * arguments.epochs
    rows = summarize(runs, words)
    show(rows)
    if arguments.save:
        settings = vars(arguments) | {"corpus": Path(arguments.corpus).name}
        for name in ("pairs", "analogies", "save", "peers", "word2vec", "decay"):
            del settings[name]
        found = {"settings": settings, "words": words, "rows": rows}
        print(results.save(arguments.save, found))


if __name__ == "__main__":
    main()
