"""Losses of word2vec and their gradients, for one prediction and for one window.

Notation: h (D,) the hidden vector, which in skip-gram is v_c, the center word's row of
V; U (V, D) the output vectors as rows; o the number of the word that was seen. A
gradient has the shape of what it belongs to. docs/derivations.md derives each.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.reference.activations import (
    leaky_relu,
    leaky_relu_derivative,
    log_loss,
    log_softmax,
    sigmoid,
    sigmoid_derivative,
    softmax,
)

__all__ = [
    "LossAndGradients",
    "WindowLoss",
    "cbow",
    "hierarchical_softmax",
    "leaky_relu",
    "leaky_relu_derivative",
    "log_softmax",
    "naive_softmax",
    "negative_sampling",
    "sigmoid",
    "sigmoid_derivative",
    "skip_gram",
    "softmax",
]

Vector = npt.NDArray[np.floating]
Matrix = npt.NDArray[np.floating]
Numbers = npt.NDArray[np.int64]


class LossAndGradients(NamedTuple):
    """The loss of one prediction and its gradients."""

    loss: float
    grad_v_c: Vector
    """(D,) of the hidden vector: v_c, or CBOW's h."""
    grad_u: Matrix
    """(V, D); for hierarchical softmax (inner nodes, D)."""


class WindowLoss(NamedTuple):
    """The loss of one window and its gradients."""

    loss: float
    grad_v: Matrix
    """(V, D); rows of words that predict nothing in this window are 0."""
    grad_u: Matrix
    """(V, D)"""


def naive_softmax(v_c: Vector, o: int, u: Matrix) -> LossAndGradients:
    """Return J = -log softmax(U v_c)_o and its gradients.

    dJ/dv_c = U^T (yhat - y) and dJ/dU = (yhat - y) v_c^T (Mikolov et al. 2013b,
    equation 2, differentiated).

    Parameters
    ----------
    v_c : float array, shape (D,)
    o : int
        The outside word that was seen.
    u : float array, shape (V, D)

    Raises
    ------
    ValueError
        The shapes do not fit.
    IndexError
        There is no such row.
    """
    _check_shapes(v_c, u)
    _row_numbers("o", o, u)
    scores = u @ v_c
    loss = -float(log_softmax(scores)[o])
    error = softmax(scores)
    error[o] -= 1
    return LossAndGradients(loss, u.T @ error, np.outer(error, v_c))


def negative_sampling(
    v_c: Vector, o: int, u: Matrix, negatives: npt.ArrayLike
) -> LossAndGradients:
    """Return J = -log s(u_o . v_c) - sum_k log s(-u_k . v_c) and its gradients.

    Mikolov et al. 2013b, equation 4, negated. A word that stands m times among
    the negatives counts m times, in the loss and in its row's gradient.

    Parameters
    ----------
    v_c : float array, shape (D,)
    o : int
        The outside word that was seen.
    u : float array, shape (V, D)
    negatives : int array, shape (K,)
        Noise words; repeats allowed.

    Raises
    ------
    ValueError
        The shapes do not fit.
    IndexError
        There is no such row.
    """
    _check_shapes(v_c, u)
    target, noise = _row_numbers("o", o, u), _row_numbers("negatives", negatives, u)
    rows = np.concatenate([target, noise])
    label = np.zeros(len(rows))
    label[0] = 1
    return _logistic(v_c, u, rows, label)


def hierarchical_softmax(
    h: Vector, path: npt.ArrayLike, code: npt.ArrayLike, u: Matrix
) -> LossAndGradients:
    """Return J = -sum_j log s(+-u_j . h) along a word's path, and its gradients.

    The word's probability is that of taking, at each inner node of a binary tree, the
    branch that leads to it (Morin and Bengio 2005; Mikolov et al. 2013b, section
    2.1, equation 3). The sign is + at a node left by branch 0, - by branch 1,
    as in word2vec.c.

    Parameters
    ----------
    h : float array, shape (D,)
        v_c, or CBOW's hidden vector.
    path : int array, shape (L,)
        The inner nodes from the root to the word, as rows of `u`.
    code : int array, shape (L,)
        The branch taken at each, 0 or 1.
    u : float array, shape (inner nodes, D)
        A word has no row of its own.

    Raises
    ------
    ValueError
        The shapes do not fit, or a branch is neither 0 nor 1.
    IndexError
        There is no such row.
    """
    _check_shapes(h, u)
    rows, branch = _row_numbers("path", path, u), np.atleast_1d(code)
    if branch.shape != rows.shape:
        raise ValueError(
            f"code has shape {branch.shape}; it must have that of path, {rows.shape}"
        )
    if not np.isin(branch, (0, 1)).all():
        raise ValueError(f"code is {branch.tolist()}; each branch must be 0 or 1")
    return _logistic(h, u, rows, 1.0 - branch)


