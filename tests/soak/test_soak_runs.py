"""Runs under fire for as long as asked for, and what memory does meanwhile.

    FASTW2V_SOAK_MINUTES=60 python -m pytest -m soak tests/soak

Shares the time between runs of one thread and of two that are killed, stopped and left
without room, and one process that saves and goes on all the time. Prints what was tried;
`benchmarks/results/soak.json` keeps that of an hour for docs/reliability.md.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from killing import zipf_corpus

import fastw2v

pytestmark = pytest.mark.soak
SECONDS = 60 * float(os.environ.get("FASTW2V_SOAK_MINUTES", "60"))
MOST_GROWTH_MB = 8
"""Over the second half of the time: a piece that kept a kilobyte would pass it in ten
minutes."""


def report(capsys, **facts):
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(facts)}\n")


@pytest.mark.parametrize("threads", [1, 2])
def test_killed_runs_end_as_others_do(tmp_path, capsys, threads):
    script = Path(__file__).parent.parent / "killing.py"
    command = [sys.executable, str(script), str(tmp_path)]
    seed = time.time_ns() % 2**32
    command += ["--seconds", str(SECONDS / 3), "--threads", str(threads)]
    command += ["--seed", str(seed)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    report(capsys, threads=threads, seed=seed, **json.loads(done.stdout))


def resident_mb():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1_000


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_flat_over_saving_and_going_on(tmp_path, capsys):
    chance, path = random.Random(1), tmp_path / "run"
    corpus = zipf_corpus(60_000)
    config = fastw2v.TrainConfig(dim=32, epochs=4, threads=2)
    fastw2v.train(corpus, config)  # compiles
    began, pieces = time.monotonic(), 0
    seen = []
    while (passed := time.monotonic() - began) < SECONDS / 3:
        result = fastw2v.train(
            corpus,
            config,
            checkpoint=path,
            every="5ktokens",
            resume=True,
            max_words=chance.randint(1, 240_000),
        )
        pieces += 1
        if result.ending == "epochs":
            path.unlink()
        # A sample for each piece would be a slope of its own.
        if passed >= len(seen) * SECONDS / 1_000:
            seen.append((passed, resident_mb()))
    times, memory = np.array(seen)[len(seen) // 2 :].T
    slope = np.polyfit(times, memory, 1)[0]
    report(
        capsys,
        pieces=pieces,
        seconds=passed,
        rss_mb={"first": seen[0][1], "half": memory[0], "last": memory[-1]},
        most_rss_mb=max(megabytes for _, megabytes in seen),
        slope_mb_per_hour=3_600 * slope,
    )
    assert slope * (times[-1] - times[0]) < MOST_GROWTH_MB
