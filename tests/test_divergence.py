"""Training that has run away is found soon, named, and leaves what was saved."""

import numpy as np
import pytest

from fastw2v.bundles import Totals, Weights
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.errors import DivergenceError
from fastw2v.training.callbacks import Callback
from fastw2v.training.divergence import are_finite, is_absurd
from fastw2v.vectors.formats.sealed import read_sealed

SMALL = TrainConfig(dim=16, epochs=3, threads=1)


def with_(config, **changes):
    return TrainConfig(**{**config.as_dict(), **changes})


@pytest.mark.parametrize("loss", [np.nan, np.inf, 6_001.0 * 10])
def test_a_loss_that_is_absurd(loss):
    assert is_absurd(Totals(10, 10, 10, loss), SMALL)


def test_a_loss_that_is_not_absurd():
    assert not is_absurd(Totals(10, 10, 10, 10 * 6 * np.log(2)), SMALL)
    assert not is_absurd(Totals(10, 10, 0, 0.0), SMALL)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("matrix", [0, 1, 2])
def test_one_weight_that_is_not_finite_is_seen(value, matrix):
    weights = Weights(*(np.zeros((50, 16), np.float32) for _ in range(3)))
    assert are_finite(weights)
    weights[matrix][49, 15] = value
    assert not are_finite(weights)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 20.0},
        {"learning_rate": 20.0, "batching": "pair"},
        {"learning_rate": 20.0, "architecture": "cbow"},
        {"learning_rate": 20.0, "hierarchical_softmax": True},
    ],
    ids=["window", "pair", "cbow", "path"],
)
def test_a_run_that_runs_away_ends_in_its_first_shards(
    make_corpus, monkeypatch, changes, threads
):
    from fastw2v.training import run

    corpus, looked = make_corpus([20] * 2_000, vocabulary=500), []
    monkeypatch.setattr(
        run, "is_absurd", lambda *given: looked.append(is_absurd(*given)) or looked[-1]
    )
    with pytest.raises(DivergenceError, match=r"in epoch 1 at .* lower learning_rate"):
        train(corpus, with_(SMALL, threads=threads, **changes))
    assert len(looked) < 30
    assert looked.count(True) == 1


class Poison(Callback):
    """Makes one rare weight infinite in the second epoch, as nothing does by itself."""

    def __init__(self, value):
        self.value = value

    def on_epoch_begin(self, state):
        if len(state.history.epochs) == 1:
            state.weights.w_in[0, 3] = self.value


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_last_checkpoint_is_finite(make_corpus, tmp_path, value, threads):
    corpus, path = make_corpus([20] * 600), tmp_path / "run"
    config = with_(SMALL, threads=threads)
    with pytest.raises(DivergenceError, match="last checkpoint is from before"):
        train(
            corpus, config, checkpoint=path, every="1epoch", callbacks=[Poison(value)]
        )
    file = read_sealed(path)
    for name in ("w_in", "w_out"):
        assert np.abs(file.array(name, ["float32"], 2)).max() < 10
    result = train(corpus, config, checkpoint=path, resume=True)
    assert [record.centers for record in result.history.epochs] == [12_000] * 3


def test_weights_that_are_not_finite_are_never_saved(make_corpus, tmp_path):
    """Though no shard has seen them."""
    corpus, path = make_corpus([20] * 600), tmp_path / "run"

    class PoisonAtEnd(Callback):
        def on_epoch_end(self, state):
            if len(state.history.epochs) == SMALL.epochs:
                state.weights.w_in[-1, 3] = np.nan

    with pytest.raises(DivergenceError, match="a weight is no longer finite"):
        train(corpus, SMALL, checkpoint=path, callbacks=[PoisonAtEnd()])
    assert not path.exists()


def test_weights_that_no_loss_shows_are_found_at_the_end_of_the_epoch(
    make_corpus, monkeypatch
):
    from fastw2v.training import run

    monkeypatch.setattr(run, "is_absurd", lambda *_: False)
    with pytest.raises(DivergenceError, match=r"no longer finite in epoch 2 at"):
        train(make_corpus([20] * 600), SMALL, callbacks=[Poison(np.nan)])


def diverging(make_corpus, vocabulary=500, **changes):
    corpus = make_corpus([20] * 2_000, vocabulary=vocabulary)
    with pytest.raises(DivergenceError) as caught:
        train(corpus, with_(SMALL, **changes))
    return str(caught.value)


def test_the_likely_cause_is_named(make_corpus):
    high = diverging(make_corpus, learning_rate=20.0, subsample=1e-4)
    assert "learning_rate is 20" in high
    repeats = diverging(make_corpus, vocabulary=4, learning_rate=20.0, subsample=0.0)
    assert "the word 'w0' repeats" in repeats
    assert "lower subsample" in repeats
    sums = diverging(
        make_corpus,
        learning_rate=20.0,
        subsample=1e-4,
        architecture="cbow",
        cbow_mean=False,
    )
    assert "sums of up to 10 contexts" in sums
