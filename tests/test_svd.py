"""The truncated SVD against NumPy's full one."""

import numpy as np
import pytest
from scipy import sparse

from fastw2v.counts import truncated_svd
from fastw2v.errors import ConfigError, CorpusError


def matrix_of(shape, dtype=np.float64, seed=1, density=0.2):
    rng = np.random.default_rng(seed)
    values = rng.random(shape) * (rng.random(shape) < density)
    return sparse.csr_array(values.astype(dtype))


@pytest.mark.parametrize("shape", [(60, 60), (80, 30), (30, 80), (2, 50), (5, 5)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("whole", [False, True])
def test_equals_the_full_decomposition(shape, dtype, whole):
    matrix = matrix_of(shape, dtype, density=0.6)
    dim = min(shape) if whole else max(min(shape) // 3, 1)
    found = truncated_svd(matrix, dim, threads=2)
    u, s, vt = np.linalg.svd(matrix.toarray().astype(np.float64), full_matrices=False)
    tolerance = 1e-9 if dtype == np.float64 else 2e-4
    assert found.u.dtype == dtype
    np.testing.assert_allclose(found.s, s[:dim], rtol=tolerance)
    product = (found.u * found.s) @ found.v.T
    expected = (u[:, :dim] * s[:dim]) @ vt[:dim]
    np.testing.assert_allclose(product, expected, atol=tolerance * 10)
    for side in (found.u, found.v):
        np.testing.assert_allclose(side.T @ side, np.eye(dim), atol=tolerance)


def test_signs_follow_a_rule():
    matrix = matrix_of((70, 50))
    for seed in range(3):
        u = truncated_svd(matrix, 8, seed=seed).u
        assert (u[np.abs(u).argmax(axis=0), range(8)] > 0).all()
    np.testing.assert_allclose(
        truncated_svd(matrix, 8, seed=1).u,
        truncated_svd(matrix, 8, seed=2).u,
        atol=1e-9,
    )


def test_same_products_for_any_number_of_threads():
    from fastw2v.counts.products import Multiplier

    matrix = matrix_of((500, 300), np.float32)
    vector = np.random.default_rng(1).standard_normal(300).astype(np.float32)
    products = [Multiplier(matrix, threads).times(vector) for threads in (1, 2, 5)]
    np.testing.assert_allclose(products[0], matrix @ vector, rtol=1e-4, atol=1e-5)
    assert len({product.tobytes() for product in products}) == 1


def test_other_kinds_of_matrices_and_numbers():
    matrix = matrix_of((40, 40))
    expected = truncated_svd(matrix, 5).s
    np.testing.assert_allclose(truncated_svd(matrix.tocoo(), 5).s, expected)
    whole = sparse.csc_matrix(np.diag(range(1, 11)))
    np.testing.assert_allclose(truncated_svd(whole, 3).s, [10, 9, 8])


def test_progress_counts_products():
    seen = []
    truncated_svd(matrix_of((60, 60)), 5, progress=seen.append)
    assert seen == list(range(1, len(seen) + 1))


def test_bad_input_is_named():
    matrix = matrix_of((30, 20))
    with pytest.raises(ConfigError, match="from 1 to 20"):
        truncated_svd(matrix, 21)
    with pytest.raises(ConfigError, match="dim is 0"):
        truncated_svd(matrix, 0)
    with pytest.raises(ConfigError, match="threads is 0"):
        truncated_svd(matrix, 3, threads=0)
    with pytest.raises(TypeError, match="ndarray"):
        truncated_svd(matrix.toarray(), 3)
    with pytest.raises(CorpusError, match="all zero"):
        truncated_svd(sparse.csr_array((5, 5)), 2)
    matrix.data[3] = np.nan
    with pytest.raises(CorpusError, match="NaN"):
        truncated_svd(matrix, 3)


@pytest.mark.parametrize("dim", [4, 20])
def test_a_dim_above_the_rank_is_refused(dim):
    rng = np.random.default_rng(3)
    low = rng.standard_normal((40, 3)) @ rng.standard_normal((3, 20))
    with pytest.raises(ConfigError, match=f"dim is {dim}, but the matrix has rank 3"):
        truncated_svd(sparse.csr_array(low), dim)
    assert truncated_svd(sparse.csr_array(low), 3).s.shape == (3,)
    same = sparse.csr_array(np.ones((20, 20)))
    with pytest.raises(ConfigError, match="rank 1"):
        truncated_svd(same, 2)
