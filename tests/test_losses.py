import naive
import numpy as np
import pytest

from fastw2v.reference.gradcheck import gradient_error
from fastw2v.reference.losses import naive_softmax, negative_sampling, softmax

V, D = 7, 5
NEGATIVES = {
    "distinct": [1, 4, 6],
    "repeated": [4, 4, 4, 6],
    "with the target": [2, 5],
}


@pytest.fixture
def point():
    rng = np.random.default_rng(11)
    return rng.normal(size=D), rng.normal(size=(V, D))


def test_softmax_is_stable():
    assert softmax(np.array([1e4, 1e4, -1e4])) == pytest.approx([0.5, 0.5, 0.0])


def test_naive_softmax_value(point):
    v_c, u = point
    probability = np.exp(u @ v_c) / np.exp(u @ v_c).sum()
    assert naive_softmax(v_c, 2, u).loss == pytest.approx(-np.log(probability[2]))


def test_naive_softmax_gradients(point):
    v_c, u = point
    result = naive_softmax(v_c, 2, u)
    assert (
        gradient_error(lambda v: naive_softmax(v, 2, u).loss, result.grad_v_c, v_c)
        < 1e-9
    )
    assert (
        gradient_error(lambda m: naive_softmax(v_c, 2, m).loss, result.grad_u, u) < 1e-9
    )


@pytest.mark.parametrize("negatives", NEGATIVES.values(), ids=NEGATIVES)
def test_negative_sampling_value(point, negatives):
    v_c, u = point
    expected = naive.sgns_loss(v_c, u[2], [u[k] for k in negatives])
    assert negative_sampling(v_c, 2, u, negatives).loss == pytest.approx(expected)


@pytest.mark.parametrize("negatives", NEGATIVES.values(), ids=NEGATIVES)
def test_negative_sampling_gradients(point, negatives):
    v_c, u = point
    result = negative_sampling(v_c, 2, u, negatives)
    assert (
        gradient_error(
            lambda v: negative_sampling(v, 2, u, negatives).loss, result.grad_v_c, v_c
        )
        < 1e-9
    )
    assert (
        gradient_error(
            lambda m: negative_sampling(v_c, 2, m, negatives).loss, result.grad_u, u
        )
        < 1e-9
    )


def test_a_negative_drawn_three_times_counts_three_times(point):
    v_c, u = point
    once = negative_sampling(v_c, 2, u, [4])
    thrice = negative_sampling(v_c, 2, u, [4, 4, 4])
    assert thrice.grad_u[4] == pytest.approx(3 * once.grad_u[4])


def test_losses_do_not_overflow():
    v_c, u = np.full(D, 1e3), np.full((V, D), 1e3)
    assert np.isfinite(naive_softmax(v_c, 0, u).loss)
    assert negative_sampling(v_c, 0, u, [1]).loss == pytest.approx(5e6)
