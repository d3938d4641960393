"""Amounts of training with a unit, and budgets."""

import time

import pytest

from fastw2v.bundles import Totals
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError
from fastw2v.training.intervals import Interval

SMALL = TrainConfig(dim=16, epochs=3, threads=1)
WRITTEN = {
    "30s": Interval(30, "seconds"),
    "10min": Interval(600, "seconds"),
    " 1.5 h ": Interval(5_400, "seconds"),
    "500_000tokens": Interval(500_000, "tokens"),
    "3ktokens": Interval(3_000, "tokens"),
    "5Mtokens": Interval(5_000_000, "tokens"),
    "2Gtokens": Interval(2_000_000_000, "tokens"),
    "1epoch": Interval(1, "epochs"),
    "0.5 epochs": Interval(0.5, "epochs"),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_intervals_as_they_are_written(text):
    assert Interval.parse("every", text) == WRITTEN[text]


@pytest.mark.parametrize(
    "text", ["", "10", "min", "10 minutes", "10m", "-1s", "1e3s", "1epoch 2s", 5, None]
)
def test_other_intervals_are_refused_with_the_units(text):
    with pytest.raises(ConfigError, match=r"every is .*; give a number .*10min"):
        Interval.parse("every", text)


@pytest.mark.parametrize("text", ["0s", "0.0epochs", "9" * 400 + "h"])
def test_no_interval_is_empty_or_endless(text):
    with pytest.raises(ConfigError, match="must be above 0"):
        Interval.parse("every", text)


def test_an_interval_in_tokens():
    assert Interval(10, "seconds").in_tokens(1_000) is None
    assert Interval(10, "tokens").in_tokens(1_000) == 10
    assert Interval(0.5, "epochs").in_tokens(1_000) == 500
    assert Interval(1e-9, "epochs").in_tokens(1_000) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_words", 0), ("max_words", 1.5), ("max_seconds", -1), ("max_seconds", "1h")],
)
def test_budgets_out_of_range_are_refused(make_corpus, name, value):
    with pytest.raises(ConfigError, match=f"^{name} is "):
        train(make_corpus([20] * 50), SMALL, **{name: value})


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("words", [1, 1_000, 4_321, 12_000, 12_001])
def test_max_words_ends_a_run_after_the_shard_that_reaches_it(
    make_corpus, words, threads
):
    corpus = make_corpus([20] * 600)
    config = TrainConfig(dim=16, epochs=3, threads=threads)
    result = train(corpus, config, max_words=words)
    centers = sum(record.centers for record in result.history.epochs)
    assert words <= centers < words + 1_000
    assert result.ending == "max_words"
    assert not result.interrupted


def test_a_budget_that_is_larger_than_the_run_changes_nothing(make_corpus):
    corpus = make_corpus([20] * 100)
    result = train(corpus, SMALL, max_words=10**9, max_seconds=1e6)
    assert result.ending == "epochs"
    assert len(result.history.epochs) == 3


def test_max_seconds_ends_a_run(make_corpus):
    corpus = make_corpus([20] * 600)
    config = TrainConfig(dim=16, epochs=1_000_000, threads=2)
    train(corpus, SMALL)  # compiles
    began = time.monotonic()
    result = train(corpus, config, max_seconds=2)
    assert 2 <= time.monotonic() - began < 3
    assert result.ending == "max_seconds"
    assert result.history.epochs[-1].centers > 0


def test_max_seconds_ends_a_run_within_an_epoch(make_corpus, monkeypatch):
    from fastw2v.kernels import hogwild

    def take_long(*_):
        time.sleep(0.1)
        return Totals(1_000, 1_000, 1_000, 1_000.0)

    monkeypatch.setattr(hogwild, "train_shard", take_long)
    began = time.monotonic()
    result = train(make_corpus([20] * 5_000), SMALL, max_seconds=1)
    assert time.monotonic() - began < 2
    assert 0 < result.history.epochs[0].centers < 20_000


def test_no_time_at_all_is_no_training(make_corpus):
    result = train(make_corpus([20] * 50), SMALL, max_seconds=0)
    assert result.ending == "max_seconds"
    assert not result.history.epochs
