import math

import numpy as np
import pytest

from fastw2v.reference.activations import (
    leaky_relu,
    leaky_relu_derivative,
    log_loss,
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    softmax,
)
from fastw2v.reference.gradcheck import numeric_gradient

# No two differ by less than a step of finite differences from 0, where Leaky ReLU
# has its kink.
POINTS = np.array([-30.0, -3.0, -0.5, 0.25, 1.0, 7.0, 30.0])
HUGE = np.array([-1e4, 1e4])


def slopes(function):
    """Return the derivative of an elementwise function at POINTS, numerically."""
    return numeric_gradient(lambda x: float(function(x).sum()), POINTS)


def test_sigmoid_values():
    expected = [1 / (1 + math.exp(-x)) for x in POINTS]
    assert sigmoid(POINTS) == pytest.approx(expected, rel=1e-14)
    assert sigmoid(HUGE).tolist() == [0.0, 1.0]


def test_sigmoid_of_minus_x_is_what_is_left():
    assert sigmoid(-POINTS) == pytest.approx(1 - sigmoid(POINTS), abs=1e-15)


def test_sigmoid_derivative():
    assert sigmoid_derivative(POINTS) == pytest.approx(slopes(sigmoid), abs=1e-10)
    assert sigmoid_derivative(np.array([0.0])) == 0.25


def test_sigmoid_derivative_keeps_its_digits_where_the_sigmoid_is_flat():
    left, right = sigmoid_derivative(np.array([-40.0, 40.0]))
    assert left == right == pytest.approx(math.exp(-40), rel=1e-12)


def test_log_loss_is_the_log_of_the_sigmoid_and_its_slope_is_sigmoid_less_one():
    assert log_loss(POINTS) == pytest.approx(-np.log(sigmoid(POINTS)), rel=1e-9)
    assert slopes(log_loss) == pytest.approx(sigmoid(POINTS) - 1, abs=1e-9)
    assert log_loss(HUGE).tolist() == [1e4, 0.0]


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.3, 1.0, 2.0, -0.5])
def test_leaky_relu_and_its_derivative(slope):
    expected = [x if x > 0 else slope * x for x in POINTS]
    assert leaky_relu(POINTS, slope) == pytest.approx(expected)
    assert leaky_relu_derivative(POINTS, slope) == pytest.approx(
        slopes(lambda x: leaky_relu(x, slope)), abs=1e-9
    )


def test_leaky_relu_is_a_maximum_only_for_slopes_up_to_one():
    for slope in (0.0, 0.3, 1.0):
        assert (leaky_relu(POINTS, slope) == np.maximum(POINTS, slope * POINTS)).all()
    assert (leaky_relu(POINTS, 2.0) != np.maximum(POINTS, 2.0 * POINTS)).any()


def test_leaky_relu_at_zero():
    assert leaky_relu(np.zeros(1), 0.1).tolist() == [0.0]
    assert leaky_relu_derivative(np.zeros(1), 0.1).tolist() == [0.1]


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_softmax_is_stable_and_ignores_a_shift(function):
    scores = np.array([[1e4, 1e4 - 1, -1e4], [0.0, -1.0, -2e4]])
    values = function(scores)
    assert np.isfinite(values).all()
    assert values[0] == pytest.approx(values[1])


def test_softmax_values():
    e = [math.exp(x) for x in POINTS]
    assert softmax(POINTS) == pytest.approx([x / sum(e) for x in e])
    assert log_softmax(POINTS) == pytest.approx([math.log(x / sum(e)) for x in e])
    assert softmax(np.array([1e4, 1e4, -1e4])) == pytest.approx([0.5, 0.5, 0.0])


def test_log_softmax_where_softmax_is_zero():
    scores = np.array([0.0, -1e4])
    assert softmax(scores)[1] == 0.0
    assert log_softmax(scores)[1] == -1e4


@pytest.mark.parametrize(
    "function",
    [
        sigmoid,
        sigmoid_derivative,
        softmax,
        log_softmax,
        leaky_relu,
        leaky_relu_derivative,
    ],
)
def test_float32_stays_float32(function):
    assert function(POINTS.astype(np.float32)).dtype == np.float32
