import logging
import threading
import time

import numba
import numpy as np
import pytest

from fastw2v.bundles import Totals, Weights
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError, CorpusError, DivergenceError
from fastw2v.training import backends
from fastw2v.training.callbacks import Callback, StopTraining
from fastw2v.training.feed import Feed
from fastw2v.training.shards import cut_into_shards, plan_epoch
from fastw2v.training.trainer import continue_training
from fastw2v.training.weights import initial_weights
from fastw2v.training.work import prepare_work

LAYOUTS = {
    "one giant line": [12_000],
    "even lines": [20] * 600,
    "very uneven lines": [9_000, *[1] * 500, 2_000, *[3] * 167],
}
SMALL = TrainConfig(dim=16, epochs=2, threads=1)


def with_(config, **changes):
    return TrainConfig(**{**config.as_dict(), **changes})


def weights_of(result):
    return result.vectors.vectors, result.context_vectors.vectors


@pytest.mark.parametrize("threads", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("lengths", LAYOUTS.values(), ids=LAYOUTS)
def test_each_token_is_a_center_exactly_once_per_epoch(make_corpus, lengths, threads):
    corpus = make_corpus(lengths)
    result = train(corpus, with_(SMALL, threads=threads))
    centers = [record.centers for record in result.history.epochs]
    assert centers == [len(corpus.tokens)] * 2


@pytest.mark.parametrize("threads", [1, 2, 3, 8, 16])
@pytest.mark.parametrize("lengths", LAYOUTS.values(), ids=LAYOUTS)
def test_every_shard_runs_exactly_once(make_corpus, lengths, threads, monkeypatch):
    """Not only the sum: the very shards, seen from inside the workers."""
    from fastw2v.kernels import hogwild
    from fastw2v.training.shards import shard_bounds, shard_size

    corpus = make_corpus(lengths)
    seen = []

    def note_shard(weights, text, sampling, settings, shape, shards, i, scratch):
        seen.extend(range(*shards.bounds[i : i + 2].tolist()))
        return Totals(0, 0, 0, 0.0)

    monkeypatch.setattr(hogwild, "train_shard", note_shard)
    train(corpus, with_(SMALL, threads=threads, epochs=1))
    assert sorted(seen) == list(range(len(corpus.tokens)))
    assert len(shard_bounds(corpus.offsets, shard_size(12_000, SMALL))) > 10


@pytest.mark.parametrize("batching", ["pair", "window"])
def test_back_ends_agree(make_corpus, batching):
    corpus = make_corpus([9] * 300)
    results = {
        backend: train(corpus, with_(SMALL, backend=backend, batching=batching))
        for backend in ("threads", "prange", "numpy")
    }
    for ours, other, slow in zip(*map(weights_of, results.values()), strict=True):
        assert (ours == other).all()
        np.testing.assert_allclose(ours, slow, rtol=1e-5, atol=1e-5)
        assert np.abs(ours).max() > 0.1
    threads, prange, slow = (result.history for result in results.values())
    assert threads.loss == prange.loss
    assert threads.loss == pytest.approx(slow.loss, rel=1e-6)
    assert [r.pairs for r in threads.epochs] == [r.pairs for r in slow.epochs]


@pytest.mark.parametrize("threads", [1, 2])
def test_prange_trains_each_token_once_over_many_blocks(make_corpus, threads):
    corpus = make_corpus([20] * 2_000)
    config = with_(SMALL, backend="prange", threads=threads)
    if threads > numba.config.NUMBA_NUM_THREADS:
        pytest.skip("this machine has one core")
    history = train(corpus, config).history
    assert [record.centers for record in history.epochs] == [40_000] * 2
    serial = train(corpus, with_(SMALL, threads=1)).history
    assert [r.pairs for r in history.epochs] == [r.pairs for r in serial.epochs]


def test_ctrl_c_before_the_first_shard_is_passed_on(make_corpus, monkeypatch):
    def interrupt(finished):
        raise KeyboardInterrupt

    monkeypatch.setattr(backends, "_take", interrupt)
    with pytest.raises(KeyboardInterrupt):
        train(make_corpus([20] * 50), SMALL)
    # What was compiling goes on to its end, out of the way of the tests to come.
    for thread in threading.enumerate():
        if thread.name.startswith("fastw2v"):
            thread.join()


def test_a_run_without_pairs_says_so(make_corpus, caplog):
    train(make_corpus([2] * 3), with_(SMALL, subsample=1e-12))
    assert "subsampling left no pair" in caplog.text


def test_one_thread_and_one_seed_give_the_same_bits(make_corpus):
    corpus = make_corpus([20] * 200)
    first, again, other = (
        weights_of(train(corpus, with_(SMALL, seed=seed))) for seed in (1, 1, 2)
    )
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[0] != other[0]).any()


