"""Every command given bad files and bad options: one line on what is wrong, no traceback."""

import gzip

import numpy as np
import pytest
from typer.testing import CliRunner

from fastw2v.cli.app import app
from fastw2v.vectors.keyed_vectors import KeyedVectors

COMMANDS = {
    "train": ["train", "{bad}", "-o", "{out}", "--min-count", "1"],
    "encode": ["encode", "{bad}", "-o", "{folder}"],
    "count": ["count", "{bad}", "-o", "{out}", "--min-count", "1"],
    "similar": ["similar", "{bad}", "a"],
    "analogy": ["analogy", "{bad}", "a", "b", "c"],
    "evaluate": ["evaluate", "{bad}", "{questions}"],
    "evaluate, the questions": ["evaluate", "{good}", "{bad}"],
    "export": ["export", "{bad}", "{out}"],
    "plot words": ["plot", "words", "{bad}", "-o", "{picture}"],
    "word2vec": ["word2vec", "-train", "{bad}", "-output", "{out}"],
    "word2phrase": ["word2phrase", "-train", "{bad}", "-output", "{out}"],
    "distance": ["distance", "{bad}"],
    "word-analogy": ["word-analogy", "{bad}"],
    "compute-accuracy": ["compute-accuracy", "{bad}"],
}  # fmt: skip
TEXT_COMMANDS = {"train", "encode", "count", "word2vec", "word2phrase"}
BAD = {
    "missing": None,
    "folder": None,
    "empty": b"",
    "zeros": bytes(5000),
    "UTF-16": "a b c\n".encode("utf-16"),
    "not UTF-8": b"\xff\xfea \xc3\x28 b\n" * 50,
    "packed": gzip.compress(b"a b\n" * 100)[:-9],
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a lying header": b"99999999 300\na 1 2\n",
    "no such dimension": b"1 99999999999\na 1 2\n",
    "nan": b"2 2\na nan 1\nb 1 1\n",
    "pickle": b"\x80\x04cos\nsystem\n(S'touch canary'\ntR.",
    "header of safetensors": (1 << 60).to_bytes(8, "little") + b"{" + bytes(50),
}


@pytest.fixture
def paths(tmp_path):
    """Return good files and places to write to, by name."""
    good = tmp_path / "good.txt"
    rows = np.eye(4, dtype=np.float32)
    KeyedVectors.from_arrays(["a", "b", "c", "d"], rows).save_word2vec_format(good)
    questions = tmp_path / "questions.txt"
    questions.write_text(": x\na b c d\n")
    return {
        "good": good,
        "questions": questions,
        "out": tmp_path / "out.txt",
        "folder": tmp_path / "out.encoded",
        "picture": tmp_path / "out.png",
    }


def run(command, paths):
    return CliRunner().invoke(app, [word.format(**paths) for word in command])


def assert_refused(result, paths):
    assert result.exit_code in {1, 2}, result.output
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert "Traceback" not in result.output
    for name in ("out", "folder", "picture"):
        assert not paths[name].exists()


# To whom they are text like any other.
READABLE = {"zeros", "a lying header", "no such dimension", "nan", "pickle",
            "header of safetensors"}  # fmt: skip
NO_TEXT = {"missing", "folder", "empty"}
CASES = [
    (name, kind)
    for name in COMMANDS
    for kind in BAD
    if not (name in TEXT_COMMANDS and kind in READABLE)
    # It takes any bytes for text.
    and not (name == "word2phrase" and kind not in NO_TEXT)
]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_bad_files(name, kind, paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.txt"
    if kind == "folder":
        bad.mkdir()
    elif BAD[kind] is not None:
        bad.write_bytes(BAD[kind])
    result = run(COMMANDS[name], paths | {"bad": bad})
    assert_refused(result, paths)
    assert "bad.txt" in result.output or kind == "empty"
    assert not (tmp_path / "canary").exists()


OPTIONS = [
    ["--dim", "0"], ["--dim", "-1"], ["--dim", "1e3"], ["--dim", "99999999"],
    ["--window", "0"], ["--window", "99999"], ["--negatives", "-1"],
    ["--negatives", "0"], ["--subsample", "nan"], ["--subsample", "-1"],
    ["--noise-exponent", "inf"], ["--epochs", "0"], ["--learning-rate", "nan"],
    ["--learning-rate", "-1"], ["--min-learning-rate", "1"], ["--decay", "-1"],
    ["--batching", "x"], ["--backend", "x"], ["--threads", "0"], ["--threads", "99999"],
    ["--seed", "-1"], ["--seed", "99999999999999999999"], ["--min-count", "0"],
    ["--max-vocab", "0"], ["--encoding-errors", "x"], ["--column", "x"],
    ["--output", "no/such/folder.txt"], ["--output", "name.unknown"], ["--output", "."],
]  # fmt: skip


@pytest.mark.parametrize("option", OPTIONS, ids=" ".join)
def test_bad_options_of_train(option, paths, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = tmp_path / "t.txt"
    text.write_text("a b c d\n" * 20)
    command = ["train", str(text), "-o", "{out}", "--min-count", "1", *option]
    assert_refused(run(command, paths), paths)
