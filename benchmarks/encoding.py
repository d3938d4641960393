r"""Text to encoded corpus, against gensim's vocabulary scan alone, in turns.

    python benchmarks/encoding.py text.txt --rounds 5 --save encoding

Each run is a process of its own, so that peak memory is its own. fastw2v counts,
numbers and stores every token; gensim only counts words.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import results
from peer_worker import peak_memory_bytes


def encode_in_memory(path: str) -> None:
    import fastw2v

    fastw2v.encode(path)


def encode_to_folder(path: str) -> None:
    import tempfile

    import fastw2v

    with tempfile.TemporaryDirectory() as folder:
        fastw2v.encode(path, output=Path(folder) / "encoded")


def scan_with_gensim(path: str) -> None:
    from gensim.models import Word2Vec

    Word2Vec(min_count=5).scan_vocab(corpus_file=path)


TASKS = {
    "fastw2v, in memory": encode_in_memory,
    "fastw2v, to a folder": encode_to_folder,
    "gensim, vocabulary scan": scan_with_gensim,
}
BASELINE = "gensim, vocabulary scan"


def measure(task: str, path: str) -> dict[str, float]:
    """Run one task in a new process."""
    command = [sys.executable, __file__, path, "--task", task]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def run_task(task: str, path: str) -> None:
    """Run one task in this process and print what it took."""
    importlib.import_module("gensim.models" if task == BASELINE else "fastw2v")
    began = time.perf_counter()
    TASKS[task](path)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak_memory": peak_memory_bytes()}))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.task, arguments.corpus)
        return
    runs: dict[str, list[dict[str, float]]] = {task: [] for task in TASKS}
    for _ in range(arguments.rounds):
        for task in TASKS:
            runs[task].append(measure(task, arguments.corpus))
    base = [run["seconds"] for run in runs[BASELINE]]
    rows: list[dict[str, Any]] = []
    for task, own in runs.items():
        seconds = [run["seconds"] for run in own]
        rows.append(
            {
                "task": task,
                "seconds": seconds,
                "ratio": [b / s for b, s in zip(base, seconds, strict=True)],
                "peak_memory": [run["peak_memory"] for run in own],
            }
        )
        print(
            f"{task:24} {results.middle(seconds):.2f} s,"
            f" {results.with_spread(rows[-1]['ratio'])} times as fast,"
            f" {max(rows[-1]['peak_memory']) / 2**20:.0f} MiB"
        )
    if arguments.save:
        size = Path(arguments.corpus).stat().st_size
        settings = {"bytes": size, "rounds": arguments.rounds}
        print(results.save(arguments.save, {"settings": settings, "rows": rows}))


if __name__ == "__main__":
    main()
