"""What fastw2v's and gensim's KeyedVectors do alike: each test runs on both."""

import itertools
import warnings
from pathlib import Path

import numpy as np
import pytest

WORDS = [f"w{i}" for i in range(20)]
# gensim warns of itself, and of unfilled rows, whose cosine is not a number.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:left out:UserWarning"),
]


@pytest.fixture
def rows():
    return np.random.default_rng(0).standard_normal((20, 4)).astype(np.float32)


@pytest.fixture
def kv(peer_class, rows):
    kv = peer_class(4)
    kv.add_vectors(WORDS, rows)
    return kv


def unit(vector):
    vector = np.asarray(vector, dtype=np.float64)
    return vector / np.sqrt(sum(x * x for x in vector))


def cosine(a, b):
    return float(sum(x * y for x, y in zip(unit(a), unit(b), strict=True)))


def nearest(rows, query, banned=(), topn=10, among=range(20)):
    scored = [(WORDS[i], cosine(rows[i], query)) for i in among if i not in banned]
    return sorted(scored, key=lambda pair: -pair[1])[:topn]


def assert_scored(found, expected):
    assert type(found) is list
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)
    assert all(type(pair) is tuple and type(pair[1]) is float for pair in found)


# --- construction and attributes


def test_empty_table(peer_class):
    kv = peer_class(vector_size=7)
    assert (len(kv), kv.vector_size, kv.vectors.shape) == (0, 7, (0, 7))
    assert (kv.index_to_key, kv.key_to_index, kv.expandos) == ([], {}, {})
    assert kv.vectors.dtype == np.float32
    assert (kv.next_index, kv.mapfile_path) == (0, None)
    assert str(kv) == "KeyedVectors<vector_size=7, 0 keys>"


def test_rows_set_aside(peer_class, rows):
    kv = peer_class(4, count=3, dtype=np.float64, mapfile_path="x")
    assert (len(kv), kv.vectors.shape, kv.vectors.dtype) == (3, (3, 4), np.float64)
    assert kv.index_to_key == [None, None, None]
    assert (kv.mapfile_path, kv.next_index, kv.key_to_index) == ("x", 0, {})
    assert [kv.add_vector(word, rows[i]) for i, word in enumerate("abc")] == [0, 1, 2]
    assert kv.index_to_key == ["a", "b", "c"]
    np.testing.assert_array_equal(kv["b"], rows[1])
    with pytest.warns(UserWarning, match="grow"):
        assert kv.add_vector("d", rows[3]) == 3
    assert len(kv) == len(kv.vectors) == 4


def test_attributes(kv, rows):
    assert kv.index_to_key == WORDS
    assert kv.key_to_index == {word: row for row, word in enumerate(WORDS)}
    assert str(kv) == "KeyedVectors<vector_size=4, 20 keys>"
    np.testing.assert_array_equal(kv.vectors, rows)
    kv.fill_norms()
    lengths = [np.sqrt(sum(float(x) ** 2 for x in row)) for row in rows]
    np.testing.assert_allclose(kv.norms, lengths, rtol=1e-6)


def test_surgery_by_assignment(kv, rows):
    kv.most_similar("w0")
    kept = [3, 5, 9]
    kv.vectors = rows[kept] * 2
    kv.index_to_key = [WORDS[i] for i in kept]
    kv.key_to_index = {WORDS[row]: i for i, row in enumerate(kept)}
    kv.norms = None
    assert len(kv) == 3
    assert "w0" not in kv
    assert_scored(kv.most_similar("w3"), nearest(rows, rows[3], [3], among=kept))


# --- look-up


