"""Vectors of words from those of their n-grams."""

import numpy as np
import pytest

from fastw2v.vectors.formats.fasttext_ngrams import (
    Subwords,
    add_subwords,
    hash_ngrams,
    ngrams_of,
)


def slow_hash(data):
    """FNV-1a of 32 bits, with bytes above 127 taken as negative (C's signed char)."""
    value = 2166136261
    for byte in data:
        signed = byte - 256 if byte > 127 else byte
        value = ((value ^ (signed & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return value


@pytest.mark.parametrize(
    ("word", "shortest", "longest", "expected"),
    [
        ("ab", 3, 6, ["<ab", "<ab>", "ab>"]),
        ("ab", 1, 2, ["<a", "a", "ab", "b", "b>"]),
        ("日", 3, 3, ["<日>"]),
        ("", 1, 3, ["<>"]),
        ("a", 5, 6, []),
    ],
)
def test_ngrams(word, shortest, longest, expected):
    assert ngrams_of(word, shortest, longest) == expected


def test_hashes():
    ngrams = ["<wh", "where", "日本>", "é", "<naïve", "a"] * 2
    data = [ngram.encode() for ngram in ngrams]
    assert hash_ngrams(data).tolist() == [slow_hash(part) for part in data]
    assert hash_ngrams([]).tolist() == []


def test_published_hash():
    # Fowler, Noll and Vo give this one for FNV-1a of 32 bits.
    assert hash_ngrams([b"foobar"]).tolist() == [0xBF9CF968]


def test_a_word_is_the_mean_of_itself_and_its_ngrams():
    rng = np.random.default_rng(0)
    words = ["where", "日本語", "x", "\ud800"]
    own = rng.random((4, 5)).astype(np.float32)
    ngrams = rng.random((7, 5)).astype(np.float32)
    before = own.copy()
    found = add_subwords(words, own, Subwords(ngrams, 2, 4))
    np.testing.assert_array_equal(own, before)
    for word, row, mine in zip(words, found, own, strict=True):
        rows = [
            slow_hash(part.encode("utf-8", "surrogatepass")) % 7
            for part in ngrams_of(word, 2, 4)
        ]
        np.testing.assert_allclose(row, np.mean([mine, *ngrams[rows]], axis=0), 1e-6)
    np.testing.assert_array_equal(
        add_subwords(words, own, Subwords(ngrams[:0], 2, 4)), own
    )
