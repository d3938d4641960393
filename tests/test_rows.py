"""Vector code against plain NumPy, for every tail and for rows of several blocks."""

import re

import numpy as np
import pytest

from fastw2v.kernels import loops, rows
from fastw2v.kernels._jit import JIT_IS_ON, kernel

ROWS = 7
# Every tail, rows of one and of two blocks; plain loops are the same for all.
ROW_TYPES = [(lines, np.float32) for lines in (*range(1, 10), 19)] + [(19, np.float64)]


@kernel
def call_simd(name, a, i, b, j, list_, span, factors, tail):
    if name == 0:
        rows.dots(a, i, b, list_, span, factors, j, tail)
    elif name == 1:
        rows.add_rows(a, i, factors, j, b, list_, span, tail)
    elif name == 2:
        rows.add_first_rows(a, i, factors, j, b, span[1], tail)
    elif name == 3:
        rows.copy_row(a, i, b, j, tail)
    else:
        rows.prefetch_rows(a, list_, span, tail)


@kernel
def call_loops(name, a, i, b, j, list_, span, factors, tail):
    if name == 0:
        loops.dots(a, i, b, list_, span, factors, j, tail)
    elif name == 1:
        loops.add_rows(a, i, factors, j, b, list_, span, tail)
    elif name == 2:
        loops.add_first_rows(a, i, factors, j, b, span[1], tail)
    elif name == 3:
        loops.copy_row(a, i, b, j, tail)
    else:
        loops.prefetch_rows(a, list_, span, tail)


CASES = [(call_simd, *row_type) for row_type in ROW_TYPES]
CASES += [(call_loops, 7, np.float32), (call_loops, 7, np.float64)]


@pytest.fixture
def arrays(lines, dtype):
    rng = np.random.default_rng(lines)
    a, b = rng.normal(size=(2, ROWS, 16 * lines)).astype(dtype)
    factors = rng.normal(size=(3, 5)).astype(dtype)
    list_ = np.array([6, 0, 3, 3, 5, 1])
    return a, b, factors, list_, (0,) * (lines % 8)


@pytest.mark.parametrize(("call", "lines", "dtype"), CASES)
class TestRows:
    def test_dots(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        before = factors.copy()
        call(0, a, 2, b, 1, list_, (2, 6), factors, tail)
        expected = b[list_[2:6]].astype(float) @ a[2].astype(float)
        relative = 1e-5 if dtype is np.float32 else 1e-12
        assert factors[1, :4] == pytest.approx(expected, rel=relative, abs=1e-4)
        assert (factors[[0, 2]] == before[[0, 2]]).all()
        assert factors[1, 4] == before[1, 4]

    def test_add_rows(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        expected = a.astype(float)
        expected[2] += factors[1, :4].astype(float) @ b[list_[2:6]]
        call(1, a, 2, b, 1, list_, (2, 6), factors, tail)
        assert a == pytest.approx(expected, rel=1e-5, abs=1e-5)

    def test_add_rows_of_nothing(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        before = a.copy()
        call(1, a, 2, b, 1, list_, (3, 3), factors, tail)
        assert (a == before).all()

    def test_add_first_rows(self, call, arrays, dtype):
        a, b, factors, list_, tail = arrays
        expected = a.astype(float)
        expected[6] += factors[2, :3].astype(float) @ b[:3]
        call(2, a, 6, b, 2, list_, (0, 3), factors, tail)
        assert a == pytest.approx(expected, rel=1e-5, abs=1e-5)

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


@pytest.mark.skipif(not JIT_IS_ON, reason="there is no machine code with the JIT off")
def test_the_code_has_vector_multiply_adds():
    from llvmlite import binding

    features = binding.get_host_cpu_features()
    if not (features.get("fma") and features.get("avx")):
        pytest.skip("this processor has no vector multiply-add of x86")
    matrix = np.ones((ROWS, 112), np.float32)

    @kernel
    def add(a, factors, list_, tail):
        rows.add_rows(a, 0, factors, 0, a, list_, (0, 2), tail)

    add(matrix, np.ones((1, 4), np.float32), np.array([1, 2]), (0,) * 7)
    (code,) = add.inspect_asm().values()
    register = "zmm" if features.get("avx512f") else "ymm"
    assert len(re.findall(rf"vfmadd\w+ps.*%{register}", code)) >= 7