def test_look_up(kv, rows):
    np.testing.assert_array_equal(kv["w3"], rows[3])
    np.testing.assert_array_equal(kv[3], rows[3])
    np.testing.assert_array_equal(kv[np.int64(3)], rows[3])
    np.testing.assert_array_equal(kv[["w3", "w1", 0]], rows[[3, 1, 0]])
    np.testing.assert_array_equal(kv.get_vector("w3"), rows[3])
    np.testing.assert_allclose(kv.get_vector("w3", norm=True), unit(rows[3]), rtol=1e-5)
    assert ("w3" in kv, "x" in kv, 19 in kv, 20 in kv, -1 in kv) == (
        True, False, True, False, False,
    )  # fmt: skip
    assert kv.has_index_for("w3")
    assert not kv.has_index_for("x")
    assert [kv.get_index(k) for k in ("w3", 5)] == [3, 5]
    assert kv.get_index("x", 0) == 0
    for key in ("x", 20, -1):
        with pytest.raises(KeyError, match=f"Key '{key}' not present"):
            kv.get_index(key)
        with pytest.raises(KeyError, match="not present"):
            _ = kv[key]
        with pytest.raises(KeyError, match="not present"):
            _ = kv[["w1", key]]


def test_vectors_handed_out(kv):
    for vector in (kv["w1"], kv.get_vector("w1"), kv.get_vector("w1", norm=True)):
        with pytest.raises(ValueError, match="read-only"):
            vector[0] = 1
    kv[["w1"]][0, 0] = 99
    assert kv["w1"][0] != 99
    assert kv.get_normed_vectors().flags.writeable


def test_keys_that_are_numbers(peer_class, rows):
    kv = peer_class(4)
    kv.add_vectors([30, 10, 0], rows[:3])
    assert kv.get_index(0) == 2
    assert kv.get_index(1) == 1
    assert 30 in kv
    np.testing.assert_array_equal(kv[10], rows[1])
    assert kv.most_similar(30, topn=1)[0][0] in {10, 0}


# --- nearest neighbours


def test_most_similar(kv, rows):
    units = [unit(row) for row in rows]
    one = nearest(rows, rows[1], [1])
    for found in (
        kv.most_similar("w1"),
        kv.most_similar(["w1"]),
        kv.most_similar(1),
        kv.most_similar([np.int64(1)], None),
        kv.similar_by_word("w1"),
        kv.similar_by_key("w1", 10),
    ):
        assert_scored(found, one)
    assert_scored(
        kv.most_similar(["w1", 4], ["w2"], topn=3),
        nearest(rows, units[1] + units[4] - units[2], [1, 4, 2], 3),
    )
    assert_scored(kv.most_similar(negative="w2"), nearest(rows, -units[2], [2], 10))
    assert_scored(
        kv.most_similar([("w1", 2), ("w3", -0.5)], [("w2", -0.25)], topn=4),
        nearest(rows, 2 * units[1] - 0.5 * units[3] - 0.25 * units[2], [1, 2, 3], 4),
    )


def test_most_similar_to_vectors(kv, rows):
    assert_scored(kv.most_similar(rows[3], topn=2), nearest(rows, rows[3], topn=2))
    assert_scored(kv.similar_by_vector(rows[3], 5), nearest(rows, rows[3], topn=5))
    assert_scored(
        kv.most_similar(rows[3:5], negative=rows[6]),
        nearest(rows, rows[3].astype(float) + rows[4] - rows[6]),
    )
    assert_scored(
        kv.most_similar([(rows[3], 2.0), "w1"], topn=3),
        nearest(rows, 2.0 * rows[3] + unit(rows[1]), [1], 3),
    )


def test_which_rows_are_searched(kv, rows):
    query = rows[1]
    for found, among in [
        (kv.most_similar("w1", clip_start=5), range(5, 20)),
        (kv.most_similar("w1", clip_end=5), range(5)),
        (kv.most_similar("w1", clip_start=5, clip_end=9), range(5, 9)),
        (kv.most_similar("w1", restrict_vocab=6), range(6)),
        (kv.most_similar("w1", restrict_vocab=0), range(20)),
        (kv.most_similar("w1", clip_start=7, restrict_vocab=6), range(6)),
        (kv.similar_by_word("w1", restrict_vocab=6), range(6)),
        (kv.similar_by_vector(query, restrict_vocab=6)[1:], range(6)),
    ]:
        assert_scored(found, nearest(rows, query, [1], 10, among))


