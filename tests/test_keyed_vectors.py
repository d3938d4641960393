"""KeyedVectors: look-up, similarity, search."""

import copy
import pickle

import numpy as np
import pytest

from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = ["the", "king", "queen", "man", "woman", "paris", "zero"]


@pytest.fixture
def vectors():
    rng = np.random.default_rng(7)
    rows = rng.standard_normal((len(WORDS), 5)).astype(np.float32)
    rows[-1] = 0
    return rows


@pytest.fixture
def kv(vectors):
    return KeyedVectors.from_arrays(WORDS, vectors, np.arange(7, 0, -1))


def cosine(a, b):
    dot = sum(float(x) * float(y) for x, y in zip(a, b, strict=True))
    lengths = [sum(float(x) ** 2 for x in v) ** 0.5 for v in (a, b)]
    return dot / (lengths[0] * lengths[1]) if all(lengths) else 0.0


def nearest(vectors, query, banned, topn):
    scored = [
        (WORDS[i], cosine(vectors[i], query))
        for i in range(len(WORDS))
        if i not in banned
    ]
    return sorted(scored, key=lambda pair: -pair[1])[:topn]


def unit(v):
    return v / np.linalg.norm(v)


def assert_same(found, expected):
    assert [word for word, _ in found] == [word for word, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


def test_attributes(kv, vectors):
    np.testing.assert_array_equal(kv.vectors, vectors)
    assert kv.index_to_key == WORDS
    assert kv.key_to_index == {word: row for row, word in enumerate(WORDS)}
    assert (kv.vector_size, len(kv), list(kv)) == (5, 7, WORDS)
    assert kv.counts.dtype == np.int64
    np.testing.assert_allclose(kv.norms, np.linalg.norm(vectors, axis=1), rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(kv.normed[:-1], axis=1), 1, rtol=1e-6)
    assert not kv.normed[-1].any()
    assert str(kv) == "KeyedVectors<vector_size=5, 7 keys>"
    assert repr(kv) == "KeyedVectors<vector_size=5, 7 keys, counts>"


def test_what_is_derived_is_read_only_and_the_array_given_is_shared(kv, vectors):
    for array in (kv.norms, kv.normed, kv["king"], kv.get_vector("king", norm=True)):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1
    vectors[0, 0] = 42
    assert kv.vectors[0, 0] == 42


def test_padded_rows_are_not_copied(vectors):
    padded = np.zeros((7, 16), dtype=np.float32)
    padded[:, :5] = vectors
    view, plain = (
        KeyedVectors.from_arrays(WORDS, padded[:, :5]),
        KeyedVectors.from_arrays(WORDS, vectors),
    )
    assert np.shares_memory(view.vectors, padded)
    assert_same(view.most_similar("king"), plain.most_similar("king"))


def test_look_up(kv, vectors):
    np.testing.assert_array_equal(kv["king"], vectors[1])
    np.testing.assert_array_equal(kv[1], vectors[1])
    np.testing.assert_array_equal(kv[["king", "the"]], vectors[[1, 0]])
    assert kv[[]].shape == (0, 5)
    np.testing.assert_array_equal(kv.get_vector("king"), vectors[1])
    np.testing.assert_allclose(
        kv.get_vector("king", norm=True), unit(vectors[1]), rtol=1e-6
    )
    assert "king" in kv
    assert kv.has_index_for("king")
    assert "King" not in kv
    assert 1 in kv
    assert 7 not in kv
    assert kv.get_index("queen") == 2
    assert kv.get_index("nobody", -5) == -5


@pytest.mark.parametrize("key", ["nobody", 7, -1])
def test_unknown_key(kv, key):
    for call in (kv.get_index, kv.get_vector, kv.most_similar, kv.__getitem__):
        with pytest.raises(KeyError, match=f"Key '{key}' not present"):
            call(key)


def test_similarity_and_distance(kv, vectors):
    expected = cosine(vectors[1], vectors[2])
    assert kv.similarity("king", "queen") == pytest.approx(expected, abs=1e-6)
    assert kv.distance("king", "queen") == pytest.approx(1 - expected, abs=1e-6)
    assert isinstance(kv.similarity("king", "queen"), np.float32)
    assert kv.similarity("king", "zero") == 0


def test_n_similarity(kv, vectors):
    expected = cosine(vectors[[1, 1, 2]].mean(axis=0), vectors[[3, 4]].mean(axis=0))
    found = kv.n_similarity(["king", "king", "queen"], ["man", "woman"])
    assert found == pytest.approx(expected, abs=1e-6)
    with pytest.warns(UserWarning, match="left out 1 words.*'nobody'"):
        again = kv.n_similarity(["king", "nobody", "king", "queen"], ["man", "woman"])
    assert again == found
    with pytest.warns(UserWarning, match="left out 1 words.*'nobody'") as seen:
        assert kv.n_similarity(["king"], ["nobody"]) == 0
    assert seen[0].filename == __file__
    with pytest.raises(ZeroDivisionError, match="empty"):
        kv.n_similarity(["king"], [])


def test_doesnt_match():
    rows = np.array([[1, 0.1], [1, -0.1], [-1, 0.2], [1, 0]], dtype=np.float32)
    kv = KeyedVectors.from_arrays(["a", "b", "odd", "c"], rows)
    assert kv.doesnt_match(["a", "odd", "b", "c"]) == "odd"
    for call in (kv.doesnt_match, kv.rank_by_centrality):
        with pytest.warns(UserWarning, match="left out 1 words.*'x'") as seen:
            call(["a", "odd", "b", "x"])
        assert seen[0].filename == __file__
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(ValueError, match="no word of"),
    ):
        kv.doesnt_match(["x"])


