"""Each kernel and its NumPy reference on identical inputs.

    pytest benchmarks/bench_kernels.py --benchmark-json=benchmarks/results/kernels.json

Agreement is asserted before anything is timed, and compiling happens then too. Small
kernels are called many times from a compiled loop, the reference from a Python loop.
"""

import numpy as np
import pytest
from variants import plain_loops
from workload import CASES, corpus_of, fresh_work, one_shard

from fastw2v.bundles import Weights, new_scratch
from fastw2v.kernels import hogwild, logistic, rows, sampling
from fastw2v.kernels._jit import entry_kernel
from fastw2v.reference import logistic as reference_logistic
from fastw2v.reference import sampling as reference_sampling
from fastw2v.reference import trainer as reference_trainer
from fastw2v.training.shards import largest_shard

BASELINE = "NumPy reference"
CORPUS = corpus_of(20_000)
SHARDS = one_shard(CORPUS, 1_000)
CALLS = 200

SHARD_TRAINERS = {
    BASELINE: reference_trainer.train_shard,
    "plain loops": plain_loops.train_shard,
    "kernel": hogwild.train_shard,
}


def assert_close(ours: Weights, theirs: Weights) -> None:
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", SHARD_TRAINERS)
@pytest.mark.parametrize(("batching", "dim"), CASES)
def test_shard(benchmark, batching, dim, name):
    ours, theirs = (fresh_work(CORPUS, batching, dim) for _ in range(2))
    scratch = new_scratch(ours.weights, ours.settings, largest_shard(SHARDS))
    done = SHARD_TRAINERS[name](*ours, SHARDS, 0, scratch)
    expected = reference_trainer.train_shard(*theirs, SHARDS, 0, scratch)
    assert done[:3] == expected[:3]
    assert done.loss == pytest.approx(expected.loss, rel=1e-6)
    assert_close(ours.weights, theirs.weights)

    work = fresh_work(CORPUS, batching, dim)
    benchmark.group = f"a shard of 1000 tokens, {batching}, dim {dim}"
    benchmark.extra_info["name"] = name
    benchmark.pedantic(
        SHARD_TRAINERS[name], (*work, SHARDS, 0, scratch), rounds=7, warmup_rounds=1
    )


def many_steps_of(module):
    """Return a loop of steps, J input rows against the same 6 output rows."""
    step = module.step

    def many(weights, scratch, n_inputs, shape):
        for _ in range(CALLS):
            step(weights, scratch, (0, n_inputs), (0, 6), 1, 0.025, shape)

    return many


STEPS = {
    BASELINE: many_steps_of(reference_logistic),
    "plain loops": entry_kernel(many_steps_of(plain_loops)),
    "kernel": entry_kernel(many_steps_of(logistic)),
}


def prepared_step(name, n_inputs):
    """Return a function and its arguments, on fresh weights."""
    work = fresh_work(CORPUS, "pair" if n_inputs == 1 else "window", 100)
    scratch = new_scratch(work.weights, work.settings, 0)
    scratch.inputs[:10] = np.arange(10)
    scratch.outputs[:6] = np.arange(20, 26)
    return STEPS[name], (work.weights, scratch, n_inputs, work.shape)


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("n_inputs", [1, 6])
def test_step(benchmark, n_inputs, name):
    many, arguments = prepared_step(name, n_inputs)
    many_slow, slow_arguments = prepared_step(BASELINE, n_inputs)
    many(*arguments)
    many_slow(*slow_arguments)
    assert_close(arguments[0], slow_arguments[0])
    losses = [passed[1].loss.sum() for passed in (arguments, slow_arguments)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)

    many, arguments = prepared_step(name, n_inputs)
    benchmark.group = f"a gradient step, {n_inputs} x 6 rows, dim 100"
    benchmark.extra_info["name"] = name
    benchmark.pedantic(many, arguments, rounds=7, warmup_rounds=1)


def many_draws_of(module):
    """Return a loop that draws the output rows of many pairs."""
    draw_outputs = module.draw_outputs

    def many(key, noise_table, outputs):
        for pair in range(CALLS):
            draw_outputs(pair, key, pair, 5, noise_table, outputs, 0, (0, 0))

    return many


DRAWS = {
    BASELINE: many_draws_of(reference_sampling),
    "plain loops": entry_kernel(many_draws_of(sampling)),
    "kernel": entry_kernel(many_draws_of(rows)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draw_outputs(benchmark, name):
    table = fresh_work(CORPUS, "pair", 100).sampling.noise_table
    arguments = (np.uint64(7), table, np.zeros(8, np.int32))
    ours, theirs = np.zeros(8, np.int32), np.zeros(8, np.int32)
    DRAWS[name](*arguments[:2], ours)
    DRAWS[BASELINE](*arguments[:2], theirs)
    assert (ours[:6] == theirs[:6]).all()
    benchmark.group = "target and 5 noise words"
    benchmark.extra_info["name"] = name
    benchmark.pedantic(DRAWS[name], arguments, rounds=7, warmup_rounds=1)
