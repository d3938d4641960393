from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.config import TrainConfig
from fastw2v.training.schedule import learning_rates
from fastw2v.training.shards import plan_epoch, shard_bounds, shard_size


def offsets_of(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=40).filter(any),
    st.integers(1, 25),
)
def test_bounds_cover_every_token_and_prefer_sentence_ends(lengths, size):
    offsets = offsets_of(lengths)
    bounds = shard_bounds(offsets, size).tolist()
    assert bounds[0] == 0
    assert bounds[-1] == offsets[-1]
    ends = set(offsets.tolist())
    for start, stop in pairwise(bounds):
        assert 0 < stop - start <= size
        if stop not in ends:
            assert not ends & set(range(start + 1, stop + 1))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40).filter(any))
def test_first_sentence_holds_the_first_token(lengths):
    offsets = offsets_of(lengths)
    bounds = shard_bounds(offsets, 10)
    shards = plan_epoch(offsets, bounds, TrainConfig(), 0)
    for start, sentence in zip(bounds, shards.first_sentence, strict=False):
        assert offsets[sentence] <= start < offsets[sentence + 1]


def test_shard_size_follows_the_corpus():
    assert shard_size(10, TrainConfig()) == 1_000
    assert shard_size(320_000, TrainConfig()) == 5_000
    assert shard_size(10**9, TrainConfig()) == 10_000
    assert shard_size(10**9, TrainConfig(threads=16)) == 10_000


def test_shards_are_smaller_where_a_token_takes_more_work():
    assert shard_size(10**9, TrainConfig(dim=1000)) == 1_000
    assert shard_size(10**9, TrainConfig(window=10_000, negatives=1_000)) == 20


@pytest.mark.parametrize(("decay", "halfway"), [(0.0, 0.05), (1.0, 0.03), (2.0, 0.02)])
def test_learning_rate_falls_with_a_power_of_what_is_left(decay, halfway):
    config = TrainConfig(learning_rate=0.05, min_learning_rate=0.01, decay=decay)
    rates = learning_rates(np.array([0, 50]), 100, config)
    assert rates == pytest.approx([0.05, halfway])


def test_learning_rate_can_fall_in_a_line_over_the_whole_run():
    config = TrainConfig(
        learning_rate=0.05, min_learning_rate=0.01, decay=1.0, epochs=4
    )
    rates = learning_rates(np.array([0, 50, 100]), 100, config)
    assert rates == pytest.approx([0.05, 0.03, 0.01])
    offsets = offsets_of([1000] * 10)
    bounds = shard_bounds(offsets, 1000)
    run = np.concatenate(
        [plan_epoch(offsets, bounds, config, e).learning_rate for e in range(4)]
    )
    assert run == pytest.approx(np.linspace(0.05, 0.01, 41)[:-1])


def test_streams_differ_between_shards_epochs_and_runs():
    offsets = offsets_of([1000] * 10)
    bounds = shard_bounds(offsets, 1000)
    keys = [
        plan_epoch(offsets, bounds, TrainConfig(seed=seed), epoch).keys
        for seed in (1, 2)
        for epoch in (0, 1)
    ]
    assert len(np.unique(keys)) == 120
