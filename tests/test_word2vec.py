"""The class as a program sees it: what ours and gensim's do alike, and where not."""

import copy
import inspect
import logging
import pickle

import numpy as np
import pytest

from fastw2v.models import Word2Vec
from fastw2v.models.word2vec import LineSentence

LOGGERS = ("fastw2v.models.word2vec", "gensim.models.word2vec")


@pytest.fixture
def model(models, text):
    return models.Word2Vec(text, min_count=1, vector_size=8, workers=1, sample=0)


def warned(caplog, start):
    return [r for r in caplog.records if r.getMessage().startswith(start)]


# --- the constructor


def test_positional_order_and_defaults_are_those_of_gensim():
    theirs = pytest.importorskip("gensim.models").Word2Vec
    ours = list(inspect.signature(Word2Vec).parameters.values())
    expected = list(inspect.signature(theirs).parameters.values())
    ours = [p for p in ours if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [p.name for p in ours] == [p.name for p in expected]
    assert [p.default for p in ours] == [p.default for p in expected]


@pytest.mark.parametrize(
    "name",
    ["build_vocab", "train", "scan_vocab", "prepare_vocab", "build_vocab_from_freq",
     "estimate_memory", "predict_output_word", "score", "save", "make_cum_table",
     "prepare_weights", "reset_from", "seeded_vector", "init_sims"],
)  # fmt: skip
def test_methods_take_the_arguments_of_gensim(name):
    theirs = pytest.importorskip("gensim.models").Word2Vec
    ours = inspect.signature(getattr(Word2Vec, name)).parameters
    for parameter in inspect.signature(getattr(theirs, name)).parameters.values():
        if parameter.kind not in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            mine = ours[parameter.name]
            assert type(mine.default) is type(parameter.default)
            assert mine.default == parameter.default


def test_every_public_name_of_gensim_is_here():
    module = pytest.importorskip("gensim.models.word2vec")
    names = {n for n in dir(module.Word2Vec) if n[0] != "_"}
    assert names <= set(dir(Word2Vec))
    from fastw2v.models import word2vec

    used = {"Word2Vec", "KeyedVectors", "LineSentence", "PathLineSentences",
            "Text8Corpus", "BrownCorpus", "MAX_WORDS_IN_BATCH", "FAST_VERSION",
            "CORPUSFILE_VERSION", "REAL"}  # fmt: skip
    assert used <= set(dir(word2vec)) & set(dir(module))


def test_attributes_after_training(model):
    assert (model.vector_size, model.layer1_size) == (8, 8)
    assert (model.alpha, model.min_alpha, model.window, model.min_count) == (
        0.025, 0.0001, 5, 1)  # fmt: skip
    assert (model.sample, model.seed, model.workers) == (0, 1, 1)
    assert (model.sg, model.hs, model.negative, model.ns_exponent) == (0, 0, 5, 0.75)
    assert (model.cbow_mean, model.epochs, model.shrink_windows) == (1, 5, True)
    assert (model.corpus_count, model.corpus_total_words) == (9, 29)
    assert (model.effective_min_count, model.max_vocab_size) == (1, None)
    assert (model.max_final_vocab, model.sorted_vocab, model.batch_words) == (
        None, 1, 10_000)  # fmt: skip
    assert (model.compute_loss, model.running_training_loss) == (False, 0.0)
    assert (model.train_count, model.comment, model.null_word) == (1, None, 0)
    assert model.min_alpha_yet_reached < model.alpha
    assert model.total_train_time > 0
    assert model.hashfxn is hash
    assert isinstance(model.random, np.random.RandomState)
    assert dict(model.raw_vocab) == {}
    assert model.syn1neg.shape == (12, 8)
    assert model.syn1neg.dtype == model.wv.vectors.dtype == np.float32
    assert not hasattr(model, "syn1")
    events = [event["event"] for event in model.lifecycle_events]
    assert events[-1] == "created"
    assert {"prepare_vocab", "build_vocab", "train"} <= set(events)


def test_words_fall_by_count_the_later_of_equals_first(model):
    assert model.wv.index_to_key == [
        "system", "graph", "trees", "user", "minors", "eps", "time", "response",
        "survey", "computer", "interface", "human",
    ]  # fmt: skip
    assert model.wv.expandos["count"].tolist() == [4] + [3] * 3 + [2] * 8


def test_without_a_corpus_nothing_is_learned(models):
    model = models.Word2Vec(vector_size=5)
    assert str(model) == "Word2Vec<vocab=0, vector_size=5, alpha=0.025>"
    assert len(model.wv) == 0
    assert model.wv.vector_size == 5
    assert (model.corpus_count, model.train_count) == (0, 0)


def test_arguments_without_use_are_warned_of(models, caplog):
    with caplog.at_level(logging.WARNING):
        models.Word2Vec(trim_rule=lambda *_: 0, callbacks=[object()])
    assert sum(r.name in LOGGERS for r in caplog.records) == 2
    assert "rule" in caplog.text
    assert "allbacks" in caplog.text


def test_the_model_is_no_table(model):
    with pytest.raises(TypeError):
        model["system"]
    with pytest.raises(TypeError):
        iter(model)
    with pytest.raises(TypeError):
        _ = "system" in model
    assert not hasattr(model, "most_similar")


def test_corpus_given_by_file(models, text, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in text))
    model = models.Word2Vec(corpus_file=str(path), min_count=1, vector_size=8)
    assert (model.corpus_count, model.corpus_total_words) == (9, 29)
    assert len(model.wv) == 12


