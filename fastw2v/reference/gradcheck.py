"""Comparing an analytic gradient with finite differences."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def numeric_gradient(
    loss: Callable[[Array], float], at: Array, step: float = 1e-5
) -> Array:
    """Return the gradient of `loss` by central differences.

    Parameters
    ----------
    loss : callable
        From an array of `at`'s shape to a float.
    at : float64 array, any shape
    step : float
        Each entry moves by this much in either direction.
    """
    gradient = np.empty_like(at)
    for entry in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[entry] += step
        down[entry] -= step
        gradient[entry] = (loss(up) - loss(down)) / (2 * step)
    return gradient


def gradient_error(
    loss: Callable[[Array], float], gradient: Array, at: Array, step: float = 1e-5
) -> float:
    """Return the largest difference of `gradient` from finite differences.

    Relative to the largest entry of either, or absolute where that is below 1.

    Raises
    ------
    ValueError
        The gradient's shape is not that of `at`, or `at` is not float64.
    """
    if gradient.shape != at.shape:
        raise ValueError(
            f"the gradient has shape {gradient.shape}; it must have that of the"
            f" argument, {at.shape}"
        )
    if at.dtype != np.float64:
        raise ValueError(f"the argument is {at.dtype}; finite differences need float64")
    numeric = numeric_gradient(loss, at, step)
    scale = max(1.0, float(np.abs(numeric).max()), float(np.abs(gradient).max()))
    return float(np.abs(numeric - gradient).max()) / scale


def gradcheck(
    loss_and_gradient: Callable[[Array], tuple[float, Array]],
    at: Array,
    *,
    tolerance: float = 1e-8,
    step: float = 1e-5,
) -> float:
    """Check that a function returns its own gradient; return the error found.

    Parameters
    ----------
    loss_and_gradient : callable
        From an array of `at`'s shape to the loss there and its gradient. Called many
        times, so random draws inside must be the same each time.
    at : float64 array, any shape
        Where to check. No kink (as that of Leaky ReLU at 0) may be within `step`.
    tolerance : float
        The largest `gradient_error` accepted.
    step : float
        Of the differences.

    Raises
    ------
    AssertionError
        The gradient is not that of the loss.
    ValueError
        The gradient's shape is not that of `at`, or `at` is not float64.
    """
    gradient = loss_and_gradient(at)[1]
    error = gradient_error(lambda x: loss_and_gradient(x)[0], gradient, at, step)
    # Written so that a NaN fails.
    if not error <= tolerance:
        raise AssertionError(
            f"the gradient differs from finite differences by {error:.2g}, more than"
            f" {tolerance:g}; its formula or its sign is wrong"
        )
    return error
