r"""Phrases found and joined, against gensim's, in turns.

    python benchmarks/phrases.py text.txt --rounds 5 --save phrases

Each run is a process of its own, so that peak memory is its own. The two must agree:
same phrases and scores, same joined sentences, or nothing is reported.
"""

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import results
from peer_worker import peak_memory_bytes

PACKAGES = ["fastw2v", "gensim"]
HOW = {"min_count": 5, "threshold": 10.0}

Work = Callable[[], Any]


def find_in_file(phrases: Any, lines: Iterable[list[str]]) -> Work:
    return lambda: phrases.Phrases(lines, **HOW).export_phrases()


def find_in_lists(phrases: Any, lines: Iterable[list[str]]) -> Work:
    sentences = list(lines)
    return lambda: phrases.Phrases(sentences, **HOW).export_phrases()


def find_with_connectors(phrases: Any, lines: Iterable[list[str]]) -> Work:
    how = HOW | {"connector_words": phrases.ENGLISH_CONNECTOR_WORDS}
    return lambda: phrases.Phrases(lines, **how).export_phrases()


def join_lists(phrases: Any, lines: Iterable[list[str]]) -> Work:
    sentences = list(lines)
    frozen = phrases.Phrases(sentences, **HOW).freeze()
    return lambda: sum(map(len, frozen[sentences]))


TASKS = {
    "find, in a file": find_in_file,
    "find, in token lists": find_in_lists,
    "find with connector words, in a file": find_with_connectors,
    "join, token lists": join_lists,
}


def measure(package: str, task: str, path: str) -> dict[str, Any]:
    """Run one task in a new process."""
    command = [sys.executable, __file__, path, "--task", task, "--package", package]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def run_task(package: str, task: str, path: str) -> None:
    """Run one task in this process and print what it took and what came out."""
    phrases = importlib.import_module(f"{package}.models.phrases")
    if package == "gensim":
        from gensim.models.word2vec import LineSentence
    else:
        from fastw2v.corpus.line_sentences import LineSentence
    work = TASKS[task](phrases, LineSentence(path))
    began = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - began
    if isinstance(found, dict):
        found = sorted(found.items())
    print(
        json.dumps(
            {"seconds": seconds, "peak_memory": peak_memory_bytes(), "found": found}
        )
    )


def compare(task: str, path: str, rounds: int) -> dict[str, Any]:
    """Run a task in turns; return times, their ratio, and memory."""
    runs: dict[str, list[dict[str, Any]]] = {package: [] for package in PACKAGES}
    for _ in range(rounds):
        own, peer = (measure(package, task, path) for package in PACKAGES)
        if own.pop("found") != peer.pop("found"):
            sys.exit(f"{task}: fastw2v and gensim do not agree")
        for package, run in zip(PACKAGES, (own, peer), strict=True):
            runs[package].append(run)
    seconds = {p: [run["seconds"] for run in own] for p, own in runs.items()}
    memory = {p: [run["peak_memory"] for run in own] for p, own in runs.items()}
    pairs = zip(seconds["gensim"], seconds["fastw2v"], strict=True)
    return {
        "task": task,
        "seconds": seconds,
        "ratio": [peer / own for peer, own in pairs],
        "peak_memory": memory,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--save", metavar="NAME", help="write results/NAME.json")
    parser.add_argument("--task", choices=TASKS, help=argparse.SUPPRESS)
    parser.add_argument("--package", choices=PACKAGES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task:
        run_task(arguments.package, arguments.task, arguments.corpus)
        return
    rows = []
    for task in TASKS:
        row = compare(task, arguments.corpus, arguments.rounds)
        rows.append(row)
        print(
            f"{task:38} {results.middle(row['seconds']['fastw2v']):.2f} s,"
            f" {results.with_spread(row['ratio'], 1)} times as fast as gensim"
        )
    if arguments.save:
        size = Path(arguments.corpus).stat().st_size
        settings = {"bytes": size, "rounds": arguments.rounds, **HOW}
        print(results.save(arguments.save, {"settings": settings, "rows": rows}))


if __name__ == "__main__":
    main()