def test_topn(kv, rows):
    cosines = [cosine(rows[1], row) for row in rows]
    whole = kv.most_similar("w1", topn=None)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(whole, cosines, atol=1e-6)
    part = kv.most_similar("w1", topn=None, clip_start=2, clip_end=7)
    np.testing.assert_allclose(part, cosines[2:7], atol=1e-6)
    assert kv.most_similar("w1", topn=0) == []
    assert kv.most_similar("w1", topn=-3) == []
    assert len(kv.most_similar("w1", topn=100)) == 19
    assert len(kv.most_similar("w1", topn=np.int64(2))) == 2


def test_queries_that_cannot_be_answered(kv):
    for call in (kv.most_similar, kv.most_similar_cosmul):
        with pytest.raises(ValueError, match=r"input|nothing"):
            call()
        with pytest.raises(KeyError, match="not present"):
            call("x")
        with pytest.raises(KeyError, match="not present"):
            call(["w1"], ["x"])


def test_indexer(kv, rows):
    class Indexer:
        def most_similar(self, vector, topn):
            return [("found", float(vector @ unit(rows[1])), topn)]

    (found,) = kv.most_similar("w1", topn=7, indexer=Indexer())
    assert found == ("found", pytest.approx(1, abs=1e-6), 7)
    assert len(kv.most_similar("w1", topn=None, indexer=Indexer())) == 20


def test_most_similar_cosmul(kv, rows):
    def score(i, positive, negative):
        above = np.prod([(1 + cosine(rows[i], rows[j])) / 2 for j in positive])
        below = np.prod([(1 + cosine(rows[i], rows[j])) / 2 for j in negative])
        return above / (below + 1e-6)

    for positive, negative in [([1], []), ([1, 3], [2]), ([1], [2, 5])]:
        scored = [(WORDS[i], score(i, positive, negative)) for i in range(20)]
        banned = {WORDS[i] for i in positive + negative}
        best = sorted(
            (pair for pair in scored if pair[0] not in banned), key=lambda p: -p[1]
        )
        found = kv.most_similar_cosmul(
            [WORDS[i] for i in positive], [WORDS[i] for i in negative], topn=6
        )
        assert [word for word, _ in found] == [word for word, _ in best[:6]]
        assert [s for _, s in found] == pytest.approx(
            [s for _, s in best[:6]], rel=1e-4
        )
    assert kv.most_similar_cosmul("w1", topn=0) == []
    whole = kv.most_similar_cosmul("w1", topn=None)
    np.testing.assert_allclose(whole, [score(i, [1], []) for i in range(20)], atol=1e-4)


def test_relative_cosine_similarity(kv, rows):
    total = sum(score for _, score in nearest(rows, rows[1], [1], 5))
    found = kv.relative_cosine_similarity("w1", "w2", topn=5)
    assert type(found) is float
    assert found == pytest.approx(cosine(rows[1], rows[2]) / total, abs=1e-6)
    with pytest.raises(ValueError, match=r"similar words|no neighbour"):
        kv.relative_cosine_similarity("w1", "w2", topn=0)


# --- pairs and sets of words


def test_pairs(kv, rows):
    for found, expected in [
        (kv.similarity("w1", "w2"), cosine(rows[1], rows[2])),
        (kv.distance("w1", 2), 1 - cosine(rows[1], rows[2])),
        (
            kv.n_similarity(["w1", "w2"], ["w3"]),
            cosine(rows[1].astype(float) + rows[2], rows[3]),
        ),
        (kv.n_similarity(["w1", "x"], ["w3"]), cosine(rows[1], rows[3])),
        (kv.n_similarity(["x"], ["w3"]), 0),
    ]:
        assert isinstance(found, np.float32)
        assert found == pytest.approx(expected, abs=1e-6)
    for call in (kv.similarity, kv.distance, kv.rank, kv.closer_than):
        with pytest.raises(KeyError, match="not present"):
            call("w1", "x")
    for lists in (([], ["w1"]), (["w1"], [])):
        with pytest.raises(ZeroDivisionError):
            kv.n_similarity(*lists)


def test_similarity_sees_writes_into_the_array(kv, rows):
    kv.most_similar("w1")
    kv.vectors[2] = rows[1]
    assert kv.similarity("w1", "w2") == pytest.approx(1, abs=1e-6)
    kv.fill_norms(force=True)
    assert kv.most_similar("w1", topn=1)[0][0] == "w2"


