"""Files of gensim's, read without it."""

import bz2
import gzip
import json
import os
import pickle
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.formats import fasttext_ngrams
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.formats.gensim_pickle import is_gensim_file, read_gensim
from fastw2v.vectors.formats.gensim_records import GensimModel, GensimVectors
from fastw2v.vectors.formats.native import read_native
from fastw2v.vectors.keyed_vectors import KeyedVectors

OLD = sorted((Path(__file__).parent / "data" / "gensim").glob("*.model"))
TEXT = [f"w{i % 7} w{i % 3} näh{i % 11} w{i % 2}".split() for i in range(60)]


def train(**changed):
    models = pytest.importorskip("gensim.models")
    parameters = {"vector_size": 6, "min_count": 1, "workers": 1, "seed": 3}
    return models.Word2Vec(TEXT, **(parameters | changed))


def assert_same_vectors(found, expected):
    """Compare a record with gensim's KeyedVectors."""
    assert found.words == expected.index_to_key
    assert found.vectors.dtype == np.float32
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    np.testing.assert_array_equal(found.lockf, expected.vectors_lockf)
    assert found.expandos.keys() == expected.expandos.keys()
    for name, values in expected.expandos.items():
        if values.dtype == object:
            for mine, theirs in zip(found.expandos[name], values, strict=True):
                np.testing.assert_array_equal(mine, theirs)
        else:
            np.testing.assert_array_equal(found.expandos[name], values)
            assert found.expandos[name].dtype == values.dtype


def assert_same_model(found, expected):
    assert isinstance(found, GensimModel)
    assert_same_vectors(found.vectors, expected.wv)
    for name in ("syn1neg", "syn1"):
        weights = getattr(expected, name, None)
        assert (getattr(found, name) is None) == (weights is None)
        if weights is not None:
            np.testing.assert_array_equal(getattr(found, name), weights)
    plain = (bool, int, float, str, type(None))
    expected_parameters = {
        name: value
        for name, value in vars(expected).items()
        if type(value) in plain and name != "cum_table"
    }
    assert found.parameters == expected_parameters | found.parameters
    assert found.parameters.keys() == expected_parameters.keys()
    assert found.raw_vocab == dict(expected.raw_vocab)
    assert found.lifecycle_events == expected.lifecycle_events
    name, key, *rest = expected.random.get_state()
    assert [found.random_state[0], *found.random_state[2:]] == [name, *rest]
    np.testing.assert_array_equal(found.random_state[1], key)


# --- written by the installed gensim


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
@pytest.mark.parametrize("sep_limit", [10**7, 10])
def test_gensim_model_is_read_whole(tmp_path, protocol, suffix, sep_limit):
    model = train(hs=1, negative=3, sg=1, comment="mine", sample=0.1)
    path = tmp_path / f"m.model{suffix}"
    model.save(str(path), sep_limit=sep_limit, pickle_protocol=protocol)
    beside = sorted(tmp_path.glob("*.np[yz]"))
    assert len(beside) == (3 if sep_limit == 10 else 0)
    assert is_gensim_file(path)
    found = read_gensim(path)
    assert_same_model(found, model)
    assert_same_model(read_gensim(str(path)), model)
    assert found.parameters["comment"] == "mine"
    assert found.class_name == "gensim.models.word2vec.Word2Vec"


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize(("hs", "negative"), [(0, 3), (1, 0), (0, 0)])
def test_gensim_models_of_each_kind(tmp_path, sg, hs, negative):
    models = pytest.importorskip("gensim.models")
    model = models.Word2Vec(
        vector_size=6, min_count=2, workers=1, sg=sg, hs=hs, negative=negative
    )
    model.build_vocab(TEXT, keep_raw_vocab=True)
    if hs or negative:
        model.train(TEXT, total_examples=len(TEXT), epochs=2)
    model.save(str(tmp_path / "m"))
    found = read_gensim(tmp_path / "m")
    assert_same_model(found, model)
    assert found.raw_vocab["w0"] == found.vectors.counts[0]


def test_gensim_model_without_a_word(tmp_path):
    models = pytest.importorskip("gensim.models")
    models.Word2Vec(vector_size=6).save(str(tmp_path / "m"))
    found = read_gensim(tmp_path / "m")
    assert found.vectors.words == []
    assert found.vectors.vectors.shape == (0, 6)


