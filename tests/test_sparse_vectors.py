"""Sparse vectors: cosine, files; and vectors made of a decomposition."""

import json
import tracemalloc

import numpy as np
import pytest
from scipy import sparse

import fastw2v
from fastw2v.counts import (
    SparseVectors,
    count_cooccurrences,
    pmi,
    svd_vectors,
    truncated_svd,
)
from fastw2v.errors import ConfigError, FormatError


@pytest.fixture(scope="module")
def counted(make_corpus):
    return count_cooccurrences(make_corpus([50] * 40, vocabulary=100))


@pytest.fixture
def vectors(counted):
    return SparseVectors(counted.words, counted.matrix, counted.counts)


def test_cosine_of_raw_counts(vectors, counted):
    dense = counted.matrix.toarray().astype(float)
    unit = dense / np.linalg.norm(dense, axis=1, keepdims=True)
    assert vectors.similarity("w0", "w7") == pytest.approx(unit[0] @ unit[7])
    scores = unit @ unit[4]
    order = [i for i in np.argsort(-scores, kind="stable") if i != 4][:5]
    found = vectors.most_similar("w4", topn=5)
    assert [score for _, score in found] == pytest.approx(scores[order].tolist())
    assert "w4" not in dict(vectors.most_similar("w4", topn=1000))


def test_unknown_words_and_zero_vectors():
    matrix = sparse.csr_array(np.array([[1, 1], [0, 0], [2, 2]]))
    vectors = SparseVectors(["a", "b", "c"], matrix, np.array([3, 2, 1]))
    assert vectors.similarity("a", "c") == pytest.approx(1.0)  # constant, not zero
    assert vectors.similarity("a", "b") == 0.0
    assert vectors.most_similar("a") == [("c", pytest.approx(1.0))]
    assert vectors.most_similar("a", topn=0) == []
    for ask in (vectors.most_similar, lambda word: vectors.similarity("a", word)):
        with pytest.raises(KeyError, match="'x' is not among the 3"):
            ask("x")
    with pytest.raises(ValueError, match="all zero"):
        vectors.most_similar("b")


def test_wrong_parts_are_refused():
    matrix = sparse.csr_array(np.eye(2))
    with pytest.raises(ValueError, match="3 words and 2 counts for 2 rows"):
        SparseVectors(["a", "b", "c"], matrix, np.ones(2, int))
    with pytest.raises(ValueError, match="twice"):
        SparseVectors(["a", "a"], matrix, np.ones(2, int))
    with pytest.raises(TypeError, match="ndarray"):
        SparseVectors(["a", "b"], np.eye(2), np.ones(2, int))
    with pytest.raises(ValueError, match="NaN"):
        SparseVectors(["a", "b"], matrix * np.nan, np.ones(2, int))


def test_saved_vectors_come_back(vectors, tmp_path):
    path = tmp_path / "v.npz"
    vectors.metadata["from"] = "test"
    vectors.save(path)
    back = SparseVectors.load(path)
    assert back.words == vectors.words
    assert back.metadata == {"from": "test"}
    assert back.counts.tolist() == vectors.counts.tolist()
    assert (back.matrix != vectors.matrix).nnz == 0
    assert (sparse.load_npz(path) != vectors.matrix).nnz == 0
    assert [path.name for path in tmp_path.iterdir()] == ["v.npz"]


@pytest.mark.parametrize("damage", ["text", "npz", "cut", "columns"])
def test_other_files_are_refused(vectors, tmp_path, damage):
    path = tmp_path / "v.npz"
    vectors.save(path)
    if damage == "text":
        path.write_text("no vectors")
    elif damage == "npz":
        sparse.save_npz(path, vectors.matrix)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-500])
    else:
        vectors.matrix.indices[3] = 10**6
        vectors.save(path)
        vectors.matrix.indices[3] = 0
    with pytest.raises(FormatError, match="sparse vectors"):
        SparseVectors.load(path)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_vectors_are_weighted_by_the_power(counted, power):
    svd = truncated_svd(pmi(counted.matrix), 10)
    words, contexts = svd_vectors(svd, counted, power=power)
    np.testing.assert_allclose(words.vectors, svd.u * svd.s**power, rtol=1e-6)
    np.testing.assert_allclose(contexts.vectors, svd.v * svd.s**power, rtol=1e-6)
    added, _ = svd_vectors(svd, counted, power=power, add_context=True)
    np.testing.assert_allclose(
        added.vectors, words.vectors + contexts.vectors, atol=1e-5
    )
    assert isinstance(words, fastw2v.KeyedVectors)
    assert words.counts.tolist() == counted.counts.tolist()
    assert json.loads(words.metadata["count_config"])["window"] == 5
    with pytest.raises(ConfigError, match="power is 2"):
        svd_vectors(svd, counted, power=2.0)


# --- files that lie


def test_a_file_that_is_cut_anywhere_is_refused(tmp_path, vectors):
    path = tmp_path / "s.npz"
    vectors.save(path)
    whole = path.read_bytes()
    for keep in range(0, len(whole), 97):
        path.write_bytes(whole[:keep])
        with pytest.raises(FormatError, match="no file of sparse vectors"):
            SparseVectors.load(path)


def test_a_small_file_that_would_unpack_to_a_large_one_is_refused(tmp_path):
    path = tmp_path / "s.npz"
    zeros = np.zeros(1 << 26, np.uint8)
    np.savez_compressed(path, data=zeros, words=zeros, shape=np.array([1, 1]))
    content = bytearray(path.read_bytes())
    assert len(content) < 300_000
    # The size in the archive's own list, which is the one that is believed.
    entry = content.rfind(b"shape.npy") - 46
    content[entry + 24 : entry + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(FormatError, match="more data promised"):
        SparseVectors.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("name", ["shape", "indptr", "indices", "data", "words"])
@pytest.mark.parametrize(
    "value", [np.array("x"), np.array([2**62]), np.array([[-1.5]]), np.array([])]
)
def test_arrays_that_are_none_of_a_matrix(tmp_path, vectors, name, value):
    path = tmp_path / "s.npz"
    vectors.save(path)
    with np.load(path) as stored:
        arrays = dict(stored) | {name: value}
    np.savez(path, **arrays)
    with pytest.raises(FormatError, match="no file of sparse vectors"):
        SparseVectors.load(path)


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [("indices", 0, 10**6), ("indices", -1, -1), ("indptr", 1, 10**6)],
)
def test_places_outside_of_the_matrix_are_refused(tmp_path, vectors, name, at, value):
    path = tmp_path / "s.npz"
    vectors.save(path)
    with np.load(path) as stored:
        arrays = dict(stored)
    arrays[name][at] = value
    np.savez(path, **arrays)
    with pytest.raises(FormatError, match="no file of sparse vectors"):
        SparseVectors.load(path)