def test_line_sentence_as_corpus(models, text, tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in text))
    lines = models.word2vec.LineSentence(str(path))
    model = models.Word2Vec(lines, min_count=1, vector_size=8)
    assert (model.corpus_count, model.corpus_total_words) == (9, 29)


def test_whole_numbers_as_words(models):
    model = models.Word2Vec([[1, 2, 3], [1, 2]], min_count=1, vector_size=4)
    assert model.wv.index_to_key == [2, 1, 3]
    assert model.wv[3].shape == (4,)


# --- copies


def test_pickled_and_copied_models_go_on(models, model, text):
    for made in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert np.array_equal(made.wv.vectors, model.wv.vectors)
        assert np.array_equal(made.syn1neg, model.syn1neg)
        assert made.wv.vectors is not model.wv.vectors
        before = model.wv.vectors.copy()
        trained = made.train(text, total_examples=9, epochs=1)
        assert trained == (29, 29)
        assert not np.array_equal(made.wv.vectors, before)
        assert np.array_equal(model.wv.vectors, before)


def test_a_subclass_is_a_model(models, text):
    class Tuned(models.Word2Vec):
        def __init__(self, sentences, flavour, **options):
            self.flavour = flavour
            super().__init__(sentences, **options)

        def train(self, *args, **options):
            self.trained_by_me = True
            return super().train(*args, **options)

        def nearest(self, word):
            return self.wv.most_similar(word, topn=1)[0][0]

    model = Tuned(text, "mint", min_count=1, vector_size=8)
    assert model.flavour == "mint"
    assert model.trained_by_me
    assert model.nearest("graph") in model.wv
    assert str(model).startswith("Tuned<vocab=12")
    assert copy.deepcopy(model).flavour == "mint"


# --- errors


def test_corpus_errors(models, text):
    with pytest.raises(TypeError):
        models.Word2Vec(text, corpus_file="x")
    with pytest.raises(TypeError):
        models.Word2Vec(5)
    with pytest.raises(TypeError):
        models.Word2Vec(corpus_file="/no/such/file")
    with pytest.raises(TypeError):
        models.Word2Vec([(sentence for sentence in text)])
    with pytest.raises(TypeError):
        models.Word2Vec(text, no_such_option=1)
    with pytest.raises(TypeError):
        models.Word2Vec().build_vocab()


def test_value_errors(models, text):
    with pytest.raises(ValueError, match="hs"):
        models.Word2Vec(text, min_count=1, hs=0, negative=0)
    with pytest.raises(ValueError, match="epochs"):
        models.Word2Vec(text, min_count=1, epochs=0)
    with pytest.raises(ValueError, match=r"vector_size|negative dim"):
        models.Word2Vec(vector_size=-1)


@pytest.mark.parametrize("sentences", [[], [[]], [["a", "b"]]])
def test_a_corpus_without_frequent_words(models, sentences):
    with pytest.raises(RuntimeError, match="vocab"):
        models.Word2Vec(sentences, min_count=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vector_size": 0}, "vector_size is 0"),
        ({"vector_size": 2.5}, "vector_size is 2.5"),
        ({"window": 0}, "window is 0"),
        ({"window": "5"}, "window is '5'"),
        ({"workers": 0}, "workers is 0"),
        ({"workers": -1}, "workers is -1"),
        ({"negative": -1}, "negative is -1"),
        ({"alpha": -0.1}, "alpha is -0.1"),
        ({"alpha": float("nan")}, "alpha is nan"),
        ({"sample": -1}, "sample is -1"),
    ],
)
def test_numbers_out_of_range_are_refused_before_reading(options, message):
    def sentences():
        pytest.fail("the corpus was read")
        yield []

    with pytest.raises(ValueError, match=message):
        Word2Vec(sentences(), **options)
    with pytest.raises(ValueError, match=message):
        Word2Vec(**options)


@pytest.mark.parametrize("corpus", ["some text", b"bytes"])
def test_one_string_is_no_corpus(corpus):
    with pytest.raises(ValueError, match="give a list of token lists"):
        Word2Vec(corpus, min_count=1)


