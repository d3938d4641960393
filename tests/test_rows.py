"""Vector code and plain loops against NumPy: every pass of a step, for many shapes."""

import math
import os
import re

import naive
import numpy as np
import pytest
from entries import entry

from fastw2v.bundles import Matrices, Settings, new_scratch, step_shape
from fastw2v.kernels import loops, rows
from fastw2v.kernels._jit import JIT_IS_ON, entry_kernel

V = 60
PASSES = ("score", "update", "train_pair", "train_two_pairs")
EXACT = {np.float32: 4e-7, np.float64: 1e-14}
# Less than a block of outputs, whole blocks, and both.
OUTPUTS = (1, 6, 7, 8, 13, 16)
SHAPES = [(j, q, 7, np.float32) for q in OUTPUTS for j in (1, 2, 9)]
SHAPES += [(3, 6, lines, np.float32) for lines in (1, 2, 19)]
SHAPES += [(3, 6, 2, np.float64), (2, 11, 2, np.float64)]


def caller_of(module):
    """Return a kernel that calls one of a module's passes by its number in PASSES."""
    score, update, train_pair, train_two_pairs = (
        getattr(module, name) for name in PASSES
    )

    @entry_kernel
    def call(number, weights, scratch, inputs, outputs, shape):
        if number == 0:
            score(weights, scratch, inputs, outputs, shape)
        elif number == 1:
            update(weights, scratch, inputs, outputs, shape)
        else:
            rate = weights.w_in.dtype.type(0.5)
            if number == 2:
                train_pair(weights, scratch, inputs, outputs, rate, shape)
            else:
                train_two_pairs(weights, scratch, inputs, outputs, rate, shape)

    return call


CALLERS = {"rows": caller_of(rows), "loops": caller_of(loops)}


class Case:
    """Matrices, lists somewhere in scratch, errors, and what NumPy makes of them."""

    def __init__(self, j, q, lines, dtype, one_input=False):
        rng = np.random.default_rng(100 * j + q)
        matrices = rng.normal(size=(2, V, 16 * lines)) / math.sqrt(16 * lines)
        self.weights = Matrices(*matrices.astype(dtype))
        settings = Settings(window=8, negatives=q - 1, group=1 if one_input else 16)
        self.shape = step_shape(settings)
        self.scratch = new_scratch(self.weights, settings, 0)
        self.inputs, self.outputs = (3, 3 + j), (16, 16 + q)
        self.j, self.q = j, q
        self.choose(rng.permutation(V)[:j], rng.permutation(V)[:q])
        self.errors = rng.normal(size=(j, q)).astype(dtype)

    def choose(self, inputs, outputs):
        self.scratch.inputs[slice(*self.inputs)] = inputs
        self.scratch.outputs[slice(*self.outputs)] = outputs
        self.rows = (np.array(inputs), np.array(outputs))

    def call(self, module, name):
        arguments = (self.weights, self.scratch, self.inputs, self.outputs, self.shape)
        CALLERS[module](PASSES.index(name), *arguments)

    def chosen(self):
        """Return the step's rows in float64."""
        return [
            matrix[rows].astype(float)
            for matrix, rows in zip(self.weights, self.rows, strict=True)
        ]

    def updated(self, errors):
        """Return what the weights should become."""
        h, u = self.chosen()
        new = [matrix.astype(float) for matrix in self.weights]
        np.add.at(new[0], self.rows[0], errors @ u)
        np.add.at(new[1], self.rows[1], errors.T @ h)
        return new