def test_distances(kv, rows):
    expected = [1 - cosine(rows[1], row) for row in rows]
    for found in (kv.distances("w1"), kv.distances(rows[1]), kv.distances(1)):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(
        kv.distances("w1", ["w2", 3]), [expected[2], expected[3]], atol=1e-6
    )
    with pytest.raises(KeyError, match="not present"):
        kv.distances("w1", ["x"])
    np.testing.assert_allclose(
        kv.cosine_similarities(rows[1], rows), [1 - d for d in expected], atol=1e-6
    )


def test_ranks(kv, rows):
    cosines = [cosine(rows[1], row) for row in rows]
    closer = [WORDS[i] for i in range(20) if i != 1 and cosines[i] > cosines[2]]
    assert kv.closer_than("w1", "w2") == closer
    assert kv.rank("w1", "w2") == len(closer) + 1
    assert type(kv.rank("w1", "w2")) is int
    assert kv.rank("w1", "w1") == 1
    assert kv.most_similar_to_given("w1", ["w2", "w9", "w5"]) == "w9"
    with pytest.raises(ValueError, match="empty"):
        kv.most_similar_to_given("w1", [])


@pytest.mark.parametrize("use_norm", [True, False])
def test_centrality(kv, rows, use_norm):
    chosen = [unit(rows[i]) if use_norm else rows[i].astype(float) for i in (1, 2, 3)]
    mean = unit(sum(chosen))
    expected = sorted(
        ((float(v @ mean), f"w{i}") for i, v in enumerate(chosen, 1)), reverse=True
    )
    found = kv.rank_by_centrality(["w1", "w2", "x", "w3"], use_norm=use_norm)
    assert [word for _, word in found] == [word for _, word in expected]
    np.testing.assert_allclose(
        [score for score, _ in found], [score for score, _ in expected], rtol=1e-5
    )
    assert all(isinstance(score, np.float32) for score, _ in found)
    if use_norm:
        assert kv.doesnt_match(["w1", "w2", "w3", "x"]) == expected[-1][1]
    for nothing in ([], ["x"]):
        with pytest.raises(ValueError, match="word"):
            kv.rank_by_centrality(nothing)
        with pytest.raises(ValueError, match="word"):
            kv.doesnt_match(nothing)


def test_mean_vector(kv, rows):
    units = [unit(row) for row in rows]
    for arguments, expected in [
        ({"keys": ["w1", 2]}, (units[1] + units[2]) / 2),
        ({"keys": ["w1", "x"]}, units[1]),
        ({"keys": ["x"]}, np.zeros(4)),
        ({"keys": ["w1", rows[2]]}, (units[1] + rows[2]) / 2),
        ({"keys": ["w1", "w2"], "weights": [1, -3]}, (units[1] - 3 * units[2]) / 4),
        (
            {"keys": ["w1", "w2"], "weights": np.array([1, 3]), "pre_normalize": False},
            (rows[1] + 3 * rows[2].astype(float)) / 4,
        ),
        ({"keys": ["w1", "w2"], "post_normalize": True}, unit(units[1] + units[2])),
    ]:
        found = kv.get_mean_vector(**arguments)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    with pytest.raises(ValueError, match="mean"):
        kv.get_mean_vector([])
    with pytest.raises(ValueError, match="weights"):
        kv.get_mean_vector(["w1", "w2"], weights=[1])
    with pytest.raises(KeyError, match="not present"):
        kv.get_mean_vector(["w1", "x"], ignore_missing=False)


@pytest.mark.parametrize("norm", [True, False])
def test_wmdistance(kv, rows, norm):
    pytest.importorskip("ot", reason="POT is an extra")
    first, second = [1, 2, 2, 5], [3, 2, 6, 8]
    points = [unit(row) if norm else row.astype(float) for row in rows]
    # Words of equal weight travel whole: the best of all pairings.
    expected = min(
        sum(
            np.linalg.norm(points[i] - points[j])
            for i, j in zip(first, order, strict=True)
        )
        for order in itertools.permutations(second)
    )
    documents = [[WORDS[i] for i in rows_] for rows_ in (first, second)]
    found = kv.wmdistance([*documents[0], "x"], documents[1], norm=norm)
    assert type(found) is float
    assert found == pytest.approx(expected / 4, abs=1e-6)
    assert kv.wmdistance(["w1", "w2"], ["w2", "w1"], norm=norm) == pytest.approx(0)
    assert kv.wmdistance(["w1"], ["w1"], norm=norm) == 0
    assert kv.wmdistance(["w1"], ["x"], norm=norm) == float("inf")


