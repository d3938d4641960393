"""k-means on directions, against a loop over rows and against word2vec.c."""

import subprocess

import numpy as np
import pytest
from conftest import REPOSITORY

from fastw2v.vectors import classes as module
from fastw2v.vectors.classes import word_classes
from fastw2v.vectors.formats.by_content import read_any

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"


def plain(vectors, classes, iterations):
    """The same, row by row."""
    chosen = [i % classes for i in range(len(vectors))]
    for _ in range(iterations):
        centers = {}
        for number in set(chosen):
            rows = [v for v, c in zip(vectors, chosen, strict=True) if c == number]
            total = np.sum(rows, axis=0, dtype=np.float64)
            centers[number] = total / np.linalg.norm(total)
        chosen = [max(sorted(centers), key=lambda c: centers[c] @ v) for v in vectors]
    return chosen


@pytest.mark.parametrize(("rows", "classes"), [(1, 1), (7, 7), (50, 3), (200, 40)])
def test_equals_the_plain_loops_in_blocks_of_any_size(monkeypatch, rows, classes):
    vectors = np.random.default_rng(3).normal(size=(rows, 6)).astype(np.float32)
    expected = plain(vectors, classes, 10)
    assert word_classes(vectors, classes).tolist() == expected
    monkeypatch.setattr(module, "BLOCK_SCORES", 5)
    assert word_classes(vectors, classes).tolist() == expected


def test_directions_that_lie_together_share_a_class():
    rng = np.random.default_rng(1)
    axes = np.eye(4)[rng.permutation(np.repeat(np.arange(4), 25))]
    lengths = rng.uniform(0.1, 10, size=(100, 1))
    vectors = (axes * lengths + 0.01 * rng.normal(size=(100, 4))).astype(np.float32)
    found = word_classes(vectors, 4)
    of_axis = [set(found[axes[:, i] == 1]) for i in range(4)]
    assert [len(classes) for classes in of_axis] == [1, 1, 1, 1]


def test_a_class_that_lost_its_rows_stays_empty_and_zeros_do_no_harm():
    vectors = np.array([[1, 0], [1, 0], [-1, 0], [0, 0]], dtype=np.float32)
    # Rows 0, 1 and 3 begin in classes 0, 1 and 0, whose centers are the same.
    assert word_classes(vectors, 3).tolist() == [0, 0, 2, 0]


@pytest.mark.parametrize("classes", [0, -1, 5])
def test_numbers_of_classes_that_cannot_be(classes):
    with pytest.raises(ValueError, match=f"classes is {classes}; give 1 to 4"):
        word_classes(np.ones((4, 2), np.float32), classes)


def test_the_classes_are_those_of_the_c_program(tmp_path, c_program):
    vectors, classes = tmp_path / "vectors", tmp_path / "classes"
    command = [c_program("word2vec"), "-train", str(SAMPLE), "-threads", "1"]
    command += ["-iter", "2", "-size", "20", "-binary", "1"]
    subprocess.run([*command, "-output", str(vectors)], check=True, capture_output=True)
    subprocess.run(
        [*command, "-output", str(classes), "-classes", "30"],
        check=True,
        capture_output=True,
    )
    kv = read_any(vectors)
    lines = classes.read_text().splitlines()
    assert [line.split()[0] for line in lines] == list(kv)
    theirs = np.array([int(line.split()[1]) for line in lines])
    # A word between two centers may go either way by the rounding of float32.
    assert np.mean(theirs == word_classes(kv.vectors, 30)) > 0.99