def skip_gram(
    v: Matrix,
    c: int,
    outsides: npt.ArrayLike,
    pair_loss: Callable[[Vector, int], LossAndGradients],
) -> WindowLoss:
    """Return the sum of the losses of all pairs of a window, and its gradients.

    Mikolov et al. 2013b, equation 1: the center word predicts each outside word.

    Parameters
    ----------
    v : float array, shape (V, D)
        The input vectors.
    c : int
        The center word.
    outsides : int array, shape (m,), m at least 1
        The other words of the window, repeats included.
    pair_loss : callable
        The loss of (v_c, o), for example
        ``lambda v_c, o: negative_sampling(v_c, o, u, draw_noise())``.
    """
    (row,) = _row_numbers("c", c, v)
    words = _at_least_one("outsides", outsides)
    pairs = [pair_loss(v[row], int(o)) for o in words]
    grad_v = np.zeros_like(v)
    grad_v[row] = sum(pair.grad_v_c for pair in pairs)
    grad_u = np.sum([pair.grad_u for pair in pairs], axis=0)
    return WindowLoss(sum(pair.loss for pair in pairs), grad_v, grad_u)


def cbow(
    v: Matrix,
    contexts: npt.ArrayLike,
    output_loss: Callable[[Vector], LossAndGradients],
    combine: Literal["mean", "sum"] = "mean",
) -> WindowLoss:
    """Return the loss of predicting one word from all its contexts, and its gradients.

    The hidden vector h is the mean or the sum of the contexts' rows of `v` (Mikolov et
    al. 2013a, section 3.1). With the mean of m rows each has 1/m of the gradient of h;
    word2vec.c gives each the whole of it, which is no gradient (Irsoy, Benton and
    Stratos 2021).

    Parameters
    ----------
    v : float array, shape (V, D)
        The input vectors.
    contexts : int array, shape (m,), m at least 1
        The words around; one that stands there twice counts twice.
    output_loss : callable
        The loss as a function of h, for example
        ``lambda h: hierarchical_softmax(h, path, code, u)``.
    combine : "mean" or "sum"
    """
    if combine not in ("mean", "sum"):
        raise ValueError(f"combine is {combine!r}; it must be 'mean' or 'sum'")
    rows = _row_numbers("contexts", _at_least_one("contexts", contexts), v)
    share = 1 / len(rows) if combine == "mean" else 1.0
    output = output_loss(share * v[rows].sum(axis=0))
    grad_v = np.zeros_like(v)
    np.add.at(grad_v, rows, share * output.grad_v_c)
    return WindowLoss(output.loss, grad_v, output.grad_u)


def _logistic(h: Vector, u: Matrix, rows: Numbers, label: Vector) -> LossAndGradients:
    """Tell h's true rows (label 1) from false ones (label 0), each on its own."""
    scores = u[rows] @ h
    error = sigmoid(scores) - label
    grad_u = np.zeros_like(u)
    np.add.at(grad_u, rows, np.outer(error, h))
    loss = float(log_loss(np.where(label == 1, scores, -scores)).sum())
    return LossAndGradients(loss, u[rows].T @ error, grad_u)


def _check_shapes(h: Vector, u: Matrix) -> None:
    if h.ndim != 1 or u.ndim != 2 or u.shape[1] != len(h):
        raise ValueError(
            f"the vector has shape {h.shape} and u {u.shape}; they must be (D,) and"
            " (V, D), one row for each word"
        )


def _row_numbers(name: str, numbers: npt.ArrayLike, matrix: Matrix) -> Numbers:
    """Return the numbers as a 1-d array, each checked to be a row of the matrix."""
    rows = np.atleast_1d(np.asarray(numbers))
    if rows.size and (rows.ndim > 1 or rows.dtype.kind not in "iu"):
        raise ValueError(
            f"{name} has shape {rows.shape} and type {rows.dtype}; give integers in one"
            " dimension"
        )
    if rows.size and not 0 <= rows.min() <= rows.max() < len(matrix):
        raise IndexError(
            f"{name} is {rows.tolist()}; rows are numbered 0 to {len(matrix) - 1}"
        )
    return rows.astype(np.int64)


def _at_least_one(name: str, words: npt.ArrayLike) -> npt.NDArray[np.integer]:
    array = np.atleast_1d(np.asarray(words))
    if not array.size:
        raise ValueError(f"{name} is empty; a window needs at least one of them")
    return array
