"""No index of a kernel lies outside of its array."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "bounds_program.py"


def run(*words, loops):
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "LOOPS": str(int(loops))}
    environment["FASTW2V_CACHE"] = "0"
    return subprocess.run(
        [sys.executable, str(PROGRAM), *words], capture_output=True, text=True,
        env=environment, timeout=600, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_every_index_is_checked_in_all_kinds_of_training():
    done = run(loops=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "17 trainings" in done.stdout


def test_the_check_is_on():
    done = run("outside", loops=True)
    assert "IndexError" in done.stderr
