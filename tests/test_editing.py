"""Changing a table: nothing derived is ever stale, nothing is half done."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from fastw2v.vectors.keyed_vectors import KeyedVectors

KEYS = st.one_of(st.sampled_from("abcdefgh"), st.integers(0, 4))
VECTORS = st.lists(
    st.integers(-8, 8).map(lambda number: number / 4), min_size=3, max_size=3
)
PAIRS = st.lists(st.tuples(KEYS, VECTORS, st.integers(0, 9)), max_size=6)


def lengths(rows):
    return [sum(float(x) ** 2 for x in row) ** 0.5 for row in rows]


def units(rows):
    return [
        [float(x) / length if length else 0.0 for x in row]
        for row, length in zip(rows, lengths(rows), strict=True)
    ]


class Editing(RuleBasedStateMachine):
    """A table against a dict from each key to its vector and its count."""

    @initialize(count=st.integers(0, 4), padded=st.booleans())
    def start(self, count, padded):
        self.kv = KeyedVectors(3, count)
        if padded:
            self.kv.vectors = np.zeros((count, 16), np.float32)[:, :3]
        self.kv.allocate_vecattrs(["count"], [int])
        self.oracle = {}

    @rule(key=KEYS, vector=VECTORS)
    def add_vector(self, key, vector):
        if key in self.oracle:
            with pytest.warns(UserWarning, match="keeps the vector"):
                row = self.kv.add_vector(key, vector)
        elif len(self.oracle) == len(self.kv):
            with pytest.warns(UserWarning, match="growing by single"):
                row = self.kv.add_vector(key, vector)
        else:
            row = self.kv.add_vector(key, vector)
        self.oracle.setdefault(key, (vector, 0))
        assert row == list(self.oracle).index(key)

    @rule(pairs=PAIRS, replace=st.booleans(), counted=st.booleans())
    def add_vectors(self, pairs, replace, counted):
        keys, vectors, counts = ([pair[i] for pair in pairs] for i in range(3))
        extras = {"count": np.array(counts, np.int64)} if counted else None
        self.kv.add_vectors(keys, vectors, extras=extras, replace=replace)
        for key, vector, count in pairs:
            if key not in self.oracle:
                self.oracle[key] = (vector, count if counted else 0)
            elif replace:
                kept = count if counted else self.oracle[key][1]
                self.oracle[key] = (vector, kept)

    @rule(pairs=PAIRS)
    def assign_items(self, pairs):
        self.kv[[key for key, _, _ in pairs]] = [vector for _, vector, _ in pairs]
        for key, vector, _ in pairs:
            self.oracle[key] = (vector, self.oracle.get(key, (None, 0))[1])

    @rule(vector=VECTORS)
    def assign_vectors(self, vector):
        rows = np.tile(np.array(vector, np.float32), (len(self.kv), 1))
        rows.flags.writeable = False
        self.kv.vectors = rows
        self.oracle = {key: (vector, count) for key, (_, count) in self.oracle.items()}

    @rule(key=KEYS, count=st.integers(0, 9))
    def set_count(self, key, count):
        if key in self.oracle:
            self.kv.set_vecattr(key, "count", count)
            self.oracle[key] = (self.oracle[key][0], count)

    @rule()
    def sort(self):
        self.kv.sort_by_descending_frequency()
        later_first = list(self.oracle.items())[::-1]
        self.oracle = dict(sorted(later_first, key=lambda item: -item[1][1]))

    @rule()
    def normalize(self):
        self.kv.unit_normalize_all()
        scaled = units([vector for vector, _ in self.oracle.values()])
        self.oracle = {
            key: (vector, count)
            for (key, (_, count)), vector in zip(
                self.oracle.items(), scaled, strict=True
            )
        }

    @rule(seed=st.integers(0, 3))
    def resize(self, seed):
        self.kv.resize_vectors(seed)

    @rule(factor=st.sampled_from([-1, 0.5]))
    def write_in_place(self, factor):
        self.kv.vectors = self.kv.vectors.copy()
        self.kv.fill_norms()
        rows = self.kv.vectors
        rows *= np.float32(factor)
        self.kv.fill_norms(force=True)
        self.oracle = {
            key: ([x * factor for x in vector], count)
            for key, (vector, count) in self.oracle.items()
        }

    @invariant()
    def all_agrees(self):
        kv, used = self.kv, len(self.oracle)
        rows = [vector for vector, _ in self.oracle.values()]
        expected = np.array(rows, dtype=np.float64).reshape(used, 3)
        assert list(kv) == list(self.oracle)
        assert kv.index_to_key[used:] == [None] * (len(kv) - used)
        assert kv.key_to_index == {key: i for i, key in enumerate(self.oracle)}
        np.testing.assert_allclose(kv.vectors[:used], expected, rtol=1e-6)
        assert len(kv.vectors) == len(kv.norms) == len(kv)
        np.testing.assert_allclose(kv.norms[:used], lengths(rows), rtol=1e-6)
        np.testing.assert_allclose(
            kv.normed[:used], np.array(units(rows)).reshape(used, 3), atol=1e-6
        )
        assert kv.expandos["count"][:used].tolist() == [
            count for _, count in self.oracle.values()
        ]
        if self.oracle:
            self.search_agrees(next(iter(self.oracle)), units(rows))

    def search_agrees(self, key, rows):
        cosines = [sum(a * b for a, b in zip(rows[0], r, strict=True)) for r in rows]
        found = dict(self.kv.most_similar(key, topn=100))
        expected = dict(zip(self.oracle, cosines, strict=True))
        del expected[key]
        assert found == pytest.approx(expected, abs=1e-5)


Editing.TestCase.settings = settings(
    max_examples=60, stateful_step_count=12, deadline=None
)
TestEditing = Editing.TestCase

ROWS = np.arange(1, 13, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def kv():
    kv = KeyedVectors.from_arrays(["a", "b", "c"], ROWS.copy(), [3, 2, 1])
    kv.vectors_lockf = np.array([0, 0.5, 1], np.float32)
    return kv


@pytest.mark.parametrize(
    ("keys", "vectors", "extras", "error", "message"),
    [
        (["d", "e"], ROWS[:1], {}, ValueError, r"shape \(1, 4\) for 2 keys"),
        (["d"], ROWS[0], {}, ValueError, r"shape \(4,\) for 1 keys: give shape \(1, 4"),
        ("d", ROWS[:2], {}, ValueError, r"shape \(2, 4\) for 1 keys"),
        (["d"], ROWS[:1, :3], {}, ValueError, r"shape \(1, 3\)"),
        (["d", "e"], ROWS[:2] * [[1], [np.nan]], {}, ValueError, "vector of 'e' holds"),
        (["d"], ROWS[:1].astype(float) * 1e40, {}, ValueError, "too large for float32"),
        (["d", ("x", 1)], ROWS[:2], {}, TypeError, r"\('x', 1\) is tuple"),
        (["d"], ROWS[:1], {"count": [1, 2]}, ValueError, "2 values for 1 keys"),
        (["d"], ROWS[:1], {"count": [[1, 2]]}, ValueError, r"of shape \(2,\), the"),
        (["d"], ROWS[:1], {"count": [1.5]}, TypeError, "int64 and cannot take float64"),
    ],
)
def test_bad_additions_change_nothing(kv, keys, vectors, extras, error, message):
    with pytest.raises(error, match=message):
        kv.add_vectors(keys, vectors, extras=extras, replace=True)
    assert kv.index_to_key == ["a", "b", "c"]
    assert "d" not in kv
    np.testing.assert_array_equal(kv.vectors, ROWS)
    assert kv.counts.tolist() == [3, 2, 1]


def test_extras(kv):
    kv.add_vectors(
        ["b", "d"],
        ROWS[:2],
        extras={"count": [7, 8], "tag": ["x", "y"], "p": np.eye(2)},
    )
    assert kv.counts.tolist() == [3, 2, 1, 8]
    assert kv.expandos["tag"].tolist() == [None, None, None, "y"]
    assert kv.expandos["p"].tolist() == [[0, 0], [0, 0], [0, 0], [0, 1]]
    kv.add_vectors(["b"], ROWS[:1], extras={"tag": ["z"]}, replace=True)
    assert kv.get_vecattr("b", "tag") == "z"
    assert kv.get_vecattr("b", "count") == 2


def test_attributes_say_what_there_is(kv):
    with pytest.raises(KeyError, match=r"no attribute 'x': there are \['count'\]"):
        kv.get_vecattr("a", "x")
    kv.set_vecattr("a", "count", np.int32(9))
    assert kv.counts.tolist() == [9, 2, 1]
    counts = np.array([1, 2, 3])
    counts.flags.writeable = False
    kv.expandos["count"] = counts
    kv.set_vecattr("a", "count", 9)
    assert (kv.counts.tolist(), counts.tolist()) == ([9, 2, 3], [1, 2, 3])


def test_locks_stay_with_their_rows(kv):
    kv.add_vectors(["d"], ROWS[:1], extras={"count": [9]})
    assert kv.vectors_lockf.tolist() == [0, 0.5, 1, 1]
    kv.sort_by_descending_frequency()
    assert kv.index_to_key == ["d", "a", "b", "c"]
    assert kv.vectors_lockf.tolist() == [1, 0, 0.5, 1]
    kv.index_to_key += ["e"]
    kv.key_to_index["e"] = 4
    kv.resize_vectors()
    assert kv.vectors_lockf.tolist() == [1, 0, 0.5, 1, 1]


def test_lists_of_the_caller():
    words = ["a", "b", "c"]
    first, second = (KeyedVectors.from_arrays(words, ROWS) for _ in range(2))
    first.add_vectors(["d"], ROWS[:1])
    first.unit_normalized().add_vectors(["e"], ROWS[:1])
    assert words == second.index_to_key == ["a", "b", "c"]
    assert first.index_to_key == ["a", "b", "c", "d"]


def test_arrays_of_the_caller(kv):
    shared, counts = ROWS.copy(), np.array([3, 2, 1])
    kv = KeyedVectors.from_arrays(["a", "b", "c"], shared, counts)
    kv["b"] = [9, 9, 9, 9]
    assert shared[1].tolist() == [9] * 4
    kv.set_vecattr("b", "count", 50)
    assert counts.tolist() == [3, 2, 1]
    shared.flags.writeable = False
    kv = KeyedVectors.from_arrays(["a", "b", "c"], shared)
    kv["b"] = [1, 2, 3, 4]
    kv.unit_normalize_all()
    assert shared[1].tolist() == [9] * 4
    np.testing.assert_allclose(kv.norms, 1, rtol=1e-6)
    live = np.zeros((3, 16), np.float32)
    kv.vectors = live[:, :4]
    live[:, 1] = 5
    assert kv["a"].tolist() == [0, 5, 0, 0]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtypes(dtype):
    kv = KeyedVectors(4, dtype=dtype)
    kv.add_vectors(["a", "b", "c"], ROWS)
    kv.index_to_key += ["d"]
    kv.key_to_index["d"] = 3
    kv.resize_vectors(seed=1)
    assert kv.vectors.dtype == dtype
    assert (abs(kv["d"]) <= 0.25).all()
    norms = np.linalg.norm(kv.vectors.astype(np.float64), axis=1)
    np.testing.assert_allclose(kv.norms, norms, rtol=1e-6)
    assert kv.similarity("a", "b").dtype == np.float32
    assert kv.most_similar("a", topn=None).dtype == np.float32
    assert kv.get_mean_vector(["a", "b"], post_normalize=True).dtype == np.float32
    kv.unit_normalize_all()
    assert kv.vectors.dtype == dtype
    np.testing.assert_allclose(kv.norms, 1, rtol=2e-3)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ([0], ValueError, "vector_size is 0: give 1 or more"),
        ([4, -1], ValueError, "count is -1"),
        ([["a"], ROWS], TypeError, r"vector_size is a list.*KeyedVectors\.from_arrays"),
        ([4, 0, np.int32], TypeError, "int32 cannot be searched"),
    ],
)
def test_bad_construction(arguments, error, message):
    with pytest.raises(error, match=message):
        KeyedVectors(*arguments)


def test_bad_assignments(kv):
    with pytest.raises(ValueError, match=r"shape \(4,\)"):
        kv.vectors = ROWS[0]
    with pytest.raises(TypeError, match="complex64 cannot be searched"):
        kv.vectors = ROWS * 1j
    with pytest.raises(AttributeError, match="assign None"):
        kv.norms = np.ones(3)
    np.testing.assert_array_equal(kv.vectors, ROWS)
    kv.vectors = ROWS.astype(int)[:, :2]
    assert (kv.vector_size, kv.vectors.dtype) == (2, np.float32)


def test_rows_without_a_key_are_never_answers():
    kv = KeyedVectors(4, count=5)
    kv.add_vectors(["a", "b"], ROWS[:2])
    assert (kv.next_index, len(kv), list(kv)) == (2, 5, ["a", "b"])
    assert [word for word, _ in kv.most_similar("a")] == ["b"]
    assert [word for word, _ in kv.most_similar_cosmul("a")] == ["b"]
    assert len(kv.distances("a")) == 2
    kv.add_vectors(["c", "d", "e", "f"], np.ones((4, 4)))
    assert (kv.next_index, kv.index_to_key) == (6, list("abcdef"))


def test_iteration_gives_keys(kv):
    assert list(kv) == ["a", "b", "c"]
    assert [key in kv for key in kv] == [True] * 3


class WithSubwords(KeyedVectors):
    """Make up vectors for words that are not present."""

    def get_vector(self, key, norm=False):
        if key in self or not key.startswith("made"):
            return super().get_vector(key, norm)
        return np.full(self.vector_size, len(key), np.float32)


def test_vectors_for_all_asks_subclasses(kv):
    kv = WithSubwords.from_arrays(["a", "b", "c"], ROWS, [3, 2, 1])
    kv.expandos["place"] = np.eye(3)
    found = kv.vectors_for_all(["made", "b", "x"], copy_vecattrs=True)
    assert type(found) is WithSubwords
    assert found.index_to_key == ["made", "b"]
    assert found.vectors.tolist() == [[4] * 4, ROWS[1].tolist()]
    assert found.counts.tolist() == [0, 2]
    assert found.expandos["place"].tolist() == [[0, 0, 0], [0, 1, 0]]
    strict = kv.vectors_for_all(["made", "b", "x"], allow_inference=False)
    assert strict.index_to_key == ["b"]