def test_gensim_vectors_alone(tmp_path):
    keyed = pytest.importorskip("gensim.models.keyedvectors")
    path = tmp_path / "v.kv"
    train().wv.save(str(path))
    found = read_gensim(path)
    assert isinstance(found, GensimVectors)
    assert_same_vectors(found, keyed.KeyedVectors.load(str(path)))
    made = keyed.KeyedVectors(3)
    made.add_vectors([5, 17], np.ones((2, 3)))
    made.set_vecattr(17, "note", "x")
    made.save(str(path))
    found = read_gensim(path)
    assert found.words == [5, 17]
    assert found.expandos["note"][1] == "x"
    assert found.counts is None


def test_gensim_words_from_numpy_are_plain(tmp_path):
    keyed = pytest.importorskip("gensim.models.keyedvectors")
    made = keyed.KeyedVectors(2)
    made.add_vectors([np.str_("añ"), np.int64(7)], np.ones((2, 2), np.float16))
    made.save(str(tmp_path / "v"))
    found = read_gensim(tmp_path / "v")
    assert found.words == ["añ", 7]
    assert [type(word) for word in found.words] == [str, int]


@pytest.mark.parametrize("bucket", [50, 2000])
def test_gensim_fasttext_gives_its_vectors(tmp_path, bucket, monkeypatch):
    models = pytest.importorskip("gensim.models")
    monkeypatch.setattr(fasttext_ngrams, "BLOCK_NGRAMS", 100)
    text = [["日本", "naïve", "a", "zu"], *TEXT]
    model = models.FastText(
        text, vector_size=6, min_count=1, workers=1, bucket=bucket, min_n=1, max_n=4
    )
    for saved, name in ((model, "m"), (model.wv, "v")):
        saved.save(str(tmp_path / name))
        found = read_gensim(tmp_path / name)
        assert_same_vectors(found, model.wv)
        assert "FastText" in found.class_name


def test_gensim_arrays_beside_the_model_can_be_mapped(tmp_path):
    path = tmp_path / "m.model"
    model = train()
    model.save(str(path), sep_limit=10)
    found = read_gensim(path, mmap_mode="r")
    assert isinstance(found.syn1neg, np.memmap)
    assert isinstance(found.vectors.vectors, np.memmap)
    assert not found.syn1neg.flags.writeable
    assert_same_model(found, model)
    model.save(str(path) + ".gz", sep_limit=10)
    with pytest.raises(ValueError, match="is compressed"):
        read_gensim(str(path) + ".gz", mmap_mode="r")


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_gensim_file_beside_missing_or_wrong(tmp_path, suffix):
    path = tmp_path / f"m.model{suffix}"
    train().save(str(path), sep_limit=10)
    beside = Path(f"{path}.wv.vectors.{'npz' if suffix else 'npy'}")
    whole = beside.read_bytes()
    for content, message in [
        (whole[:-10], "is damaged"),
        (b"", "is damaged"),
        (bytes(len(whole)), "is damaged"),
    ]:
        beside.write_bytes(content)
        with pytest.raises(FormatError, match=message) as caught:
            read_gensim(path)
        assert beside.name in str(caught.value)
    save = np.savez_compressed if suffix else np.save
    for array, message in [
        (np.ones((3, 6), np.float32), "vectors of shape"),
        (np.ones(18, np.float32), "vectors is float32"),
        (np.ones((18, 6), np.int32), "vectors is int32"),
        (np.array([{}]), "holds objects"),
    ]:
        save(beside, **({"val": array} if suffix else {"arr": array}))
        with pytest.raises(FormatError, match=message):
            read_gensim(path)
    beside.unlink()
    with pytest.raises(FileNotFoundError, match="copy it there") as missing:
        read_gensim(path)
    assert missing.value.filename == str(beside)


def test_gensim_is_not_imported(tmp_path):
    path = tmp_path / "m.model"
    train(hs=1).save(str(path), sep_limit=10)
    code = (
        "import sys; sys.modules['gensim'] = None\n"
        "from fastw2v.vectors.formats.gensim_pickle import read_gensim\n"
        f"print(read_gensim({str(path)!r}).syn1.shape)\n"
        "assert 'gensim.models' not in sys.modules and 'scipy' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith(", 6)")


def test_gensim_functions_of_ones_own_are_named(tmp_path, monkeypatch):
    model = train()
    model.save(str(tmp_path / "m"))
    model.hashfxn = os.path.basename
    model.save(str(tmp_path / "m"))
    with pytest.raises(FormatError, match=r"posixpath\.basename|ntpath\.basename"):
        read_gensim(tmp_path / "m")