def test_a_list_of_strings_is_warned_of(models, caplog):
    model = models.Word2Vec(min_count=1)
    with caplog.at_level(logging.WARNING):
        model.build_vocab(["human", "machine"])
    assert warned(caplog, "Each 'sentences' item should be a list of words")
    assert set(model.wv.index_to_key) == set("humanmachine")


# --- where ours is kinder


def test_names_of_gensim_3(text):
    with pytest.warns(DeprecationWarning, match=r"use (vector_size|epochs)") as found:
        model = Word2Vec(text, min_count=1, size=6, iter=2)
    assert (model.vector_size, model.epochs) == (6, 2)
    assert {w.filename for w in found} == {__file__}


def test_the_corpus_has_two_names_everywhere(text):
    model = Word2Vec(corpus_iterable=text, min_count=1, vector_size=4)
    model.build_vocab(sentences=text)
    assert model.scan_vocab(sentences=text) == (29, 9)
    assert model.train(sentences=text, epochs=1, total_examples=9)[1] == 29
    with pytest.raises(TypeError, match="same argument"):
        model.train(text, sentences=text, epochs=1)


def test_arrays_paths_and_encoded_corpora(text, tmp_path):
    import fastw2v

    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(sentence) for sentence in text))
    sources = [
        [np.array(sentence) for sentence in text],
        tuple(map(tuple, text)),
        path,
        fastw2v.encode(path, min_count=1),
        LineSentence(path),
    ]
    expected = Word2Vec(text, min_count=1, vector_size=4, workers=1)
    for source in sources:
        model = Word2Vec(source, min_count=1, vector_size=4, workers=1)
        assert sorted(model.wv.index_to_key) == sorted(expected.wv.index_to_key)
        assert (model.corpus_count, model.corpus_total_words) == (9, 29)
        assert all(type(word) is str for word in model.wv.index_to_key)
    model = Word2Vec(corpus_file=path, min_count=1, vector_size=4)
    assert model.corpus_total_words == 29


def test_an_array_of_rows_is_a_corpus():
    model = Word2Vec(np.array([["a", "b"], ["b", "c"]]), min_count=1, vector_size=4)
    assert model.wv.index_to_key[0] == "b"


def test_words_that_cannot_be_words_are_named(text):
    with pytest.raises(TypeError, match=r"sentence 9 holds \['x'\] of type list"):
        Word2Vec([*text, ["y", ["x"]]], min_count=1)
    with pytest.raises(TypeError, match="sentence 9 is None of type NoneType"):
        Word2Vec([*text, None], min_count=1)


def test_an_error_of_the_corpus_reaches_the_caller(text):
    class Failing:
        def __iter__(self):
            yield from text
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        Word2Vec(Failing(), min_count=1)


def test_long_sentences_are_trained_whole(monkeypatch):
    monkeypatch.setattr("fastw2v.models.engine._WORDS_NOT_WORTH_COMPILING", 20_000)
    sentence = [f"w{i % 50}" for i in range(11_000)]
    model = Word2Vec(vector_size=4, window=1, min_count=1, sample=0)
    model.build_vocab([sentence])
    assert model.train([sentence], epochs=1) == (11_000, 11_000)


def test_lifecycle_events_can_be_switched_off(model):
    model.add_lifecycle_event("mine", log_level=None, what=3)
    assert model.lifecycle_events[-1]["event"] == "mine"
    assert model.lifecycle_events[-1]["what"] == 3
    model.lifecycle_events = None
    model.add_lifecycle_event("ignored")
    assert model.lifecycle_events is None


@pytest.mark.filterwarnings("ignore:Call to deprecated")
def test_deprecated_methods(models, model):
    with pytest.warns(DeprecationWarning, match="deprecated"):
        model.init_sims()
    with pytest.warns(DeprecationWarning, match="deprecated"):
        vector = model.seeded_vector("word", 6)
    assert vector.shape == (6,)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert np.array_equal(vector, model.seeded_vector("word", 6))


def test_seed_none_differs_each_time(models, text):
    first, second = (
        models.Word2Vec(text, min_count=1, vector_size=4, seed=None) for _ in range(2)
    )
    assert not np.array_equal(first.wv.vectors, second.wv.vectors)


@pytest.mark.parametrize("options", [{}, {"sg": 1}, {"hs": 1, "negative": 0}])
def test_one_worker_gives_the_same_vectors(models, text, options):
    first, second = (
        models.Word2Vec(text, min_count=1, vector_size=4, workers=1, **options)
        for _ in range(2)
    )
    assert np.array_equal(first.wv.vectors, second.wv.vectors)
    assert not np.array_equal(
        first.wv.vectors,
        models.Word2Vec(
            text, min_count=1, vector_size=4, workers=1, seed=2, **options
        ).wv.vectors,
    )


def test_a_small_corpus_gives_the_same_with_many_workers(models, text):
    first, second = (models.Word2Vec(text, min_count=1) for _ in range(2))
    assert np.array_equal(first.wv.vectors, second.wv.vectors)
