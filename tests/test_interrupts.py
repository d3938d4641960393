"""Ctrl-C and SIGTERM: the first ends the run in order, a second one at once."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.training.callbacks import Callback
from fastw2v.training.interrupts import Interrupts

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
ENDLESS = TrainConfig(dim=16, epochs=1_000_000, threads=2)


def usual():
    return (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
        and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    )


def send_later(number, seconds, times=1):
    def send():
        for _ in range(times):
            time.sleep(seconds)
            os.kill(os.getpid(), number)

    sender = threading.Thread(target=send)
    sender.start()
    return sender


class Begun(Callback):
    """Calls a function once, when the second epoch begins."""

    def __init__(self, function):
        self.function = function

    def on_epoch_begin(self, state):
        if len(state.history.epochs) == 1:
            self.function()


@BOTH
def test_a_signal_ends_a_run_within_a_second_and_keeps_what_is_trained(
    make_corpus, tmp_path, number, caplog
):
    corpus, path = make_corpus([1_000] * 200), tmp_path / "run"
    sent = []

    def send():
        sent.append(time.monotonic() + 0.2)
        send_later(number, 0.2)

    result = train(corpus, ENDLESS, checkpoint=path, callbacks=[Begun(send)])
    assert time.monotonic() - sent[0] < 1
    assert result.interrupted
    assert result.ending == signal.Signals(number).name
    assert "interrupted in epoch" in caplog.text
    assert f"resume from {path}" in caplog.text
    assert usual()
    # All that is counted is in the checkpoint, and no more.
    again = train(corpus, ENDLESS, checkpoint=path, resume=True, max_words=1)
    assert [(r.centers, r.loss) for r in again.history.epochs] == [
        (r.centers, r.loss) for r in result.history.epochs
    ]
    assert (again.vectors.vectors == result.vectors.vectors).all()


def test_a_second_signal_ends_at_once(make_corpus, monkeypatch, tmp_path):
    """As where a shard, or saving, takes long."""
    from fastw2v.training import checkpoint

    def save_for_hours(self, saved):
        send_later(signal.SIGINT, 0.1)
        time.sleep(3_600)

    corpus, path = make_corpus([20] * 600), tmp_path / "run"
    monkeypatch.setattr(checkpoint.CheckpointFile, "write", save_for_hours)
    callbacks = [Begun(lambda: send_later(signal.SIGINT, 0.1))]
    with pytest.raises(KeyboardInterrupt):
        train(corpus, ENDLESS, checkpoint=path, callbacks=callbacks)
    assert usual()
    assert not path.exists()


def test_a_second_signal_ends_a_run_whose_shards_take_long(make_corpus, monkeypatch):
    from fastw2v.kernels import hogwild

    kernel, calls = hogwild.train_shard, []

    def take_long_at_tenth(*arguments):
        calls.append(1)
        if len(calls) == 10:
            send_later(signal.SIGINT, 0.1, times=2).join()
            time.sleep(0.5)  # until both have been seen
        return kernel(*arguments)

    monkeypatch.setattr(hogwild, "train_shard", take_long_at_tenth)
    with pytest.raises(KeyboardInterrupt):
        train(make_corpus([20] * 600), TrainConfig(dim=16, epochs=1_000, threads=1))
    assert usual()


def test_a_signal_ends_a_callback_that_takes_long(make_corpus, tmp_path):
    def wait():
        send_later(signal.SIGINT, 0.1)
        time.sleep(3_600)

    corpus, path = make_corpus([20] * 600), tmp_path / "run"
    result = train(corpus, ENDLESS, checkpoint=path, callbacks=[Begun(wait)])
    assert result.interrupted
    assert [record.centers for record in result.history.epochs] == [len(corpus)]
    assert path.exists()


def test_a_programs_own_handlers_stay(make_corpus):
    noted = []
    before = signal.signal(signal.SIGTERM, lambda *_: noted.append("SIGTERM"))
    try:
        config = TrainConfig(dim=16, epochs=3, threads=1)
        send = Begun(lambda: os.kill(os.getpid(), signal.SIGTERM))
        result = train(make_corpus([20] * 600), config, callbacks=[send])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert noted == ["SIGTERM"]
    assert result.ending == "epochs"


def test_training_in_another_thread_leaves_signals_alone(make_corpus):
    results, seen = [], []
    config = TrainConfig(dim=16, epochs=3, threads=1)
    callbacks = [Begun(lambda: seen.append(usual()))]
    corpus = make_corpus([20] * 50)
    thread = threading.Thread(
        target=lambda: results.append(train(corpus, config, callbacks=callbacks))
    )
    thread.start()
    thread.join()
    assert seen == [True]
    assert np.isfinite(results[0].vectors.vectors).all()


def test_a_signal_waits_for_its_turn():
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGTERM)
        assert (interrupts.signal, interrupts.repeated) == ("SIGTERM", False)
        with pytest.raises(KeyboardInterrupt), interrupts.at_once():
            raise AssertionError("a signal that waits must end this before it begins")
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        assert (interrupts.signal, interrupts.repeated) == ("SIGTERM", True)
    assert usual()


def test_where_nothing_waits_the_first_signal_ends_at_once():
    with Interrupts() as interrupts:
        with pytest.raises(KeyboardInterrupt), interrupts.at_once():
            os.kill(os.getpid(), signal.SIGINT)
        assert not interrupts.repeated
