import numpy as np
import pytest

from fastw2v.training.weights import initial_weights, padded_width, with_rows_added


@pytest.mark.parametrize(
    ("dim", "width"), [(1, 16), (16, 16), (17, 32), (100, 112), (300, 304)]
)
def test_rows_are_whole_cache_lines(dim, width):
    assert padded_width(dim) == width
    for matrix in initial_weights(5, dim, 1, has_nodes=True):
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


def test_what_is_not_trained_has_no_rows():
    weights = initial_weights(9, 8, 1, has_noise=False)
    assert [len(matrix) for matrix in weights] == [9, 0, 0]


def test_added_rows_leave_the_others_as_they_are():
    weights = initial_weights(9, 8, 1)
    larger = with_rows_added(weights, 4)
    assert [matrix.shape for matrix in larger] == [(13, 16), (13, 16), (0, 16)]
    assert larger.w_in.ctypes.data % 64 == 0
    assert (larger.w_in[:9] == weights.w_in).all()
    assert not larger.w_in[9:].any()
    assert with_rows_added(weights, 0) is weights
