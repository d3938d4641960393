"""Training in threads and processes of all kinds: what is promised of each."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "process_programs.py"
LONGEST_SECONDS = 120


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """Return a function that runs a program and returns what it found."""
    cache = tmp_path_factory.mktemp("cache")
    environment = os.environ | {
        "FASTW2V_CACHE": "1",  # compiled once for all programs
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONWARNINGS": "ignore",  # Python's own, of fork beside threads
    }

    def run(name):
        done = subprocess.run(
            [sys.executable, str(PROGRAMS), name],
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            env=environment,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="module")
def alone(program):
    """Return the digests of two trainings, one after the other."""
    return program("alone")


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.mark.parametrize(
    "name",
    [
        "two_at_once",
        pytest.param("fork", marks=needs_fork),
        "spawn",
        pytest.param("forkserver", marks=needs_fork),
        pytest.param("fork_while_training", marks=needs_fork),
        pytest.param("fork_after_prange", marks=needs_fork),
        "joblib",
    ],
)
def test_the_same_bits_wherever_one_thread_trains(program, alone, name):
    if name == "joblib":
        pytest.importorskip("joblib")
    assert program(name) == alone


@needs_fork
def test_a_child_made_while_training_ends_when_told_to(program):
    assert program("end_of_a_child") == [-signal.SIGTERM]


def test_corpora_and_results_travel_between_processes(program, alone):
    pytest.importorskip("joblib")
    assert program("joblib_returns_results") == [alone[0]] * 2


def test_two_trainings_of_many_threads(program):
    assert program("two_of_many_threads") == [True, True]


def test_the_interpreter_ends_during_a_training(program, alone):
    began = time.monotonic()
    assert program("exit_during_training") == [True]
    assert time.monotonic() - began < 30


def test_a_notebook_trains_and_shows_its_progress(tmp_path, program, alone):
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    cells = [
        f"import sys; sys.path.insert(0, {str(PROGRAMS.parent)!r})",
        "import process_programs as p\nprint(p.digest(1))",
        "import fastw2v\nconfig = fastw2v.TrainConfig(dim=8, epochs=1)",
        "print(fastw2v.train(p.corpus(), config, progress=True).interrupted)",
    ]
    book = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    nbclient.NotebookClient(book, timeout=LONGEST_SECONDS).execute()
    outputs = [
        "".join(
            out.get("text", "") for out in cell.outputs if out.get("name") == "stdout"
        )
        for cell in book.cells
    ]
    assert outputs[1].strip() == alone[0]
    assert "False" in outputs[3]
