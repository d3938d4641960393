import numpy as np
import pytest

from fastw2v.kernels import half

EDGES = [
    0.0, -0.0, 1.0, -1.5, np.inf, -np.inf,
    65_504.0, 65_519.0, 65_520.0, -1e9,  # the largest, and what rounds to infinity
    2**-14, 2**-15, 2**-24, 2**-25, 1.0001 * 2**-25, 1e-30,  # subnormal, and to zero
    1 + 2**-11, 1 + 3 * 2**-11, 1 + 2**-12,  # halves go to the even one
]  # fmt: skip


def rows(numbers):
    values = np.asarray(numbers, np.float32)
    return np.resize(values, (len(values) // 16 + 1, 16))


def some(scale):
    return np.random.default_rng(1).normal(0, scale, 5_000)


@pytest.mark.parametrize(
    "numbers", [EDGES, some(1e-7), some(1e-3), some(1e4)], ids=["edges", *"abc"]
)
def test_numbers_are_rounded_as_by_numpy(numbers):
    given = rows(numbers)
    found = np.empty(given.shape, np.float16)
    half.narrow(given, found)
    with np.errstate(over="ignore"):
        assert found.tobytes() == given.astype(np.float16).tobytes()


def test_every_number_of_16_bits_is_widened_as_by_numpy():
    given = np.arange(1 << 16, dtype=np.uint16).view(np.float16).reshape(-1, 16)
    given = given[~np.isnan(given).any(axis=1)]
    given.flags.writeable = False
    found = np.empty(given.shape, np.float32)
    half.widen(given, found)
    assert found.tobytes() == given.astype(np.float32).tobytes()


def test_what_is_no_number_stays_none():
    found = np.empty((1, 16), np.float16)
    half.narrow(np.full((1, 16), np.nan, np.float32), found)
    assert np.isnan(found).all()
