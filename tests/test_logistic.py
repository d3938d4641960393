"""The one gradient step: kernel, reference and the losses must agree."""

import math

import naive
import numpy as np
import pytest
from entries import Entries, entry

from fastw2v.bundles import BLOCK, Matrices, Settings, new_scratch, step_shape
from fastw2v.kernels import logistic, sigmoid
from fastw2v.reference import logistic as reference
from fastw2v.reference.gradcheck import gradient_error
from fastw2v.reference.losses import negative_sampling

V, D, P = 9, 5, 16
kernels = Entries(logistic)
MODULES = {"kernels": kernels, "reference": reference}


def weights_of(dtype, seed=2):
    rng = np.random.default_rng(seed)
    matrices = np.zeros((2, V, P), dtype)
    matrices[:, :, :D] = rng.normal(scale=0.7, size=(2, V, D))
    return Matrices(*matrices)


CASES = {
    "one pair": ([3], [[0, 4, 5, 6, 8]]),
    "repeated noise": ([3], [[0, 4, 6, 4, 4]]),
    "noise that is the target": ([3], [[4, 0, 4, 4, 1]]),
    "no noise left": ([3], [[0, 0, 0, 0, 0]]),
    "many noise words": ([3], [[0, 4, 6, 4, 4, 1, 2, 3, 8, 0, 0, 5]]),
    "a window": ([1, 2, 7, 8], [[0, 4, 5, 4, 6]]),
    "a word twice in the window": ([1, 2, 1], [[1, 4, 5, 5, 1]]),
    "a window and many noise words": (
        [1, 2, 7, 1, 0, 2, 2],
        [[0, 4, 6, 4, 4, 1, 2, 3, 8, 0, 0, 5, 7, 7, 8, 1, 2]],
    ),
}
# The second finds what the first has changed, so together they are no one gradient.
ONE_AFTER_THE_OTHER = {
    "two pairs": ([3, 7], [[0, 4, 5, 6], [0, 8, 1, 2]]),
    "two pairs, one word": ([3, 3], [[0, 4, 5, 6], [0, 8, 1, 2]]),
    "two pairs with a noise word in common": ([3, 7], [[0, 4, 5, 6], [0, 8, 5, 2]]),
    "two pairs with repeated noise": ([3, 7], [[0, 4, 5, 6], [0, 8, 8, 2]]),
    "two pairs with the target as noise": ([3, 7], [[0, 4, 5, 0], [0, 8, 1, 2]]),
}


def run(module, weights, case, learning_rate):
    """Run one step from inside the scratch lists; return its loss."""
    inputs, lists = case
    n_outputs = len(lists[0])
    are_pairs = len(lists) == len(inputs)
    settings = Settings(
        window=10, negatives=n_outputs - 1, group=1 if are_pairs else 20
    )
    scratch = new_scratch(weights, settings, 0)
    at = 2
    scratch.inputs[at : at + len(inputs)] = inputs
    for first, outputs in zip((0, BLOCK), lists, strict=False):
        scratch.outputs[first : first + n_outputs] = outputs
    module.step(
        weights,
        scratch,
        (at, at + len(inputs)),
        (0, n_outputs),
        1,
        learning_rate,
        step_shape(settings),
    )
    return scratch.loss.sum()


def pairs_of(case):
    """Return (input, target, noise without the target) of each pair."""
    inputs, lists = case
    for j, row in enumerate(inputs):
        target, *noise = lists[j if len(lists) > 1 else 0]
        yield row, target, [word for word in noise if word != target]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_loss_is_the_sum_over_pairs(module, case):
    weights = weights_of(np.float64)
    expected = sum(
        naive.sgns_loss(weights.w_in[row], weights.w_out[target], weights.w_out[noise])
        for row, target, noise in pairs_of(case)
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
        return run(module, Matrices(*copies), case, 0.0)

    updated = Matrices(*(m.copy() for m in weights))
    run(module, updated, case, 1.0)
    gradient = weights[matrix] - updated[matrix]
    assert gradient_error(loss_at, gradient, weights[matrix]) < 1e-9


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_one_pair_is_the_negative_sampling_loss(module):
    case = CASES["repeated noise"]
    ((row, target, noise),) = pairs_of(case)
    weights = weights_of(np.float64)
    expected = negative_sampling(weights.w_in[row], target, weights.w_out.copy(), noise)
    before = Matrices(*(m.copy() for m in weights))
    assert run(module, weights, case, 0.1) == pytest.approx(expected.loss)
    assert before.w_in[3] - weights.w_in[3] == pytest.approx(0.1 * expected.grad_v_c)
    assert before.w_out - weights.w_out == pytest.approx(0.1 * expected.grad_u)


@pytest.mark.parametrize("case", ONE_AFTER_THE_OTHER.values(), ids=ONE_AFTER_THE_OTHER)
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_two_pairs_are_trained_one_after_the_other(module, case):
    weights, one_by_one = weights_of(np.float64), weights_of(np.float64)
    loss = run(module, weights, case, 0.1)
    losses = [
        run(reference, one_by_one, ([row], [outputs]), 0.1)
        for row, outputs in zip(*case, strict=True)
    ]
    assert loss == pytest.approx(sum(losses), rel=1e-12)
    for left, right in zip(weights, one_by_one, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-12)


@pytest.mark.parametrize(
    "case", (CASES | ONE_AFTER_THE_OTHER).values(), ids=CASES | ONE_AFTER_THE_OTHER
)
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
    assert changed[1].tolist() == [0, 4, 5, 6]
    assert not weights.w_in[:, D:].any()
    assert not weights.w_out[:, D:].any()


@pytest.mark.parametrize("score", [-1e4, -30.0, -1.0, 0.0, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logistic_is_exact_and_never_overflows(score, dtype):
    value, e = entry(sigmoid.logistic)(dtype(score))
    relative = 1e-6 if dtype is np.float32 else 1e-14
    assert value == pytest.approx(math.exp(naive.log_sigmoid(score)), rel=relative)
    assert math.log1p(e) + (abs(score) - score) / 2 == pytest.approx(
        -naive.log_sigmoid(score), rel=relative
    )


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_losses_of_steps_add_up(module):
    settings = Settings(window=1, negatives=1, group=1)
    weights = weights_of(np.float32)
    scratch = new_scratch(weights, settings, 0)
    scratch.inputs[:1], scratch.outputs[:2] = [3], [0, 4]
    for _ in range(2):
        module.step(weights, scratch, (0, 1), (0, 2), 1, 0.0, step_shape(settings))
    once = run(module, weights, ([3], [[0, 4]]), 0.0)
    assert scratch.loss.sum() == pytest.approx(2 * once)


def test_not_a_number_survives_the_fast_math():
    weights = weights_of(np.float32)
    weights.w_in[3, 0] = np.nan
    assert math.isnan(run(kernels, weights, CASES["one pair"], 0.05))
    weights = weights_of(np.float32)
    weights.w_in[3, 0] = np.inf
    assert not math.isfinite(run(kernels, weights, CASES["one pair"], 0.05))