# --- written by old gensim: tests/data/gensim/README.md says how


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress], ids=repr)
def test_models_of_old_versions(tmp_path, path, pack):
    truth = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
    copy = tmp_path / "m"
    copy.write_bytes(pack(path.read_bytes()))
    assert is_gensim_file(copy)
    found = read_gensim(copy)
    vectors = found.vectors
    assert vectors.words == truth["words"]
    assert vectors.counts.tolist() == truth["counts"]
    assert [code.tolist() for code in vectors.expandos["code"]] == truth["codes"]
    assert [point.tolist() for point in vectors.expandos["point"]] == truth["points"]
    for name, array in [
        ("vectors", vectors.vectors),
        ("syn1", found.syn1),
        ("syn1neg", found.syn1neg),
    ]:
        np.testing.assert_array_equal(array, np.array(truth[name], np.float32))
    assert {"vector_size": 3, "hs": 1, "negative": 2, "seed": 5}.items() <= (
        found.parameters.items()
    )
    if "0.10" not in path.name:
        assert found.parameters["epochs"] == 5
        assert found.parameters["corpus_count"] == 40
        assert vectors.expandos["sample_int"].dtype == np.uint32
        assert found.random_state[2] in range(625)
        assert set(vectors.lockf.tolist()) == {1}


# --- layouts nobody can install any more, written by classes of the same name


class Saved:
    """Stands for any of gensim's classes."""

    def __init__(self, **state):
        vars(self).update(state)


@pytest.fixture
def fake(monkeypatch):
    """Return a function that makes an object of a class that gensim had."""

    def make(module, name, **state):
        parent = ""
        for part in f"gensim.models.{module}".split("."):
            parent = f"{parent}.{part}" if parent else part
            if not isinstance(sys.modules.get(parent), types.SimpleNamespace):
                monkeypatch.setitem(sys.modules, parent, types.SimpleNamespace())
        holder = sys.modules[f"gensim.models.{module}"]
        if not hasattr(holder, name):
            made = type(name, (Saved,), {"__module__": f"gensim.models.{module}"})
            setattr(holder, name, made)
        return getattr(holder, name)(**state)

    return make


ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)


def old_words(fake):
    entries = {
        word: fake("keyedvectors", "Vocab", count=count, index=index, sample_int=2**32)
        for index, (word, count) in enumerate([("b", 9), ("a", 4)])
    }
    return {"vocab": entries, "index2word": ["b", "a"]}


@pytest.mark.parametrize("protocol", [2, 4])
def test_layout_between_1_and_3_2(tmp_path, fake, protocol):
    wv = fake("keyedvectors", "KeyedVectors", syn0=ROWS, **old_words(fake))
    model = fake(
        "word2vec",
        "Word2Vec",
        wv=wv,
        syn1neg=ROWS + 1,
        syn0_lockf=np.ones(2, np.float32),
        iter=7,
        vector_size=3,
    )
    (tmp_path / "m").write_bytes(pickle.dumps(model, protocol))
    found = read_gensim(tmp_path / "m")
    assert found.vectors.words == ["b", "a"]
    assert found.vectors.counts.tolist() == [9, 4]
    assert found.vectors.expandos["sample_int"].tolist() == [2**32 - 1] * 2
    assert found.vectors.lockf.tolist() == [1, 1]
    assert found.parameters == {"epochs": 7, "vector_size": 3}
    np.testing.assert_array_equal(found.vectors.vectors, ROWS)
    np.testing.assert_array_equal(found.syn1neg, ROWS + 1)


