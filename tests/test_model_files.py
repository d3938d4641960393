"""Saving and loading models, ours and gensim's."""

import io
import json
from pathlib import Path

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.models import KeyedVectors, Word2Vec
from fastw2v.models.plain_values import from_plain, to_plain

DATA = Path(__file__).parent / "data" / "gensim"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my.model"


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"hs": 1, "sg": 1}])
def test_a_saved_model_goes_on(models, text, path, options):
    model = models.Word2Vec(
        text, min_count=1, vector_size=8, workers=1, sample=0, comment="mine", **options
    )
    model.save(str(path))
    loaded = models.Word2Vec.load(str(path))
    assert type(loaded) is models.Word2Vec
    assert loaded.wv.index_to_key == model.wv.index_to_key
    for name in ("count", "sample_int"):
        expected = model.wv.expandos[name]
        assert np.array_equal(loaded.wv.expandos[name], expected)
        assert loaded.wv.expandos[name].dtype == expected.dtype
    assert np.array_equal(loaded.wv.vectors, model.wv.vectors)
    for name in ("syn1", "syn1neg", "cum_table"):
        assert hasattr(loaded, name) == hasattr(model, name)
        if hasattr(model, name):
            assert np.array_equal(getattr(loaded, name), getattr(model, name))
    plain = {k: v for k, v in vars(model).items() if isinstance(v, int | float | str)}
    assert plain
    assert {k: getattr(loaded, k) for k in plain} == plain
    assert loaded.train(text, total_examples=9, epochs=2) == (58, 58)
    model.train(text, total_examples=9, epochs=2)
    assert np.array_equal(loaded.wv.vectors, model.wv.vectors)
    loaded.build_vocab([["more"]], update=True)


def test_an_untrained_model(models, path):
    models.Word2Vec(vector_size=7, min_count=1).save(str(path))
    loaded = models.Word2Vec.load(str(path))
    assert (loaded.vector_size, len(loaded.wv)) == (7, 0)
    loaded.build_vocab([["a", "b"]])
    loaded.train([["a", "b"]], total_examples=1, epochs=1)


def test_load_belongs_to_the_class(models, text, path):
    model = models.Word2Vec(text, min_count=1, vector_size=8)
    with pytest.raises(AttributeError):
        model.load(str(path))
    model.wv.save(str(path))
    with pytest.raises(AttributeError):
        models.Word2Vec.load(str(path))


def test_vectors_alone_can_be_read_from_a_model(text, path):
    model = Word2Vec(text, min_count=1, vector_size=8)
    model.save(path)
    vectors = KeyedVectors.load(path)
    assert np.array_equal(vectors.vectors, model.wv.vectors)
    assert vectors.index_to_key == model.wv.index_to_key


def test_attributes_left_out_are_none(models, text, path):
    model = models.Word2Vec(text, min_count=1, vector_size=8)
    model.save(str(path), ignore=["syn1neg", "comment"])
    loaded = models.Word2Vec.load(str(path))
    assert loaded.syn1neg is None
    assert loaded.comment is None


def test_read_only_maps_are_copied_when_trained(models, text, path):
    model = Word2Vec(text, min_count=1, vector_size=8, sample=0)
    model.save(path)
    loaded = Word2Vec.load(path, mmap="r")
    assert not loaded.wv.vectors.flags.writeable
    assert loaded.train(text, epochs=1) == (29, 29)
    assert np.array_equal(Word2Vec.load(path).wv.vectors, model.wv.vectors)
    with pytest.raises(ValueError, match="mmap"):
        Word2Vec.load(path, mmap="w")


def test_open_files(text):
    model = Word2Vec(text, min_count=1, vector_size=8)
    stream = io.BytesIO()
    model.save(stream)
    stream.seek(0)
    assert np.array_equal(Word2Vec.load(stream).wv.vectors, model.wv.vectors)


def test_raw_counts_and_random_state_are_kept(text, path):
    model = Word2Vec(min_count=1, vector_size=8, seed=None)
    model.build_vocab(text, keep_raw_vocab=True)
    model.save(path)
    loaded = Word2Vec.load(path)
    assert loaded.raw_vocab == model.raw_vocab
    assert loaded.raw_vocab["new"] == 0
    assert loaded.random.randint(1000) == model.random.randint(1000)


def test_facts_of_any_kind_in_the_diary_are_kept_as_text(text, path):
    model = Word2Vec(text, min_count=1, vector_size=4)
    model.add_lifecycle_event("mine", what=path, when=3)
    model.save(path)
    event = Word2Vec.load(path).lifecycle_events[-1]
    assert (event["event"], event["what"], event["when"]) == ("mine", str(path), 3)


class Tuned(Word2Vec):
    def __init__(self, flavour):
        self.flavour = flavour
        super().__init__(min_count=1, vector_size=4)


