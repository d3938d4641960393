"""Rows that are trained in place, and what is copied into such rows."""

import numpy as np
import pytest

from fastw2v.models.padded_rows import grown, padded, uniform_rows, zero_rows


@pytest.mark.parametrize("dim", [1, 15, 16, 17, 100])
@pytest.mark.parametrize("rows", [1, 2, 50])
def test_own_rows_are_found_again_behind_the_view(rows, dim):
    matrix = uniform_rows(rows, dim, seed=1)
    whole = padded(matrix)
    assert whole.shape == (rows, -(-dim // 16) * 16)
    assert np.shares_memory(whole, matrix)
    assert np.array_equal(whole[:, :dim], matrix)
    whole[0, 0] = 7
    assert matrix[0, 0] == 7


@pytest.mark.parametrize("dim", [16, 20])
def test_other_arrays_are_copied(dim):
    source = np.random.default_rng(0).standard_normal((5, dim))
    read_only = source.astype(np.float32)
    read_only.flags.writeable = False
    wide = np.ones((5, 32), dtype=np.float32)[:, :dim]
    cases = [source, source.astype(np.float16), read_only, wide, source.T.copy().T]
    for matrix in cases:
        whole = padded(matrix)
        assert whole.dtype == np.float32
        assert whole.flags.writeable
        assert not np.shares_memory(whole, matrix)
        assert np.array_equal(whole[:, :dim], matrix.astype(np.float32))
        assert not whole[:, dim:].any()


def test_no_rows():
    assert padded(zero_rows(0, 20)).shape == (0, 32)
    assert padded(np.zeros((0, 16))).shape == (0, 16)


def test_growing_keeps_the_first_rows():
    matrix = uniform_rows(3, 5, seed=1)
    larger = grown(matrix, 6, uniform_rows(6, 5, seed=1))
    assert np.array_equal(larger, uniform_rows(6, 5, seed=1))
    assert np.array_equal(grown(matrix + 1, 4)[:3], matrix + 1)
    assert not grown(matrix, 4)[3].any()


def test_new_rows_are_those_of_gensim():
    theirs = pytest.importorskip("gensim.models").Word2Vec(vector_size=7, seed=3)
    theirs.min_count = 1
    theirs.build_vocab([[f"w{i}" for i in range(5000)]])
    ours = uniform_rows(5000, 7, seed=3)
    assert np.abs(ours).max() <= 1 / 7
    assert ours == pytest.approx(theirs.wv.vectors, abs=1e-7)
