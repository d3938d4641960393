"""Vector code against plain NumPy, for every tail and for rows of several blocks."""

import math
import os
import re

import naive
import numpy as np
import pytest

from fastw2v.kernels import loops, rows
from fastw2v.kernels._jit import JIT_IS_ON, kernel

ROWS = 7
# Every tail, rows of one and of two blocks; plain loops are the same for all.
ROW_TYPES = [(lines, np.float32) for lines in (*range(1, 10), 19)] + [(19, np.float64)]


def caller_of(module):
    """Return a kernel that calls a module's function by number."""
    dots, add_rows, copy_row = module.dots, module.add_rows, module.copy_row
    add_first_rows, prefetch_rows = module.add_first_rows, module.prefetch_rows

    @kernel
    def call(name, a, i, b, j, list_, span, factors, tail):
        if name == 0:
            dots(a, i, b, list_, span, factors, j, tail)
        elif name == 1:
            add_rows(a, i, factors, j, b, list_, span, tail)
        elif name == 2:
            add_first_rows(a, i, factors, j, b, span[1], tail)
        elif name == 3:
            copy_row(a, i, b, j, tail)
        else:
            prefetch_rows(a, list_, span, tail)

    return call


CALLERS = {"simd": caller_of(rows), "loops": caller_of(loops)}
CASES = [("simd", *row_type) for row_type in ROW_TYPES]
CASES += [("loops", 7, np.float32), ("loops", 7, np.float64)]


def close_to(expected, dtype, scale=1):
    tolerance = scale * (1e-5 if dtype is np.float32 else 1e-13)
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


@pytest.fixture
def call(module):
    return CALLERS[module]


@pytest.fixture
def arrays(lines, dtype):
    rng = np.random.default_rng(lines)
    a, b = rng.normal(size=(2, ROWS, 16 * lines)).astype(dtype)
    factors = rng.normal(size=(3, 5)).astype(dtype)
    list_ = np.array([6, 0, 3, 3, 5, 1])
    return a, b, factors, list_, (0,) * (lines % 8)


@pytest.mark.parametrize(("module", "lines", "dtype"), CASES)
class TestRows:
    def test_dots(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        before = factors.copy()
        call(0, a, 2, b, 1, list_, (2, 6), factors, tail)
        expected = b[list_[2:6]].astype(float) @ a[2].astype(float)
        assert factors[1, :4] == close_to(expected, dtype, scale=10)
        assert (factors[[0, 2]] == before[[0, 2]]).all()
        assert factors[1, 4] == before[1, 4]

    def test_add_rows(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        expected = a.astype(float)
        expected[2] += factors[1, :4].astype(float) @ b[list_[2:6]]
        call(1, a, 2, b, 1, list_, (2, 6), factors, tail)
        assert a == close_to(expected, dtype)

    def test_add_rows_of_nothing(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        before = a.copy()
        call(1, a, 2, b, 1, list_, (3, 3), factors, tail)
        assert (a == before).all()

    def test_add_first_rows(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        expected = a.astype(float)
        expected[6] += factors[:3, 2].astype(float) @ b[:3]
        call(2, a, 6, b, 2, list_, (0, 3), factors, tail)
        assert a == close_to(expected, dtype)

    def test_copy_row(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        expected = a.copy()
        expected[0] = b[5]
        call(3, a, 0, b, 5, list_, (0, 0), factors, tail)
        assert (a == expected).all()

    def test_prefetch_changes_nothing(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        before = a.copy()
        call(4, a, 0, b, 0, list_, (0, 6), factors, tail)
        assert (a == before).all()


SCORES = [0.0, -0.0, 1e-30, -1.0, 1.0, 9.5, -17.0, 40.0, -80.0, 1e4, -1e30]
EXACT = {np.float32: 4e-7, np.float64: 1e-14}


@kernel
def errors_by_simd(errors, j, count, rate):
    return rows.errors_from_scores(errors, j, count, rate)


@pytest.mark.parametrize("function", [errors_by_simd, loops.errors_from_scores])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
class TestErrorsFromScores:
    @pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40])
    def test_random_scores(self, function, dtype, count):
        scores = np.zeros((3, 48), dtype)
        scores[1, :count] = np.random.default_rng(count).normal(size=count) * 6
        self.check(function, dtype, scores[1, :count].tolist())

    @pytest.mark.parametrize("score", SCORES)
    def test_extreme_scores(self, function, dtype, score):
        self.check(function, dtype, [score, score])

    def check(self, function, dtype, scores):
        errors = np.full((3, 48), 7, dtype)
        errors[1, : len(scores)] = scores
        exact = errors[1, : len(scores)].astype(float).tolist()
        product, linear = function(errors, 1, len(scores), dtype(0.5))
        labels = [1.0] + [0.0] * (len(scores) - 1)
        expected = [
            0.5 * (label - math.exp(naive.log_sigmoid(x)))
            for label, x in zip(labels, exact, strict=True)
        ]
        tolerance = EXACT[dtype]
        assert errors[1, : len(scores)] == pytest.approx(
            expected, rel=tolerance, abs=tolerance
        )
        losses = [-naive.log_sigmoid(exact[0])]
        losses += [-naive.log_sigmoid(-x) for x in exact[1:]]
        assert math.log(product) + linear / 2 == pytest.approx(
            sum(losses), rel=1e-5 if dtype is np.float32 else 1e-12, abs=tolerance
        )
        assert (errors[[0, 2]] == 7).all()

    def test_not_a_number_shows_in_the_loss(self, function, dtype):
        errors = np.zeros((1, 16), dtype)
        errors[0, 1] = np.nan
        product, linear = function(errors, 0, 3, dtype(0.5))
        assert math.isnan(math.log(product) + linear)


@pytest.mark.skipif(not JIT_IS_ON, reason="there is no machine code with the JIT off")
def test_the_code_has_vector_multiply_adds():
    from llvmlite import binding

    features = binding.get_host_cpu_features()
    if not features.get("fma") or "NUMBA_CPU_NAME" in os.environ:
        pytest.skip("this processor, or the one asked for, has no FMA of x86")
    matrix = np.ones((ROWS, 112), np.float32)

    @kernel
    def add(a, factors, list_, tail):
        rows.add_rows(a, 0, factors, 0, a, list_, (0, 2), tail)

    add(matrix, np.ones((1, 4), np.float32), np.array([1, 2]), (0,) * 7)
    (code,) = add.inspect_asm().values()
    register = "zmm" if features.get("avx512f") else "ymm"
    assert len(re.findall(rf"vfmadd\w+ps.*%{register}", code)) >= 7
