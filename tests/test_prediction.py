"""Predicting words and scoring sentences."""

import logging

import numpy as np
import pytest

from fastw2v.models import Word2Vec


@pytest.fixture
def model(models, text):
    return models.Word2Vec(
        text, min_count=1, vector_size=8, workers=1, sample=0, epochs=40, alpha=0.1
    )


def test_predicted_words_and_their_shares(model):
    found = model.predict_output_word(["user", "no such word", "time"], topn=3)
    rows = [model.wv.get_index("user"), model.wv.get_index("time")]
    hidden = sum(model.wv.vectors[row].astype(float) for row in rows) / 2
    weights = np.exp(model.syn1neg.astype(float) @ hidden)
    shares = weights / weights.sum()
    best = np.argsort(-shares)[:3]
    assert [word for word, _ in found] == [model.wv.index_to_key[i] for i in best]
    assert [share for _, share in found] == pytest.approx(shares[best], rel=1e-4)


def test_prediction_by_sum_and_by_row(model):
    model.cbow_mean = 0
    found = dict(model.predict_output_word([0, "time"], topn=12))
    hidden = model.wv.vectors[0].astype(float) + model.wv["time"]
    weights = np.exp(model.syn1neg.astype(float) @ hidden)
    assert sum(found.values()) == pytest.approx(1, abs=1e-5)
    for row, word in enumerate(model.wv.index_to_key):
        assert found[word] == pytest.approx(weights[row] / weights.sum(), rel=1e-4)


def test_an_unknown_context_predicts_nothing(model, caplog):
    with caplog.at_level(logging.WARNING):
        assert model.predict_output_word(["unknown", "words"]) is None
        assert model.predict_output_word([]) is None
    assert caplog.records


def test_large_scores_do_not_overflow(text):
    model = Word2Vec(text, min_count=1, vector_size=8)
    model.syn1neg = np.full_like(model.syn1neg, 1e3)
    model.wv.vectors = np.ones_like(model.wv.vectors)
    shares = [share for _, share in model.predict_output_word(["user"], topn=12)]
    assert shares == pytest.approx([1 / 12] * 12)


def test_prediction_needs_negative_sampling(models, text):
    model = models.Word2Vec(text, min_count=1, hs=1, negative=0, vector_size=8)
    with pytest.raises(RuntimeError, match="negative"):
        model.predict_output_word(["user"])


def test_scoring_needs_hierarchical_softmax(models, text):
    with pytest.raises(RuntimeError, match="hs"):
        models.Word2Vec(text, min_count=1, vector_size=8).score(text)
    with pytest.raises(RuntimeError, match="vocab"):
        models.Word2Vec(hs=1, negative=0).score(text)


@pytest.mark.parametrize("options", [{"sg": 1}, {"sg": 0}, {"sg": 0, "cbow_mean": 0}])
def test_scores_are_those_of_gensim(text, tmp_path, options):
    gensim = pytest.importorskip("gensim.models")
    theirs = gensim.Word2Vec(
        text, min_count=1, vector_size=8, hs=1, negative=0, window=2, sample=0,
        epochs=30, alpha=0.1, workers=1, **options,
    )  # fmt: skip
    theirs.save(str(tmp_path / "gensim.model"))
    ours = Word2Vec.load(tmp_path / "gensim.model")
    sentences = [*text, ["unknown"], []]
    found = ours.score(sentences)
    assert found.dtype == np.float32
    # gensim reads logarithms from a table of a thousand cells.
    assert found == pytest.approx(theirs.score(sentences), rel=0.03, abs=0.03)


def test_scores_by_hand():
    model = Word2Vec(hs=1, negative=0, sg=1, vector_size=2, window=1, min_count=1)
    model.build_vocab([["a", "b", "a"]])
    model.wv.vectors = np.array([[1.0, 2.0], [3.0, -1.0]], dtype=np.float32)
    model.syn1[0] = [0.5, 0.25]
    sign = {w: 1 - 2 * int(model.wv.get_vecattr(w, "code")[0]) for w in "ab"}

    def log_share(center, context):
        return -np.log1p(np.exp(-sign[center] * (model.wv[context] @ model.syn1[0])))

    expected = 2 * log_share("a", "b") + 2 * log_share("b", "a")
    assert model.score([["a", "b", "a"]]) == pytest.approx([expected], rel=1e-6)


def test_no_more_sentences_than_wanted_are_scored(models, text):
    model = models.Word2Vec(text, min_count=1, hs=1, negative=0, vector_size=8)
    assert model.score(text, total_sentences=2).shape == (2,)
    assert np.array_equal(model.score(text)[:2], model.score(text, total_sentences=2))
