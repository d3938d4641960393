r"""Loading a file that gensim saved: fastw2v without running it, gensim by running it.

    python benchmarks/gensim_files.py --words 600000 --dim 20 --rounds 5 --save files

The file is written by the installed gensim. Each run is a process of its own, so that
peak memory is its own; importing is not counted.
"""

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import results
from peer_worker import peak_memory_bytes

TASKS = {
    "fastw2v": ("fastw2v.vectors.formats.gensim_pickle", "read_gensim"),
    "gensim": ("gensim.models.word2vec", "Word2Vec.load"),
}


def write_model(path: str, words: int, dim: int) -> None:
    """Have gensim save a model with this many words."""
    from gensim.models import Word2Vec

    model = Word2Vec(vector_size=dim, min_count=1)
    model.build_vocab_from_freq({f"word{i}": words - i for i in range(words)})
    model.save(path)


def run_task(task: str, path: str) -> None:
    """Load the file in this process and print what it took."""
    module, name = TASKS[task]
    load = importlib.import_module(module)
    for part in name.split("."):
        load = getattr(load, part)
    began = time.perf_counter()
    load(path)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak_memory": peak_memory_bytes()}))


def measure(task: str, path: str) -> dict[str, float]:
    """Run one task in a new process."""
    command = [sys.executable, __file__, "--task", task, "--file", path]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--words", type=int, default=600_000)
    parser.add_argument("--dim", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.task, arguments.file)
        return
    runs: dict[str, list[dict[str, float]]] = {task: [] for task in TASKS}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "m.model")
        write_model(path, arguments.words, arguments.dim)
        for _ in range(arguments.rounds):
            for task, own in runs.items():
                own.append(measure(task, path))
    for task, own in runs.items():
        seconds = [run["seconds"] for run in own]
        peak = max(run["peak_memory"] for run in own)
        print(f"{task:8} {results.with_spread(seconds)} s, {peak / 2**20:.0f} MiB")
    if arguments.save:
        settings = {name: getattr(arguments, name) for name in ("words", "dim")}
        print(results.save(arguments.save, {"settings": settings, "runs": runs}))


if __name__ == "__main__":
    main()