def close_to(expected, dtype):
    tolerance = 10 * EXACT[dtype]
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("module", CALLERS)
@pytest.mark.parametrize(("j", "q", "lines", "dtype"), SHAPES)
class TestPasses:
    def test_scores(self, module, j, q, lines, dtype):
        case = Case(j, q, lines, dtype)
        case.call(module, "score")
        h, u = case.chosen()
        assert case.scratch.errors[:j, :q] == close_to(h @ u.T, dtype)

    def test_update(self, module, j, q, lines, dtype):
        case = Case(j, q, lines, dtype)
        case.scratch.errors[:j, :q] = case.errors
        expected = case.updated(case.errors)
        case.call(module, "update")
        assert case.weights.w_in == close_to(expected[0], dtype)
        assert case.weights.w_out == close_to(expected[1], dtype)

    def test_update_of_repeated_rows(self, module, j, q, lines, dtype):
        """Only the first place of a repeated row has errors."""
        case = Case(j, q, lines, dtype)
        inputs, outputs = case.rows
        inputs[-1], outputs[q // 2] = inputs[0], outputs[0]
        case.choose(inputs, outputs)
        if j > 1:
            case.errors[-1] = 0
        if q > 1:
            case.errors[:, q // 2] = 0
        case.scratch.errors[:j, :q] = case.errors
        expected = case.updated(case.errors)
        case.call(module, "update")
        assert case.weights.w_in == close_to(expected[0], dtype)
        assert case.weights.w_out == close_to(expected[1], dtype)


@pytest.mark.parametrize("module", CALLERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("q", [1, 6, 7])
@pytest.mark.parametrize("j", [1, 2])
def test_pairs_follow_the_gradient_of_their_loss_one_after_the_other(
    module, j, q, dtype
):
    case = Case(j, q, 7, dtype, one_input=True)
    rows = np.random.default_rng(q).permutation(V)[: j * q]
    own = [[rows[0], *rows[1 + k * (q - 1) :][: q - 1]] for k in range(j)]
    for k in range(j):
        case.scratch.outputs[16 + 8 * k : 16 + 8 * k + q] = own[k]
    expected = [matrix.astype(float) for matrix in case.weights]
    loss = 0.0
    for row, outputs in zip(case.rows[0], own, strict=True):
        h, u = expected[0][row].copy(), expected[1][outputs]
        scores = (h @ u.T).tolist()
        sign = [1.0] + [-1.0] * (q - 1)
        log_sigmoids = [
            naive.log_sigmoid(s * x) for s, x in zip(sign, scores, strict=True)
        ]
        errors = 0.5 * np.array(sign) * (1 - np.exp(log_sigmoids))
        expected[0][row] += errors @ u
        expected[1][outputs] += np.outer(errors, h)
        loss -= sum(log_sigmoids)
    case.call(module, "train_pair" if j == 1 else "train_two_pairs")
    assert case.weights.w_in == close_to(expected[0], dtype)
    assert case.weights.w_out == close_to(expected[1], dtype)
    assert case.scratch.loss.sum() == pytest.approx(loss, rel=1e-6)


SCORES = [0.0, -0.0, 1e-30, -1.0, 1.0, 9.5, -17.0, 40.0, -80.0, 1e4, -1e30]


@pytest.mark.parametrize(
    "function",
    [entry(rows.errors_from_scores), entry(loops.errors_from_scores)],
    ids=CALLERS,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
class TestErrorsFromScores:
    @pytest.mark.parametrize(
        ("q", "targets"), [(1, 1), (2, 1), (7, 0), (8, 1), (9, 4), (9, 9), (40, 13)]
    )
    @pytest.mark.parametrize("j", [1, 5])
    def test_random_scores(self, function, dtype, j, q, targets):
        scores = np.random.default_rng(q).normal(size=(j, q)) * 6
        self.check(function, dtype, scores, targets)

    @pytest.mark.parametrize("score", SCORES)
    def test_extreme_scores(self, function, dtype, score):
        self.check(function, dtype, np.array([[score, score]]), 1)

    def check(self, function, dtype, scores, targets):
        j, q = scores.shape
        case = Case(j, q, 1, dtype)
        errors = case.scratch.errors
        errors[:] = 7
        errors[:j, :q] = scores
        exact = errors[:j, :q].astype(float)
        case.scratch.loss[:] = 100.0
        function(case.scratch, (3, 3 + j), (8, 8 + q), targets, dtype(0.5))
        sign = np.where(np.arange(q) < targets, 1.0, -1.0)
        log_sigmoid = np.vectorize(naive.log_sigmoid)
        expected = 0.5 * ((sign > 0) - np.exp(log_sigmoid(exact)))
        tolerance = EXACT[dtype]
        assert errors[:j, :q] == pytest.approx(expected, rel=tolerance, abs=tolerance)
        assert case.scratch.loss.sum() - 800 == pytest.approx(
            -log_sigmoid(exact * sign).sum(),
            rel=1e-6 if dtype is np.float32 else 1e-12,
            abs=1e-12,
        )
        assert not errors[:j, q:].any()
        assert (errors[j:] == 7).all()

    def test_not_a_number_shows_in_the_loss(self, function, dtype):
        case = Case(1, 3, 1, dtype)
        case.scratch.errors[:] = 0
        case.scratch.errors[0, 1] = np.nan
        function(case.scratch, (0, 1), (0, 3), 1, dtype(0.5))
        assert math.isnan(case.scratch.loss.sum())


@pytest.mark.parametrize(
    "function", [entry(rows.has_repeats), entry(loops.has_repeats)], ids=CALLERS
)
@pytest.mark.parametrize("length", [0, 1, 2, 5, 8, 9, 16, 31])
def test_has_repeats_finds_every_pair_of_places(function, length):
    list_ = np.zeros(50, np.int32)  # repeats outside of the span do not count
    list_[3 : 3 + length] = np.arange(length) + 1
    span = (3, 3 + length)
    assert not function(list_, span)
    for later in range(length):
        for earlier in range(later):
            copy = list_.copy()
            copy[3 + later] = copy[3 + earlier]
            assert function(copy, span), (earlier, later)


@pytest.mark.parametrize(
    "function",
    [entry(rows.two_pairs_repeat), entry(loops.two_pairs_repeat)],
    ids=CALLERS,
)
@pytest.mark.parametrize("q", [2, 6, 7])
def test_two_pairs_repeat_finds_all_but_the_common_target(function, q):
    shape = step_shape(Settings(window=5, negatives=q - 1, group=1))
    list_ = np.zeros(40, np.int32)  # what lies between and around does not count
    places = [*range(3, 3 + q), *range(3 + 8 + 1, 3 + 8 + q)]
    list_[places] = np.arange(len(places)) + 1
    list_[3 + 8] = list_[3]
    assert not function(list_, 3, shape)
    for later in places:
        for earlier in places:
            if earlier < later:
                copy = list_.copy()
                copy[later] = copy[earlier]
                assert function(copy, 3, shape), (earlier, later)


@pytest.mark.parametrize("module", [rows, loops], ids=CALLERS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_prefetch_changes_nothing(module, dtype):
    matrix = np.random.default_rng(1).normal(size=(9, 48)).astype(dtype)
    before = matrix.copy()
    entry(module.prefetch_rows)(matrix, np.array([8, 0, 3], np.int32), (0, 3))
    assert (matrix == before).all()


@pytest.mark.skipif(not JIT_IS_ON, reason="there is no machine code with the JIT off")
@pytest.mark.parametrize("name", ["score", "update", "train_two_pairs"])
def test_the_code_has_vector_multiply_adds_and_keeps_them_in_registers(name):
    from llvmlite import binding

    features = binding.get_host_cpu_features()
    if not features.get("fma") or "NUMBA_CPU_NAME" in os.environ:
        pytest.skip("this processor, or the one asked for, has no FMA of x86")
    one_pass = getattr(rows, name)
    takes_rate = name == "train_two_pairs"

    @entry_kernel
    def call(weights, scratch, inputs, outputs, shape):
        if takes_rate:
            one_pass(weights, scratch, inputs, outputs, np.float32(0.5), shape)
        else:
            one_pass(weights, scratch, inputs, outputs, shape)

    case = Case(2, 6, 7, np.float32, one_input=takes_rate)
    case.scratch.outputs[24:30] = np.arange(40, 46)  # the second pair's
    call(case.weights, case.scratch, case.inputs, case.outputs, case.shape)
    (code,) = call.inspect_asm().values()
    register = "zmm" if features.get("avx512f") else "ymm"
    assert len(re.findall(rf"vfmadd\w+ps.*%{register}", code)) >= 6
    body = code[code.index("vfmadd") : code.rindex("vfmadd")]
    if features.get("avx512f"):
        assert not re.findall(r"%zmm\d+, -?\d*\(%rsp\)", body), "spilled registers"
