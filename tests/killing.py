"""A run that is killed again and again, until it is through all the same.

One process compiles the kernels and trains without interruption. Then it forks children
that train the same with a checkpoint, kills them, forks others that resume, until one
ends. A fork costs milliseconds where a new process would compile for seconds, so one
minute holds some hundred kills. As a script, because forking is no thing to do in the
process of pytest:

    python tests/killing.py FOLDER --seconds 10
"""

import argparse
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import NamedTuple

import numpy as np

import fastw2v

EVERY = ["2ktokens", "0.01s", "0.3epochs"]
DISK_FULL = 77
"""The exit code of a child whose checkpoint found no room."""


class Case(NamedTuple):
    """One run: what it trains, and how often it is saved."""

    corpus: fastw2v.EncodedCorpus
    config: fastw2v.TrainConfig
    every: str

    def train(self, path=None):
        more = {} if path is None else {"checkpoint": path, "resume": True}
        if path is not None:
            more["every"] = self.every
        return fastw2v.train(self.corpus, self.config, **more)


def zipf_corpus(tokens, vocabulary=2_000, seed=1):
    rng = np.random.default_rng(seed)
    ranks = np.minimum(rng.zipf(1.2, tokens), vocabulary) - 1
    _, numbers, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    place = np.argsort(order)
    offsets = np.append(np.arange(0, tokens, 20), tokens).astype(np.int64)
    words = [f"w{i}" for i in range(len(order))]
    vocab = fastw2v.Vocab(words, counts[order].astype(np.int64))
    return fastw2v.EncodedCorpus(
        place[numbers].astype(np.int32), offsets, vocab, tokens
    )


def outcome_of(result):
    """What is to be the same: the bits of all vectors, and what was counted."""
    records = result.history.epochs
    return {
        "w_in": result.vectors.vectors,
        "w_out": result.context_vectors.vectors,
        "loss": np.array(result.history.loss),
        "counts": np.array([[r.centers, r.kept, r.pairs] for r in records]),
    }


def fork_child(case, checkpoint, output, room):
    """Start a child that trains to the end and writes its outcome."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        result = case.train(checkpoint)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        with output.with_suffix(".part").open("wb") as file:
            np.savez(file, **outcome_of(result))
        output.with_suffix(".part").rename(output)
        code = 0
    except OSError as error:
        code = DISK_FULL if "checkpoint is not written" in str(error) else 1
        if code == 1:
            traceback.print_exc()
    except BaseException:  # noqa: BLE001  # the child must not go on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def end_child(child, moment, chance, tally):
    """Kill a child after some time, perhaps after a rest; return how it ended."""
    time.sleep(moment)
    if chance.random() < 0.2:
        tally["stops"] += 1
        os.kill(child, signal.SIGSTOP)
        time.sleep(0.01)
        if chance.random() < 0.5:
            os.kill(child, signal.SIGCONT)
            time.sleep(chance.random() * 0.05)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def run_until_through(case, folder, chance, tally):
    """Kill and resume one run to its end and return its outcome."""
    checkpoint, output = folder / "run.checkpoint", folder / "outcome.npz"
    for path in (checkpoint, output):
        path.unlink(missing_ok=True)
    longest = 0.02
    while not output.exists():
        room = 10_000 if chance.random() < 0.1 else None
        child = fork_child(case, checkpoint, output, room)
        code = end_child(child, chance.random() * longest, chance, tally)
        assert code in {0, DISK_FULL, -signal.SIGKILL}, f"a child ended with {code}"
        tally["kills"] += code == -signal.SIGKILL
        tally["full disks"] += code == DISK_FULL
        tally["files left"] += len(list(folder.glob(".*.tmp"))) > 0
        # A run must come to its end though every child dies.
        longest *= 1.1
    assert not list(folder.glob(".*.tmp")), "a file half written was not removed"
    with np.load(output) as saved:
        return dict(saved)


def check_same(expected, found, *, bits):
    assert (expected["counts"] == found["counts"]).all(), "a shard was lost or repeated"
    if bits:
        for name in expected:
            assert (expected[name] == found[name]).all(), f"{name} differs"


def kill_runs(folder, seconds, threads, seed):
    """Kill runs for so many seconds; return what was tried."""
    chance = random.Random(seed)
    corpus = zipf_corpus(60_000)
    config = fastw2v.TrainConfig(dim=32, epochs=2, threads=threads)
    expected = outcome_of(Case(corpus, config, "1h").train())
    tally = dict.fromkeys(["runs", "kills", "stops", "full disks", "files left"], 0)
    began = time.monotonic()
    while not tally["runs"] or time.monotonic() - began < seconds:
        case = Case(corpus, config, chance.choice(EVERY))
        found = run_until_through(case, folder, chance, tally)
        check_same(expected, found, bits=threads == 1)
        tally["runs"] += 1
    return tally | {"seconds": time.monotonic() - began}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    json.dump(
        kill_runs(asked.folder, asked.seconds, asked.threads, asked.seed), sys.stdout
    )
