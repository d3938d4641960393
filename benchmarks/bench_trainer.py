"""The whole trainer on its three back ends, and what compiling takes.

pytest benchmarks/bench_trainer.py --benchmark-json=benchmarks/results/trainer.json
"""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from workload import corpus_of

import fastw2v

CORPUS = corpus_of(20_000)
BACKENDS = ["numpy", "threads", "prange"]


def train(batching, backend, threads):
    config = fastw2v.TrainConfig(
        batching=batching, backend=backend, threads=threads, epochs=1
    )
    return fastw2v.train(CORPUS, config)


def assert_agreement(batching):
    runs = [train(batching, backend, 1).vectors.vectors for backend in BACKENDS]
    for left, right in pairwise(runs):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("batching", ["pair", "window"])
def test_one_thread(benchmark, batching, backend):
    assert_agreement(batching)
    benchmark.group = f"20 000 tokens, one epoch, one thread, {batching}"
    benchmark.extra_info["name"] = backend
    benchmark.pedantic(train, (batching, backend, 1), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("backend", ["threads", "prange"])
def test_all_cores(benchmark, backend):
    benchmark.group = "20 000 tokens, one epoch, all cores, pair"
    benchmark.extra_info["name"] = backend
    benchmark.pedantic(train, ("pair", backend, None), rounds=5, warmup_rounds=1)


TRAIN = [
    "-m", "fastw2v", "train", "text.txt", "--output", "v.safetensors",
    "--min-count", "1", "--epochs", "1", "--quiet",
]  # fmt: skip
START_UP = {
    "import fastw2v": ["-c", "import fastw2v"],
    "import fastw2v and Numba": ["-c", "import fastw2v, numba"],
    "fastw2v --help": ["-m", "fastw2v", "--help"],
    "fastw2v train, a line of ten words": TRAIN,
    "the same, compiled before (FASTW2V_CACHE=1)": TRAIN,
}


@pytest.mark.parametrize("name", START_UP)
def test_start_up(benchmark, name, tmp_path):
    (tmp_path / "text.txt").write_text("a b c d e f g h i j\n", encoding="utf8")
    environment = os.environ | {
        "FASTW2V_CACHE": str(int("FASTW2V_CACHE" in name)),
        "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
    }
    benchmark.group = "a new process"
    benchmark.extra_info["name"] = name
    benchmark.pedantic(
        subprocess.run,
        ([sys.executable, *START_UP[name]],),
        {
            "check": True,
            "cwd": tmp_path,
            "env": environment,
            "stdout": subprocess.DEVNULL,
        },
        rounds=5,
        warmup_rounds=1,
    )