def test_attributes_of_a_subclass(text, path):
    model = Tuned({"name": ("mint", 2), 3: {4, 5}})
    model.build_vocab(text)
    model.weights = np.arange(6.0).reshape(2, 3)
    model.save(path)
    loaded = Tuned.load(path)
    assert type(loaded) is Tuned
    assert loaded.flavour == {"name": ("mint", 2), 3: {4, 5}}
    assert np.array_equal(loaded.weights, model.weights)


def test_what_cannot_be_saved_is_named_and_nothing_is_lost(text, path):
    model = Word2Vec(text, min_count=1, vector_size=4)
    model.save(path)
    before = path.read_bytes()
    model.helper = object()
    with pytest.raises(
        TypeError, match=r"'helper' holds a object.*ignore=\['helper'\]"
    ):
        model.save(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    model.save(path, ignore=["helper"])
    assert Word2Vec.load(path).helper is None


def test_files_of_other_things(tmp_path, path):
    path.write_text("nothing of the kind")
    with pytest.raises(FormatError):
        Word2Vec.load(path)
    with pytest.raises(FileNotFoundError):
        Word2Vec.load(tmp_path / "none")


def test_a_damaged_description_is_an_error(text, path):
    Word2Vec(text, min_count=1, vector_size=4).save(path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'\\"ignored\\"', b'\\"ignorex\\"'))
    with pytest.raises(FormatError, match="describes no model"):
        Word2Vec.load(path)


# --- gensim's files


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0, "sg": 1}])
def test_models_saved_by_gensim_go_on(text, path, options):
    gensim = pytest.importorskip("gensim.models")
    theirs = gensim.Word2Vec(text, min_count=1, vector_size=8, sample=0, **options)
    theirs.save(str(path))
    ours = Word2Vec.load(path)
    assert np.array_equal(ours.wv.vectors, theirs.wv.vectors)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert (ours.window, ours.alpha, ours.corpus_count) == (5, 0.025, 9)
    if not ours.hs:
        assert np.array_equal(ours.syn1neg, theirs.syn1neg)
        assert np.array_equal(ours.cum_table, theirs.cum_table)
    assert ours.train(text, total_examples=9, epochs=1) == (29, 29)
    ours.save(path)
    assert Word2Vec.load(path).train_count == 2


def test_a_tree_of_gensim_without_ties_is_taken_over(path):
    gensim = pytest.importorskip("gensim.models")
    frequencies = {f"w{i}": 3**i for i in range(9)}
    theirs = gensim.Word2Vec(hs=1, negative=0, min_count=1, vector_size=4)
    theirs.build_vocab_from_freq(frequencies, corpus_count=1)
    theirs.syn1[:] = np.arange(9)[:, None]
    theirs.save(str(path))
    ours = Word2Vec.load(path)
    assert not ours.has_foreign_tree
    for word in frequencies:
        mine, other = (m.wv.get_vecattr(word, "point") for m in (ours, theirs))
        assert np.array_equal(ours.syn1[mine], theirs.syn1[other])
    made = Word2Vec(hs=1, negative=0, min_count=1, vector_size=4)
    made.build_vocab_from_freq(frequencies)
    for word in frequencies:
        mine, other = (m.wv.get_vecattr(word, "point") for m in (ours, made))
        assert np.array_equal(mine, other)


@pytest.mark.parametrize("file", sorted(DATA.glob("*.model")), ids=lambda p: p.stem)
def test_models_of_all_versions_of_gensim(file):
    expected = json.loads(Path(f"{file}.json").read_text())
    model = Word2Vec.load(file)
    assert len(model.wv) == len(model.wv.vectors) > 0
    assert model.vector_size == model.wv.vectors.shape[1]
    assert expected
    assert str(model).startswith("Word2Vec<vocab=")
    words = model.wv.index_to_key
    assert model.train([words, words], total_examples=2, epochs=1)[1] == 2 * len(words)


# --- plain values


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, "x", [1, [2]], (1, (2, "a")), {1, 2}, frozenset("ab"),
     {"a": (1,)}, {1: {"b": None}}, {"__kind__": 3}, {(1, 2): [3]}],
)  # fmt: skip
def test_plain_values_come_back(value):
    through = from_plain(json.loads(json.dumps(to_plain("x", value))))
    assert through == value
    assert type(through) is type(value)


def test_numpy_scalars_become_plain():
    assert to_plain("x", [np.float32(0.5), np.int64(3)]) == [0.5, 3]


@pytest.mark.parametrize("value", [object(), [len], {"a": b"x"}])
def test_values_that_are_not_plain(value):
    with pytest.raises(TypeError, match="the attribute 'x' holds"):
        to_plain("x", value)


def test_damaged_values():
    with pytest.raises(ValueError, match="damaged"):
        from_plain({"__kind__": "eval", "items": []})
