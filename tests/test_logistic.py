"""The one gradient step: kernel, reference and the losses must agree."""

import math

import naive
import numpy as np
import pytest

from fastw2v.bundles import Settings, Weights
from fastw2v.kernels import logistic as kernels
from fastw2v.kernels.sigmoid import logistic
from fastw2v.reference import logistic as reference
from fastw2v.reference.gradcheck import gradient_error
from fastw2v.reference.losses import negative_sampling

V, D, P, WINDOW, K = 9, 5, 16, 3, 4
MODULES = {"kernels": kernels, "reference": reference}


def weights_of(dtype, seed=2):
    rng = np.random.default_rng(seed)
    matrices = np.zeros((2, V, P), dtype)
    matrices[:, :, :D] = rng.normal(scale=0.7, size=(2, V, D))
    return Weights(*matrices)


def filled_scratch(module, weights, inputs, outputs, multiplicity):
    scratch = module.new_scratch(weights, Settings(WINDOW, K, 1))
    scratch.inputs[: len(inputs)] = inputs
    scratch.outputs[: len(outputs)] = outputs
    scratch.multiplicity[: len(outputs)] = multiplicity
    return scratch


CASES = {
    "one pair": ([3], [0, 4, 5, 6, 8], [1, 1, 1, 1, 1]),
    "repeated noise": ([3], [0, 4, 6], [1, 3, 1]),
    "no noise left": ([3], [0], [1]),
    "a window": ([1, 2, 7, 8], [0, 4, 5], [1, 2, 1]),
    "a word twice in the window": ([1, 2, 1], [1, 4, 5], [1, 1, 1]),
}


def drawn(outputs, multiplicity):
    return np.repeat(np.array(outputs[1:], np.int64), multiplicity[1:])


def run(module, weights, case, learning_rate):
    inputs, outputs, multiplicity = case
    scratch = filled_scratch(module, weights, inputs, outputs, multiplicity)
    contexts = (0, len(inputs))
    return module.step(weights, scratch, contexts, len(outputs), learning_rate)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_loss_is_the_sum_over_pairs(module, case):
    weights = weights_of(np.float64)
    inputs, outputs, multiplicity = case
    expected = sum(
        naive.sgns_loss(
            weights.w_in[j],
            weights.w_out[outputs[0]],
            weights.w_out[drawn(outputs, multiplicity)],
        )
        for j in inputs
    )
    assert run(module, weights, case, 0.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("matrix", [0, 1], ids=["w_in", "w_out"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_update_is_the_gradient_of_the_returned_loss(module, case, matrix):
    """The shipped update at learning rate 1 against differences of its own loss."""
    weights = weights_of(np.float64)

    def loss_at(moved):
        copies = [m.copy() for m in weights]
        copies[matrix] = moved.copy()
        return run(module, Weights(*copies), case, 0.0)

    updated = Weights(*(m.copy() for m in weights))
    run(module, updated, case, 1.0)
    gradient = weights[matrix] - updated[matrix]
    assert gradient_error(loss_at, gradient, weights[matrix]) < 1e-9


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_one_pair_is_the_negative_sampling_loss(module):
    case = CASES["repeated noise"]
    inputs, outputs, multiplicity = case
    weights = weights_of(np.float64)
    expected = negative_sampling(
        weights.w_in[inputs[0]],
        outputs[0],
        weights.w_out.copy(),
        drawn(outputs, multiplicity),
    )
    before = Weights(*(m.copy() for m in weights))
    assert run(module, weights, case, 0.1) == pytest.approx(expected.loss)
    assert before.w_in[3] - weights.w_in[3] == pytest.approx(0.1 * expected.grad_v_c)
    assert before.w_out - weights.w_out == pytest.approx(0.1 * expected.grad_u)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_kernel_equals_reference_in_float32(case):
    ours, theirs = weights_of(np.float32), weights_of(np.float32)
    loss = run(kernels, ours, case, 0.05)
    assert loss == pytest.approx(run(reference, theirs, case, 0.05), rel=1e-6)
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)


def test_only_listed_rows_change_and_padding_stays_zero():
    weights, before = weights_of(np.float32), weights_of(np.float32)
    run(kernels, weights, CASES["a window"], 0.05)
    changed = [
        np.flatnonzero((a != b).any(1)) for a, b in zip(weights, before, strict=True)
    ]
    assert changed[0].tolist() == [1, 2, 7, 8]
    assert changed[1].tolist() == [0, 4, 5]
    assert not weights.w_in[:, D:].any()
    assert not weights.w_out[:, D:].any()


def test_steps_on_part_of_the_window():
    weights, alone = weights_of(np.float64), weights_of(np.float64)
    scratch = filled_scratch(kernels, weights, [1, 2, 7], [0, 4], [1, 1])
    kernels.step(weights, scratch, (1, 2), 2, 0.1)
    run(kernels, alone, ([2], [0, 4], [1, 1]), 0.1)
    assert (weights.w_in == alone.w_in).all()
    assert (weights.w_out == alone.w_out).all()


@pytest.mark.parametrize("score", [-1e4, -30.0, -1.0, 0.0, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logistic_is_exact_and_never_overflows(score, dtype):
    sigmoid, e = logistic(dtype(score))
    relative = 1e-6 if dtype is np.float32 else 1e-14
    assert sigmoid == pytest.approx(math.exp(naive.log_sigmoid(score)), rel=relative)
    assert math.log1p(e) + (abs(score) - score) / 2 == pytest.approx(
        -naive.log_sigmoid(score), rel=relative
    )


def test_not_a_number_survives_the_fast_math():
    weights = weights_of(np.float32)
    weights.w_in[3, 0] = np.nan
    assert math.isnan(run(kernels, weights, CASES["one pair"], 0.05))
    weights = weights_of(np.float32)
    weights.w_in[3, 0] = np.inf
    assert not math.isfinite(run(kernels, weights, CASES["one pair"], 0.05))
