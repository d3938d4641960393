"""Vocab: words by falling count, and its bytes on disk."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError, FormatError


def vocab_of(**counts):
    return Vocab(list(counts), np.array(list(counts.values()), dtype=np.int64))


def test_numbers_and_membership():
    vocab = vocab_of(the=3, cat=1)
    assert len(vocab) == 2
    assert vocab.index == {"the": 0, "cat": 1}
    assert "cat" in vocab
    assert "dog" not in vocab
    assert 0 not in vocab


def test_counts_are_read_only_and_not_copied():
    counts = np.array([3, 1])
    vocab = Vocab(["a", "b"], counts)
    assert np.shares_memory(vocab.counts, counts)
    with pytest.raises(ValueError, match="read-only"):
        vocab.counts[0] = 9
    counts[0] = 4  # the caller's own array stays writeable


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (np.array([1.0, 1.0]), "int64 of shape .2,.*float64"),
        (np.array([2, 1], dtype=np.int32), "int32"),
        (np.array([1]), r"shape \(2,\).*shape \(1,\)"),
        (np.array([[2, 1]]), r"shape \(1, 2\)"),
        (np.array([1, 2]), "fall"),
        (np.array([1, -1]), "at least 0"),
    ],
)
def test_counts_that_cannot_be(counts, message):
    with pytest.raises(CorpusError, match=message):
        Vocab(["a", "b"], counts)


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), unique=True),
    st.integers(0, 1 << 62),
)
def test_any_words_survive_the_round_trip(words, count):
    vocab = Vocab(words, np.full(len(words), count, dtype=np.int64))
    again = Vocab.from_bytes(vocab.to_bytes(), "a file")
    assert list(again.words) == words
    assert again.counts.dtype == np.int64
    assert again.counts.tolist() == vocab.counts.tolist()


def test_the_bytes_are_utf8_that_a_human_can_read():
    data = vocab_of(straße=2, кошка=1).to_bytes()
    assert "straße" in data.decode()
    assert json.loads(data) == {"words": ["straße", "кошка"], "counts": [2, 1]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"words": ["a"]}',
        b'{"words": 1, "counts": [1]}',
        b'{"words": ["a"], "counts": 1}',
        b'{"words": ["a"], "counts": [1, 1]}',
        b'{"words": [1], "counts": [1]}',
        b'{"words": ["a"], "counts": ["1"]}',
        b'{"words": ["a"], "counts": [1.5]}',
        b'{"words": ["a"], "counts": [true]}',
        b'{"words": ["a"], "counts": [99999999999999999999]}',
        b'{"words": ["a"], "counts": [-1]}',
        b'{"words": ["a", "b"], "counts": [1, 2]}',
        b'{"words": ["a", "a"], "counts": [1, 1]}',
        b"[" * 100_000,
    ],
    ids=lambda data: data[:30].decode(errors="replace"),
)
def test_bytes_that_are_no_vocabulary(data):
    with pytest.raises(FormatError, match="some file"):
        Vocab.from_bytes(data, "some file")
