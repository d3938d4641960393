r"""Trained and counted vectors of one text side by side: scores, time and memory.

    python benchmarks/methods.py text.txt --dims 100 300 --save methods \
        --analogies questions-words.txt --pairs wordsim353.tsv simlex999.tsv \
        --sentences sst_sentences.tsv

Each is made by the command line as anyone would, one process each, from the text file to
the saved vectors. `--sentences` is a table of sentences with the columns class5,
sentence and split, as the treebank of sentiment has: logistic regression on the mean
vector of a sentence, with and without the middle class.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import results

import fastw2v
from fastw2v.vectors.evaluate import EvaluationSet, evaluate_sets
from fastw2v.vectors.formats.labelled import Columns

METHODS = {
    "SGNS": ["train", "--batching", "window"],
    "SGNS, pair by pair": ["train", "--batching", "pair"],
    "PPMI-SVD": ["count", "--method", "svd"],
    "PPMI-SVD, linear weights": ["count", "--method", "svd", "--weighting", "linear"],
}


def make(command: list[str], text: str, dim: int, output: Path) -> dict[str, float]:
    """Run a command line; return its seconds and the bytes it held at most."""
    line = [sys.executable, "-m", "fastw2v", *command, text]
    line += ["--dim", str(dim), "--output", str(output), "--quiet"]
    began = time.perf_counter()
    process = subprocess.Popen(line)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(line)} ended with status {status}")
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "peak_memory": usage.ru_maxrss * 1024}


def sets_of(arguments: argparse.Namespace) -> list[EvaluationSet]:
    sets = [EvaluationSet(path.stem, "pairs", path) for path in arguments.pairs]
    if arguments.analogies:
        options = {"restrict_vocab": arguments.restrict_vocab}
        path = arguments.analogies
        sets.append(EvaluationSet(path.stem, "analogies", path, options))
    if arguments.sentences:
        path, columns = arguments.sentences, Columns("class5", "sentence", "split")
        two = {"0": "negative", "1": "negative", "3": "positive", "4": "positive"}
        for name, merge in (("five classes", {}), ("two classes", {"merge": two})):
            options = {"columns": columns} | merge
            sets.append(EvaluationSet(name, "sentences", path, options))
    return sets


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", help="a plain text file, a sentence a line")
    parser.add_argument("--dims", type=int, nargs="+", default=[100, 300])
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    parser.add_argument("--pairs", type=Path, nargs="*", default=[])
    parser.add_argument("--analogies", type=Path)
    parser.add_argument("--restrict-vocab", type=int, default=30_000)
    parser.add_argument("--sentences", type=Path)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    arguments = parser.parse_args()
    sets = sets_of(arguments)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for dim in arguments.dims:
            for method in arguments.methods:
                path = Path(folder) / "vectors.safetensors"
                took = make(METHODS[method], arguments.corpus, dim, path)
                kv = fastw2v.KeyedVectors.load(path)
                report = evaluate_sets({method: kv}, sets).as_dict()
                rows.append({"method": method, "dim": dim, **took, "report": report})
                print(method, dim, took, flush=True)
                for row in report["rows"]:
                    print("  ", row["test_set"], row["measure"], row["scores"][0])
    if arguments.save:
        settings = {"corpus": Path(arguments.corpus).name}
        print(results.save(arguments.save, {"settings": settings, "rows": rows}))


if __name__ == "__main__":
    main()
