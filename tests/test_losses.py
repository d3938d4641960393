"""Each loss against its formula in plain loops, each gradient against differences."""

import itertools
import math

import naive
import numpy as np
import pytest

from fastw2v.reference import losses
from fastw2v.reference.gradcheck import gradcheck
from fastw2v.reference.losses import (
    cbow,
    hierarchical_softmax,
    naive_softmax,
    negative_sampling,
    skip_gram,
)

V, D, O = 7, 5, 2
NEGATIVES = {
    "distinct": [1, 4, 6],
    "repeated": [4, 4, 4, 6],
    "with the target": [O, 5],
    "none": [],
}
# A tree over V words has V - 1 inner nodes; a row may stand twice, though in a
# tree it never does.
PATHS = {"long": ([0, 3, 5], [0, 1, 1]), "root only": ([0], [1]), "empty": ([], [])}
PAIR_LOSSES = {
    "softmax": naive_softmax,
    "negative sampling": lambda v, o, u: negative_sampling(v, o, u, [1, 4, 4, o]),
    "hierarchical softmax": lambda h, o, u: hierarchical_softmax(
        h, [0, 1 + o % 3], [1, o % 2], u
    ),
}


@pytest.fixture
def point():
    rng = np.random.default_rng(11)
    return rng.normal(size=D), rng.normal(size=(V, D))


def check_pair(loss, v_c, u):
    """Check both gradients of a loss of v_c and u."""

    def by_v_c(v):
        result = loss(v, u)
        return result.loss, result.grad_v_c

    def by_u(matrix):
        result = loss(v_c, matrix)
        return result.loss, result.grad_u

    gradcheck(by_v_c, v_c, tolerance=1e-9)
    gradcheck(by_u, u, tolerance=1e-9)


def check_window(loss, v, u):
    """Check both gradients of a window's loss of v and u."""

    def by_v(matrix):
        result = loss(matrix, u)
        return result.loss, result.grad_v

    def by_u(matrix):
        result = loss(v, matrix)
        return result.loss, result.grad_u

    gradcheck(by_v, v, tolerance=1e-9)
    gradcheck(by_u, u, tolerance=1e-9)


# --- naive softmax


def test_naive_softmax_value(point):
    v_c, u = point
    scores = [math.fsum(row * v_c) for row in u]
    expected = -math.log(math.exp(scores[O]) / sum(map(math.exp, scores)))
    assert naive_softmax(v_c, O, u).loss == pytest.approx(expected, rel=1e-14)


def test_naive_softmax_is_the_cross_entropy_with_a_one_hot_target(point):
    v_c, u = point
    y = np.eye(V)[O]
    cross_entropy = -(y * np.log(losses.softmax(u @ v_c))).sum()
    assert naive_softmax(v_c, O, u).loss == pytest.approx(cross_entropy, rel=1e-14)


def test_naive_softmax_gradients(point):
    check_pair(lambda v, u: naive_softmax(v, O, u), *point)


def test_rows_of_the_softmax_gradient(point):
    """The seen word's row shrinks by what it lacks, each other grows by its share."""
    v_c, u = point
    yhat = losses.softmax(u @ v_c)
    grad_u = naive_softmax(v_c, O, u).grad_u
    for w in range(V):
        expected = (yhat[w] - 1) * v_c if w == O else yhat[w] * v_c
        assert grad_u[w] == pytest.approx(expected, rel=1e-12)


def test_softmax_gradients_sum_to_zero_over_the_words(point):
    """Adding one vector to every row changes no probability."""
    assert naive_softmax(point[0], O, point[1]).grad_u.sum(axis=0) == pytest.approx(
        np.zeros(D), abs=1e-14
    )


# --- negative sampling


@pytest.mark.parametrize("negatives", NEGATIVES.values(), ids=NEGATIVES)
def test_negative_sampling_value(point, negatives):
    v_c, u = point
    expected = naive.sgns_loss(v_c, u[O], [u[k] for k in negatives])
    assert negative_sampling(v_c, O, u, negatives).loss == pytest.approx(expected)


@pytest.mark.parametrize("negatives", NEGATIVES.values(), ids=NEGATIVES)
def test_negative_sampling_gradients(point, negatives):
    check_pair(lambda v, u: negative_sampling(v, O, u, negatives), *point)


