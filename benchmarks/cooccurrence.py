r"""Windowed co-occurrence counts of a text, against the usual ways, in turns.

    python benchmarks/cooccurrence.py text.txt --window 5 --rounds 3 --save cooccurrence

The text is encoded once, and each run is a process of its own that loads it, so that
peak memory is its own. The ways in Python take hours or tens of gigabytes on a large
text, so they count its first tokens only, and their time is multiplied up: the row
says so. All count the same windows with plain weights; each is first compared with
fastw2v on the sample.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import results
from peer_worker import peak_memory_bytes
from scipy import sparse

import fastw2v
from fastw2v.counts import CountConfig, count_cooccurrences

Corpus = fastw2v.EncodedCorpus


def count_fastw2v(corpus: Corpus, window: int, threads: int) -> sparse.csr_array:
    return count_cooccurrences(
        corpus, CountConfig(window=window, threads=threads)
    ).matrix


def count_in_a_dict(corpus: Corpus, window: int) -> sparse.csr_array:
    """Count (target, context) pairs in a Counter, as hyperwords and many scripts do."""
    found: Counter[tuple[int, int]] = Counter()
    for start, stop in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True):
        words = corpus.tokens[start:stop].tolist()
        for i, target in enumerate(words):
            near = words[max(0, i - window) : i] + words[i + 1 : i + 1 + window]
            found.update((target, context) for context in near)
    rows, columns = np.array(list(found), np.int32).T
    size = len(corpus.vocab)
    counts = np.fromiter(found.values(), np.int64)
    return sparse.csr_array(sparse.coo_array((counts, (rows, columns)), (size, size)))


def count_with_numpy(corpus: Corpus, window: int) -> sparse.csr_array:
    """Count one distance at a time: SciPy sums the repeated pairs."""
    size = len(corpus.vocab)
    sentence = np.repeat(np.arange(corpus.sentences), np.diff(corpus.offsets))
    total = sparse.csr_array((size, size), dtype=np.int32)
    for distance in range(1, window + 1):
        inside = sentence[distance:] == sentence[:-distance]
        first = corpus.tokens[:-distance][inside]
        second = corpus.tokens[distance:][inside]
        ones = np.ones(len(first), np.int32)
        pairs = sparse.coo_array((ones, (first, second)), (size, size)).tocsr()
        total = total + pairs + pairs.T
    return sparse.csr_array(total)


TASKS: dict[str, Callable[[Corpus, int], sparse.csr_array]] = {
    "fastw2v, 2 threads": lambda corpus, window: count_fastw2v(corpus, window, 2),
    "fastw2v, 1 thread": lambda corpus, window: count_fastw2v(corpus, window, 1),
    "NumPy and SciPy, a distance at a time": count_with_numpy,
    "dictionary in Python": count_in_a_dict,
}
ON_A_SAMPLE = {"dictionary in Python"}
BASELINE = "fastw2v, 2 threads"


def first_tokens(corpus: Corpus, tokens: int) -> Corpus:
    """Return the sentences up to about so many tokens, with the same vocabulary."""
    sentences = max(int(np.searchsorted(corpus.offsets, tokens)), 1)
    offsets = corpus.offsets[: sentences + 1]
    part = corpus.tokens[: offsets[-1]]
    counts = np.bincount(part, minlength=len(corpus.vocab))
    order = np.argsort(-counts, kind="stable")
    numbers = np.empty(len(order), np.int32)
    numbers[order] = np.arange(len(order))
    words = [corpus.vocab.words[i] for i in order]
    vocab = fastw2v.Vocab(words, counts[order].astype(np.int64))
    return Corpus(numbers[part], offsets, vocab, len(part))


def run_task(task: str, arguments: argparse.Namespace) -> None:
    """Run one task in this process and print what it took."""
    corpus = Corpus.load(arguments.corpus)
    check = first_tokens(corpus, 20_000)
    expected = count_fastw2v(check, arguments.window, 1)  # compiles, too
    if (TASKS[task](check, arguments.window) != expected).nnz:
        sys.exit(f"{task} counts otherwise than fastw2v")
    times = 1.0
    if task in ON_A_SAMPLE:
        part = first_tokens(corpus, arguments.sample)
        times, corpus = len(corpus) / len(part), part
    began = time.perf_counter()
    matrix = TASKS[task](corpus, arguments.window)
    seconds = time.perf_counter() - began
    found = {"seconds": seconds * times, "times": times, "pairs": int(matrix.nnz)}
    print(json.dumps(found | {"peak_memory": peak_memory_bytes()}))


def measure(task: str, folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Run one task in a new process."""
    command = [sys.executable, __file__, str(folder), "--task", task]
    for name in ("window", "sample"):
        command += [f"--{name}", str(getattr(arguments, name))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    run: dict[str, Any] = json.loads(done.stdout)
    print(task, run, file=sys.stderr, flush=True)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--sample", type=int, default=500_000, help="tokens for the ways in Python"
    )
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.task, arguments)
        return
    runs: dict[str, list[dict[str, Any]]] = {task: [] for task in TASKS}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "encoded"
        corpus = fastw2v.encode(arguments.corpus, output=folder)
        for _ in range(arguments.rounds):
            for task in TASKS:
                runs[task].append(measure(task, folder, arguments))
        settings = {
            "corpus": Path(arguments.corpus).name,
            "tokens": len(corpus),
            "vocabulary": len(corpus.vocab),
            "window": arguments.window,
        }
    base = [run["seconds"] for run in runs[BASELINE]]
    rows = [
        {
            "task": task,
            **{name: [run[name] for run in own] for name in own[0]},
            "ratio": [run["seconds"] / b for run, b in zip(own, base, strict=True)],
        }
        for task, own in runs.items()
    ]
    for row in rows:
        print(row["task"], results.with_spread(row["seconds"]), "s")
    if arguments.save:
        print(results.save(arguments.save, {"settings": settings, "rows": rows}))


if __name__ == "__main__":
    main()