def test_draws_do_not_depend_on_the_thread_count(make_corpus):
    corpus = make_corpus([20] * 600)
    runs = [train(corpus, with_(SMALL, threads=n)).history.epochs for n in (1, 3)]
    assert [(r.kept, r.pairs) for r in runs[0]] == [(r.kept, r.pairs) for r in runs[1]]


def test_loss_falls_on_a_text_with_structure(make_corpus):
    corpus = make_corpus([20] * 600, vocabulary=40)
    history = train(corpus, with_(SMALL, epochs=5, learning_rate=0.1)).history
    assert history.loss[-1] < history.loss[0]
    assert history.words_per_second > 0
    assert history.threads == 1


def test_words_per_second_counts_the_dropped_words_too(make_corpus):
    corpus = make_corpus([20] * 100)
    doubled = type(corpus)(corpus.tokens, corpus.offsets, corpus.vocab, 4_000)
    record = train(doubled, SMALL).history.epochs[0]
    assert record.words_per_second * record.seconds == pytest.approx(4_000)


def test_vectors_have_the_asked_dimension(make_corpus):
    corpus = make_corpus([20] * 50)
    result = train(corpus, with_(SMALL, dim=33))
    assert result.vectors.vectors.shape == (len(corpus.vocab), 33)
    assert result.vectors.index_to_key[:2] == list(corpus.vocab.words[:2])


def test_callbacks_run_in_order_in_this_thread(make_corpus):
    events = []

    class Recorder(Callback):
        def on_train_begin(self, state):
            events.append(("begin", len(state.history.epochs)))

        def on_epoch_begin(self, state):
            events.append(("epoch begin", len(state.history.epochs)))

        def on_epoch_end(self, state):
            assert threading.current_thread() is threading.main_thread()
            assert np.isfinite(state.weights.w_in).all()
            events.append(("epoch end", state.history.epochs[-1].epoch))

        def on_train_end(self, state):
            events.append(("end", len(state.history.epochs)))

    train(make_corpus([20] * 50), SMALL, callbacks=[Recorder()])
    assert events == [
        ("begin", 0),
        ("epoch begin", 0),
        ("epoch end", 1),
        ("epoch begin", 1),
        ("epoch end", 2),
        ("end", 2),
    ]


def test_an_exception_in_a_callback_reaches_the_caller(make_corpus):
    class Failing(Callback):
        def on_epoch_end(self, state):
            raise LookupError("from the callback")

    with pytest.raises(LookupError, match="from the callback"):
        train(make_corpus([20] * 50), SMALL, callbacks=[Failing()])


def test_a_callback_can_end_the_run_and_keep_what_is_trained(make_corpus):
    ended = []

    class Enough(Callback):
        def on_epoch_end(self, state):
            raise StopTraining("enough")

        def on_train_end(self, state):
            ended.append(len(state.history.epochs))

    corpus = make_corpus([20] * 50)
    result = train(corpus, SMALL, callbacks=[Enough()])
    assert ended == [1]
    assert not result.interrupted
    assert result.history.epochs[0].centers == len(corpus.tokens)


def fresh_weights(corpus, config):
    return initial_weights(
        len(corpus.vocab),
        config.dim,
        config.seed,
        has_noise=config.negatives > 0,
        has_nodes=config.hierarchical_softmax,
    )