# --- attributes of keys and changes of the table


def test_attributes_of_keys(kv):
    with pytest.raises(KeyError):
        kv.get_vecattr("w1", "count")
    kv.set_vecattr("w1", "count", 5)
    assert (kv.get_vecattr("w1", "count"), kv.get_vecattr("w2", "count")) == (5, 0)
    assert kv.expandos["count"].dtype == np.int64
    kv.set_vecattr("w1", "weight", 0.5)
    assert kv.expandos["weight"].dtype == np.float64
    kv.set_vecattr("w1", "tag", "noun")
    assert kv.get_vecattr("w1", "tag") == "noun"
    assert kv.expandos["tag"].dtype == object
    kv.allocate_vecattrs(["sample_int"], [np.uint32])
    assert (kv.expandos["sample_int"] == np.zeros(20, np.uint32)).all()
    with pytest.raises(TypeError):
        kv.set_vecattr("w1", "count", 5.5)
    with pytest.raises(KeyError, match="not present"):
        kv.set_vecattr("x", "count", 5)
    kv.add_vectors(["new"], np.ones((1, 4), np.float32))
    kv.allocate_vecattrs()
    assert {len(column) for column in kv.expandos.values()} == {21}
    assert kv.get_vecattr("w1", "count") == 5


def test_adding(peer_class, rows):
    kv = peer_class(4)
    kv.add_vectors(["a", "b"], rows[:2].tolist())
    kv.add_vectors(["b", "c"], rows[2:4].astype(np.float64))
    np.testing.assert_array_equal(kv.vectors, rows[[0, 1, 3]])
    assert kv.vectors.dtype == np.float32
    kv.add_vectors(["b", "d"], rows[4:6], replace=True)
    np.testing.assert_array_equal(kv.vectors, rows[[0, 4, 3, 5]])
    kv["a"] = rows[6]
    kv[["c", "e"]] = rows[7:9]
    np.testing.assert_array_equal(kv.vectors, rows[[6, 4, 7, 5, 8]])
    assert kv.index_to_key == list("abcde")
    assert [kv.get_index(word) for word in "abcde"] == list(range(5))
    kv.add_vectors("f", rows[9])
    np.testing.assert_array_equal(kv["f"], rows[9])
    kv[0] = rows[10]
    assert kv.get_index(0) == 6
    np.testing.assert_array_equal(kv["a"], rows[6])


def test_queries_see_additions(kv, rows):
    assert kv.most_similar("w1", topn=1)[0][0] == "w9"
    kv.add_vectors(["near"], rows[1:2] * 3)
    kv.fill_norms(force=True)
    assert kv.most_similar("w1", topn=1)[0][0] == "near"
    kv["near"] = -rows[1]
    kv.fill_norms(force=True)
    assert kv.most_similar("w1", topn=1)[0][0] == "w9"


def test_sorting_by_frequency(peer_class, rows):
    kv = peer_class(4)
    kv.sort_by_descending_frequency()
    kv.add_vectors(list("abcde"), rows[:5])
    kv.expandos["count"] = np.array([1, 5, 1, 9, 5])
    kv.expandos["sample_int"] = np.arange(5, dtype=np.uint32)
    kv.sort_by_descending_frequency()
    assert kv.index_to_key == ["d", "e", "b", "c", "a"]  # the later of equals first
    assert kv.expandos["count"].tolist() == [9, 5, 5, 1, 1]
    assert kv.expandos["sample_int"].tolist() == [3, 4, 1, 2, 0]
    for i, word in enumerate("abcde"):
        np.testing.assert_array_equal(kv[word], rows[i])
    del kv.expandos["count"]
    with pytest.raises(KeyError, match="count"):
        kv.sort_by_descending_frequency()


