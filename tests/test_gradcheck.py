import numpy as np
import pytest

from fastw2v.reference.gradcheck import gradient_error, numeric_gradient

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
