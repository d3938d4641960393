"""Whole runs on a simulated cluster, through the public `train`."""

import logging
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from conftest import REPOSITORY

import fastw2v
from fastw2v import (
    Callback,
    ConfigError,
    DivergenceError,
    SimulatedCluster,
    TrainConfig,
    train,
)
from fastw2v.bundles import Totals
from fastw2v.cluster import gauge
from fastw2v.cluster.config import decisive_settings
from fastw2v.cluster.schedule import epoch_rounds, schedule_of
from fastw2v.cluster.trainer import simulated
from fastw2v.errors import CheckpointError
from fastw2v.training import backends
from fastw2v.training.oversight import Oversight
from fastw2v.training.shards import cut_into_shards
from fastw2v.training.trainer import run_training

LAYOUTS = {
    "one giant line": [12_000],
    "even lines": [20] * 600,
    "very uneven lines": [9_000, *[1] * 500, 2_000, *[3] * 167],
}
SMALL = TrainConfig(dim=16, epochs=2, threads=1)
SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"


def bits_of(result):
    keyed = (result.vectors, result.context_vectors)
    return [kv.vectors.tobytes() for kv in keyed if kv is not None]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batching": "pair"},
        {"architecture": "cbow"},
        {"negatives": 0, "hierarchical_softmax": True},
        {"backend": "prange"},
        {"backend": "numpy", "epochs": 1},
    ],
    ids=str,
)
def test_one_worker_gives_the_bits_of_ordinary_training(make_corpus, changes):
    corpus = make_corpus([20] * 300)
    config = replace(SMALL, **changes)
    one = train(corpus, config, cluster=SimulatedCluster(1, sync_dtype="float16"))
    ordinary = train(corpus, config)
    assert bits_of(one) == bits_of(ordinary)
    assert one.history.loss == ordinary.history.loss
    assert one.merging.mean_divisor == 1.0
    assert one.merging.merges > 2


@pytest.fixture
def trained_tokens(monkeypatch):
    """Train nothing, and list the tokens of all shards that are to be trained."""
    from fastw2v.kernels import hogwild

    tokens = []

    def note_shard(weights, text, sampling, settings, shape, shards, i, scratch):
        span = range(*shards.bounds[i : i + 2].tolist())
        tokens.extend(span)
        return Totals(len(span), 0, 0, 0.0)

    monkeypatch.setattr(hogwild, "train_shard", note_shard)
    return tokens


@pytest.mark.parametrize("workers", [1, 2, 3, 8, 100])
@pytest.mark.parametrize("lengths", LAYOUTS.values(), ids=LAYOUTS)
def test_each_token_is_trained_once_an_epoch(
    make_corpus, lengths, workers, trained_tokens
):
    corpus = make_corpus(lengths)
    result = train(corpus, SMALL, cluster=SimulatedCluster(workers))
    assert sorted(trained_tokens) == sorted([*range(len(corpus))] * 2)
    assert [record.centers for record in result.history.epochs] == [len(corpus)] * 2


@pytest.mark.parametrize("words", [1, 3_500, 7_777, 12_000, 19_999])
def test_each_token_is_trained_once_though_the_run_is_cut(
    make_corpus, words, trained_tokens, tmp_path
):
    corpus = make_corpus([20] * 600)
    options = {"cluster": "sim:3", "checkpoint": tmp_path / "run", "resume": True}
    cut = train(corpus, SMALL, max_words=words, **options)
    assert cut.ending == "max_words"
    done = len(trained_tokens)
    assert words <= done < words + 1_000
    # A prefix: nothing of a later worker before all of an earlier one.
    assert trained_tokens == [*range(len(corpus)), *range(len(corpus))][:done]
    train(corpus, SMALL, **options)
    assert sorted(trained_tokens) == sorted([*range(len(corpus))] * 2)


def test_a_run_that_is_cut_and_goes_on_gives_the_same_bits(make_corpus, tmp_path):
    corpus = make_corpus([20] * 600)
    config = replace(SMALL, learning_rate=0.2, epochs=3)
    options = {"cluster": SimulatedCluster(3, sync_rows=20), "every": "5ktokens"}
    whole = train(corpus, config, checkpoint=tmp_path / "whole", **options)
    options |= {"checkpoint": tmp_path / "cut", "resume": True}
    train(corpus, config, max_words=15_000, **options)
    gone_on = train(corpus, config, **options)
    assert bits_of(gone_on) == bits_of(whole)
    assert gone_on.merging == whole.merging
    assert whole.merging.widening > 1