def test_resizing(peer_class):
    kv = peer_class(5)
    kv.index_to_key += ["a", "b"]
    kv.key_to_index.update(a=0, b=1)
    kv.resize_vectors(seed=3)
    drawn = np.random.default_rng(3).random((4, 5), dtype=np.float32) * 2 - 1
    np.testing.assert_allclose(kv.vectors, drawn[:2] / 5, rtol=1e-6)
    kv.vectors[:] = 1
    kv.expandos["count"] = np.array([4, 2])
    kv.index_to_key += ["c", "d"]
    kv.key_to_index.update(c=2, d=3)
    kv.resize_vectors(seed=3)
    assert (kv.vectors[:2] == 1).all()
    np.testing.assert_allclose(kv.vectors[2:], drawn[2:] / 5, rtol=1e-6)
    assert kv.expandos["count"].tolist() == [4, 2, 0, 0]


def test_unit_normalize_all(kv, rows):
    before = kv.most_similar("w1")
    kv.unit_normalize_all()
    expected = np.stack([unit(row) for row in rows])
    np.testing.assert_allclose(kv.vectors, expected, atol=1e-6)
    np.testing.assert_allclose(kv.norms, 1, rtol=1e-6)
    np.testing.assert_allclose(kv.get_normed_vectors(), expected, atol=1e-6)
    assert_scored(kv.most_similar("w1"), before)


def test_vectors_for_all(kv, rows):
    kv.set_vecattr("w3", "count", 7)
    found = kv.vectors_for_all(["w3", "x", "w1", "w3"], copy_vecattrs=True)
    assert type(found) is type(kv)
    assert found.index_to_key == ["w3", "w1"]
    np.testing.assert_array_equal(found.vectors, rows[[3, 1]])
    assert found.get_vecattr("w3", "count") == 7
    assert kv.vectors_for_all(iter(["w3"])).index_to_key == ["w3"]
    found = kv.vectors_for_all(["w3", "x"], allow_inference=False)
    assert found.index_to_key == ["w3"]
    assert len(kv.vectors_for_all(["x"])) == 0


# --- files


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("path_type", [str, Path])
def test_word2vec_files(tmp_path, peer_class, rows, binary, suffix, path_type):
    kv = peer_class(4)
    kv.add_vectors(list("abcd"), rows[:4])
    kv.expandos["count"] = np.array([1, 5, 5, 9])
    path, vocabulary = (path_type(tmp_path / f"{n}{suffix}") for n in ("v", "counts"))
    kv.save_word2vec_format(path, vocabulary, binary)
    found = type(kv).load_word2vec_format(path, vocabulary, binary)
    assert found.index_to_key == ["d", "b", "c", "a"]  # the earlier of equals first
    assert found.expandos["count"].tolist() == [9, 5, 5, 1]
    np.testing.assert_array_equal(found.vectors, rows[[3, 1, 2, 0]])
    found = type(kv).load_word2vec_format(path, binary=binary, limit=3)
    assert found.expandos["count"].tolist() == [3, 2, 1]
    assert found.expandos["count"].dtype == np.int64


