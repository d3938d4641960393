"""Outlier detection, against the definition of Camacho-Collados and Navigli."""

from itertools import permutations

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.evaluate import evaluate_outliers
from fastw2v.vectors.formats.word_groups import read_outliers
from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = [f"w{i}" for i in range(30)]


@pytest.fixture
def kv():
    rows = np.random.default_rng(3).standard_normal((30, 5)).astype(np.float32)
    return KeyedVectors.from_arrays(WORDS, rows)


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def position_by_definition(kv, group, outlier):
    """Rank words by the compactness of the set without them (equation 1)."""
    words = [*group, outlier]

    def compactness(left_out):
        rest = [word for word in words if word != left_out]
        pairs = list(permutations(rest, 2))
        return sum(float(kv.similarity(a, b)) for a, b in pairs) / len(pairs)

    ranked = sorted(words, key=compactness)
    return ranked.index(outlier) / len(group)


def test_positions_equal_the_definition(tmp_path, kv):
    rng = np.random.default_rng(5)
    drawn = [rng.choice(WORDS, rng.integers(3, 9), False).tolist() for _ in range(60)]
    path = write(tmp_path / "o.tsv", "".join("\t".join(d) + "\n" for d in drawn))
    result = evaluate_outliers(kv, path)
    expected = [position_by_definition(kv, group, last) for last, *group in drawn]
    assert result.items.values[:, 1].tolist() == pytest.approx(expected)
    assert result.accuracy == np.mean(np.array(expected) == 1)
    assert 0 < result.accuracy < 1
    assert result.position == pytest.approx(np.mean(expected))
    assert result.as_dict() == {
        "accuracy": result.accuracy,
        "position": result.position,
        "questions": 60,
        "skipped": 0,
    }


def test_both_forms_and_a_folder_ask_the_same(tmp_path, kv):
    groups = {"one": (["w1", "w2", "w3"], ["w4", "w5"]), "two": (["w6", "w7"], ["w8"])}
    (tmp_path / "sets").mkdir()
    lines = []
    for name, (group, outliers) in groups.items():
        text = "\n".join(group) + "\n\n" + "\n".join(outliers) + "\n\n"
        write(tmp_path / "sets" / f"{name}.txt", text)
        lines += ["\t".join([outlier, *group]) for outlier in outliers]
    write(tmp_path / "sets" / "readme.md", "not a set")
    table = write(tmp_path / "table.tsv", "# a comment\n" + "\n".join(lines) + "\n")
    read = read_outliers(table, case_insensitive=False)
    assert read == read_outliers(tmp_path / "sets", case_insensitive=False)
    assert read[1] == (("w1", "w2", "w3"), "w5")
    assert evaluate_outliers(kv, table) == evaluate_outliers(kv, tmp_path / "sets")


def test_unknown_words_leave_the_group_and_unknown_outliers_the_set(tmp_path, kv):
    text = "w1\tw2\tx\tw3\nx\tw1\tw2\nw1\tw2\tx\nW1\tW2\tW3\n"
    result = evaluate_outliers(kv, write(tmp_path / "o.tsv", text))
    assert (result.questions, result.skipped) == (2, 2)
    assert result.items.places.tolist() == [0, 3]
    assert result.items.values[0].tolist() == result.items.values[1].tolist()
    strict = evaluate_outliers(
        kv, tmp_path / "o.tsv", case_insensitive=False, restrict_vocab=4
    )
    assert (strict.questions, strict.skipped) == (1, 3)


def test_a_tie_counts_against_the_vectors(tmp_path):
    rows = np.eye(4, dtype=np.float32)
    kv = KeyedVectors.from_arrays(["a", "b", "c", "d"], rows)
    result = evaluate_outliers(kv, write(tmp_path / "o.tsv", "a\tb\tc\td\n"))
    assert (result.accuracy, result.position) == (0, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line"),
        ("w1\nw2\nw3\n", "no word after a blank line"),
        ("w1\n\nw2\n", "has 1 words beside the outlier 'w2'"),
        ("w1\tw2\n", "line 1 has 1 words beside the outlier 'w1'"),
        ("w1\tw2\t\n", "none of them empty"),
        ("w1\tw2\tw1\n", "line 1 has a word twice"),
        ("x\ty\tz\n", "none of its 1 questions"),
    ],
)
def test_bad_files(tmp_path, kv, text, message):
    with pytest.raises(FormatError, match=message) as caught:
        evaluate_outliers(kv, write(tmp_path / "o.txt", text))
    assert "\n" not in str(caught.value)


def test_an_empty_folder(tmp_path, kv):
    with pytest.raises(FormatError, match=r"holds no \.txt file"):
        evaluate_outliers(kv, tmp_path)
