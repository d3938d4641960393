"""docs/derivations.md: its results hold, its errors are errors, its references exist."""

import ast
import functools
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from fastw2v.reference import losses
from fastw2v.reference.activations import (
    leaky_relu,
    leaky_relu_derivative,
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    softmax,
)
from fastw2v.reference.gradcheck import gradient_error, numeric_gradient
from fastw2v.reference.losses import (
    cbow,
    hierarchical_softmax,
    naive_softmax,
    negative_sampling,
    skip_gram,
)
from fastw2v.vectors.keyed_vectors import KeyedVectors

V, D, O, NOISE = 7, 5, 2, [1, 4, 4]
RNG = np.random.default_rng(23)
V_C, U = RNG.normal(size=D), RNG.normal(size=(V, D))
YHAT, Y = softmax(U @ V_C), np.eye(V)[O]
S_O, S_K = sigmoid(U[O] @ V_C), sigmoid(U[NOISE] @ V_C)
LINE_POINTS = np.array([-2.0, -0.4, 0.3, 1.5])


# --- errors in circulation


class Mistake(NamedTuple):
    """A wrong gradient of a loss, and the right one."""

    loss: object
    at: np.ndarray
    right: np.ndarray
    wrong: object


def softmax_by_v(wrong):
    return Mistake(
        lambda v: naive_softmax(v, O, U).loss,
        V_C,
        naive_softmax(V_C, O, U).grad_v_c,
        wrong,
    )


def softmax_by_u(wrong):
    return Mistake(
        lambda u: naive_softmax(V_C, O, u).loss,
        U,
        naive_softmax(V_C, O, U).grad_u,
        wrong,
    )


def sampling_by_v(wrong):
    return Mistake(
        lambda v: negative_sampling(v, O, U, NOISE).loss,
        V_C,
        negative_sampling(V_C, O, U, NOISE).grad_v_c,
        wrong,
    )


def sampling_by_u(wrong):
    return Mistake(
        lambda u: negative_sampling(V_C, O, u, NOISE).loss,
        U,
        negative_sampling(V_C, O, U, NOISE).grad_u,
        wrong,
    )


def window_by_v(wrong):
    def loss(v):
        return skip_gram(v, 3, [0, 5], lambda v_c, o: naive_softmax(v_c, o, U))

    return Mistake(lambda v: loss(v).loss, U, loss(U).grad_v, lambda: wrong(loss(U)))


def cbow_by_v(wrong):
    def loss(v):
        return cbow(v, [0, 5, 6], lambda h: naive_softmax(h, O, U))

    return Mistake(lambda v: loss(v).loss, U, loss(U).grad_v, lambda: wrong(loss(U)))


def elementwise(function, derivative, wrong):
    return Mistake(
        lambda x: float(function(x).sum()), LINE_POINTS, derivative(LINE_POINTS), wrong
    )


def rows(numbers, values):
    """Return a gradient of U with these values added at these rows."""
    matrix = np.zeros_like(U)
    np.add.at(matrix, numbers, values)
    return matrix


def noise_rows_once():
    gradient = negative_sampling(V_C, O, U, NOISE).grad_u.copy()
    gradient[4] /= 2
    return gradient