def test_how_word2vec_files_are_written(tmp_path, peer_class):
    kv, path = peer_class(2), tmp_path / "v"
    kv.add_vectors(["a", "b"], np.array([[0.1, -2.25], [1.5, 3.5]], np.float32))
    kv.expandos["count"] = np.array([1, 2])
    kv.expandos["rank"] = np.array([2.5, 1.5])
    kv.save_word2vec_format(path, total_vec=4, prefix="*", sort_attr="rank")
    assert path.read_text().splitlines() == ["4 2", "*a 0.1 -2.25", "*b 1.5 3.5"]
    kv.save_word2vec_format(path, tmp_path / "c", write_header=False, append=True)
    assert path.read_text().splitlines()[3:] == ["b 1.5 3.5", "a 0.1 -2.25"]
    assert (tmp_path / "c").read_text() == "b 2\na 1\n"
    found = peer_class.load_word2vec_format(path)
    assert found.index_to_key == ["*a", "*b", "b", "a"]
    kv.save_word2vec_format(path, binary=True, total_vec=4, prefix="*")
    kv.save_word2vec_format(path, binary=True, write_header=False, append=True)
    found = peer_class.load_word2vec_format(path, binary=True)
    assert found.index_to_key == ["*b", "*a", "b", "a"]
    with pytest.raises(ValueError, match="x"):
        kv.save_word2vec_format(path, tmp_path / "c", sort_attr="x")


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("datatype", [np.float16, np.float32, np.float64])
def test_datatype(tmp_path, peer_class, binary, datatype):
    kv, path = peer_class(2, dtype=np.float64), tmp_path / "v"
    kv.add_vectors(["a"], [[0.1234567890123, 2]])
    kv.save_word2vec_format(path, binary=binary)
    found = peer_class.load_word2vec_format(path, binary=binary, datatype=datatype)
    assert found.vectors.dtype == datatype
    exact = np.float32(0.1234567890123) if binary else np.float64(0.1234567890123)
    if not binary:
        path.write_text("1 2\na 0.1234567890123 2\n")
        found = peer_class.load_word2vec_format(path, datatype=datatype)
    assert found["a"][0] == datatype(exact)
    assert found.similarity("a", "a") == pytest.approx(1, abs=2e-3)


# gensim leaves the file open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_files_that_are_no_word2vec(tmp_path, peer_class):
    load, path = peer_class.load_word2vec_format, tmp_path / "v"
    path.write_text("3 2\na 1 2\nb 3 4\n")
    with pytest.raises(EOFError):
        load(path)
    path.write_bytes(b"2 2\na " + np.ones(2, "f4").tobytes() + b"b \0\0")
    with pytest.raises(EOFError):
        load(path, binary=True)
    path.write_text("a 1 2\nb 3 4\n")
    with pytest.raises(ValueError, match=r"header|invalid|unpack"):
        load(path)
    assert load(path, no_header=True).index_to_key == ["a", "b"]
    with pytest.raises(NotImplementedError):
        load(path, no_header=True, binary=True)
    path.write_bytes(b"1 2\nx\xff 1 2\n")
    with pytest.raises(UnicodeDecodeError):
        load(path)
    assert load(path, unicode_errors="replace").index_to_key == ["x�"]
    assert load(path, encoding="latin1").index_to_key == ["xÿ"]


