"""Building vocabularies: gensim's rules, on both back ends where they agree."""

import logging
from collections import Counter
from itertools import chain

import numpy as np
import pytest

from fastw2v import utils
from fastw2v.models import Word2Vec


def counts_of(model):
    counts = model.wv.expandos["count"].tolist()
    return dict(zip(model.wv.index_to_key, counts, strict=True))


def test_scan_prepare_and_weights_one_by_one(models, text):
    model = models.Word2Vec(vector_size=4, min_count=3)
    assert model.scan_vocab(text) == (29, 9)
    assert dict(model.raw_vocab) == Counter(chain(*text))
    dry = model.prepare_vocab(dry_run=True, min_count=4, sample=0.1)
    assert dry == {
        "drop_unique": 11,
        "retain_total": 4,
        "downsample_unique": 1,
        "downsample_total": int(4 * (0.1**0.5 + 0.1)),
        "num_retained_words": 1,
    }
    assert len(model.wv) == 0
    assert len(model.raw_vocab) == 12
    report = model.prepare_vocab(keep_raw_vocab=True)
    assert report["num_retained_words"] == 4
    assert report["retain_total"] == 13
    assert len(model.raw_vocab) == 12
    assert counts_of(model) == {"system": 4, "graph": 3, "trees": 3, "user": 3}
    model.prepare_weights()
    assert model.wv.vectors.shape == model.syn1neg.shape == (4, 4)


def test_what_follows_from_the_counts(models):
    frequencies = {f"w{i}": n for i, n in enumerate([900, 100, 70, 12, 5, 5, 2])}
    model = models.Word2Vec(min_count=1, sample=0.02, hs=1)
    model.build_vocab_from_freq(frequencies)
    counts = model.wv.expandos["count"].astype(float)
    ratio = 0.02 * counts.sum() / counts
    keep = np.minimum(np.sqrt(ratio) + ratio, 1) * (2**32 - 1)
    found = model.wv.expandos["sample_int"]
    assert found.dtype == np.uint32
    assert np.abs(found.astype(float) - keep).max() <= 1
    noise = np.cumsum(counts**0.75) / (counts**0.75).sum()
    assert model.cum_table.dtype == np.uint32
    assert model.cum_table[-1] == 2**31 - 1
    assert np.abs(model.cum_table - noise * (2**31 - 1)).max() <= 1
    codes, points = model.wv.expandos["code"], model.wv.expandos["point"]
    assert [len(code) for code in codes] == [1, 2, 3, 4, 5, 6, 6]
    assert [len(point) for point in points] == [len(code) for code in codes]
    assert len({tuple(code) for code in codes}) == 7


def test_a_sample_of_one_or_more_is_a_count(models):
    model = models.Word2Vec(min_count=1, sample=10)
    model.build_vocab_from_freq({"a": 26, "b": 27})
    assert (model.wv.expandos["sample_int"] < 2**32 - 1).tolist() == [True, False] or (
        model.wv.get_vecattr("a", "sample_int") == 2**32 - 1
    )
    ratio = 26 / 27
    expected = min(1, ratio**0.5 + ratio)
    assert model.wv.get_vecattr("b", "sample_int") / (2**32 - 1) == pytest.approx(
        expected, abs=1e-6
    )


def test_the_noise_table_agrees_with_gensim_cell_by_cell():
    theirs = pytest.importorskip("gensim.models").Word2Vec(min_count=1)
    ours = Word2Vec(min_count=1)
    frequencies = {f"w{i}": int(1e6 / (i + 1) ** 1.1) + 1 for i in range(2000)}
    for model in (ours, theirs):
        model.build_vocab_from_freq(frequencies)
    assert np.array_equal(ours.cum_table, theirs.cum_table)
    theirs.make_cum_table(domain=1000)
    ours.make_cum_table(domain=1000)
    assert np.array_equal(ours.cum_table, theirs.cum_table)


def test_trim_rule(models, text):
    def rule(word, count, min_count):
        if word == "human":
            return utils.RULE_KEEP
        if word == "system":
            return utils.RULE_DISCARD
        return utils.RULE_DEFAULT

    model = models.Word2Vec(min_count=3)
    model.build_vocab(text, trim_rule=rule)
    assert counts_of(model) == {"graph": 3, "trees": 3, "user": 3, "human": 2}


@pytest.mark.parametrize(
    ("most", "least", "effective"), [(12, 1, 1), (5, 1, 3), (3, 1, 4), (12, 3, 3)]
)
def test_max_final_vocab(models, text, most, least, effective):
    model = models.Word2Vec(min_count=least, max_final_vocab=most)
    model.build_vocab(text)
    assert model.effective_min_count == effective
    assert model.min_count == least
    assert len(model.wv) == sum(n >= effective for n in Counter(chain(*text)).values())