MISTAKES = {
    "U(y - yhat)": softmax_by_v(lambda: U.T @ (Y - YHAT)),
    "U not transposed": softmax_by_v(lambda: U @ (YHAT - Y)),
    "only the seen row": softmax_by_v(lambda: (YHAT[O] - 1) * U[O]),
    "dU transposed": softmax_by_u(lambda: np.outer(V_C, YHAT - Y)),
    "dU without y": softmax_by_u(lambda: np.outer(YHAT, V_C)),
    "product for sum": sampling_by_v(
        lambda: (S_O - 1) * U[O] + np.prod(S_K[:, None] * U[NOISE], axis=0)
    ),
    "sign of the noise": sampling_by_v(
        lambda: (S_O - 1) * U[O] + (sigmoid(-U[NOISE] @ V_C) - 1) @ U[NOISE]
    ),
    "seen word as noise": sampling_by_v(lambda: S_O * U[O] + S_K @ U[NOISE]),
    "repeats once in dv_c": sampling_by_v(
        lambda: (S_O - 1) * U[O] + S_K[:2] @ U[NOISE[:2]]
    ),
    "repeats once in dU": sampling_by_u(noise_rows_once),
    "one minus the noise": sampling_by_u(
        lambda: rows([O, *NOISE], np.outer([S_O - 1, *(1 - S_K)], V_C))
    ),
    "mean over the window": window_by_v(lambda window: window.grad_v / 2),
    "outside words move in V": window_by_v(
        lambda window: window.grad_v + rows([0, 5], window.grad_v[3])
    ),
    "CBOW mean undivided": cbow_by_v(lambda window: 3 * window.grad_v),
    "code for label": Mistake(
        lambda h: hierarchical_softmax(h, [0, 3], [0, 1], U).loss,
        V_C,
        hierarchical_softmax(V_C, [0, 3], [0, 1], U).grad_v_c,
        lambda: U[[0, 3]].T @ (sigmoid(U[[0, 3]] @ V_C) - [0, 1]),
    ),
    "x(1 - x)": elementwise(
        sigmoid, sigmoid_derivative, lambda: LINE_POINTS * (1 - LINE_POINTS)
    ),
    "slope times x": elementwise(
        leaky_relu,
        leaky_relu_derivative,
        lambda: np.where(LINE_POINTS > 0, 1.0, 0.01 * LINE_POINTS),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_differences_tell_right_from_wrong(mistake):
    assert gradient_error(mistake.loss, mistake.right, mistake.at) < 1e-9
    try:
        error = gradient_error(mistake.loss, mistake.wrong(), mistake.at)
    except ValueError:  # the shapes do not even fit
        return
    assert error > 1e-2


# --- identities


class Identity(NamedTuple):
    """A function of one argument and what its Jacobian is said to be."""

    function: object
    at: np.ndarray
    jacobian: np.ndarray


A = RNG.normal(size=(D, D))
UNIT = V_C / np.linalg.norm(V_C)
IDENTITIES = {
    "a.x": Identity(lambda x: A[0] @ x, V_C, A[0]),
    "Ax": Identity(lambda x: A @ x, V_C, A),
    "xAx": Identity(lambda x: x @ A @ x, V_C, (A + A.T) @ V_C),
    "log-sum-exp": Identity(
        lambda x: np.log(np.exp(x).sum()), U @ V_C, softmax(U @ V_C)
    ),
    "softmax": Identity(softmax, U @ V_C, np.diag(YHAT) - np.outer(YHAT, YHAT)),
    "log softmax": Identity(log_softmax, U @ V_C, np.eye(V) - YHAT),
    "chain": Identity(lambda x: softmax(U @ x)[O], V_C, U.T @ (YHAT[O] * (Y - YHAT))),
    "outer": Identity(lambda m: m[O] @ V_C, U, np.outer(Y, V_C)),
    "length": Identity(np.linalg.norm, V_C, UNIT),
    "unit vector": Identity(
        lambda x: x / np.linalg.norm(x),
        V_C,
        (np.eye(D) - np.outer(UNIT, UNIT)) / np.linalg.norm(V_C),
    ),
}


@pytest.mark.parametrize("identity", IDENTITIES.values(), ids=IDENTITIES)
def test_identities(identity):
    outputs = np.atleast_1d(identity.function(identity.at)).size
    numeric = [
        numeric_gradient(
            lambda x, j=j: float(np.atleast_1d(identity.function(x))[j]), identity.at
        )
        for j in range(outputs)
    ]
    expected = identity.jacobian.reshape(outputs, *identity.at.shape)
    assert np.array(numeric) == pytest.approx(expected, abs=1e-8)


# --- what single sections claim


def test_softmax_gradient_is_expected_row_less_seen_row():
    expected = sum(YHAT[w] * U[w] for w in range(V)) - U[O]
    assert naive_softmax(V_C, O, U).grad_v_c == pytest.approx(expected)


def test_gradient_vanishes_without_a_perfect_prediction():
    """The seen row is the mean of two others, and all three are equally likely."""
    u = np.array([[1.0, 2.0], [3.0, 0.0], [2.0, 1.0]])
    v_c = np.array([0.7, 0.7])
    result = naive_softmax(v_c, 2, u)
    assert result.grad_v_c == pytest.approx(np.zeros(2), abs=1e-15)
    assert result.loss == pytest.approx(np.log(3))


def test_gradient_goes_to_zero_as_the_prediction_becomes_perfect():
    toward = U[O] - U.mean(axis=0)
    lengths = [
        np.linalg.norm(naive_softmax(scale * toward, O, U).grad_v_c)
        for scale in (1, 10, 100)
    ]
    assert lengths[0] > 10 * lengths[1]
    assert lengths[2] < 1e-12


def test_a_step_moves_the_seen_word_ahead_of_the_expected_one():
    rate, ahead = 0.01, U[O] - YHAT @ U
    gradient = naive_softmax(V_C, O, U).grad_v_c
    moved = V_C - rate * gradient
    assert ahead @ (moved - V_C) == pytest.approx(rate * ahead @ ahead)
    assert naive_softmax(moved, O, U).loss < naive_softmax(V_C, O, U).loss
    assert naive_softmax(V_C + rate * gradient, O, U).loss > -np.log(YHAT[O])


def test_unit_vectors_lose_what_only_the_length_says():
    """A phrase's sum of vectors tells good from bad; the sum of unit vectors cannot."""
    table = np.array([[2.0, 0.0], [4.0, 0.0], [-3.0, 0.0]], np.float32)
    vectors = KeyedVectors.from_arrays(["good", "superb", "bad"], table)
    unit = vectors.normed
    assert (unit[0] == unit[1]).all()
    assert (table[0] + table[2])[0] < 0 < (table[1] + table[2])[0]
    assert (unit[0] + unit[2] == unit[1] + unit[2]).all()


def test_unit_vectors_keep_the_ranking_by_cosine():
    vectors = KeyedVectors.from_arrays([str(w) for w in range(V)], U.astype(np.float32))
    scaled = KeyedVectors.from_arrays(
        [str(w) for w in range(V)], (U * np.arange(1, V + 1)[:, None]).astype("f4")
    )
    ranked = [[word for word, _ in kv.most_similar("3")] for kv in (vectors, scaled)]
    assert ranked[0] == ranked[1]


def test_rows_a_pair_touches():
    """(K + 2) d numbers with K different negatives, (|V| + 1) d with the softmax."""
    sampled = negative_sampling(V_C, O, U, [1, 4, 6])
    full = naive_softmax(V_C, O, U)
    for result, touched in ((sampled, 3 + 2), (full, V + 1)):
        changed = np.count_nonzero(result.grad_u) + np.count_nonzero(result.grad_v_c)
        assert changed == touched * D


def test_errors_are_computed_once(monkeypatch):
    """One sigmoid for each of K + 1 scores serves the loss's three gradients."""
    seen = []

    def counting(scores):
        seen.append(scores.shape)
        return sigmoid(scores)

    monkeypatch.setattr(losses, "sigmoid", counting)
    negative_sampling(V_C, O, U, NOISE)
    assert seen == [(len(NOISE) + 1,)]


# --- the page itself

REPOSITORY = Path(__file__).parent.parent
PAGE = (REPOSITORY / "docs" / "derivations.md").read_text(encoding="utf8")
SECTIONS = {
    part.partition("\n")[0]: part.partition("\n")[2].strip()
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
}
DERIVED = set(SECTIONS) - {"Notation", "Errors in circulation", "Sources"}
CODE = re.compile(r"^- Code: `([^`]+)` `(\w+)` `([^`]+)`$", re.MULTILINE)
TEST = re.compile(r"`(tests/\w+\.py)::(\w+)(?:\[([^`]+)\])?`")
IDS = {
    "test_differences_tell_right_from_wrong": MISTAKES,
    "test_identities": IDENTITIES,
}


@functools.cache
def functions_of(path):
    source = (REPOSITORY / path).read_text(encoding="utf8")
    return {
        node.name: ast.get_source_segment(source, node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("section", sorted(DERIVED))
def test_each_derivation_ends_in_code_and_test(section):
    last = SECTIONS[section].rpartition("\n\n")[2].splitlines()
    kinds = [line.split()[1] for line in last]
    assert kinds == sorted(kinds)
    assert set(kinds) == {"Code:", "Test:"}


def test_every_line_of_code_is_where_the_page_says():
    assert len(CODE.findall(PAGE)) == PAGE.count("\n- Code:") > 15
    for path, function, line in CODE.findall(PAGE):
        assert line in functions_of(path)[function], (path, function)


def test_every_test_named_exists():
    text = "\n".join(SECTIONS.values())
    named = TEST.findall(text)
    assert len(named) == text.count("`tests/") > 30
    for path, function, case in named:
        assert function in functions_of(path), (path, function)
        assert not case or case in IDS[function], case


def test_every_loss_and_every_error_is_on_the_page():
    offered = {name for name in losses.__all__ if name.islower()}
    assert offered <= {function for _, function, _ in CODE.findall(PAGE)}
    listed = SECTIONS["Errors in circulation"]
    assert set(MISTAKES) == {case for *_, case in TEST.findall(listed) if case}
    assert set(IDENTITIES) <= {case for *_, case in TEST.findall(PAGE)}


def test_formulas_survive_markdown():
    # Markdown takes a backslash before punctuation for its own.
    assert not re.search(r"\\[^\w\s]", PAGE)
    for paragraph in PAGE.split("\n\n"):
        assert paragraph.count("$") % 2 == 0, paragraph
