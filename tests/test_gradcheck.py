import numpy as np
import pytest

from fastw2v.reference.gradcheck import gradcheck, gradient_error, numeric_gradient

AT = np.array([[1.0, -2.0], [0.5, 3.0]])


def cubic(x):
    return float((x**3).sum())


def test_numeric_gradient_of_a_cubic():
    assert numeric_gradient(cubic, AT) == pytest.approx(3 * AT**2, rel=1e-8)


def test_a_right_gradient_passes_and_a_wrong_one_does_not():
    assert gradient_error(cubic, 3 * AT**2, AT) < 1e-9
    assert gradient_error(cubic, 3 * AT**2 + 0.01, AT) > 1e-4
    assert gradient_error(cubic, -3 * AT**2, AT) > 1


def test_shape_and_dtype_are_checked():
    with pytest.raises(ValueError, match=r"shape \(4,\)"):
        gradient_error(cubic, 3 * AT.ravel() ** 2, AT)
    with pytest.raises(ValueError, match="float32"):
        gradient_error(cubic, 3 * AT**2, AT.astype(np.float32))


def test_gradcheck_of_a_function_that_returns_both():
    assert gradcheck(lambda x: (cubic(x), 3 * x**2), AT) < 1e-9


@pytest.mark.parametrize(
    "gradient",
    [lambda x: -3 * x**2, lambda x: 3 * x**2 + 1e-3, lambda x: np.full_like(x, np.nan)],
    ids=["sign", "a little off", "not a number"],
)
def test_gradcheck_refuses_a_wrong_gradient(gradient):
    with pytest.raises(AssertionError, match="differs from finite differences"):
        gradcheck(lambda x: (cubic(x), gradient(x)), AT)


def test_gradcheck_leaves_its_argument_as_it_was():
    at = AT.copy()
    gradcheck(lambda x: (cubic(x), 3 * x**2), at)
    assert (at == AT).all()