def test_layout_before_1(tmp_path, fake):
    model = fake("word2vec", "Word2Vec", syn0=ROWS, layer1_size=3, **old_words(fake))
    (tmp_path / "m").write_bytes(pickle.dumps(model, 2))
    found = read_gensim(tmp_path / "m")
    assert found.vectors.words == ["b", "a"]
    assert found.parameters == {"layer1_size": 3, "vector_size": 3}
    assert found.syn1neg is found.syn1 is found.random_state is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"index_to_key": ["a", "a"]}, "a word that comes twice"),
        ({"index_to_key": ["a"]}, r"shape \(2, 3\) for 1 words"),
        ({"index_to_key": ["a", None]}, "a key that is NoneType"),
        ({"index_to_key": "ab"}, "'index_to_key' is str"),
        ({"vectors": None}, "without vectors"),
        ({"vectors": ROWS.astype(int)}, "vectors is int64"),
        ({"vectors": ROWS[:, :0]}, r"shape \(2, 0\)"),
        ({"vectors": [[1.0], [2.0]]}, "'vectors' is list"),
        ({"expandos": {"count": np.ones(3, int)}}, "'count' is not given for each"),
        ({"expandos": {"count": [1, 2]}}, "'count' is not given for each"),
        ({"expandos": {"x": np.array([1, {"a": 1}, len], object)[:2]}}, None),
        ({"expandos": {"x": np.array(1)}}, "'x' is not given for each of 2"),
        ({"vectors_lockf": np.ones(3)}, "3 factors for 2 words"),
        ({"vocab": {"a": 1}}, "a word without an entry"),
        ({"lifecycle_events": ["saved"]}, "lifecycle_events that hold more"),
        ({"vectors": None, "vectors_vocab": ROWS}, "without vectors"),
        (
            {"vectors": None, "vectors_vocab": ROWS, "vectors_ngrams": ROWS},
            "n-grams of None to None",
        ),
        (
            {
                "vectors": None,
                "vectors_vocab": ROWS,
                "vectors_ngrams": ROWS,
                "min_n": 3,
                "max_n": 2**31,
            },
            "n-grams of 3 to 2147483648 characters",
        ),
        (
            {
                "index_to_key": ["a", "b" * 10_001],
                "vectors": None,
                "vectors_vocab": ROWS,
                "vectors_ngrams": ROWS,
                "min_n": 3,
                "max_n": 6,
            },
            "a word of more than 10000 characters",
        ),
        (
            {
                "vectors": None,
                "vectors_vocab": ROWS,
                "vectors_ngrams": ROWS,
                "compatible_hash": False,
            },
            "an old gensim",
        ),
    ],
    ids=lambda value: None if isinstance(value, str) else str(value)[:40],
)
def test_vectors_that_contradict_themselves(tmp_path, fake, changed, message):
    state = {"index_to_key": ["a", "b"], "vectors": ROWS} | changed
    kv = fake("keyedvectors", "KeyedVectors", **state)
    (tmp_path / "v").write_bytes(pickle.dumps(kv, 4))
    if message is None:
        assert read_gensim(tmp_path / "v").expandos["x"] == [1, {"a": 1}]
        return
    with pytest.raises(FormatError, match=message):
        read_gensim(tmp_path / "v")


def test_output_vectors_that_do_not_fit(tmp_path, fake):
    wv = fake("keyedvectors", "KeyedVectors", index_to_key=["a", "b"], vectors=ROWS)
    model = fake("word2vec", "Word2Vec", wv=wv, syn1neg=ROWS[:1])
    (tmp_path / "m").write_bytes(pickle.dumps(model, 4))
    with pytest.raises(FormatError, match=r"syn1neg of shape \(1, 3\) for 2 words"):
        read_gensim(tmp_path / "m")


# --- beside other formats


def test_other_files_are_not_gensims(tmp_path):
    kv = KeyedVectors.from_arrays(["a", "b"], ROWS)
    kv.save(tmp_path / "native")
    kv.save_word2vec_format(tmp_path / "text.gz")
    kv.save_word2vec_format(tmp_path / "binary", binary=True)
    (tmp_path / "pickle").write_bytes(pickle.dumps({"gensim.models.": 1}))
    (tmp_path / "empty").touch()
    (tmp_path / "cut.gz").write_bytes(gzip.compress(bytes(5000))[:12])
    (tmp_path / "cut.bz2").write_bytes(b"BZh9" + bytes(30))
    for path in [*tmp_path.iterdir(), tmp_path, tmp_path / "missing"]:
        assert not is_gensim_file(path), path


def test_the_native_reader_names_the_right_one():
    with pytest.raises(FormatError, match=r"gensim saved it: use KeyedVectors\.load"):
        read_native(OLD[-1])


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_commands_read_gensims_files_by_their_content(tmp_path, path):
    (tmp_path / "v.txt").write_bytes(path.read_bytes())
    for name in (path, tmp_path / "v.txt"):
        found = load_vectors(name)
        assert found.counts is not None
        assert found.most_similar("the", topn=1)


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_gensim(tmp_path / "missing")