def test_a_negative_drawn_three_times_counts_three_times(point):
    v_c, u = point
    once = negative_sampling(v_c, O, u, [4])
    thrice = negative_sampling(v_c, O, u, [4, 4, 4])
    assert thrice.grad_u[4] == pytest.approx(3 * once.grad_u[4])
    assert thrice.grad_u[O] == pytest.approx(once.grad_u[O])
    noise_once = once.grad_v_c - negative_sampling(v_c, O, u, []).grad_v_c
    noise_thrice = thrice.grad_v_c - negative_sampling(v_c, O, u, []).grad_v_c
    assert noise_thrice == pytest.approx(3 * noise_once)


def test_order_of_negatives_does_not_matter(point):
    v_c, u = point
    one, other = (
        negative_sampling(v_c, O, u, list(order))
        for order in itertools.islice(itertools.permutations([4, 1, 6, 4]), 5, 7)
    )
    assert one.loss == pytest.approx(other.loss)
    assert one.grad_u == pytest.approx(other.grad_u)


# --- hierarchical softmax


@pytest.mark.parametrize(("path", "code"), PATHS.values(), ids=PATHS)
def test_hierarchical_softmax_value(point, path, code):
    h, u = point
    expected = -sum(
        naive.log_sigmoid((-1) ** branch * math.fsum(u[node] * h))
        for node, branch in zip(path, code, strict=True)
    )
    assert hierarchical_softmax(h, path, code, u).loss == pytest.approx(expected)


@pytest.mark.parametrize(("path", "code"), PATHS.values(), ids=PATHS)
def test_hierarchical_softmax_gradients(point, path, code):
    check_pair(lambda h, u: hierarchical_softmax(h, path, code, u), *point)


def test_probabilities_of_all_leaves_sum_to_one(point):
    h, u = point
    # Six leaves, uneven depths: inner nodes 0 to 4.
    leaves = [
        ([0, 1], [0, 0]),
        ([0, 1, 3], [0, 1, 0]),
        ([0, 1, 3], [0, 1, 1]),
        ([0, 2], [1, 0]),
        ([0, 2, 4], [1, 1, 0]),
        ([0, 2, 4], [1, 1, 1]),
    ]
    probabilities = [
        math.exp(-hierarchical_softmax(h, path, code, u).loss) for path, code in leaves
    ]
    assert sum(probabilities) == pytest.approx(1.0, rel=1e-13)
    assert sum(probabilities[:-1]) < 0.999


# --- windows


def pair_loss_of(loss, u):
    return lambda v_c, o: loss(v_c, o, u)


@pytest.mark.parametrize("loss", PAIR_LOSSES.values(), ids=PAIR_LOSSES)
def test_skip_gram_is_the_sum_over_the_outside_words(point, loss):
    _, u = point
    v = u[::-1].copy()
    outsides = [0, 5, 5, 3]
    window = skip_gram(v, 3, outsides, pair_loss_of(loss, u))
    pairs = [loss(v[3], o, u) for o in outsides]
    assert window.loss == pytest.approx(sum(pair.loss for pair in pairs))
    assert window.grad_u == pytest.approx(sum(pair.grad_u for pair in pairs))
    assert window.grad_v[3] == pytest.approx(sum(pair.grad_v_c for pair in pairs))


@pytest.mark.parametrize("loss", PAIR_LOSSES.values(), ids=PAIR_LOSSES)
def test_skip_gram_gradients(point, loss):
    _, u = point
    check_window(
        lambda v, u: skip_gram(v, 3, [0, 5, 5, 3], pair_loss_of(loss, u)), u[::-1], u
    )


def test_only_the_center_has_an_input_gradient(point):
    _, u = point
    grad_v = skip_gram(u, 3, [0, 5], pair_loss_of(naive_softmax, u)).grad_v
    assert np.flatnonzero(grad_v.any(axis=1)).tolist() == [3]


def test_negatives_may_be_drawn_afresh_for_each_pair(point):
    _, u = point
    draws = {0: [1, 4], 5: [6, 6]}
    window = skip_gram(
        u, 3, [0, 5], lambda v_c, o: negative_sampling(v_c, o, u, draws[o])
    )
    assert np.flatnonzero(window.grad_u.any(axis=1)).tolist() == [0, 1, 4, 5, 6]


