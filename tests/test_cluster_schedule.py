from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.cluster.config import Merging
from fastw2v.cluster.schedule import Schedule, epoch_rounds, schedule_of


def bounds_of(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=60),
    st.integers(1, 12),
    st.integers(1, 500),
    st.integers(0, 10_000),
)
def test_each_shard_is_in_one_span_of_one_round_in_order(lengths, workers, n, before):
    schedule = Schedule(workers, n, 10, 100)
    rounds = list(epoch_rounds(bounds_of(lengths), before, schedule))
    assert [coming.number for coming in rounds] == list(range(1, len(rounds) + 1))
    trained = []
    for coming in rounds:
        assert len(coming.spans) == workers + 1
        sizes = [stop - first for first, stop in pairwise(coming.spans)]
        assert max(sizes) - min(sizes) <= 1
        trained += range(coming.spans[0], coming.spans[-1])
    assert trained == list(range(len(lengths)))


def test_rounds_grow_with_what_is_done_up_to_their_full_length():
    bounds = bounds_of([100] * 4_000)
    schedule = Schedule(4, 5_000, 10, 100)
    rounds = list(epoch_rounds(bounds, 0, schedule))
    lengths = [100 * (r.spans[-1] - r.spans[0]) / 4 for r in rounds]
    assert lengths[0] == 100
    for coming, length in zip(rounds[:-1], lengths, strict=False):
        done = bounds[coming.spans[0]] / 4
        # In whole shards, four at a time at most too few.
        assert max(min(done / 8, 5_000) - 100, 100) <= length
        assert length <= max(min(done / 8, 5_000), 100)
    assert max(lengths) == 5_000
    later = next(epoch_rounds(bounds, 400_000, schedule))
    assert later.spans[-1] * 100 == 4 * 5_000


def test_the_hottest_rows_are_merged_every_round_and_all_in_turn():
    schedule = Schedule(2, 1_000, 10, 75)
    assert [schedule.prefix(number, 1) for number in range(1, 9)] == [
        10, 20, 10, 40, 10, 20, 10, 75,
    ]  # fmt: skip
    assert [schedule.prefix(number, 4) for number in (1, 2, 3)] == [40, 75, 40]


@pytest.mark.parametrize(
    ("workers", "rounds", "tokens_to_a_row"),
    [(2, 128, 36), (4, 512, 12), (8, 2048, 36 / 7)],
)
def test_by_default_rounds_go_with_the_pairs_of_workers_and_rows_with_the_others(
    workers, rounds, tokens_to_a_row
):
    bounds = bounds_of([1_000] * 50_000)
    schedule = schedule_of(Merging(), workers, bounds, 5, 100_000)
    assert schedule.round_tokens == 250_000_000 // (rounds * workers)
    assert schedule.sync_rows == int(schedule.round_tokens / tokens_to_a_row)
    second = list(epoch_rounds(bounds, 50_000_000, schedule))
    assert len(second) == pytest.approx(rounds / 5, rel=0.03)


def test_by_default_there_are_no_more_rounds_than_an_engine_can_merge():
    bounds = bounds_of([1_000] * 1_000_000)
    eight, sixteen = (schedule_of(Merging(), w, bounds, 5, 10) for w in (8, 16))
    assert sixteen.round_tokens == eight.round_tokens // 2


def test_by_default_rounds_are_no_longer_than_evidence_goes():
    bounds = bounds_of([10_000_000] * 20_000)
    assert schedule_of(Merging(), 2, bounds, 5, 10).round_tokens == 10_000_000
    bounds = bounds_of([10_000] * 2_000_000)
    assert schedule_of(Merging(), 2, bounds, 5, 10).round_tokens == 1_000_000


@given(st.integers(1, 3_000), st.integers(1, 16), st.integers(1, 10**6))
def test_by_default_the_turn_of_every_row_comes_twice_an_epoch(shards, workers, words):
    bounds = bounds_of([1_000] * shards)
    schedule = schedule_of(Merging(), workers, bounds, 3, words)
    rounds = shards * 1_000 // (schedule.round_tokens * workers)
    full = [n for n in range(1, rounds + 1) if schedule.prefix(n, 1) == words]
    assert len(full) >= min(2, rounds)


def test_sizes_that_are_given_are_taken():
    bounds = bounds_of([1_000] * 500)
    given_sizes = Merging(round_tokens=7_000, sync_rows=33)
    assert schedule_of(given_sizes, 4, bounds, 3, 900) == Schedule(4, 7_000, 33, 900)


@pytest.mark.parametrize("tokens", [1, 999])
def test_a_round_has_at_least_a_shard_for_each_worker(tokens):
    bounds = bounds_of([1_000] * 10)
    cluster = Merging(round_tokens=tokens)
    schedule = schedule_of(cluster, 4, bounds, 1, 50)
    assert schedule.round_tokens == 1_000
    assert next(epoch_rounds(bounds, 0, schedule)).spans == [0, 1, 2, 3, 4]
