"""Top-k search against a full sort."""

import numpy as np
import pytest

from fastw2v.vectors import search
from fastw2v.vectors.search import UnitRows, top_k


def make_table(rows):
    norms = np.linalg.norm(rows, axis=1)
    scale = np.where(norms > 0, 1 / np.where(norms > 0, norms, 1), 0)
    return UnitRows(rows, scale.astype(np.float32))


def full_sort(table, query, k, banned):
    """Score every row, sort by falling score and then by row, cut."""
    scores = (query @ table.rows.T) * table.scale
    allowed = [row for row in range(len(scores)) if row not in banned]
    best = sorted(allowed, key=lambda row: (-scores[row], row))[:k]
    return best, [scores[row] for row in best]


def small_integers(rng, *shape):
    # Exact in float32 whatever the order of additions, with many ties.
    return rng.integers(-2, 3, size=shape).astype(np.float32)


@pytest.mark.parametrize("k", [1, 3, 10, 5000])
@pytest.mark.parametrize("n_rows", [1, 7, 200, 4001])
@pytest.mark.parametrize("block_scores", [1, 9000, 1 << 22])
def test_equals_full_sort_with_ties(monkeypatch, n_rows, k, block_scores):
    monkeypatch.setattr(search, "BLOCK_SCORES", block_scores)
    rng = np.random.default_rng(n_rows + k)
    table = UnitRows(small_integers(rng, n_rows, 5), np.ones(n_rows, np.float32))
    queries = small_integers(rng, 6, 5)
    exclude = [
        rng.integers(0, n_rows, size=rng.integers(0, 4)).tolist() for _ in queries
    ]
    found = top_k(table, queries, k, exclude)
    for i, query in enumerate(queries):
        best, scores = full_sort(table, query, k, exclude[i])
        kept = found.indices[i][found.indices[i] >= 0]
        assert kept.tolist() == best
        assert found.scores[i, : len(best)].tolist() == scores
        assert np.isneginf(found.scores[i, len(best) :]).all()


def test_strided_rows_and_scale():
    rng = np.random.default_rng(1)
    padded = rng.standard_normal((500, 16)).astype(np.float32)
    table = make_table(padded[:, :10])
    found = top_k(table, table.take([3]), 4, [[]])
    assert found.indices[0, 0] == 3
    assert found.scores[0, 0] == pytest.approx(1, abs=1e-6)
    copy = make_table(np.ascontiguousarray(padded[:, :10]))
    np.testing.assert_array_equal(
        found.indices, top_k(copy, copy.take([3]), 4, [[]])[0]
    )


def test_rows_of_zeros_score_zero():
    table = make_table(np.array([[0, 0], [-1, 0], [1, 0]], dtype=np.float32))
    found = top_k(table, np.array([[1, 0]], dtype=np.float32), 3, [[]])
    assert found.indices.tolist() == [[2, 0, 1]]
    assert found.scores.tolist() == [[1, 0, -1]]


def test_excluding_rows_beyond_the_table_is_harmless():
    table = make_table(np.eye(3, dtype=np.float32))
    found = top_k(table.first(2), np.eye(3, dtype=np.float32)[:1], 5, [[2, 7]])
    assert found.indices.tolist() == [[0, 1]]


def test_nothing_left_and_nothing_asked():
    table = make_table(np.eye(2, dtype=np.float32))
    assert top_k(table, table.rows[:1], 2, [[0, 1]]).indices.tolist() == [[-1, -1]]
    assert top_k(table, table.rows[:0], 2, []).indices.shape == (0, 2)
    assert top_k(table.first(0), table.rows, 2, [[], []]).indices.shape == (2, 0)