@pytest.mark.parametrize("cluster", ["sim:2", None])
def test_a_checkpoint_of_another_cluster_is_refused(make_corpus, tmp_path, cluster):
    corpus, options = make_corpus([20] * 100), {"checkpoint": tmp_path / "run"}
    train(corpus, SMALL, cluster="sim:3", max_words=1_000, **options)
    with pytest.raises(CheckpointError, match=r"cluster is \{'workers': 3.* there and"):
        train(corpus, SMALL, cluster=cluster, resume=True, **options)


def test_a_run_may_go_on_wherever_its_workers_are():
    here = fastw2v.RayCluster("local", 4, patience=5.0)
    assert decisive_settings(here) == decisive_settings(fastw2v.SimulatedCluster(4))
    other = fastw2v.SimulatedCluster(4, overlap=True)
    assert decisive_settings(here) != decisive_settings(other)


def test_the_same_seed_gives_the_same_bits_and_others_do_not(make_corpus):
    corpus = make_corpus([20] * 600)
    runs = {
        (workers, seed, again): bits_of(
            train(corpus, replace(SMALL, seed=seed), cluster=f"sim:{workers}")
        )
        for workers, seed, again in [(4, 1, 0), (4, 1, 1), (4, 2, 0), (3, 1, 0)]
    }
    assert runs[4, 1, 0] == runs[4, 1, 1]
    assert len({tuple(bits) for bits in runs.values()}) == 3


def test_workers_have_one_thread_unless_told_otherwise(make_corpus):
    corpus = make_corpus([20] * 2_000)
    config = replace(SMALL, threads=None)
    assert train(corpus, config, cluster="sim:2").config.threads == 1
    result = train(corpus, replace(config, threads=2), cluster="sim:2")
    assert result.history.threads == 2
    assert result.history.loss[-1] < result.history.loss[0]
    assert np.isfinite(result.vectors.vectors).all()


def test_there_is_a_merge_after_each_round_and_no_other(make_corpus):
    corpus = make_corpus([100] * 2_000)
    config = replace(SMALL, epochs=3)
    cluster = SimulatedCluster(2, round_tokens=20_000, sync_rows=10)
    bounds = cut_into_shards(corpus.offsets, config)
    schedule = schedule_of(cluster, 2, bounds, 3, len(corpus.vocab))
    rounds = [
        len(list(epoch_rounds(bounds, epoch * len(corpus), schedule)))
        for epoch in range(3)
    ]
    assert rounds[0] > rounds[1] > rounds[2]
    assert train(corpus, config, cluster=cluster).merging.merges == sum(rounds)


def test_an_interrupt_loses_nothing_that_is_trained(make_corpus, monkeypatch):
    """Also where it comes as an exception, in the middle of a round."""
    taken = 0
    real = backends._take

    def interrupt_after_five(finished):
        nonlocal taken
        taken += 1
        if taken > 3 + 5:  # three for the empty shard that compiles
            raise KeyboardInterrupt
        return real(finished)

    monkeypatch.setattr(backends, "_take", interrupt_after_five)
    cluster = SimulatedCluster(2, round_tokens=50_000, sync_rows=1)
    corpus = make_corpus([1_000] * 100)
    result = train(corpus, SMALL, cluster=cluster)
    assert result.interrupted
    assert result.context_vectors.vectors[1:50].any(axis=1).all()


def test_callbacks_see_the_merged_model(make_corpus):
    seen = []

    class Recorder(Callback):
        def on_epoch_end(self, state):
            seen.append(state.weights.w_in[:, :16].copy())

    corpus = make_corpus([20] * 600)
    result = train(corpus, SMALL, cluster="sim:4", callbacks=[Recorder()])
    assert (seen[-1] == result.vectors.vectors).all()
    assert (seen[0] != seen[1]).any()


def test_the_prefix_is_widened_where_replicas_diverge(make_corpus, caplog, monkeypatch):
    corpus = make_corpus([20] * 3_000)
    calm = replace(SMALL, learning_rate=0.001, min_learning_rate=0.001)
    wild = replace(SMALL, learning_rate=0.2, min_learning_rate=0.2)
    cluster = SimulatedCluster(4, sync_rows=10)
    with caplog.at_level(logging.INFO, logger="fastw2v"):
        assert train(corpus, calm, cluster=cluster).merging.widening == 1
        assert "merging" not in caplog.text
        found = train(corpus, wild, cluster=cluster).merging
    assert found.widening > 1
    assert "merging 2 times as many rows each round as planned" in caplog.text
    monkeypatch.setattr(gauge, "_LARGEST_MEAN_DIVISOR", 4.0)
    unwatched = train(corpus, wild, cluster=cluster).merging
    assert unwatched.widening == 1
    assert found.mean_divisor < unwatched.mean_divisor


