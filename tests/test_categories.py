"""Categorisation: purity of clusters."""

from collections import Counter

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.evaluate import evaluate_categories
from fastw2v.vectors.evaluate.categories import in_commonest
from fastw2v.vectors.keyed_vectors import KeyedVectors


def cloud(spread, seed=1, per_category=12, categories=6):
    """Words of categories around centers, and the lines that name them."""
    rng = np.random.default_rng(seed)
    centers = rng.standard_normal((categories, 10))
    rows = np.repeat(centers, per_category, axis=0)
    rows = rows + spread * rng.standard_normal(rows.shape)
    words = [f"w{i}" for i in range(len(rows))]
    lines = [f"c{i // per_category}\t{word}" for i, word in enumerate(words)]
    return KeyedVectors.from_arrays(words, rows.astype(np.float32)), lines


def write(folder, lines):
    path = folder / "categories.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_clusters_that_lie_apart_are_pure(tmp_path):
    kv, lines = cloud(0.05)
    result = evaluate_categories(kv, write(tmp_path, lines))
    assert result.as_dict() == {
        "purity": 1.0,
        "words": 72,
        "categories": 6,
        "skipped": 0,
    }


def test_the_order_of_lines_and_the_length_of_vectors_decide_nothing(tmp_path):
    kv, lines = cloud(0.1)
    kv.vectors *= np.random.default_rng(1).uniform(0.1, 9, (72, 1)).astype(np.float32)
    kv.fill_norms(force=True)
    shuffled = np.random.default_rng(2).permutation(lines)
    assert evaluate_categories(kv, write(tmp_path, shuffled)).purity == 1


def test_noise_is_not_pure_and_the_seed_decides(tmp_path):
    kv, lines = cloud(50.0)
    path = write(tmp_path, lines)
    first = evaluate_categories(kv, path)
    assert 1 / 6 < first.purity < 0.6
    assert evaluate_categories(kv, path) == first
    assert first.purity == first.items.values.mean()


def test_purity_equals_counting():
    rng = np.random.default_rng(6)
    clusters, categories = rng.integers(0, 5, (2, 200))
    counted = 0
    for cluster in range(5):
        members = [c for c, k in zip(categories, clusters, strict=True) if k == cluster]
        counted += max(Counter(members).values())
    assert in_commonest(clusters, categories).sum() == counted


def test_unknown_words_are_skipped(tmp_path):
    kv, lines = cloud(0.05)
    text = [*lines, "c1\tunknown", "# a comment", "", "c9\tnothing"]
    result = evaluate_categories(kv, write(tmp_path, text))
    assert (result.purity, result.skipped, result.categories) == (1, 2, 6)
    few = evaluate_categories(kv, write(tmp_path, text), restrict_vocab=24)
    assert (few.words, few.categories) == (24, 2)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "no line"),
        (["c1 w1"], "line 1 is not a category, a tab and a word"),
        (["c1\tw1\tw2"], "line 1 is not"),
        (["c1\tw1", "c1\tw2"], "names one category"),
        (["c1\tw1", "c2\tx"], "1 of 2 words have vectors, of 1 categories"),
        (["c1\tw1", "c2\tw20"], "2 of 2 words have vectors, of 2 categories"),
    ],
)
def test_bad_files(tmp_path, lines, message):
    kv, _ = cloud(1.0)
    with pytest.raises(FormatError, match=message) as caught:
        evaluate_categories(kv, write(tmp_path, lines))
    assert "\n" not in str(caught.value)