@pytest.mark.parametrize("nodes", [False, True])
def test_given_weights_are_trained_as_fresh_ones_are(make_corpus, nodes):
    corpus = make_corpus([20] * 50)
    config = with_(SMALL, threads=1, hierarchical_softmax=nodes)
    weights = fresh_weights(corpus, config)
    history, interrupted = continue_training(corpus, config, weights)
    result = train(corpus, config)
    assert not interrupted
    assert history.loss == result.history.loss
    assert (weights.w_in[:, : config.dim] == result.vectors.vectors).all()
    assert (weights.w_out[:, : config.dim] == result.context_vectors.vectors).all()


def test_given_weights_are_trained_in_place_by_many_threads(make_corpus):
    corpus = make_corpus([20] * 500)
    config = with_(SMALL, threads=3)
    weights = fresh_weights(corpus, config)
    before = weights.w_in.copy()
    continue_training(corpus, config, weights)
    assert (weights.w_in != before).any(axis=1).all()


def test_given_weights_of_wrong_size_are_refused(make_corpus):
    corpus = make_corpus([20] * 50)
    weights = fresh_weights(corpus, SMALL)
    with pytest.raises(ValueError, match="w_in has shape"):
        continue_training(corpus, with_(SMALL, dim=40), weights)
    with pytest.raises(ValueError, match="w_nodes has shape"):
        continue_training(corpus, with_(SMALL, hierarchical_softmax=True), weights)
    with pytest.raises(ValueError, match="lock_factors have shape"):
        continue_training(corpus, SMALL, weights, lock_factors=np.ones(3, np.float32))


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_without_noise_there_are_no_context_vectors(make_corpus, architecture):
    config = with_(
        SMALL, negatives=0, hierarchical_softmax=True, architecture=architecture
    )
    result = train(make_corpus([20] * 50), config)
    assert result.context_vectors is None
    assert result.history.loss[-1] < result.history.loss[0]


def test_an_exception_in_a_worker_stops_all_and_reaches_the_caller(
    make_corpus, monkeypatch
):
    from fastw2v.kernels import hogwild

    calls = []

    def fail_on_shard_3(weights, text, sampling, settings, shape, shards, i, scratch):
        calls.append(i)
        if i == 3:
            raise RuntimeError("shard 3 broke")
        time.sleep(0.01)
        return Totals(0, 0, 0, 0.0)

    monkeypatch.setattr(hogwild, "train_shard", fail_on_shard_3)
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="shard 3 broke"):
        train(make_corpus([1_000] * 200), with_(SMALL, threads=2))
    assert threading.active_count() == before
    assert len(calls) < 20


def test_ctrl_c_returns_what_is_trained(make_corpus, monkeypatch, caplog):
    corpus = make_corpus([1_000] * 200)
    done = 0
    real = backends._take

    def interrupt_after_five(finished):
        nonlocal done
        done += 1
        if done > 3 + 5:  # three for the empty shard that compiles
            raise KeyboardInterrupt
        return real(finished)

    monkeypatch.setattr(backends, "_take", interrupt_after_five)
    before = threading.active_count()
    result = train(corpus, with_(SMALL, threads=2))
    assert result.interrupted
    assert threading.active_count() == before
    assert 0 < result.history.epochs[0].centers < len(corpus.tokens)
    assert result.context_vectors.vectors.any()
    assert "interrupted in epoch 1 of 2" in caplog.text


LOSSES = {
    "window": {},
    "pair": {"batching": "pair"},
    "many words": {"negatives": 21},
    "cbow": {"architecture": "cbow"},
    "path": {"hierarchical_softmax": True, "negatives": 0},
    "both": {"hierarchical_softmax": True},
}


