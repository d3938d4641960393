import logging

import numpy as np
import pytest

from fastw2v.cluster.advice import (
    judge_divisor,
    judge_rounds,
    judge_times,
    rounds_wanted,
    warn_of_few_rounds,
)
from fastw2v.cluster.schedule import Schedule


def test_rounds_go_with_the_square_of_the_workers():
    assert [rounds_wanted(w) for w in (1, 2, 4, 8)] == [0, 32, 128, 512]


def test_enough_rounds_are_no_finding():
    assert judge_rounds(128, 4, 10**9, 10_000) is None
    assert judge_rounds(0, 1, 10, 10) is None


def test_rounds_that_can_be_shorter_are_to_be():
    found = judge_rounds(100, 8, 512 * 8 * 20_000, 10_000)
    assert found.subject == "rounds"
    assert "100 rounds are planned and 8 workers want 512" in found.reason
    assert found.remedy == "give round_tokens=20000"


@pytest.mark.parametrize(
    ("shards", "remedy"),
    [
        (2 * 32 - 1, "too small for several workers"),
        (2 * 32, "take 2 workers"),
        (3 * 72, "take 3 workers"),
        (8 * 512 - 1, "take 7 workers"),
    ],
)
def test_where_rounds_are_one_shard_each_there_are_to_be_fewer_workers(shards, remedy):
    assert remedy in judge_rounds(10, 8, shards * 1_000, 1_000).remedy


def test_a_run_that_begins_is_warned_of(caplog):
    bounds = np.arange(0, 101_000, 1_000)
    with caplog.at_level(logging.WARNING, logger="fastw2v"):
        warn_of_few_rounds(bounds, 1, Schedule(2, 1_000, 10, 10))
        assert not caplog.records
        warn_of_few_rounds(bounds, 1, Schedule(2, 50_000, 10, 10))
    (record,) = caplog.records
    assert "2 workers want 32" in record.message
    assert record.message.endswith("give round_tokens=1562")


def test_a_large_divisor():
    assert judge_divisor(1.2, 8) is None
    assert "1.30, above 1.2" in judge_divisor(1.3, 8).reason


def test_times():
    day = 86_400
    assert judge_times(4 * day, day, day) == []
    (slow,) = judge_times(4 * day, day, 2 * day)
    assert slow.subject == "network"
    assert "2.0 times as long" in slow.reason
    (soon,) = judge_times(day / 4, day / 16, day / 100)
    assert soon.subject == "one node"
    assert "6.0 hours" in soon.reason
