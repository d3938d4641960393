"""`fastw2v word2vec` against what word2vec.c does with the same flags."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter

import numpy as np
import pytest
from conftest import REPOSITORY
from typer.testing import CliRunner

from fastw2v.cli.app import app
from fastw2v.cli.word2vec_flags import Word2vecFlags, config_of
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError
from fastw2v.vectors.classes import word_classes
from fastw2v.vectors.evaluate import evaluate_analogies
from fastw2v.vectors.formats.by_content import read_any

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"
QUESTIONS = REPOSITORY / "corpora" / "questions.txt"
SMALL = ["-size", "8", "-iter", "1", "-threads", "1", "-sample", "0"]
SKIPGRAM = ["-cbow", "0", *SMALL]
FILES_THERE = {"text.txt", "vocab", "questions"}


def run(*words, stdin=None):
    return CliRunner().invoke(app, ["word2vec", *map(str, words)], input=stdin)


def good(*words, stdin=None):
    result = run(*words, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a text, a vocabulary and questions."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("a b c a b\n\na c a d\n" * 20)
    (tmp_path / "vocab").write_text("</s> 60\nb 900\na 70\nz 50\nd 3\n")
    (tmp_path / "questions").write_text(": one\na b c d\n")
    return tmp_path


def flags(**values):
    return Word2vecFlags(**{"train": "text.txt", "cbow": False, **values})


def test_the_defaults_are_those_of_word2vec():
    config = config_of(flags())
    assert (
        config.as_dict()
        == TrainConfig(
            dim=100,
            window=5,
            negatives=5,
            subsample=1e-3,
            noise_exponent=0.75,
            epochs=5,
            learning_rate=0.025,
            min_learning_rate=0.025 * 1e-4,
            decay=1.0,
            batching="pair",
            threads=None,
        ).as_dict()
    )


def test_every_flag_reaches_the_hyper_parameters():
    config = config_of(
        flags(size=7, window=3, sample=0.0, negative=2, threads=2, iter=9, alpha=0.5)
    )
    assert (config.dim, config.window, config.subsample) == (7, 3, 0.0)
    assert (config.negatives, config.threads, config.epochs) == (2, 2, 9)
    assert (config.learning_rate, config.min_learning_rate) == (0.5, 0.5e-4)


def test_cbow_is_the_default_and_begins_at_its_own_rate():
    config = config_of(Word2vecFlags(train="text.txt"))
    assert config.architecture == "cbow"
    assert config.learning_rate == 0.05
    assert config_of(flags()).architecture == "skipgram"
    assert config_of(flags(cbow=True, alpha=0.01)).learning_rate == 0.01


def test_hierarchical_softmax_beside_negative_sampling_and_alone():
    both = config_of(flags(hs=True))
    assert (both.hierarchical_softmax, both.negatives) == (True, 5)
    alone = config_of(flags(hs=True, negative=0))
    assert (alone.hierarchical_softmax, alone.negatives) == (True, 0)


def test_no_output_layer_is_refused():
    with pytest.raises(ConfigError, match=r"-negative 0 without -hs 1.*give"):
        config_of(flags(negative=0))


@pytest.mark.parametrize(
    "words",
    [
        "-cbow 1",
        "-hs 1 -cbow 0",
        "-hs 1",
        "-hs 1 -negative 0 -cbow 0",
        "-hs 1 -negative 0",
    ],
)
def test_every_model_trains(folder, words):
    good("-train", "text.txt", "-output", "v", *SMALL, *words.split())
    assert set(read_any("v")) == set("abcd")


@pytest.mark.parametrize("binary", [0, 1])
@pytest.mark.parametrize("name", ["v", "vec.bin", "vec.txt", "vec.gz"])
def test_binary_decides_on_the_format_and_the_name_does_not(folder, binary, name):
    good("-train", "text.txt", "-output", name, "-binary", binary, *SKIPGRAM)
    kv = read_any(name)
    assert (len(kv), kv.vector_size) == (4, 8)
    assert kv.index_to_key[0] == "a"
    data = (folder / name).read_bytes()
    if name.endswith(".gz"):
        assert data.startswith(b"\x1f\x8b")
    else:
        assert data.startswith(b"4 8\na ")
        assert (b"\na" in data[4:]) or data.count(b"\n") >= 5
        assert data.isascii() == (binary == 0)


def test_the_native_format_by_its_suffix(folder):
    good("-train", "text.txt", "-output", "v.safetensors", *SKIPGRAM)
    assert read_any("v.safetensors").counts.tolist() == [80, 40, 40, 20]


def test_vectors_are_the_same_as_those_of_train(folder):
    good("-train", "text.txt", "-output", "a", "-binary", 1, *SKIPGRAM)
    words = ["train", "text.txt", "-o", "b.bin", "--dim", 8, "--epochs", 1]
    words += ["--threads", 1, "--learning-rate", 0.025, "--batching", "pair"]
    words += ["--min-learning-rate", 0.0000025, "--subsample", 0]
    result = CliRunner().invoke(app, list(map(str, words)))
    assert result.exit_code == 0, result.output
    assert (folder / "a").read_bytes() == (folder / "b.bin").read_bytes()


def test_without_output_only_the_vocabulary_is_made(folder):
    result = good("-train", "text.txt", "-cbow", 0, "-save-vocab", "out")
    assert (folder / "out").read_text() == "</s> 60\na 80\nb 40\nc 40\nd 20\n"
    assert {path.name for path in folder.iterdir()} == FILES_THERE | {"out"}
    assert "Vocab size: 4" in result.stderr
    assert "Words in train file: 180" in result.stderr
    assert "training" not in result.stderr


def test_min_count_and_its_spellings(folder):
    for name in ("-min-count", "-min_count", "--min-count"):
        good("-train", "text.txt", "-cbow", 0, "-save-vocab", "out", name, 41)
        assert (folder / "out").read_text() == "</s> 60\na 80\n"


def test_text_from_standard_input(folder):
    text = (folder / "text.txt").read_text()
    good("-train", "-", "-cbow", 0, "-save-vocab", "out", stdin=text)
    # Read once, so only lines with words are known.
    assert (folder / "out").read_text() == "</s> 40\na 80\nb 40\nc 40\nd 20\n"


def test_words_with_blanks_from_a_table_are_refused_before_anything_is_written(folder):
    import pyarrow as pa
    import pyarrow.parquet

    table = pa.table({"words": [["new york", "city"]] * 20})
    pa.parquet.write_table(table, "t.parquet")
    for words in (["-save-vocab", "out"], ["-output", "v"]):
        result = run("-train", "t.parquet", "-cbow", 0, *words)
        assert result.exit_code == 1
        assert "'new york'" in result.stderr
    assert {path.name for path in folder.iterdir()} == FILES_THERE | {"t.parquet"}


def test_a_table_has_sentences_in_place_of_line_ends(folder):
    import pyarrow as pa
    import pyarrow.parquet

    pa.parquet.write_table(pa.table({"text": ["a b\na b", "c\n"] * 5}), "t.parquet")
    good("-train", "t.parquet", "-cbow", 0, "-save-vocab", "out")
    assert (folder / "out").read_text() == "</s> 15\na 10\nb 10\nc 5\n"


def test_a_vocabulary_read_gives_words_order_and_counts(folder):
    good(
        "-train", "text.txt", "-read-vocab", "vocab", "-output", "v.safetensors",
        "-save-vocab", "out", *SKIPGRAM,
    )  # fmt: skip
    kv = read_any("v.safetensors")
    assert list(kv) == ["b", "a", "z"]  # d is below -min-count, c not in the file
    assert kv.counts.tolist() == [900, 70, 50]
    assert (folder / "out").read_text() == "</s> 60\nb 900\na 70\nz 50\n"


def test_a_vocabulary_without_output_needs_no_pass_over_the_text(folder):
    (folder / "text.txt").write_bytes(b"\xff")  # would not decode
    good("-train", "text.txt", "-cbow", 0, "-read-vocab", "vocab", "-save-vocab", "o")
    assert (folder / "o").read_text() == "</s> 60\nb 900\na 70\nz 50\n"


def test_the_vocabulary_made_and_read_back_gives_the_same_vectors(folder):
    good("-train", "text.txt", "-output", "a", "-save-vocab", "counts", *SKIPGRAM)
    good("-train", "text.txt", "-output", "b", "-read-vocab", "counts", *SKIPGRAM)
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()


def test_classes(folder):
    good("-train", "text.txt", "-output", "v", "-binary", 1, *SKIPGRAM)
    good("-train", "text.txt", "-output", "classes", "-classes", 2, *SKIPGRAM)
    kv = read_any("v")
    numbers = word_classes(kv.vectors, 2).tolist()
    expected = "".join(f"{w} {n}\n" for w, n in zip(kv, numbers, strict=True))
    assert (folder / "classes").read_text() == expected


def test_debug_decides_how_much_is_said(folder):
    def said(level):
        result = good("-train", "text.txt", "-output", "v", "-debug", level, *SKIPGRAM)
        assert result.stdout == ""
        return result.stderr

    assert said(0) == ""
    assert "Vocab size: 4" in said(1)
    assert "loss" in said(2)
    assert "training 180 words" not in said(1)
    assert "training 180 words" in said(2)


def test_accuracy_prints_the_lines_of_compute_accuracy(folder):
    result = good(
        "-train", "text.txt", "-output", "v", "-accuracy", "questions", *SKIPGRAM
    )
    assert result.stdout.startswith("one:\nACCURACY TOP1: ")
    assert result.stdout.endswith("Questions seen / total: 1 1   100.00 % \n")


def test_help(folder):
    for words in ([], ["--help"], ["-h"]):
        text = " ".join(good(*words).output.split())
        assert "Example: fastw2v word2vec -train" in text
        assert "-min-count N Drop words that occur fewer times. (default 5)" in text


ERRORS = {
    "no -train": (["-output", "v"], 2, "missing -train"),
    "unknown flag": (["-train", "text.txt", "-siz", 9], 2, "did you mean -size?"),
    "no number": (["-train", "text.txt", "-size", "big"], 2, "-size is 'big'; give"),
    "too small": (["-train", "text.txt", "-window", 0], 2, "-window is '0'; give"),
    "no such text": (["-train", "nosuch.txt", "-output", "v"], 1, "'nosuch.txt'"),
    "nothing to learn": (
        ["-train", "text.txt", "-negative", 0, "-output", "v"], 1, "-negative 0"),
    "no such folder": (
        ["-train", "text.txt", "-output", "nowhere/v"], 1, "does not exist"),
    "a folder": (["-train", "text.txt", "-output", "."], 1, "is a folder"),
    "text replaced": (
        ["-train", "text.txt", "-output", "text.txt"], 1, "the file of -train"),
    "text replaced by words": (
        ["-train", "text.txt", "-save-vocab", "text.txt"], 1, "the file of -train"),
    "vocabulary replaced": (
        ["-train", "text.txt", "-read-vocab", "vocab", "-output", "vocab"], 1,
        "the file of -read-vocab"),
    "the same file twice": (
        ["-train", "text.txt", "-save-vocab", "v", "-output", "v"], 1,
        "the file of -output"),
    "no such vocabulary": (
        ["-train", "text.txt", "-read-vocab", "nosuch", "-output", "v"], 1, "nosuch"),
    "no vocabulary": (
        ["-train", "text.txt", "-read-vocab", "text.txt", "-output", "v"], 1,
        "line 1 is not a word and its count"),
    "no such questions": (
        ["-train", "text.txt", "-accuracy", "nosuch", "-output", "v"], 1, "nosuch"),
    "no questions": (
        ["-train", "text.txt", "-accuracy", "vocab", "-output", "v"], 1,
        "-accuracy vocab does not begin"),
    "too many classes": (
        ["-train", "text.txt", "-classes", 5, "-output", "v"], 1,
        "-classes is 5, more than the 4 words"),
    "no word left": (
        ["-train", "text.txt", "-min-count", 999, "-output", "v"], 1, "lower"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_are_one_line_and_leave_nothing(folder, words, code, message):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = run(*words, "-cbow", 0)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_failure_after_the_text_is_read_writes_no_vocabulary(folder):
    result = run(
        "-train", "text.txt", "-classes", 5, "-output", "v", "-save-vocab", "out",
        "-cbow", 0,
    )  # fmt: skip
    assert result.exit_code == 1
    assert {path.name for path in folder.iterdir()} == FILES_THERE


def test_the_quality_is_that_of_the_c_program(tmp_path, c_program):
    text = ["-train", str(SAMPLE), "-cbow", "0", "-iter", "8", "-alpha", "0.1"]
    text += ["-size", "30", "-binary", "1", "-threads", "2"]
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    command = [c_program("word2vec"), *text, "-output", str(theirs)]
    subprocess.run(command, check=True, capture_output=True)
    good(*text, "-output", ours)
    accuracy = [
        evaluate_analogies(read_any(path), QUESTIONS).accuracy
        for path in (theirs, ours)
    ]
    assert accuracy[0] > 0.5
    assert abs(accuracy[0] - accuracy[1]) < 0.05, accuracy


def test_the_words_and_their_order_are_those_of_the_c_program(tmp_path, c_program):
    words = ["-train", str(SAMPLE), *SKIPGRAM, "-output"]
    theirs, ours = str(tmp_path / "theirs"), str(tmp_path / "ours")
    subprocess.run(
        [c_program("word2vec"), *words, theirs], check=True, capture_output=True
    )
    good(*words, ours)
    assert ["</s>", *read_any(ours)] == list(read_any(theirs))


def test_word_counts_agree_with_a_counter(tmp_path):
    good("-train", SAMPLE, "-cbow", 0, "-save-vocab", tmp_path / "v", "-min-count", 1)
    lines = (tmp_path / "v").read_text("utf8").splitlines()
    found = {word: int(count) for word, count in map(str.split, lines)}
    text = SAMPLE.read_text("utf8")
    assert found == {"</s>": text.count("\n"), **Counter(text.split())}


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_signal_saves_what_is_trained(tmp_path, number, code):
    output = tmp_path / "v"
    command = [sys.executable, "-m", "fastw2v", "word2vec", "-train", str(SAMPLE)]
    command += ["-cbow", "0", "-output", str(output), "-iter", "100000"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "training" in line:  # compiled, and about to begin
                break
        time.sleep(1)
        process.send_signal(number)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == code, rest
    # Trained, not only initialised: those lie within half of 1 / dim.
    assert np.abs(read_any(output).vectors).max() > 0.1