def test_half_precision_halves_the_bytes_and_hardly_changes_the_vectors(make_corpus):
    corpus = make_corpus([20] * 600)
    whole, half = (
        train(corpus, SMALL, cluster=SimulatedCluster(4, sync_dtype=dtype))
        for dtype in ("float32", "float16")
    )
    assert half.merging.delta_bytes * 2 == whole.merging.delta_bytes
    difference = half.vectors.vectors - whole.vectors.vectors
    assert difference.any()
    assert np.abs(difference).max() < 0.02 * np.abs(whole.vectors.vectors).max()


@pytest.fixture(scope="module")
def sample():
    return fastw2v.encode(str(SAMPLE), min_count=5)


PLANTED = TrainConfig(dim=50, epochs=10, threads=1)


def accuracy(result):
    questions = REPOSITORY / "corpora" / "questions.txt"
    return fastw2v.evaluate_analogies(result.vectors, questions).accuracy


@pytest.fixture(scope="module")
def single(sample):
    return accuracy(train(sample, PLANTED))


@pytest.mark.parametrize(
    ("workers", "epochs"),
    # Quality goes with the number of rounds, of which eight workers make half as many.
    [(2, 10), (4, 10), (8, 20)],
)
def test_replicas_are_as_good_as_one_model(sample, single, workers, epochs):
    config = replace(PLANTED, epochs=epochs)
    result = train(sample, config, cluster=f"sim:{workers}")
    assert accuracy(result) >= 0.95 * single
    assert 1.0 < result.merging.mean_divisor < 1.35


def train_with(sample, workers, divisor):
    driver = simulated(sample, PLANTED, SimulatedCluster(workers), divisor)
    oversight = Oversight(callbacks=[driver])
    return run_training(sample, PLANTED, driver.run, oversight)


def test_averages_of_the_replicas_are_not(sample, single):
    """Or the rule would not be needed; nor if their sum did as well."""
    averaged = train_with(sample, 4, lambda x: np.full(x.shape[1], 4.0))
    assert accuracy(averaged) < 0.5 * single


def test_the_sum_of_the_deltas_blows_up(sample):
    with pytest.raises(DivergenceError):
        train_with(sample, 8, lambda x: np.ones(x.shape[1]))


def test_memory_is_that_of_one_model_more_than_workers(make_corpus):
    corpus = make_corpus([1_000] * 60, vocabulary=30_000)
    config = replace(SMALL, dim=64, epochs=1)
    model = 2 * len(corpus.vocab) * 64 * 4
    peaks = []
    for workers in (1, 6):
        train(corpus, config, cluster=SimulatedCluster(workers))
        tracemalloc.start()
        train(corpus, config, cluster=SimulatedCluster(workers))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert model > 1e6
    assert peaks[1] - peaks[0] == pytest.approx(5 * model, rel=0.1)


@pytest.mark.parametrize(
    "given", ["locals:4", "local", "sim", "sim:", "sim:x", "sim:-1", " sim:2", 8, True]
)
def test_what_is_no_cluster_is_refused_by_saying_what_there_is(make_corpus, given):
    with pytest.raises(ConfigError, match=r"what there is is 'sim:N'"):
        train(make_corpus([20] * 50), SMALL, cluster=given)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"workers": 0}, "workers is 0; it must be from 1 to 1024"),
        ({"workers": 2.0}, "give an int"),
        ({"workers": 2, "round_tokens": 0}, "round_tokens is 0"),
        ({"workers": 2, "sync_rows": -1}, "sync_rows is -1"),
        ({"workers": 2, "sync_dtype": "bfloat16"}, "one of 'float32', 'float16'"),
        ({"workers": 2, "kappa": 0.04}, "kappa is 0.04; it must be from 0.05"),
    ],
)
def test_values_out_of_range_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        SimulatedCluster(**values)


def test_too_many_workers_in_short_are_refused_too(make_corpus):
    with pytest.raises(ConfigError, match="workers is 5000"):
        train(make_corpus([20] * 50), SMALL, cluster="sim:5000")
