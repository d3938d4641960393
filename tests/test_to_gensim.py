"""gensim's own objects, built from records."""

import sys

import numpy as np
import pytest

from fastw2v.vectors.formats.gensim_pickle import read_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel, GensimVectors
from fastw2v.vectors.formats.to_gensim import (
    keep_chances,
    model_to_gensim,
    vectors_to_gensim,
)

WORDS = ["the", "a b", "naïve"]
COUNTS = np.array([50, 20, 7])


def rows(seed, count=3):
    return np.random.default_rng(seed).random((count, 4)).astype(np.float32)


def train_gensim(**changed):
    models = pytest.importorskip("gensim.models")
    text = [f"w{i % 7} w{i % 3} w{i % 11} w{i % 2}".split() for i in range(200)]
    parameters = {
        "vector_size": 4,
        "min_count": 1,
        "workers": 1,
        "seed": 3,
        "sample": 0.05,
    }
    return models.Word2Vec(text, **(parameters | changed)), text


def assert_same_model(found, expected):
    assert found.wv.index_to_key == expected.wv.index_to_key
    for name in ("syn1", "syn1neg"):
        weights = getattr(expected, name, None)
        if weights is not None:
            np.testing.assert_array_equal(getattr(found, name), weights)
    np.testing.assert_array_equal(found.wv.vectors, expected.wv.vectors)


def test_without_gensim_the_error_says_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(ImportError, match="pip install gensim"):
        vectors_to_gensim(GensimVectors(WORDS, rows(0)))


def test_vectors_as_gensim(tmp_path):
    models = pytest.importorskip("gensim.models")
    lengths = [len(word) for word in WORDS]
    record = GensimVectors(WORDS, rows(0), {"count": COUNTS, "lengths": lengths})
    kv = vectors_to_gensim(record)
    kv.save(str(tmp_path / "v.kv"))
    kv = models.KeyedVectors.load(str(tmp_path / "v.kv"))
    assert kv.index_to_key == WORDS
    np.testing.assert_array_equal(kv["a b"], rows(0)[1])
    assert kv.get_vecattr("naïve", "count") == 7
    assert kv.get_vecattr("naïve", "lengths") == 5
    assert kv.most_similar("the", topn=1)[0][0] in WORDS[1:]
    kv.add_vectors(["new"], np.ones((1, 4)))
    assert kv.index_to_key == [*WORDS, "new"]
    np.testing.assert_array_equal(record.vectors, rows(0))


@pytest.mark.parametrize("sample", [0, 1e-3, 0.05, 0.5, 3, 1.5])
def test_chances_to_keep_a_word_are_those_of_gensim(sample):
    model, _ = train_gensim(sample=sample, epochs=1)
    counts = model.wv.expandos["count"]
    np.testing.assert_array_equal(
        keep_chances(counts, sample), model.wv.expandos["sample_int"]
    )


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(("hs", "negative"), [(0, 3), (1, 0), (1, 2)])
def test_training_goes_on_as_gensim_would(tmp_path, sg, hs, negative):
    model, text = train_gensim(sg=sg, hs=hs, negative=negative, comment="mine")
    path = str(tmp_path / "m.model")
    model.save(path)
    again = model_to_gensim(read_gensim(path))
    assert again.comment == "mine"
    assert again.lifecycle_events[0] == model.lifecycle_events[0]
    assert str(again) == str(model)
    assert again.train_count == model.train_count
    assert_same_model(again, model)
    for each in (model, again):
        each.train(text, total_examples=each.corpus_count, epochs=2)
    assert_same_model(again, model)  # the same draws: the random state came too
    again.save(path)
    assert_same_model(type(model).load(path), model)
    np.testing.assert_array_equal(read_gensim(path).vectors.vectors, model.wv.vectors)


@pytest.mark.parametrize("hs", [0, 1])
def test_gensim_trains_on_from_vectors_counts_and_weights_alone(hs):
    pytest.importorskip("gensim")
    parameters = {"hs": hs, "negative": 0 if hs else 5, "min_count": 1, "sample": 0.1}
    record = GensimModel(
        GensimVectors(WORDS, rows(0), {"count": COUNTS}),
        parameters,
        syn1neg=None if hs else rows(1),
        syn1=rows(1) if hs else None,
    )
    model = model_to_gensim(record)
    assert model.corpus_total_words == COUNTS.sum()
    trained, raw = model.train([WORDS] * 50, total_examples=50, epochs=3)
    assert 0 < trained <= raw == 450
    assert (model.wv.vectors != rows(0)).any()
    np.testing.assert_array_equal(record.vectors.vectors, rows(0))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (GensimModel(GensimVectors(WORDS, rows(0)), {}), "no counts"),
        (
            GensimModel(GensimVectors(WORDS, rows(0), {"count": COUNTS}), {}),
            "negative=5, but syn1neg is missing",
        ),
        (
            GensimModel(
                GensimVectors(WORDS, rows(0), {"count": COUNTS}),
                {"hs": 1, "negative": 0},
            ),
            "hs=1, but syn1 is missing",
        ),
    ],
    ids=["counts", "syn1neg", "syn1"],
)
def test_what_gensim_could_not_train_on_is_refused(record, message):
    with pytest.raises(ValueError, match=message):
        model_to_gensim(record)
