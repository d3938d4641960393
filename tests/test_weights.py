import numpy as np
import pytest

from fastw2v.training.weights import initial_weights, padded_width


@pytest.mark.parametrize(
    ("dim", "width"), [(1, 16), (16, 16), (17, 32), (100, 112), (300, 304)]
)
def test_rows_are_whole_cache_lines(dim, width):
    assert padded_width(dim) == width
    for matrix in initial_weights(5, dim, 1):
        assert matrix.shape == (5, width)
        assert matrix.ctypes.data % 64 == 0
        assert matrix.strides == (4 * width, 4)
        assert not matrix[:, dim:].any()


def test_initial_values():
    weights = initial_weights(1000, 50, 1)
    assert np.abs(weights.w_in).max() <= 0.5 / 50
    assert weights.w_in[:, :50].std() == pytest.approx(1 / 50 / 12**0.5, rel=0.02)
    assert not weights.w_out.any()


def test_the_seed_decides():
    first, again, other = (initial_weights(9, 8, seed).w_in for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()
