"""Losses of word2vec and their gradients, one (center, outside) pair at a time.

Notation: v_c (D,) the center word's vector, U (V, D) the outside vectors as rows,
o the outside word's number. A gradient has the shape of what it belongs to.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.reference.logistic import log_loss, sigmoid

Vector = npt.NDArray[np.floating]
Matrix = npt.NDArray[np.floating]


class LossAndGradients(NamedTuple):
    """The value of a loss at one point and its gradients there."""

    loss: float
    grad_v_c: Vector
    """(D,)"""
    grad_u: Matrix
    """(V, D)"""


def softmax(scores: Vector) -> Vector:
    """Return exp(scores) / sum(exp(scores)) along the last axis, without overflow."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


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
    """
    scores = u @ v_c
    top = scores.max()
    loss = float(np.log(np.exp(scores - top).sum()) + top - scores[o])
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
    """
    rows = np.concatenate([[o], np.asarray(negatives, np.int64)])
    label = np.zeros(len(rows))
    label[0] = 1
    scores = u[rows] @ v_c
    error = sigmoid(scores) - label
    grad_u = np.zeros_like(u)
    np.add.at(grad_u, rows, np.outer(error, v_c))
    loss = float(log_loss(np.where(label == 1, scores, -scores)).sum())
    return LossAndGradients(loss, error @ u[rows], grad_u)