@pytest.mark.parametrize("combine", ["mean", "sum"])
@pytest.mark.parametrize("loss", PAIR_LOSSES.values(), ids=PAIR_LOSSES)
def test_cbow_gradients(point, loss, combine):
    _, u = point
    check_window(
        lambda v, u: cbow(v, [0, 5, 5, 6], lambda h: loss(h, O, u), combine),
        u[::-1],
        u,
    )


@pytest.mark.parametrize(("combine", "share"), [("mean", 1 / 4), ("sum", 1)])
def test_cbow_hidden_vector_and_each_contexts_share(point, combine, share):
    _, u = point
    h = share * (u[0] + u[5] + u[5] + u[6])
    output = naive_softmax(h, O, u)
    window = cbow(u, [0, 5, 5, 6], lambda h: naive_softmax(h, O, u), combine)
    assert window.loss == pytest.approx(output.loss)
    assert window.grad_u == pytest.approx(output.grad_u)
    for row, times in {0: 1, 5: 2, 6: 1, 1: 0}.items():
        assert window.grad_v[row] == pytest.approx(times * share * output.grad_v_c)


# --- all of them


def test_losses_do_not_overflow():
    v_c, u = np.full(D, 1e3), np.full((V, D), 1e3)
    assert np.isfinite(naive_softmax(v_c, 0, u).loss)
    assert negative_sampling(v_c, 0, u, [1]).loss == pytest.approx(5e6)
    assert hierarchical_softmax(v_c, [0, 1], [0, 1], u).loss == pytest.approx(5e6)


@pytest.mark.parametrize("loss", PAIR_LOSSES.values(), ids=PAIR_LOSSES)
def test_gradients_have_the_shapes_of_what_they_belong_to(point, loss):
    v_c, u = point
    result = loss(v_c, O, u)
    assert result.grad_v_c.shape == v_c.shape
    assert result.grad_u.shape == u.shape
    assert isinstance(result.loss, float)


@pytest.mark.parametrize("loss", PAIR_LOSSES.values(), ids=PAIR_LOSSES)
def test_arguments_stay_as_they_were(point, loss):
    v_c, u = (array.copy() for array in point)
    loss(v_c, O, u)
    assert (v_c == point[0]).all()
    assert (u == point[1]).all()


def test_shapes_are_checked(point):
    v_c, u = point
    for loss in PAIR_LOSSES.values():
        with pytest.raises(ValueError, match=r"\(4,\) and u \(7, 5\)"):
            loss(v_c[:4], O, u)
        with pytest.raises(ValueError, match=r"\(5,\) and u \(5,\)"):
            loss(v_c, O, u[0])


@pytest.mark.parametrize("row", [-1, V])
def test_rows_are_checked(point, row):
    v_c, u = point
    with pytest.raises(IndexError, match=r"o is .* 0 to 6"):
        naive_softmax(v_c, row, u)
    with pytest.raises(IndexError, match="o is"):
        negative_sampling(v_c, row, u, [1])
    with pytest.raises(IndexError, match="negatives is"):
        negative_sampling(v_c, 1, u, [1, row])
    with pytest.raises(IndexError, match="path is"):
        hierarchical_softmax(v_c, [0, row], [0, 1], u)
    with pytest.raises(IndexError, match="c is"):
        skip_gram(u, row, [1], pair_loss_of(naive_softmax, u))
    with pytest.raises(IndexError, match="contexts is"):
        cbow(u, [row], lambda h: naive_softmax(h, O, u))


def test_what_else_is_refused(point):
    v_c, u = point
    with pytest.raises(ValueError, match=r"negatives .* give integers"):
        negative_sampling(v_c, 1, u, [1.5])
    with pytest.raises(ValueError, match=r"negatives .* one dimension"):
        negative_sampling(v_c, 1, u, [[1, 2]])
    with pytest.raises(ValueError, match="code has shape"):
        hierarchical_softmax(v_c, [0, 1], [0], u)
    with pytest.raises(ValueError, match="0 or 1"):
        hierarchical_softmax(v_c, [0, 1], [1, -1], u)
    with pytest.raises(ValueError, match="outsides is empty"):
        skip_gram(u, 1, [], pair_loss_of(naive_softmax, u))
    with pytest.raises(ValueError, match="contexts is empty"):
        cbow(u, [], lambda h: naive_softmax(h, O, u))
    with pytest.raises(ValueError, match="combine is 'max'"):
        cbow(u, [1], lambda h: naive_softmax(h, O, u), "max")
