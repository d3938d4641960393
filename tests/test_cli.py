"""The command line, in this process where that is enough, as a process where not."""

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

SAMPLE = str(REPOSITORY / "corpora" / "synthetic.txt")
QUESTIONS = str(REPOSITORY / "corpora" / "questions.txt")
PAIRS = str(REPOSITORY / "corpora" / "pairs.tsv")
COMMANDS = [
    "train", "count", "encode", "similar", "analogy", "evaluate", "export", "fetch", "info",
    "word2phrase",
]  # fmt: skip


def run(*words, stdin=None):
    return CliRunner().invoke(app, [str(word) for word in words], input=stdin)


def good(*words, stdin=None):
    result = run(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "vectors.safetensors"
    good("train", SAMPLE, "-o", path, "--epochs", 10, "--learning-rate", 0.05)
    return path


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(command):
    text = good(command, "--help").output
    assert f"Example: fastw2v {command}" in " ".join(text.split())


def test_version():
    assert good("--version").output == f"fastw2v {fastw2v.__version__}\n"


def test_train_reports_what_it_did(tmp_path):
    result = good("train", SAMPLE, "-o", tmp_path / "v.txt", "--epochs", 1, "--dim", 8)
    assert "170,007 tokens" in result.stderr
    assert "raw words/s" in result.stderr
    assert "vectors written to" in result.stderr
    assert result.stdout == ""


def test_the_trained_vectors_answer_the_planted_questions(trained):
    scores = json.loads(good("evaluate", trained, QUESTIONS, PAIRS, "--json").stdout)
    assert scores[QUESTIONS]["all"]["accuracy"] > 0.9
    assert scores[PAIRS]["spearman"]["statistic"] > 0.8
    text = good("evaluate", trained, QUESTIONS, PAIRS).stdout
    assert "capital-country" in text
    assert "spearman" in text


def test_native_files_keep_context_vectors_and_config(trained):
    from fastw2v.vectors.formats.native import load_context_vectors

    kv = fastw2v.KeyedVectors.load(trained)
    assert load_context_vectors(trained).shape == kv.vectors.shape
    assert json.loads(kv.metadata["train_config"])["epochs"] == 10


def test_json_of_train(tmp_path):
    result = good(
        "train", SAMPLE, "-o", tmp_path / "v.bin", "--epochs", 2, "--dim", 8, "--json"
    )
    report = json.loads(result.stdout)
    assert report["corpus"]["raw_tokens"] == 170_007
    assert len(report["history"]["epochs"]) == 2
    assert report["config"]["dim"] == 8
    assert report["interrupted"] is False
    assert report["merging"] is None


def test_train_on_a_simulated_cluster(tmp_path):
    options = ["--epochs", 1, "--dim", 8, "--cluster", "sim:3"]
    said = good("train", SAMPLE, "-o", tmp_path / "v.txt", *options).stderr
    assert "merges, mean divisor 1." in said
    assert "MB of deltas" in said
    report = json.loads(
        good("train", SAMPLE, "-o", tmp_path / "v.txt", *options, "--json").stdout
    )
    assert report["merging"]["mean_divisor"] > 1.0
    assert report["config"]["threads"] == 1


def test_a_cluster_there_is_not_is_refused_before_the_text_is_read(tmp_path):
    result = run(
        "train", tmp_path / "no.txt", "-o", tmp_path / "v.txt", "--cluster", "cloud:4"
    )
    assert result.exit_code != 0
    assert "cluster is 'cloud:4'; what there is is 'sim:N'" in result.output


def test_quiet_says_nothing(tmp_path):
    result = good("train", SAMPLE, "-o", tmp_path / "v.vec", "--epochs", 1, "-q")
    assert result.output == ""


def test_encode_then_train_gives_the_same_as_training_from_text(tmp_path):
    options = ["--epochs", 1, "--dim", 8, "--threads", 1]
    good("encode", SAMPLE, "-o", tmp_path / "encoded")
    good("train", tmp_path / "encoded", "-o", tmp_path / "a.txt", *options)
    good("train", SAMPLE, "-o", tmp_path / "b.txt", *options)
    assert (tmp_path / "a.txt").read_bytes() == (tmp_path / "b.txt").read_bytes()


def test_train_from_standard_input(tmp_path):
    command = [sys.executable, "-m", "fastw2v", "train", "-", "-q", "--min-count", "1"]
    command += ["-o", str(tmp_path / "v.txt"), "--epochs", "1"]
    subprocess.run(command, input=b"to be or not to be\n" * 50, check=True)
    kv = fastw2v.KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    assert set(kv) == {"to", "be", "or", "not"}


def test_similar_and_analogy(trained):
    answers = json.loads(good("similar", trained, "king", "-n", 3, "--json").stdout)
    assert answers["query"] == "king"
    assert len(answers["answers"]) == 3
    rows = [
        json.loads(
            good(
                "similar", trained, "--json", stdin="king\nqueen\n"
            ).stdout.splitlines()[i]
        )
        for i in (0, 1)
    ]
    assert [row["query"] for row in rows] == ["king", "queen"]
    first = QUESTIONS_FIRST.split()
    found = good("analogy", trained, *first[:3], "-n", 1).stdout
    assert first[3] in found


QUESTIONS_FIRST = (
    (REPOSITORY / "corpora" / "questions.txt").read_text("utf8").splitlines()[1]
)


@pytest.mark.parametrize("suffix", [".txt", ".vec.gz", ".bin", ".bin.gz"])
def test_export(trained, tmp_path, suffix):
    report = json.loads(
        good("export", trained, tmp_path / f"v{suffix}", "--json").stdout
    )
    assert report["dim"] == 100
    good("export", tmp_path / f"v{suffix}", tmp_path / "back.safetensors")
    back = fastw2v.KeyedVectors.load(tmp_path / "back.safetensors")
    original = fastw2v.KeyedVectors.load(trained)
    assert list(back) == list(original)
    assert (back.vectors == original.vectors).all()


def test_info(trained, tmp_path):
    facts = json.loads(good("info", trained, "--json").stdout)
    assert facts["dim"] == 100
    good("encode", SAMPLE, "-o", tmp_path / "encoded", "-q")
    facts = json.loads(good("info", tmp_path / "encoded", "--json").stdout)
    assert facts["raw_tokens"] == 170_007
    assert "numba" in good("info").stdout


def test_fetch_lists_the_catalogue_and_refuses_unknown_names():
    assert "text8" in good("fetch").stdout
    assert {e["name"] for e in json.loads(good("fetch", "--json").stdout)} >= {"enwik9"}
    result = run("fetch", "text9")
    assert result.exit_code == 1
    assert "'text9'" in result.stderr


ERRORS = {
    "no such text": ["train", "nosuch.txt", "-o", "v.txt"],
    "unknown suffix": ["train", SAMPLE, "-o", "v.vectors"],
    "no such folder": ["train", SAMPLE, "-o", "nowhere/v.txt"],
    "hyper-parameter": ["train", SAMPLE, "-o", "v.txt", "--dim", "0"],
    "nothing left": ["train", SAMPLE, "-o", "v.txt", "--min-count", "1000000"],
    "no such vectors": ["similar", "nosuch.safetensors", "king"],
    "not vectors": ["similar", SAMPLE, "king"],
    "unknown word": ["similar", "VECTORS", "xyzzy"],
    "three words": ["analogy", "VECTORS", "king", "queen"],
    "not questions": ["evaluate", "VECTORS", SAMPLE],
}


@pytest.mark.parametrize("words", ERRORS.values(), ids=ERRORS)
def test_errors_are_one_line_and_leave_nothing(trained, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    result = run(*(trained if word == "VECTORS" else word for word in words))
    assert result.exit_code == 1
    assert result.stderr.startswith("fastw2v: error: ") or "\nfastw2v: error: " in (
        result.stderr
    )
    assert "Traceback" not in result.output
    assert result.stderr.rstrip().count("\n") <= 1
    assert not list(tmp_path.iterdir())


def test_a_text_is_never_replaced_by_vectors(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("a b c\n" * 20)
    for source in (text, tmp_path, tmp_path / "*.txt"):
        result = run("train", source, "-o", text)
        assert result.exit_code == 1
        assert "would be replaced" in result.stderr
    assert text.read_text().startswith("a b c")


def test_text_options_do_not_apply_to_an_encoded_folder(tmp_path):
    good("encode", SAMPLE, "-o", tmp_path / "encoded", "-q")
    result = run(
        "train", tmp_path / "encoded", "-o", tmp_path / "v.txt", "--min-count", 50
    )
    assert result.exit_code == 1
    assert "encoded already" in result.stderr
    assert run("encode", SAMPLE, "-o", tmp_path / "encoded").exit_code == 1
    good("encode", SAMPLE, "-o", tmp_path / "encoded", "--overwrite")


def test_words_the_format_cannot_hold_are_refused_before_training(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({"words": [["new york", "city"]] * 20})
    pa.parquet.write_table(table, tmp_path / "t.parquet")
    result = run("train", tmp_path / "t.parquet", "-o", tmp_path / "v.txt")
    assert result.exit_code == 1
    assert "'new york'" in result.stderr
    assert "training" not in result.stderr
    good("train", tmp_path / "t.parquet", "-o", tmp_path / "v.safetensors")


def test_wrong_usage_ends_with_2():
    assert run("train").exit_code == 2
    assert run("train", SAMPLE, "-o", "v.txt", "--batching", "pears").exit_code == 2
    assert run("nosuchcommand").exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
def test_ctrl_c_saves_what_is_trained(tmp_path):
    output = tmp_path / "v.safetensors"
    command = [sys.executable, "-m", "fastw2v", "train", SAMPLE, "-o", str(output)]
    command += ["--epochs", "100000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "training" in line:  # compiled, and about to begin
                break
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 130, rest
    assert "interrupted in epoch" in rest
    assert "vectors written to" in rest
    kv = fastw2v.KeyedVectors.load(output)
    # Trained, not only initialised: those lie within half of 1 / dim.
    assert np.abs(kv.vectors).max() > 0.1
