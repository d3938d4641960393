"""Elementwise and normalising functions, with the derivatives the losses need.

None overflows, however large its argument.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


def sigmoid(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x))."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e)).astype(x.dtype)


def sigmoid_derivative(x: Floats) -> Floats:
    """Return s(x) (1 - s(x)), the derivative of the sigmoid s at x."""
    # 1 - s(x) is s(-x), which keeps its digits where s(x) is almost 1.
    return np.asarray(sigmoid(x) * sigmoid(-x))


def log_loss(x: Floats) -> npt.NDArray[np.float64]:
    """Return -log s(x), s the sigmoid, in float64."""
    return np.logaddexp(0.0, -x.astype(np.float64))


def softmax(x: Floats) -> Floats:
    """Return exp(x) / sum(exp(x)) along the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def log_softmax(x: Floats) -> Floats:
    """Return log(softmax(x)) along the last axis, finite also where softmax is 0."""
    below_top = x - x.max(axis=-1, keepdims=True)
    total = np.exp(below_top).sum(axis=-1, keepdims=True)
    return np.asarray(below_top - np.log(total))


def leaky_relu(x: Floats, slope: float = 0.01) -> Floats:
    """Return x where it is positive, else slope * x.

    Maas, Hannun and Ng 2013, section 2. Equal to max(x, slope * x) for slopes up to 1.
    """
    return np.where(x > 0, x, slope * x).astype(x.dtype)


def leaky_relu_derivative(x: Floats, slope: float = 0.01) -> Floats:
    """Return 1 where x is positive, else `slope`.

    At 0 there is no derivative; `slope` is one of the subgradients (for a slope of 0 to
    1, every number from `slope` to 1 is).
    """
    return np.where(x > 0, 1.0, slope).astype(x.dtype)
