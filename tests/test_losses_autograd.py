"""Losses and gradients against JAX's automatic differentiation, in float64."""

import numpy as np
import pytest

from fastw2v.reference import losses

jax = pytest.importorskip("jax", exc_type=ImportError)
jnp = jax.numpy

V, D, O = 9, 6, 4


@pytest.fixture(autouse=True)
def _float64():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.fixture
def point():
    rng = np.random.default_rng(17)
    return rng.normal(size=D), rng.normal(size=(V, D))


def softmax_loss(h, u):
    return -jax.nn.log_softmax(u @ h)[O]


def sampling_loss(negatives):
    noise = jnp.array(negatives, int)

    def loss(h, u):
        return -jax.nn.log_sigmoid(u[O] @ h) - jax.nn.log_sigmoid(-u[noise] @ h).sum()

    return loss


def tree_loss(path, code):
    sign = 1 - 2 * jnp.array(code)

    def loss(h, u):
        return -jax.nn.log_sigmoid(sign * (u[jnp.array(path)] @ h)).sum()

    return loss


def sampled(negatives):
    return (
        lambda h, u: losses.negative_sampling(h, O, u, negatives),
        sampling_loss(negatives),
    )


def tree(path, code):
    return (
        lambda h, u: losses.hierarchical_softmax(h, path, code, u),
        tree_loss(path, code),
    )


# Ours, and the same loss for JAX to differentiate.
LOSSES = {
    "softmax": (lambda h, u: losses.naive_softmax(h, O, u), softmax_loss),
    "distinct negatives": sampled([1, 2, 8]),
    "repeated negatives": sampled([1, 2, 2, 8, 2]),
    "target among the negatives": sampled([1, O, O]),
    "hierarchical softmax": tree([0, 3, 7, 2], [1, 0, 0, 1]),
}
CASES = pytest.mark.parametrize(("ours", "theirs"), LOSSES.values(), ids=LOSSES)


def assert_same(ours, theirs):
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-12, atol=1e-13)
    assert np.asarray(theirs).dtype == np.float64


@CASES
def test_one_prediction(point, ours, theirs):
    value, gradients = jax.value_and_grad(theirs, argnums=(0, 1))(*point)
    result = ours(*point)
    assert_same(result.loss, value)
    assert_same(result.grad_v_c, gradients[0])
    assert_same(result.grad_u, gradients[1])


@CASES
def test_skip_gram_window(point, ours, theirs):
    """Every outside word is O's stand-in here; only the sum is under test."""
    u = point[1]
    v = u[::-1].copy()
    value, gradients = jax.value_and_grad(
        lambda v, u: 3 * theirs(v[5], u), argnums=(0, 1)
    )(v, u)
    window = losses.skip_gram(v, 5, [O, O, O], lambda v_c, o: ours(v_c, u))
    assert_same(window.loss, value)
    assert_same(window.grad_v, gradients[0])
    assert_same(window.grad_u, gradients[1])


@pytest.mark.parametrize("combine", ["mean", "sum"])
@CASES
def test_cbow_window(point, ours, theirs, combine):
    u = point[1]
    v = u[::-1].copy()
    contexts = np.array([0, 3, 3, 6, 7])
    merge = getattr(jnp, combine)
    value, gradients = jax.value_and_grad(
        lambda v, u: theirs(merge(v[contexts], axis=0), u), argnums=(0, 1)
    )(v, u)
    window = losses.cbow(v, contexts, lambda h: ours(h, u), combine)
    assert_same(window.loss, value)
    assert_same(window.grad_v, gradients[0])
    assert_same(window.grad_u, gradients[1])


def test_skip_gram_window_of_different_words(point):
    u = point[1]
    v = u[::-1].copy()
    outsides = np.array([0, 3, 3, 6])

    def theirs(v, u):
        return -jax.nn.log_softmax(u @ v[5])[outsides].sum()

    gradients = jax.grad(theirs, argnums=(0, 1))(v, u)
    window = losses.skip_gram(
        v, 5, outsides, lambda v_c, o: losses.naive_softmax(v_c, o, u)
    )
    assert_same(window.loss, theirs(v, u))
    assert_same(window.grad_v, gradients[0])
    assert_same(window.grad_u, gradients[1])


POINTS = np.array([-30.0, -2.0, -0.3, 0.4, 3.0, 30.0])


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (losses.sigmoid, jax.nn.sigmoid),
        (losses.softmax, jax.nn.softmax),
        (losses.log_softmax, jax.nn.log_softmax),
        (losses.leaky_relu, jax.nn.leaky_relu),
    ],
)
def test_functions(ours, theirs):
    assert_same(ours(POINTS), theirs(POINTS))


@pytest.mark.parametrize(
    ("derivative", "theirs"),
    [
        (losses.sigmoid_derivative, jax.nn.sigmoid),
        (losses.leaky_relu_derivative, jax.nn.leaky_relu),
    ],
)
def test_derivatives(derivative, theirs):
    assert_same(derivative(POINTS), jax.vmap(jax.grad(theirs))(POINTS))