@pytest.mark.parametrize("topn", [1, 3, 50])
def test_most_similar_to_one_word(kv, vectors, topn):
    expected = nearest(vectors, vectors[1], [1], topn)
    for found in (
        kv.most_similar("king", topn=topn),
        kv.most_similar(positive=["king"], topn=topn),
        kv.similar_by_word("king", topn),
        kv.most_similar(1, topn=topn),
    ):
        assert_same(found, expected)
    assert all(type(score) is float for _, score in found)


def test_most_similar_by_sums(kv, vectors):
    king, man, woman = (unit(vectors[i]) for i in (1, 3, 4))
    expected = nearest(vectors, king - man + woman, [1, 3, 4], 4)
    assert_same(kv.most_similar(["king", "woman"], "man", topn=4), expected)
    assert_same(kv.analogy("man", "king", "woman", topn=4), expected)
    weighted = nearest(vectors, 2 * king - 0.5 * man, [1, 3], 3)
    assert_same(kv.most_similar([("king", 2)], [("man", 0.5)], topn=3), weighted)
    assert_same(kv.most_similar(("king", 2.0), ("man", 0.5), topn=3), weighted)
    # gensim would add where a negative word has a positive weight.
    assert_same(kv.most_similar([("king", 2)], [("man", -0.5)], topn=3), weighted)
    assert_same(
        kv.most_similar(("king", "woman"), topn=3),
        nearest(vectors, king + woman, [1, 4], 3),
    )


def test_most_similar_to_vectors(kv, vectors):
    mixed = vectors[2] + unit(vectors[1])
    assert_same(kv.most_similar([vectors[2], "king"]), nearest(vectors, mixed, [1], 10))
    # A vector keeps its length, and the word it belongs to may answer.
    assert kv.similar_by_vector(vectors[2], topn=1)[0][0] == "queen"
    assert_same(kv.most_similar(vectors[2]), kv.most_similar(vectors[2:3]))
    assert_same(
        kv.most_similar([(vectors[2], 3)]), nearest(vectors, vectors[2], [], 10)
    )


def test_restrict_vocab_and_topn(kv, vectors):
    found = kv.most_similar("paris", restrict_vocab=3)
    assert_same(
        found,
        nearest(vectors[:3].tolist() + [[0] * 5] * 4, vectors[5], [3, 4, 5, 6], 3),
    )
    assert kv.most_similar("paris", topn=0) == []
    assert kv.most_similar_cosmul("king", topn=9, restrict_vocab=3) == [
        pair for pair in kv.most_similar_cosmul("king", topn=9) if pair[0] in WORDS[:3]
    ]
    with pytest.raises(ValueError, match="restrict_vocab is -1"):
        kv.most_similar("paris", restrict_vocab=-1)
    assert kv.similar_by_word("paris", 2, 3) == found[:2]


def test_queries_that_cannot_be_answered(kv):
    with pytest.raises(ValueError, match="nothing to search for"):
        kv.most_similar()
    with pytest.raises(ValueError, match=r"shape \(4,\), the stored ones have \(5,\)"):
        kv.similar_by_vector(np.ones(4, np.float32))
    with pytest.raises(ValueError, match="NaN or infinity"):
        kv.similar_by_vector(np.full(5, np.nan, np.float32))
    for item in ([0.1, 0.2, 0.3], ("king", 1, 2), None):
        with pytest.raises(TypeError, match="neither a word, nor a vector"):
            kv.most_similar([item])
    with pytest.raises(TypeError, match="a product cannot take"):
        kv.most_similar_cosmul([("king", 2.0)])


def test_parts_that_cancel_out_give_zero_scores_in_row_order(kv):
    found = kv.most_similar("king", "king")
    assert found == [(word, 0.0) for word in WORDS if word != "king"]


