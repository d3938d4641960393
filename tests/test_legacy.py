"""Names of gensim 3, as views that warn; notes on a table."""

import json
import logging

import numpy as np
import pytest

from fastw2v.models.keyedvectors import Vocab
from fastw2v.vectors.keyed_vectors import KeyedVectors


@pytest.fixture
def kv():
    rows = np.array([[3, 4], [1, 0]], np.float32)
    kv = KeyedVectors.from_arrays(["a", "b"], rows, [7, 5])
    kv.expandos["code"] = np.array([[0, 1], [1, 1]], np.uint8)
    return kv


def test_vocab_is_a_view(kv):
    with pytest.warns(DeprecationWarning, match="vocab is deprecated: use key_to_i"):
        vocab = kv.vocab
    assert (vocab["a"].count, vocab["a"].index) == (7, 0)
    assert type(vocab["a"].count) is int
    assert vocab["b"].code.tolist() == [1, 1]
    assert (len(vocab), list(vocab), "b" in vocab, "x" in vocab) == (
        2, ["a", "b"], True, False,
    )  # fmt: skip
    assert max(vocab.items(), key=lambda item: item[1].count)[0] == "a"
    with pytest.raises(KeyError):
        vocab["x"]
    with pytest.raises(TypeError):
        vocab["a"] = 1
    kv.set_vecattr("a", "count", 1)
    assert vocab["a"] < vocab["b"]


def test_entries_as_gensim_had_them():
    assert Vocab(count=3) < Vocab(count=4)
    assert (Vocab(index=2).count, Vocab(index=2).index) == (0, 2)
    assert repr(Vocab(count=3, index=2)) == "VocabEntry(count=3, index=2)"


@pytest.mark.parametrize("name", ["index2word", "index2entity"])
def test_old_lists_of_words(kv, name):
    with pytest.warns(DeprecationWarning, match=f"{name} is deprecated") as seen:
        assert getattr(kv, name) == ["a", "b"]
    assert seen[0].filename == __file__
    with pytest.raises(AttributeError):
        setattr(kv, name, [])


def test_vectors_norm(kv):
    with pytest.warns(DeprecationWarning, match="get_normed_vectors"):
        normed = kv.vectors_norm
    np.testing.assert_allclose(normed, [[0.6, 0.8], [1, 0]])


def test_lifecycle_events_are_saved(tmp_path, kv, caplog):
    assert kv.lifecycle_events == []
    with caplog.at_level(logging.INFO):
        kv.add_lifecycle_event("trained", words=3, what={1, 2})
        kv.add_lifecycle_event("quiet", None)
    assert [record.message.split(":")[0] for record in caplog.records] == ["trained"]
    kv.save(tmp_path / "v")
    first, second = KeyedVectors.load(tmp_path / "v").lifecycle_events
    assert (first["event"], first["words"], first["what"]) == ("trained", 3, "{1, 2}")
    assert second["event"] == "quiet"
    assert {"datetime", "fastw2v", "python", "platform"} <= first.keys()
    json.dumps(first)