def test_duplicates_in_files(tmp_path, peer_class):
    path = tmp_path / "v"
    path.write_text("3 2\na 1 2\nb 3 4\na 5 6\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ours warns, gensim logs
        found = peer_class.load_word2vec_format(path)
    assert found.key_to_index == {"a": 0, "b": 1}
    assert found[["a", "b"]].tolist() == [[1, 2], [3, 4]]


def test_saving_and_loading(tmp_path, kv, rows):
    kv.set_vecattr("w3", "count", 7)
    path = str(tmp_path / "v")
    kv.save(path, None, 10**6, frozenset(), 4)
    for mmap in (None, "r"):
        found = type(kv).load(path, mmap=mmap)
        assert found.index_to_key == WORDS
        np.testing.assert_array_equal(found.vectors, rows)
        assert found.get_vecattr("w3", "count") == 7
        assert_scored(found.most_similar("w1"), nearest(rows, rows[1], [1]))


# --- evaluation


QUESTIONS = """: one
w1 w2 w3 {good}
W1 W2 W3 {bad}
w1 w2 w3 unknown
: two
w4 w5 w6 w7
"""


@pytest.mark.parametrize("insensitive", [True, False])
@pytest.mark.parametrize("dummy", [True, False])
def test_word_analogies(tmp_path, kv, insensitive, dummy):
    good = kv.most_similar(["w2", "w3"], ["w1"])[0][0]
    bad = "w4" if good != "w4" else "w5"
    path = tmp_path / "questions"
    path.write_text(QUESTIONS.format(good=good, bad=bad))
    score, sections = kv.evaluate_word_analogies(
        str(path), case_insensitive=insensitive, dummy4unknown=dummy
    )

    def spelled(*words):
        return tuple(word.upper() if insensitive else word for word in words)

    one, two, total = sections
    assert [part["section"] for part in sections] == ["one", "two", "Total accuracy"]
    assert one["correct"] == [spelled("w1", "w2", "w3", good)]
    wrong = [("W1", "W2", "W3", bad.upper() if insensitive else bad)]
    unknown = [spelled("w1", "w2", "w3", "unknown")]
    # Without folding, W1 to W3 are unknown words as well.
    assert one["incorrect"] == wrong * (insensitive or dummy) + unknown * dummy
    assert total["correct"] == one["correct"] + two["correct"]
    assert total["incorrect"] == one["incorrect"] + two["incorrect"]
    assert score == len(total["correct"]) / sum(
        len(total[side]) for side in ("correct", "incorrect")
    )
    assert kv.index_to_key == WORDS
    assert "w1" in kv
    path.write_text("w1 w2 w3 w4\n")
    with pytest.raises(ValueError, match=r"header|heading"):
        kv.evaluate_word_analogies(path)


@pytest.mark.parametrize("dummy", [True, False])
def test_word_pairs(tmp_path, kv, rows, dummy):
    stats = pytest.importorskip("scipy.stats")
    path = tmp_path / "pairs"
    path.write_text("# c\nw1,W2,3\nw2,w3,1\nw3,w5,1.5\nx,w1,3\nw7,w8,9\n")
    pearson, spearman, unknown = kv.evaluate_word_pairs(
        path, delimiter=",", dummy4unknown=dummy
    )
    pairs = [(1, 2, 3), (2, 3, 1), (3, 5, 1.5), (7, 8, 9)]
    cosines = [cosine(rows[i], rows[j]) for i, j, _ in pairs] + [0] * dummy
    ratings = [rating for _, _, rating in pairs] + [3] * dummy
    expected = stats.pearsonr(ratings, cosines)
    assert (pearson[0], pearson[1]) == pytest.approx(tuple(expected), abs=1e-5)
    expected = stats.spearmanr(ratings, cosines)
    assert (spearman[0], spearman[1]) == pytest.approx(tuple(expected), abs=1e-5)
    assert pearson.statistic == pearson[0]
    assert spearman.pvalue == spearman[1]
    assert unknown == pytest.approx(20)
    pearson, _, unknown = kv.evaluate_word_pairs(path, ",", "utf8", 6, False)
    assert unknown == pytest.approx(60)


# --- old names


def test_old_names_that_warn(peer_class, kv, rows):
    with pytest.warns(DeprecationWarning, match="deprecated"):
        np.testing.assert_array_equal(kv.word_vec("w1"), rows[1])
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert kv.words_closer_than("w1", "w2") == kv.closer_than("w1", "w2")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        kv.init_sims()
    np.testing.assert_array_equal(kv.vectors, rows)
    with pytest.warns(DeprecationWarning, match="deprecated"):
        kv.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(kv.vectors, axis=1), 1, rtol=1e-6)
    with pytest.raises(NotImplementedError):
        kv.similarity_unseen_docs("a", "b")
    assert (
        peer_class.log_accuracy({"section": "x", "correct": [], "incorrect": []})
        is None
    )
    peer_class.log_evaluate_word_pairs((0.1, 0.2), (0.3, 0.4), 5.0, "file")
    with pytest.raises(AttributeError):
        kv.vocab = {}


def test_the_class_is_one():
    from fastw2v import KeyedVectors
    from fastw2v.models import keyedvectors

    for name in ("KeyedVectors", "Word2VecKeyedVectors", "EuclideanKeyedVectors"):
        assert getattr(keyedvectors, name) is KeyedVectors
    assert keyedvectors.REAL is np.float32
    assert keyedvectors.load_word2vec_format == KeyedVectors.load_word2vec_format


def test_every_public_name_of_gensim_is_here():
    theirs = pytest.importorskip("gensim.models.keyedvectors").KeyedVectors
    from fastw2v import KeyedVectors

    names = {name for name in dir(theirs) if not name.startswith("_")}
    assert names <= set(dir(KeyedVectors))
    kv = KeyedVectors(3)
    for attribute in vars(theirs(3)):
        assert hasattr(kv, attribute)
