"""Sentence classification from averaged vectors."""

import importlib.util

import numpy as np
import pytest

from fastw2v.errors import FormatError, MissingExtraError
from fastw2v.vectors.evaluate import evaluate_sentences
from fastw2v.vectors.evaluate.known import Known
from fastw2v.vectors.evaluate.parts import parts_of
from fastw2v.vectors.evaluate.sentences import macro_f1, mean_vectors
from fastw2v.vectors.formats.labelled import Columns, read_labelled
from fastw2v.vectors.keyed_vectors import KeyedVectors

pytest.importorskip("sklearn")

TOPICS = {"0": "awful", "1": "poor", "2": "fair", "3": "good", "4": "superb"}


@pytest.fixture
def kv():
    """Words of five topics, each near its own axis, and words of none."""
    rng = np.random.default_rng(8)
    words = [f"{topic}{i}" for topic in TOPICS.values() for i in range(20)]
    rows = np.repeat(np.eye(5, 8), 20, axis=0) + 0.3 * rng.standard_normal((100, 8))
    words += [f"the{i}" for i in range(30)]
    rows = np.vstack([rows, 0.3 * rng.standard_normal((30, 8))])
    return KeyedVectors.from_arrays(words, rows.astype(np.float32))


def sentences(count, seed=1):
    """Labels and texts: half of the words are of the topic of the label."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        label = str(rng.integers(5))
        own = [f"{TOPICS[label]}{i}" for i in rng.integers(0, 20, 4)]
        yield label, " ".join([*own, *(f"the{i}" for i in rng.integers(0, 30, 4))])


def write(folder, lines):
    path = folder / "sentences.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_topics_are_told_apart(tmp_path, kv):
    lines = [f"{label}\t{text}" for label, text in sentences(400)]
    result = evaluate_sentences(kv, write(tmp_path, lines))
    assert result.accuracy > 0.9
    assert result.macro_f1 > 0.9
    assert result.majority < 0.35
    assert result.classes == tuple("01234")
    assert abs(result.train - 280) <= 3
    assert abs(result.dev - 40) <= 3
    assert result.train + result.dev + result.test == 400
    assert result.unknown_words == 0
    assert result.skipped == 0
    assert result == evaluate_sentences(kv, tmp_path / "sentences.tsv")
    assert result.as_dict()["classes"] == list("01234")


def test_labels_that_say_nothing_of_the_text_are_guessed(tmp_path, kv):
    rng = np.random.default_rng(4)
    lines = [f"{rng.integers(2)}\t{text}" for _, text in sentences(600)]
    assert 0.3 < evaluate_sentences(kv, write(tmp_path, lines)).accuracy < 0.7


def test_columns_by_name_and_labels_merged(tmp_path, kv):
    parts = ["train"] * 200 + ["dev"] * 40 + ["test"] * 60
    lines = ["number\tclass5\tsentence\tpart"]
    for number, (part, (label, text)) in enumerate(
        zip(parts, sentences(300), strict=True)
    ):
        lines.append(f"{number}\t{label}\t{text}\t{part}")
    merge = {"0": "bad", "1": "bad", "3": "good", "4": "good"}
    result = evaluate_sentences(
        kv,
        write(tmp_path, lines),
        columns=Columns("class5", "sentence", "part"),
        merge=merge,
    )
    assert result.classes == ("bad", "good")
    assert result.accuracy > 0.9
    labels = [line.split("\t")[1] for line in lines[1:]]
    assert result.test == sum(label != "2" for label in labels[240:])
    assert result.train == sum(label != "2" for label in labels[:200])


def test_the_test_part_teaches_nothing(tmp_path, kv):
    """Labels of the test part turned round: everything answered is wrong."""
    turned = dict(zip("01234", "12340", strict=True))
    lines = [f"train\t{label}\t{text}" for label, text in sentences(200)]
    lines += [f"valid\t{label}\t{text}" for label, text in sentences(40, seed=2)]
    lines += [f"test\t{turned[label]}\t{text}" for label, text in sentences(60, seed=3)]
    assert evaluate_sentences(kv, write(tmp_path, lines)).accuracy < 0.1


def test_sentences_of_unknown_words_are_answered_too(tmp_path, kv):
    lines = [f"train\t{label}\t{text}" for label, text in sentences(200)]
    lines += [f"dev\t{label}\t{text}" for label, text in sentences(40, seed=2)]
    lines += ["test\t0\tunheard of", "test\t1\tPOOR1 poor2"]
    result = evaluate_sentences(kv, write(tmp_path, lines))
    assert result.test == len(result.items.places) == 2
    assert result.unknown_words == 0.5
    assert result.items.values[1].tolist() == [1, 1]


def test_means_equal_loops(kv):
    texts = [text.split() for _, text in sentences(20)] + [["x"], [], ["the1", "x"]]
    counts, means = mean_vectors(kv, texts, Known(None, False), "texts")
    for words, count, mean in zip(texts, counts, means, strict=True):
        known = [kv[word].astype(np.float64) for word in words if word in kv]
        assert count == len(known)
        expected = sum(known) / len(known) if known else np.zeros(8)
        np.testing.assert_allclose(mean, expected, atol=1e-7)


def test_macro_f1_equals_scikit_learn():
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(9)
    values = rng.integers(0, 4, (200, 2)).astype(float)
    expected = f1_score(values[:, 0], values[:, 1], average="macro")
    assert macro_f1(values) == pytest.approx(expected)


def test_a_missing_dev_part_is_taken_from_the_training_part():
    named = ["train"] * 80 + ["test"] * 20
    classes = np.arange(100) % 4
    parts = parts_of(named, classes, seed=1)
    assert (parts[80:] == "test").all()
    for number in range(4):
        own = parts[:80][classes[:80] == number].tolist()
        assert (own.count("dev"), own.count("train")) == (2, 18)


def test_text_may_begin_with_a_comment_sign(tmp_path):
    path = write(tmp_path, ["text\tlabel", "# one\ta", "two\tb"])
    read = read_labelled(path, Columns(), None, case_insensitive=True)
    assert [sentence.words for sentence in read] == [["#", "ONE"], ["TWO"]]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([""], "holds no sentence"),
        (["0 the1 the2"], "line 1 has 1 columns and 2 are needed"),
        (["0\tthe1", "1"], "line 2 has 1 columns"),
        (["later\t0\tthe1"], "line 1 is in a part named 'later'"),
        (["train\t0\tthe1", "dev\t0\tthe1"], "'test': 0"),
        ([f"0\tthe{i}" for i in range(30)], "all of one class"),
        ([f"{i % 2}\tx" for i in range(30)], "none of its words has a vector"),
        (["0\tthe1", "1\tthe2"], "none may be empty"),
    ],
)
def test_bad_files(tmp_path, kv, lines, message):
    with pytest.raises(FormatError, match=message) as caught:
        evaluate_sentences(kv, write(tmp_path, lines))
    assert "\n" not in str(caught.value)


def test_columns_and_labels_that_are_not_there(tmp_path, kv):
    path = write(tmp_path, [f"{label}\t{text}" for label, text in sentences(30)])
    with pytest.raises(FormatError, match="no 'class5' and 'text' among them"):
        evaluate_sentences(kv, path, columns=Columns("class5"))
    with pytest.raises(FormatError, match=r"no sentence with a label of \['7'\]"):
        evaluate_sentences(kv, path, merge={"7": "x"})


def test_without_scikit_learn_the_error_names_the_extra(tmp_path, kv, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"fastw2v\[eval\]"):
        evaluate_sentences(kv, tmp_path / "not even read")


def test_treebank(shared_file):
    path = shared_file("eval/sst_sentences.tsv")
    columns = Columns("class5", "sentence", "split")
    text = path.read_text(encoding="utf-8").lower()
    words = list(dict.fromkeys(text.split()))[:3000]
    rows = np.random.default_rng(0).standard_normal((len(words), 10))
    kv = KeyedVectors.from_arrays(words, rows.astype(np.float32))
    result = evaluate_sentences(kv, path, columns=columns)
    assert (result.train, result.dev, result.test) == (8544, 1101, 2210)
    merge = {"0": "-", "1": "-", "3": "+", "4": "+"}
    result = evaluate_sentences(kv, path, columns=columns, merge=merge)
    assert (result.train, result.dev, result.test) == (6920, 872, 1821)
    assert result.accuracy > 0.5
