import numpy as np
import pytest

from fastw2v.kernels import merging
from fastw2v.reference import merging as reference

N, P = 37, 48


def rows(seed, dtype=np.float32):
    return np.random.default_rng(seed).normal(0, 0.1, (N, P)).astype(dtype)


def factors(seed):
    return np.random.default_rng(seed).uniform(0, 1, N).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("scaled_sum", lambda: (rows(1), rows(2), factors(3), rows(4))),
        ("carry", lambda: (rows(1), factors(2), rows(3))),
        ("settle", lambda: (rows(1), rows(2), rows(3))),
        ("settle", lambda: (rows(1)[5:9], rows(2)[5:9], rows(3)[:4])),
    ],
    ids=["scaled_sum", "carry", "settle", "settle a part"],
)
def test_the_kernel_gives_the_bits_of_the_reference(name, given):
    fast, slow = given(), given()
    getattr(merging, name)(*fast)
    getattr(reference, name)(*slow)
    for one, other in zip(fast, slow, strict=True):
        assert one.tobytes() == other.tobytes()


def test_rows_that_are_read_only_are_taken():
    change = rows(1)
    change.flags.writeable = False
    base, trained = rows(2), rows(3)
    merging.settle(base, trained, change)
    assert (trained == base).all()
