"""`fastw2v plot`."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from fastw2v.cli.app import app
from fastw2v.config import TrainConfig
from fastw2v.vectors.keyed_vectors import KeyedVectors

pytest.importorskip("matplotlib")

COMMANDS = ["words", "analogies", "spectrum", "heatmap", "history", "projector"]


def run(*words):
    return CliRunner().invoke(app, ["plot", *map(str, words)])


@pytest.fixture
def vectors(tmp_path, monkeypatch):
    """A file of 30 words, in the current folder."""
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(1).standard_normal((30, 6)).astype(np.float32)
    kv = KeyedVectors.from_arrays([f"w{i}" for i in range(30)], rows)
    kv.save("v.safetensors")
    epochs = [{"loss": 3.0}, {"loss": None}, {"loss": 1.5}]
    record = {"config": TrainConfig(epochs=3).as_dict(), "history": {"epochs": epochs}}
    (tmp_path / "run.json").write_text(json.dumps(record))
    return "v.safetensors"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command):
    text = run(command, "--help").output
    assert f"Example: fastw2v plot {command}" in " ".join(text.split())


DRAWN = {
    "named words": ["words", "v.safetensors", "w1", "w2", "w3"],
    "frequent words": ["words", "v.safetensors", "--count", 9, "--raw", "--title", "x"],
    "arrows": ["analogies", "v.safetensors", "w1:w2", "w3:w4"],
    "spectrum": ["spectrum", "v.safetensors"],
    "heat map": ["heatmap", "v.safetensors", "w1", "w2"],
    "history": ["history", "run.json"],
}


@pytest.mark.parametrize("words", DRAWN.values(), ids=DRAWN)
def test_pictures(vectors, tmp_path, words):
    result = run(*words, "-o", "picture.pdf")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    assert result.stderr == "drawn to picture.pdf\n"
    assert result.stdout == ""
    assert run(*words, "-o", "picture.pdf", "--quiet").output == ""


def test_unknown_words_are_skipped_on_request(vectors):
    result = run(
        "heatmap", vectors, "w1", "x", "w2", "y", "--skip-unknown", "-o", "h.png"
    )
    assert result.exit_code == 0
    assert "without a vector: x y" in result.stderr


def test_projector(vectors, tmp_path):
    result = run("projector", vectors, "-o", "folder", "--count", 12, "--json")
    assert json.loads(result.stdout) == {"output": "folder", "words": 12}
    assert len((tmp_path / "folder" / "vectors.tsv").read_text().splitlines()) == 12


ERRORS = {
    "unknown word": (
        ["words", "v.safetensors", "w1", "x"],
        "1 words have no vector, 'x'",
    ),
    "none known": (["words", "v.safetensors", "x", "--skip-unknown"], "none of the 1"),
    "one word": (["words", "v.safetensors", "w1"], "takes 2 or more"),
    "no pair": (["analogies", "v.safetensors", "w1"], "'w1' is no pair"),
    "half a pair": (["analogies", "v.safetensors", "w1:"], "'w1:' is no pair"),
    "no vectors": (["spectrum", "none.bin"], "none.bin"),
    "no record": (["history", "v.json"], "v.json"),
    "another record": (["history", "other.json"], "is no record of a run"),
    "later record": (["history", "later.json"], "is of another version"),
}


@pytest.mark.parametrize(("words", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_leave_no_picture(vectors, tmp_path, words, message):
    (tmp_path / "other.json").write_text('{"config": {}}')
    later = {"config": {"depth": 3}, "history": {"epochs": [{"loss": 1}]}}
    (tmp_path / "later.json").write_text(json.dumps(later))
    before = set(tmp_path.iterdir())
    result = run(*words, "-o", "picture.png")
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("output", ["x.jpg", "none/x.png", "."])
def test_targets_are_checked_before_any_work(vectors, output):
    result = run("words", "no-such-vectors", "-o", output)
    assert result.exit_code == 1
    assert "no-such-vectors" not in result.stderr