def test_batch_equals_single_queries():
    rng = np.random.default_rng(3)
    rows = rng.standard_normal((3000, 8)).astype(np.float32)
    kv = KeyedVectors.from_arrays([f"w{i}" for i in range(3000)], rows)
    words = [f"w{i}" for i in range(0, 3000, 2)]
    found = kv.most_similar_batch(words, topn=4)
    for word, scored in list(zip(words, found, strict=True))[::97]:
        assert_same(scored, kv.most_similar(word, topn=4))
    assert kv.most_similar_batch([]) == []
    assert kv.most_similar_batch(["w1", "w2"], topn=0) == [[], []]
    with pytest.raises(KeyError, match="Key 'x' not present"):
        kv.most_similar_batch(["w1", "x"])


def test_unit_normalized(kv):
    normal = kv.unit_normalized()
    assert type(normal) is KeyedVectors
    np.testing.assert_array_equal(normal.vectors, kv.normed)
    np.testing.assert_array_equal(normal.counts, kv.counts)
    assert_same(normal.most_similar("king"), kv.most_similar("king"))


@pytest.mark.parametrize("size", [1e-20, 1e-36, 1e18, 1e30])
def test_very_small_and_very_large_vectors(vectors, size):
    plain = KeyedVectors.from_arrays(WORDS, vectors)
    scaled = KeyedVectors.from_arrays(WORDS, vectors * np.float32(size))
    assert scaled.similarity("king", "man") == pytest.approx(
        plain.similarity("king", "man"), abs=1e-6
    )
    np.testing.assert_allclose(scaled.normed, plain.normed, atol=1e-6)


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda kv: pickle.loads(pickle.dumps(kv))]
)
def test_copies_work(kv, duplicate):
    again = duplicate(kv)
    assert again.most_similar("king") == kv.most_similar("king")
    assert again.index_to_key == WORDS


def test_empty():
    kv = KeyedVectors.from_arrays([], np.empty((0, 4), np.float32))
    assert len(kv) == 0
    assert kv.similar_by_vector(np.ones(4, np.float32)) == []


ROWS = np.ones((2, 3), np.float32)


@pytest.mark.parametrize(
    ("words", "rows", "counts", "error", "message"),
    [
        (["a"], ROWS, None, ValueError, "1 words for 2 vectors"),
        (["a", "b"], ROWS[0], None, ValueError, r"shape \(3,\)"),
        (["a", "b"], ROWS[:, :0], None, ValueError, r"shape \(2, 0\)"),
        (["a", "a"], ROWS, None, ValueError, "'a' has rows 0 and 1"),
        (["a", "b"], ROWS * [[1], [np.nan]], None, ValueError, r"'b' \(row 1\)"),
        (["a", "b"], ROWS * [[np.inf], [-np.inf]], None, ValueError, r"'a' \(row 0\)"),
        (["a", 5], ROWS, None, TypeError, "5 is int"),
        (["a", "b"], ROWS, [1], ValueError, r"counts have shape \(1,\)"),
        (["a", "b"], ROWS, [1, -2], ValueError, "count of 'b' is -2"),
        (["a", "b"], ROWS, [1.0, 2.5], TypeError, "whole numbers"),
    ],
)
def test_bad_construction(words, rows, counts, error, message):
    with pytest.raises(error, match=message):
        KeyedVectors.from_arrays(words, rows, counts)


def test_metadata_must_be_text():
    with pytest.raises(TypeError, match="3 is int"):
        KeyedVectors.from_arrays(["a"], ROWS[:1], metadata={"epochs": 3})


def test_unchecked_bad_values_come_to_light_on_use():
    kv = KeyedVectors.from_arrays(["a", "a"], ROWS * np.nan, check=False)
    with pytest.raises(ValueError, match="has rows 0 and 1"):
        kv.get_index("a")
    kv = KeyedVectors.from_arrays(["a", "b"], ROWS * np.nan, check=False)
    with pytest.raises(ValueError, match="not finite"):
        kv.most_similar("a")


def test_agrees_with_gensim():
    gensim_kv = pytest.importorskip("gensim.models.keyedvectors")
    rng = np.random.default_rng(5)
    words = [f"w{i}" for i in range(300)]
    rows = rng.standard_normal((300, 12)).astype(np.float32)
    ours, theirs = KeyedVectors.from_arrays(words, rows), gensim_kv.KeyedVectors(12)
    theirs.add_vectors(words, rows)
    for positive, negative in [
        ("w1", None),
        (["w1", "w2"], ["w3"]),
        ([("w4", 0.5), rows[9]], []),
    ]:
        expected = theirs.most_similar(positive, negative, topn=12)
        assert_same(ours.most_similar(positive, negative, topn=12), expected)
    assert_same(
        ours.most_similar("w200", restrict_vocab=50),
        theirs.most_similar("w200", restrict_vocab=50),
    )
    assert ours.doesnt_match(words[:7]) == theirs.doesnt_match(words[:7])
    assert ours.n_similarity(words[:3], words[5:9]) == pytest.approx(
        theirs.n_similarity(words[:3], words[5:9]), abs=1e-6
    )
