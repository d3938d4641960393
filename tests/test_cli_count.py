"""`fastw2v count`, from text to vectors."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import REPOSITORY
from scipy import sparse
from test_cli import PAIRS, QUESTIONS, SAMPLE, good, run

import fastw2v
from fastw2v.counts import SparseVectors


def test_svd_of_the_sample_answers_the_planted_questions(tmp_path):
    path = tmp_path / "v.safetensors"
    result = good("count", SAMPLE, "-o", path, "--window", 10, "--json")
    report = json.loads(result.stdout)
    assert report["steps"]["dim"] == 100
    assert report["config"]["window"] == 10
    scores = json.loads(good("evaluate", path, QUESTIONS, PAIRS, "--json").stdout)
    assert scores[QUESTIONS]["all"]["accuracy"] > 0.5
    assert scores[PAIRS]["spearman"]["statistic"] > 0.55
    kv = fastw2v.KeyedVectors.load(path)
    assert kv.metadata["method"] == "svd"


@pytest.mark.parametrize("method", ["counts", "ppmi"])
def test_sparse_vectors_are_written(tmp_path, method):
    path = tmp_path / "v.npz"
    result = good("count", SAMPLE, "-o", path, "--method", method, "--shift", 2)
    assert "pairs of words co-occur" in result.stderr
    vectors = SparseVectors.load(path)
    assert vectors.matrix.dtype == (np.int32 if method == "counts" else np.float32)
    assert sparse.load_npz(path).nnz == vectors.matrix.nnz
    assert len(vectors.most_similar("king", topn=3)) == 3


def test_encoded_folder_threads_and_memory_make_no_difference(tmp_path):
    good("encode", SAMPLE, "-o", tmp_path / "encoded", "-q")
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    result = good("count", SAMPLE, "-o", first, "-q", "--method", "counts")
    assert result.output == ""
    more = ["--threads", 3, "--memory", 16, "--folder", tmp_path]
    good("count", tmp_path / "encoded", "-o", second, "--method", "counts", *more)
    ours, theirs = (SparseVectors.load(path).matrix for path in (first, second))
    assert (ours != theirs).nnz == 0


ERRORS = {
    "no such text": ["nosuch.txt", "-o", "v.txt"],
    "unknown suffix": [SAMPLE, "-o", "v.vectors"],
    "sparse suffix": [SAMPLE, "-o", "v.txt", "--method", "ppmi"],
    "option of svd": [SAMPLE, "-o", "v.npz", "--method", "ppmi", "--dim", "5"],
    "no such folder": [SAMPLE, "-o", "nowhere/v.npz", "--method", "counts"],
    "window": [SAMPLE, "-o", "v.txt", "--window", "0"],
    "shift": [SAMPLE, "-o", "v.txt", "--shift", "0"],
    "power": [SAMPLE, "-o", "v.txt", "--power", "3"],
    "dim above the vocabulary": [SAMPLE, "-o", "v.txt", "--dim", "60000"],
    "nothing left": [SAMPLE, "-o", "v.txt", "--min-count", "1000000"],
    "spill": [SAMPLE, "-o", "v.txt", "--folder", "nowhere"],
}


@pytest.mark.parametrize("words", ERRORS.values(), ids=ERRORS)
def test_errors_are_one_line_and_leave_nothing(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    result = run("count", *words)
    assert result.exit_code == 1
    assert "fastw2v: error: " in result.stderr
    assert "Traceback" not in result.output
    assert not list(tmp_path.iterdir())


def test_one_word_has_no_vectors(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a a a a a a\n" * 5)
    result = run("count", text, "-o", tmp_path / "v.txt", "--dim", "1")
    assert result.exit_code == 1
    assert "all zero" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
def test_ctrl_c_ends_soon_and_leaves_nothing(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text((REPOSITORY / "corpora" / "synthetic.txt").read_text("utf8") * 10)
    command = [sys.executable, "-m", "fastw2v", "count", str(text), "--dim", "300"]
    command += ["-o", str(tmp_path / "v.txt"), "--window", "1000", "--threads", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "vocabulary of" in line:  # encoded, and about to count
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 130, rest
    assert "interrupted" in rest
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