@pytest.mark.parametrize("most", [1, 2, 4, 7, 9, 11, 12])
def test_max_vocab_size_forgets_rare_words_while_counting(text, most):
    theirs = pytest.importorskip("gensim.models").Word2Vec(max_vocab_size=most)
    ours = Word2Vec(max_vocab_size=most)
    sentences = [*text, ["graph", "trees", "new"], *text[::-1]]
    assert ours.scan_vocab(sentences) == theirs.scan_vocab(sentences)
    assert list(ours.raw_vocab.items()) == list(theirs.raw_vocab.items())


def test_words_forgotten_while_counting_are_trained_where_they_are_kept(models):
    sentences = [["a", "b"], ["a", "b"], ["b", "c"], ["a", "b"], [*"dedee", "f"]]
    model = models.Word2Vec(min_count=1, max_vocab_size=2, sample=0, vector_size=4)
    model.build_vocab(sentences)
    expected = {"b": 4, "a": 3, "e": 3}
    assert counts_of(model) == expected
    trained = model.train(sentences, total_examples=5, epochs=1)
    assert trained == (10, 14)


def test_unsorted_vocabulary(models, text):
    model = models.Word2Vec(text, min_count=1, sorted_vocab=0, vector_size=4)
    assert model.wv.index_to_key == list(dict.fromkeys(chain(*text)))


def test_null_word(models, text):
    model = models.Word2Vec(min_count=1, null_word=1, vector_size=4)
    model.build_vocab(text)
    assert model.wv.index_to_key[-1] == "\0"
    assert model.wv.get_vecattr("\0", "count") == 1
    assert model.wv.vectors.shape == (13, 4)


def test_add_null_word(text):
    model = Word2Vec(min_count=1, vector_size=4)
    model.build_vocab(text)
    model.add_null_word()
    model.add_null_word()
    assert model.wv.index_to_key[12:] == ["\0"]
    assert len(model.wv.expandos["sample_int"]) == len(model.cum_table) == 13
    model.update_weights()
    assert model.wv.vectors.shape == model.syn1neg.shape == (13, 4)


def test_frequencies_are_copied(text):
    frequencies = {"a": 5, "b": 1, "c": 9, "d": 5}
    model = Word2Vec(min_count=2, vector_size=4)
    model.build_vocab_from_freq(frequencies, keep_raw_vocab=True)
    model.raw_vocab["e"] += 1
    assert frequencies == {"a": 5, "b": 1, "c": 9, "d": 5}


def test_frequencies(models):
    model = models.Word2Vec(min_count=2, vector_size=4)
    model.build_vocab_from_freq({"a": 5, "b": 1, "c": 9, "d": 5}, corpus_count=7)
    assert model.wv.index_to_key == ["c", "d", "a"]
    assert model.corpus_count == 7
    assert dict(model.raw_vocab) == {}
    model.train([["a", "c", "d"]] * 7, total_examples=7, epochs=1)


def test_a_generator_is_enough_for_a_vocabulary(models, text):
    model = models.Word2Vec(min_count=1)
    model.build_vocab(sentence for sentence in text)
    assert (model.corpus_count, model.corpus_total_words) == (9, 29)


# --- adding to a vocabulary


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}])
def test_update_adds_words_and_counts(models, text, options):
    model = models.Word2Vec(
        text, min_count=3, vector_size=4, sample=0, workers=1, **options
    )
    words, vectors = list(model.wv.index_to_key), model.wv.vectors.copy()
    output = "syn1" if model.hs else "syn1neg"
    before = getattr(model, output).copy()
    more = [["system", "new", "new", "new", "rare"], ["graph", "graph"]]
    model.build_vocab(more, update=True)
    assert model.wv.index_to_key == [*words, "new"]
    assert counts_of(model) == {
        "system": 5, "graph": 5, "trees": 3, "user": 3, "new": 3}  # fmt: skip
    assert np.array_equal(model.wv.vectors[:4], vectors)
    assert model.wv.vectors[4].any()
    assert np.array_equal(getattr(model, output)[:4], before)
    assert not getattr(model, output)[4].any()
    assert (model.corpus_count, model.corpus_total_words) == (2, 7)
    assert model.train(more, total_examples=2, epochs=1) == (6, 7)
    assert not np.array_equal(model.wv.vectors[:4], vectors)


def test_update_trains_rows_that_are_not_in_order_of_counts():
    lines = [["a", "b"], ["c", "d"]] * 20
    model = Word2Vec(lines, min_count=1, vector_size=6, workers=1, sample=0, sg=1)
    model.build_vocab([["x", "y"]] * 100, update=True)
    assert model.wv.index_to_key[4:] == ["x", "y"]
    frozen = model.wv.vectors.copy()
    model.train([["x", "y"]] * 100, epochs=1)
    changed = (model.wv.vectors != frozen).any(axis=1)
    assert changed.tolist() == [False] * 4 + [True] * 2


