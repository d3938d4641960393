"""`fastw2v train` that ends early, goes on, and runs out of room."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

import fastw2v
from fastw2v.cli.app import app

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
SAMPLE = str(REPOSITORY / "corpora" / "synthetic.txt")
SMALL = ["--dim", "8", "--epochs", "2", "--threads", "1"]


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def good(*words):
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result


def start(output, *words, dim=8, before=()):
    """Start a process, by the words `before` it, and wait until it trains."""
    command = [
        *before,
        sys.executable,
        "-m",
        "fastw2v",
        "train",
        SAMPLE,
        "-o",
        str(output),
    ]
    command += ["--dim", str(dim), "--threads", "1", *map(str, words)]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
    )
    for line in process.stderr:
        if "training" in line:  # compiled, and about to begin
            break
    return process


def test_a_run_goes_on_to_the_same_file(tmp_path):
    saved = ["--checkpoint", tmp_path / "run", "--resume"]
    for words in (50_000, 150_000, 250_000):
        cut = good(
            "train", SAMPLE, "-o", tmp_path / "a.bin", *SMALL, *saved,
            "--max-words", words, "--json",
        )  # fmt: skip
        assert json.loads(cut.stdout)["ending"] == "max_words"
    good("train", SAMPLE, "-o", tmp_path / "a.bin", *SMALL, *saved)
    good("train", SAMPLE, "-o", tmp_path / "b.bin", *SMALL)
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()


def test_how_a_run_goes_on_is_said(tmp_path):
    saved = ["--checkpoint", tmp_path / "run"]
    words = ["train", SAMPLE, "-o", tmp_path / "v.bin", *SMALL, "--max-seconds", 0.0]
    assert "with --checkpoint PATH" in good(*words).stderr
    assert "the same command with --resume goes on" in good(*words, *saved).stderr
    refused = run(*words, *saved)
    assert refused.exit_code == 1
    assert "--resume" in refused.stderr
    other = run(*words, *saved, "--resume", "--seed", 2)
    assert other.exit_code == 1
    assert "seed is 1 there and 2 here" in other.stderr


@POSIX
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_signal_saves_vectors_and_checkpoint(tmp_path, number, code):
    output, path = tmp_path / "v.safetensors", tmp_path / "run"
    with start(output, "--epochs", 100_000, "--checkpoint", path) as process:
        time.sleep(1)
        process.send_signal(number)
        rest = process.stderr.read()
    assert process.returncode == code, rest
    assert "the same command with --resume goes on" in rest
    assert np.abs(fastw2v.KeyedVectors.load(output).vectors).max() > 0.1
    assert path.exists()


@POSIX
def test_a_killed_command_goes_on_from_text_to_the_same_file(tmp_path):
    saved = ["--epochs", 40, "--checkpoint", tmp_path / "run", "--resume"]
    with start(tmp_path / "a.bin", *saved, "--every", "0.2s") as process:
        time.sleep(1)
        process.kill()
    assert (tmp_path / "run").exists()
    assert not (tmp_path / "a.bin").exists()
    words = ["--dim", 8, "--threads", 1, "--epochs", 40]
    good("train", SAMPLE, "-o", tmp_path / "a.bin", *words, *saved[2:])
    good("train", SAMPLE, "-o", tmp_path / "b.bin", *words)
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()


@POSIX
@pytest.mark.parametrize("suffix", [".safetensors", ".bin", ".txt", ".txt.gz"])
def test_a_full_disk_is_one_line_and_leaves_the_old_vectors(tmp_path, suffix):
    output = tmp_path / f"v{suffix}"
    output.write_text("old")
    # One block, of 512 or 1024 bytes, is all a file may have.
    little_room = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh"]
    with start(output, "--epochs", 1, before=little_room) as process:
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "fastw2v: error: " in rest
    assert "File too large" in rest
    assert "Traceback" not in rest
    assert output.read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]


ERRORS = {
    "no checkpoint": (["--resume"], "without --checkpoint"),
    "no unit": (["--checkpoint", "run", "--every", "10"], "--every is '10'"),
    "no time": (["--max-seconds", "-1"], "max_seconds is -1"),
    "no words": (["--max-words", "0"], "max_words is 0"),
    "no text": (["--held-out", "gone.txt"], "gone.txt"),
    "the output": (["--checkpoint", "v.bin"], "both the output and the checkpoint"),
    "a text": (["--checkpoint", SAMPLE, "--resume"], "would be replaced"),
}


@pytest.mark.parametrize(("words", "message"), ERRORS.values(), ids=ERRORS)
def test_what_cannot_be_is_refused_before_the_text_is_read(
    tmp_path, monkeypatch, words, message
):
    monkeypatch.chdir(tmp_path)
    result = run("train", SAMPLE, "-o", "v.bin", *SMALL, *words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "tokens" not in result.stderr.partition("fastw2v: error")[0]
    assert not list(tmp_path.iterdir())


def test_training_ends_by_the_loss_on_a_held_out_text(tmp_path):
    text = tmp_path / "held-out.txt"
    with open(SAMPLE, encoding="utf8") as lines:  # noqa: PTH123
        text.write_text("".join(next(lines) for _ in range(500)), encoding="utf8")
    report = json.loads(
        good(
            "train", SAMPLE, "-o", tmp_path / "v.bin", "--dim", 8, "--epochs", 60,
            "--held-out", text, "--patience", 1, "--learning-rate", 0.3, "--json",
        ).stdout
    )  # fmt: skip
    assert report["ending"] == "callback"
    assert 1 < len(report["history"]["epochs"]) < 60


def test_an_encoded_corpus_takes_a_checkpoint(tmp_path):
    folder, saved = tmp_path / "text.encoded", tmp_path / "run"
    good("encode", SAMPLE, "-o", folder)
    more = ["--dim", 8, "--epochs", 1, "--checkpoint", saved]
    good("train", folder, "-o", tmp_path / "a.bin", *more)
    assert saved.is_file()
    result = run("train", folder, "-o", folder, *more, "--resume")
    assert result.exit_code != 0