@pytest.mark.parametrize("changes", LOSSES.values(), ids=LOSSES)
def test_the_loss_is_that_of_the_reference_in_float64(make_corpus, changes):
    """To 1e-6, though weights and scores are float32: the sum is not."""
    corpus = make_corpus([20] * 400)
    config = with_(SMALL, learning_rate=0.0, min_learning_rate=0.0, **changes)
    weights, rng = fresh_weights(corpus, config), np.random.default_rng(1)
    for matrix in weights:
        matrix[:, : config.dim] = rng.normal(0, 0.4, (len(matrix), config.dim))
    work = prepare_work(corpus, config, weights)
    exact = work._replace(weights=Weights(*(m.astype(np.float64) for m in weights)))
    shards = plan_epoch(
        corpus.offsets, cut_into_shards(corpus.offsets, config), config, epoch=0
    )
    losses = [
        sum(totals.loss for _, totals in run(given, shards, feed, 1))
        for run, given, feed in (
            (backends.run_threads, work, Feed(0, len(shards.keys))),
            (backends.run_numpy, exact, Feed(0, len(shards.keys))),
        )
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_the_sum_of_equal_losses_is_their_number_times_one(make_corpus):
    """Which a sum in float32 misses: it rounds each time in the same direction."""
    of_one = []
    for sentences in (3, 400):
        corpus = make_corpus([20] * sentences)
        config = with_(SMALL, learning_rate=0.0, min_learning_rate=0.0, epochs=1)
        losses = []
        for backend in ("threads", "numpy"):
            chosen = with_(config, backend=backend, threads=1)
            (record,) = train(corpus, chosen).history.epochs
            losses.append(record.loss * record.pairs)
        # All scores are 0, of which the reference knows the loss exactly.
        labels = losses[1] / np.log(2)
        assert labels == pytest.approx(round(labels), rel=1e-12)
        of_one.append(losses[0] / round(labels))
    assert of_one[0] == pytest.approx(of_one[1], rel=1e-9)


def test_divergence_is_an_error_with_the_remedy(make_corpus):
    corpus = make_corpus([20] * 2_000, vocabulary=20)
    config = with_(SMALL, learning_rate=100.0, window=10, epochs=50, subsample=0.0)
    with pytest.raises(DivergenceError, match="lower learning_rate"):
        train(corpus, config)


def test_arguments_of_another_type_are_refused(make_corpus):
    with pytest.raises(TypeError, match=r"fastw2v\.encode"):
        train("text.txt")
    with pytest.raises(TypeError, match="TrainConfig"):
        train(make_corpus([20]), {"dim": 10})


def test_a_corpus_without_pairs_is_refused(make_corpus):
    with pytest.raises(CorpusError, match="no pair to train on"):
        train(make_corpus([1] * 50), SMALL)


def test_thread_limits_of_the_back_ends(make_corpus):
    corpus = make_corpus([20] * 50)
    with pytest.raises(ConfigError, match="threads is 2"):
        train(corpus, with_(SMALL, backend="numpy", threads=2))
    with pytest.raises(ConfigError, match="NUMBA_NUM_THREADS=4096"):
        train(corpus, with_(SMALL, backend="prange", threads=4096))
    assert train(corpus, with_(SMALL, backend="numpy", threads=None)).history.threads


def test_progress_writes_log_lines_where_there_is_no_terminal(
    make_corpus, monkeypatch, caplog
):
    from fastw2v.training import progress

    monkeypatch.setattr(progress.LogLines, "interval", 0.0)
    with caplog.at_level(logging.INFO, logger="fastw2v"):
        train(make_corpus([20] * 300), SMALL, progress=True)
    assert "training 12,000 words on 1 threads" in caplog.text
    assert "epoch 2/2, 100.0%" in caplog.text
    assert "words/s" in caplog.text
    assert "learning rate 0.00010" in caplog.text


def test_a_bar_and_its_text_fit_a_terminal_of_80_columns():
    from fastw2v.training.progress import Snapshot

    snapshot = Snapshot(100, 100, 1.0, 12_345_678.0, 2.34567, 0.025, 5999.0)
    assert len(snapshot.brief) <= 80 - 16 - 1
    assert snapshot.brief.endswith("99:59")
    assert Snapshot(1, 5, 0.0, 0.0, 0.0, 0.025, float("inf")).time_left == "?:??"


def test_silence_is_the_default(make_corpus, caplog, capfd):
    with caplog.at_level(logging.INFO, logger="fastw2v"):
        train(make_corpus([20] * 300), SMALL)
    assert not caplog.text
    assert capfd.readouterr() == ("", "")