def test_update_gives_new_words_their_thinning(text):
    model = Word2Vec(text, min_count=1, vector_size=4)
    model.build_vocab([["new"] * 50], update=True)
    fresh = Word2Vec(min_count=1, vector_size=4)
    fresh.build_vocab([*text, ["new"] * 50])
    for word in fresh.wv.index_to_key:
        expected = fresh.wv.get_vecattr(word, "sample_int")
        assert model.wv.get_vecattr(word, "sample_int") == expected


def test_update_keeps_lock_factors(text):
    model = Word2Vec(text, min_count=1, vector_size=4)
    model.wv.vectors_lockf = np.zeros(12, dtype=np.float32)
    model.build_vocab([["new"]], update=True)
    assert model.wv.vectors_lockf.tolist() == [0] * 12 + [1]


def test_update_of_nothing(models, text):
    with pytest.raises(RuntimeError, match="vocab"):
        models.Word2Vec(min_count=1).build_vocab(text, update=True)


def test_update_of_nothing_reads_nothing():
    def sentences():
        pytest.fail("the corpus was read")
        yield []

    with pytest.raises(RuntimeError, match="without update first"):
        Word2Vec().build_vocab(sentences(), update=True)


def test_a_second_vocabulary_replaces_the_first(text):
    model = Word2Vec(text, min_count=1, vector_size=4)
    model.build_vocab([["a", "b", "a"]])
    assert model.wv.index_to_key == ["a", "b"]
    assert model.wv.vectors.shape == model.syn1neg.shape == (2, 4)
    assert "human" not in model.wv


# --- the rest


def test_estimate_memory(models, text):
    model = models.Word2Vec(min_count=1, vector_size=10)
    expected = {"vocab": 50_000, "vectors": 4_000, "syn1neg": 4_000, "total": 58_000}
    assert model.estimate_memory(vocab_size=100) == expected
    model.hs, model.negative = 1, 0
    expected = {"vocab": 70_000, "vectors": 4_000, "syn1": 4_000, "total": 78_000}
    assert model.estimate_memory(vocab_size=100) == expected
    assert model.estimate_memory(vocab_size=100, report={"x": 1})["total"] == 78_001
    model.build_vocab(text)
    assert model.estimate_memory()["vectors"] == 480


def test_reset_from(models, text):
    source = models.Word2Vec(text, min_count=1, vector_size=4)
    model = models.Word2Vec(min_count=1, vector_size=6)
    model.reset_from(source)
    assert model.wv.index_to_key == source.wv.index_to_key
    assert model.wv.vectors.shape == (12, 6)
    assert model.corpus_count == 9
    assert np.array_equal(model.cum_table, source.cum_table)
    assert not model.syn1neg.any()


def test_a_model_reset_can_be_trained(text):  # gensim's then never returns
    source = Word2Vec(text, min_count=1, vector_size=4)
    model = Word2Vec(min_count=1, vector_size=6, hs=1, sample=0)
    model.reset_from(source)
    assert model.train(text, epochs=1) == (29, 29)
    assert source.wv.vectors.shape == (12, 4)


def test_new_weights(models, text):
    model = models.Word2Vec(text, min_count=1, vector_size=10)
    model.init_weights()
    assert np.abs(model.wv.vectors).max() <= 0.1
    assert np.abs(model.wv.vectors).max() > 0.09
    assert not model.syn1neg.any()
    first = model.wv.vectors.copy()
    model.init_weights()
    assert np.array_equal(model.wv.vectors, first)


def test_unknown_options_are_named(text):
    with pytest.raises(TypeError, match=r"build_vocab\(\) got .* 'mincount'"):
        Word2Vec().build_vocab(text, mincount=2)
    with pytest.raises(TypeError, match=r"scan_vocab\(\) got"):
        Word2Vec().scan_vocab(text, x=2)
    with pytest.raises(TypeError, match=r"train\(\) got"):
        Word2Vec(text, min_count=1).train(text, epochs=1, x=2)


def test_options_of_build_vocab(models, text):
    model = models.Word2Vec(min_count=1)
    model.build_vocab(text, min_count=3, sample=0.5)
    assert (len(model.wv), model.min_count, model.sample) == (4, 3, 0.5)


def test_progress_is_logged(text, caplog):
    with caplog.at_level(logging.INFO, "fastw2v.models.word2vec"):
        Word2Vec(min_count=1).build_vocab(text, progress_per=4)
    lines = [r.getMessage() for r in caplog.records]
    assert "4 sentences, 17 words, 9 of them different" in lines
    assert "8 sentences, 26 words, 12 of them different" in lines
