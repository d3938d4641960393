import tracemalloc

import naive
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastw2v.bundles import Weights
from fastw2v.cluster.divisors import DivisorSums
from fastw2v.cluster.merge import (
    Rule,
    carried,
    delta,
    merge_prefix,
    merged_change,
    saturating_divisor,
    standing,
)
from fastw2v.cluster.pulls import Backlog, Pulls

# More than one block, and the last block not full.
V, P = 700, 16
RULE = Rule(0.1, 0.8, "float32")


def team(workers, rows=V, seed=1):
    """Return a base, replicas that have moved from it, a backlog and pulls."""
    rng = np.random.default_rng(seed)

    def weights(scale):
        w_in, w_out = rng.normal(0, scale, (2, rows, P)).astype(np.float32)
        return Weights(w_in, w_out, np.empty((0, P), np.float32))

    base = weights(0.3)
    moves = [weights(0.01) for _ in range(workers)]
    replicas = [
        Weights(*(b + m for b, m in zip(base, move, strict=True))) for move in moves
    ]
    backlog = Backlog.nothing(rows, workers)
    for worker, effort in enumerate(rng.uniform(0, 200, workers)):
        backlog = backlog.after_training(worker, effort)
    backlog = backlog.after_merging(rows // 7).after_training(workers - 1, 30.0)
    # From never to all the time.
    pulls = rng.permutation(np.geomspace(1e-6, 10, 2 * rows)).reshape(2, rows)
    return base, replicas, backlog, Pulls(*pulls, np.empty(0))


def copied(weights):
    return Weights(*(matrix.copy() for matrix in weights))


@pytest.mark.parametrize("workers", [2, 3, 8])
@pytest.mark.parametrize("prefix", [1, 300, V])
def test_rows_are_merged_as_the_loops_say(workers, prefix):
    base, replicas, backlog, pulls = team(workers)
    before, own = copied(base), [copied(replica) for replica in replicas]
    velocity = standing(base, RULE)
    merge_prefix(base, velocity, replicas, prefix, backlog, pulls, RULE)
    found = DivisorSums(pulls, RULE).of(prefix, backlog)
    efforts = backlog.of_rows(slice(0, V)).T
    divisors = []
    for side in range(2):
        for row in range(prefix):
            saturation = [0.1 * effort * pulls[side][row] for effort in efforts[row]]
            rows = [replica[side][row].tolist() for replica in own]
            wanted = naive.merged_row(before[side][row], rows, saturation)
            assert base[side][row] == pytest.approx(wanted, rel=2e-6, abs=2e-7)
            divisors.append(naive.divisor(saturation))
    assert found.rows == 2 * prefix
    assert found.total == pytest.approx(sum(divisors))
    for replica, mine in zip(replicas, own, strict=True):
        for side in range(2):
            assert (replica[side][:prefix] == base[side][:prefix]).all()
            assert (replica[side][prefix:] == mine[side][prefix:]).all()
            assert (base[side][prefix:] == before[side][prefix:]).all()


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_a_lone_replica_becomes_the_base_bit_by_bit(dtype):
    base, replicas, backlog, pulls = team(1)
    own = copied(replicas[0])
    rule = Rule(0.1, 0.8, dtype)
    merge_prefix(base, standing(base, rule), replicas, V, backlog, pulls, rule)
    found = DivisorSums(pulls, rule).of(V, backlog)
    assert found.total == found.rows
    for merged, replica, mine in zip(base, replicas[0], own, strict=True):
        assert merged.tobytes() == replica.tobytes() == mine.tobytes()


@pytest.mark.parametrize("workers", [2, 8])
def test_the_order_of_workers_does_not_matter_beyond_rounding(workers):
    one = team(workers)
    other = team(workers)
    order = np.arange(workers)[::-1]
    reordered = other[2]._replace(efforts=other[2].efforts[:, order])
    standing_still = [standing(base, RULE) for base in (one[0], other[0])]
    merge_prefix(one[0], standing_still[0], one[1], V, *one[2:], RULE)
    shuffled = [other[1][k] for k in order]
    merge_prefix(other[0], standing_still[1], shuffled, V, reordered, other[3], RULE)
    for mine, yours in zip(one[0][:2], other[0][:2], strict=True):
        if workers == 2:
            assert mine.tobytes() == yours.tobytes()
        assert mine == pytest.approx(yours, rel=1e-6, abs=1e-7)


SATURATION = arrays(
    np.float64,
    st.tuples(st.integers(1, 40), st.integers(1, 5)),
    elements=st.floats(0.0, 1e6),
)


@given(SATURATION)
# Where the quotient is rounded to less than 1.
@example(np.array([[3.609458192455651e-17], [4.462732862454066e-16]]))
def test_the_divisor_is_between_the_sum_and_the_average(saturation):
    divisor = saturating_divisor(saturation)
    assert (divisor >= 1.0).all()
    assert (divisor <= len(saturation)).all()
    if saturation.min() > 1e-3:
        expected = [naive.divisor(column) for column in saturation.T.tolist()]
        assert divisor == pytest.approx(np.array(expected), rel=1e-9)


@given(st.floats(1e-12, 50.0), st.integers(2, 16))
def test_a_row_only_one_worker_has_trained_is_taken_as_it_is(x, workers):
    saturation = np.zeros((workers, 1))
    saturation[workers // 2] = x
    assert saturating_divisor(saturation) == pytest.approx(1.0)


@pytest.mark.parametrize("workers", [2, 8])
def test_the_divisor_goes_from_the_sum_to_the_average(workers):
    saturation = np.tile(np.geomspace(1e-9, 1e3, 100), (workers, 1))
    divisor = saturating_divisor(saturation)
    assert divisor[0] == pytest.approx(1.0)
    assert divisor[-1] == pytest.approx(workers)
    assert (np.diff(divisor) >= -1e-12).all()
    assert saturating_divisor(np.zeros((workers, 1))) == 1.0


def test_replicas_on_the_way_to_one_place_get_as_far_as_one_worker_would():
    """The derivation itself: a linear pull, by gradient steps in plain loops."""
    base, goal, share = 0.2, 1.0, 0.001
    steps = [400, 900, 1500]
    rows = []
    for count in steps:
        row = base
        for _ in range(count):
            row += share * (goal - row)
        rows.append(row)
    in_sequence = base
    for _ in range(sum(steps)):
        in_sequence += share * (goal - in_sequence)
    # Exactly what is left after so many steps; about share * steps.
    saturation = -np.log1p(-share) * np.array(steps)[:, np.newaxis]
    divisor = saturating_divisor(saturation)
    merged = base + merged_change(
        [np.full((1, 1), row - base, np.float32) for row in rows], divisor, "float32"
    )
    assert merged.item() == pytest.approx(in_sequence, rel=1e-6)


@given(
    arrays(np.float32, (3, 4, 16), elements=st.floats(-100, 100, width=32)),
    arrays(np.float64, 4, elements=st.floats(1, 3)),
)
def test_half_precision_is_off_by_as_much_as_promised(moves, divisor):
    zero = np.zeros_like(moves[0])
    sent = [delta(zero, move, "float16") for move in moves]
    change = merged_change(sent, divisor, "float16")
    assert change.dtype == sent[0].dtype == np.float16

    def bound(exact):
        return 2.0**-11 * np.abs(exact) + 2.0**-25

    for half, move in zip(sent, moves, strict=True):
        assert (np.abs(half.astype(float) - move) <= bound(move.astype(float))).all()
    by = divisor[:, np.newaxis]
    exact = moves.astype(float).sum(axis=0) / by
    before_the_last = sum(bound(move.astype(float)) for move in moves) / by
    # Sum and division are in float32.
    before_the_last += np.abs(moves.astype(float)).sum(axis=0) / by * 2.0**-21
    allowed = before_the_last + bound(np.abs(exact) + before_the_last)
    assert (np.abs(change.astype(float) - exact) <= allowed).all()


def test_a_delta_too_large_for_half_precision_is_infinite_without_noise():
    huge = np.full((1, 16), 1e6, np.float32)
    assert np.isinf(delta(np.zeros_like(huge), huge, "float16")).all()


def test_merging_takes_the_same_memory_whatever_the_vocabulary():
    peaks = []
    for rows in (2_000, 40_000):
        base, replicas, backlog, pulls = team(4, rows)
        velocity = standing(base, RULE)
        tracemalloc.start()
        merge_prefix(base, velocity, replicas, rows, backlog, pulls, RULE)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert max(peaks) < 1.2 * min(peaks)


def test_what_is_divided_away_is_given_back_while_it_goes_the_same_way():
    rule = Rule(0.1, 1.0, "float32")
    divisor = np.full(3, 8.0)
    velocity, far = np.zeros((2, P), np.float32), np.zeros((3, P), np.float32)
    step = np.ones((3, P), np.float32)
    for _ in range(200):
        far += carried(
            velocity, merged_change([step] * 8, divisor, "float32"), divisor, rule
        )
    # Each step of eight workers is worth eight in the end, as in sequence ...
    assert far[0, 0] > 0.95 * 8 * 200
    # ... but for rows that keep no velocity, which are averaged.
    assert far[2, 0] == pytest.approx(200)


def test_a_sum_leaves_no_velocity():
    rule = Rule(0.1, 0.8, "float32")
    velocity = np.ones((4, P), np.float32)
    change = np.full((4, P), 0.25, np.float32)
    assert (carried(velocity, change, np.ones(4), rule) == change).all()


def test_velocity_follows_the_loops():
    rng = np.random.default_rng(1)
    velocity, change = rng.normal(size=(2, 5, P)).astype(np.float32)
    divisor = rng.uniform(1, 4, 5)
    rule = Rule(0.1, 0.7, "float32")
    wanted = [
        [0.7 * (1 - 1 / c) * v + d for v, d in zip(speed, moved, strict=True)]
        for c, speed, moved in zip(
            divisor, velocity.tolist(), change.tolist(), strict=True
        )
    ]
    assert carried(velocity, change, divisor, rule) == pytest.approx(
        np.array(wanted), rel=1e-5, abs=1e-6
    )
