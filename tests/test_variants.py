"""The contenders kept beside the kernels still fit them, and do what they say."""

from pathlib import Path

import numpy as np
import pytest
from test_hogwild import D, V, train

from fastw2v.bundles import Settings
from fastw2v.kernels._jit import kernel
from fastw2v.reference import trainer as reference
from fastw2v.training.weights import initial_weights

SETTINGS = Settings(window=4, negatives=5, group=8)


@pytest.fixture
def variants(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent.parent / "benchmarks")
    from variants import adagrad, copies, plain_loops, shared_noise

    return {
        "adagrad": adagrad.train_shard,
        "copies": copies.copy_kernels,
        "plain loops": plain_loops.train_shard,
        "one noise set per window": shared_noise.per_window,
        "noise over two centers": shared_noise.over_two_centers,
    }


class Module:
    """What `train` asks of a module."""

    def __init__(self, train_shard):
        self.train_shard = train_shard


def weights_after(train_shard, settings=SETTINGS):
    weights = initial_weights(V, D, 3)
    for i in range(3):
        done = train(Module(train_shard), weights, settings, i)
    return weights, done


def test_plain_loops_equal_the_reference(variants):
    ours, done = weights_after(variants["plain loops"])
    theirs, expected = weights_after(reference.train_shard)
    assert done[:3] == expected[:3]
    np.testing.assert_allclose(ours.w_in, theirs.w_in, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("name", "group"),
    [("adagrad", 8), ("one noise set per window", 1), ("noise over two centers", 8)],
)
def test_contenders_train_the_same_pairs_otherwise(variants, name, group):
    settings = SETTINGS._replace(group=group)
    ours, done = weights_after(variants[name], settings)
    theirs, expected = weights_after(reference.train_shard, settings)
    assert done[:3] == expected[:3]
    assert np.abs(ours.w_in - theirs.w_in).max() > 1e-4


def test_a_stand_in_reaches_every_module_that_uses_it(variants):
    @kernel
    def no_step(weights, scratch, inputs, outputs, targets, learning_rate, shape):
        """Train nothing."""

    copies = variants["copies"](logistic={"step": no_step})
    ours, done = weights_after(copies["hogwild"].train_shard)
    assert (ours.w_in == initial_weights(V, D, 3).w_in).all()
    assert done.pairs > 0


def test_a_stand_in_for_nothing_is_refused(variants):
    with pytest.raises(AttributeError, match="hogwild has no step"):
        variants["copies"](hogwild={"step": None})
