"""PMI against a dense formula, and what is said about wrong input."""

import sys

import numpy as np
import pytest
from scipy import sparse

from fastw2v.counts import pmi
from fastw2v.errors import ConfigError, CorpusError


def counts_of(seed=1, shape=(30, 40)):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rng.gamma(0.3, 3.0, shape)).astype(np.int32)
    counts[3] = 0
    counts[:, 5] = 0
    return counts


def dense_pmi(counts, smoothing):
    total = counts.sum()
    contexts = counts.sum(axis=0) ** smoothing * (counts.sum(axis=0) > 0)
    words = counts.sum(axis=1) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(
            counts / total / words[:, None] / (contexts / contexts.sum())[None]
        )


@pytest.mark.parametrize("smoothing", [1.0, 0.75, 0.0])
@pytest.mark.parametrize("shift", [1.0, 5.0, 0.5])
def test_ppmi_equals_the_dense_formula(smoothing, shift, monkeypatch):
    monkeypatch.setattr(
        sys.modules["fastw2v.counts.pmi"], "_ENTRIES", 50
    )  # several blocks
    counts = counts_of()
    found = pmi(sparse.csr_array(counts), shift=shift, smoothing=smoothing)
    expected = np.nan_to_num(dense_pmi(counts, smoothing) - np.log(shift), neginf=0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(
        found.toarray(), np.maximum(expected, 0), rtol=1e-5, atol=1e-6
    )
    assert (found.data > 0).all()


def test_pmi_keeps_negative_values_of_observed_pairs():
    counts = counts_of()
    found = pmi(sparse.csr_array(counts), smoothing=1.0, positive=False).toarray()
    expected = np.where(counts > 0, dense_pmi(counts, 1.0), 0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert found.min() < 0


def test_independent_words_have_no_entries():
    counts = np.outer([1, 2, 3], [4, 5, 6])
    assert abs(pmi(sparse.csr_array(counts), smoothing=1.0)).max() < 1e-6


@pytest.mark.parametrize("kind", ["csr_matrix", "coo_array", "csc_array"])
def test_any_sparse_matrix_will_do_and_is_left_alone(kind):
    counts = counts_of()
    given = getattr(sparse, kind)(counts)
    before = given.data.copy()
    expected = pmi(sparse.csr_array(counts)).toarray()
    assert (pmi(given).toarray() == expected).all()
    assert (given.data == before).all()


def test_repeated_and_zero_entries_are_summed_first():
    rows, columns, data = [0, 0, 0, 1, 1], [0, 0, 1, 1, 0], [1, 2, 1, 5, 0]
    given = sparse.csr_array(sparse.coo_array((data, (rows, columns)), shape=(2, 2)))
    raw = sparse.csr_array(
        (np.array(data), np.array(columns), np.array([0, 3, 5])), shape=(2, 2)
    )
    assert (pmi(raw).toarray() == pmi(given).toarray()).all()
    assert raw.nnz == 5


def test_bad_input_is_named():
    counts = sparse.csr_array(counts_of())
    with pytest.raises(TypeError, match="ndarray"):
        pmi(counts.toarray())
    with pytest.raises(ConfigError, match="shift is 0"):
        pmi(counts, shift=0.0)
    with pytest.raises(ConfigError, match="smoothing is 2"):
        pmi(counts, smoothing=2.0)
    with pytest.raises(ConfigError, match="without positive"):
        pmi(counts, shift=5.0, positive=False)
    with pytest.raises(CorpusError, match="all counts are 0"):
        pmi(sparse.csr_array((3, 3)))
    with pytest.raises(CorpusError, match="from -1"):
        pmi(sparse.csr_array(np.array([[-1.0, 2.0]])))
    with pytest.raises(CorpusError, match="nan"):
        pmi(sparse.csr_array(np.array([[np.nan, 2.0]])))
