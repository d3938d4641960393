"""Ending a run that has stopped getting better; the loss on a held-out text."""

import math

import numpy as np
import pytest
from conftest import REPOSITORY

import fastw2v
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError, CorpusError, FormatError
from fastw2v.training.callbacks import Callback
from fastw2v.training.early_stopping import EarlyStopping
from fastw2v.training.held_out import held_out_loss
from fastw2v.vectors.evaluate import EvaluationSet

SMALL = TrainConfig(dim=16, epochs=3, threads=1)
PAIRS = EvaluationSet("pairs", "pairs", REPOSITORY / "corpora" / "pairs.tsv")


def with_(config, **changes):
    return TrainConfig(**{**config.as_dict(), **changes})


@pytest.fixture
def corpus(make_corpus):
    return make_corpus([20] * 600)


@pytest.fixture
def held_out(corpus, make_corpus):
    other = make_corpus([20] * 100, seed=2)
    tokens = np.minimum(other.tokens, len(corpus.vocab) - 1)
    return type(corpus)(tokens, other.offsets, corpus.vocab, len(tokens))


class Probe(Callback):
    """Takes the held-out loss after each epoch."""

    def __init__(self, held_out):
        self.held_out, self.losses = held_out, []

    def on_epoch_end(self, state):
        before = [matrix.copy() for matrix in state.weights]
        self.losses.append(held_out_loss(state.weights, self.held_out, state.config))
        for was, matrix in zip(before, state.weights, strict=True):
            assert (was == matrix).all()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batching": "pair"},
        {"architecture": "cbow"},
        {"hierarchical_softmax": True},
        {"threads": 3},
        {"threads": 2, "backend": "prange"},
    ],
    ids=["window", "pair", "cbow", "path", "threads", "prange"],
)
def test_taking_the_held_out_loss_changes_nothing(corpus, held_out, changes):
    probe, config = Probe(held_out), with_(SMALL, **changes)
    result = train(corpus, config, callbacks=[probe])
    assert all(map(math.isfinite, probe.losses))
    if config.threads == 1:
        plain = train(corpus, config)
        assert (result.vectors.vectors == plain.vectors.vectors).all()


def test_the_held_out_loss_is_that_of_the_reference(corpus, held_out):
    losses = []
    for backend in ("threads", "numpy"):
        probe = Probe(held_out)
        train(corpus, with_(SMALL, backend=backend, epochs=1), callbacks=[probe])
        losses += probe.losses
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)


def test_the_held_out_loss_does_not_depend_on_the_number_of_threads(corpus, held_out):
    losses = set()

    class Each(Callback):
        def on_train_begin(self, state):
            for threads in (1, 2, 5):
                config = with_(state.config, threads=threads)
                losses.add(held_out_loss(state.weights, held_out, config))

    train(corpus, with_(SMALL, epochs=1), callbacks=[Each()])
    assert len(losses) == 1


class Scripted(EarlyStopping):
    """Measures what it is told."""

    def script(self, *values):
        self._script = values
        return self

    def _measure(self, state):
        return float(self._script[len(state.history.epochs) - 1])


SCRIPTS = {
    "falls": ([5, 4, 3, 2, 1], 1, 0.0, 5),
    "rises at once": ([5, 6, 1, 1, 1], 1, 0.0, 2),
    "is waited for": ([5, 6, 4, 6, 3], 2, 0.0, 5),
    "does not come": ([5, 6, 6, 4, 4], 2, 0.0, 3),
    "stays": ([5, 5, 4, 3, 2], 1, 0.0, 2),
    "gains too little": ([5, 4.9, 4.8, 4.7, 4.6], 2, 0.5, 3),
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_a_run_ends_after_its_patience(corpus, held_out, script):
    values, patience, min_gain, epochs = script
    stopping = Scripted(held_out, patience=patience, min_gain=min_gain)
    config = with_(SMALL, epochs=5)
    result = train(corpus, config, callbacks=[stopping.script(*values)])
    assert len(result.history.epochs) == epochs
    assert result.ending == ("callback" if epochs < 5 else "epochs")
    assert stopping.values == values[:epochs]


def test_a_test_set_is_to_rise(corpus):
    config = with_(SMALL, epochs=5)
    stopping = Scripted(PAIRS, patience=1).script(0.1, 0.2, 0.3, 0.2, 0.9)
    assert len(train(corpus, config, callbacks=[stopping]).history.epochs) == 4


def test_a_run_ends_by_the_scores_of_a_test_set():
    corpus = fastw2v.encode(str(REPOSITORY / "corpora" / "synthetic.txt"))
    stopping = EarlyStopping(PAIRS, patience=1, min_gain=0.05)
    config = TrainConfig(dim=32, epochs=20, learning_rate=0.05)
    result = train(corpus, config, callbacks=[stopping])
    assert result.ending == "callback"
    assert len(result.history.epochs) == len(stopping.values) < 20
    found = fastw2v.evaluate_word_pairs(result.vectors, PAIRS.path)
    assert found.spearman.statistic == pytest.approx(stopping.values[-1])


def test_patience_survives_being_interrupted(corpus, held_out, tmp_path):
    values, config = [5, 4, 6, 3, 6], with_(SMALL, epochs=5)
    for words in (13_000, 26_000, 40_000, None):
        stopping = Scripted(held_out, patience=2, min_gain=1.5).script(*values)
        result = train(
            corpus,
            config,
            checkpoint=tmp_path / "run",
            resume=True,
            max_words=words,
            callbacks=[stopping],
        )
    assert stopping.values == [5, 4, 6]
    assert result.ending == "callback"


def test_what_cannot_be_measured_is_refused_before_training(
    corpus, held_out, make_corpus, tmp_path
):
    other = make_corpus([20] * 30, vocabulary=7)
    (tmp_path / "pairs.tsv").write_text("xyzzy\tplugh\t3.0\n" * 3)
    unknown = EvaluationSet("unknown", "pairs", tmp_path / "pairs.tsv")
    gone = EvaluationSet("gone", "pairs", tmp_path / "gone.tsv")
    lone = type(corpus)(held_out.tokens[:3], np.arange(4), corpus.vocab, raw_tokens=3)
    for on, error in (
        (other, CorpusError),
        (lone, CorpusError),
        (unknown, FormatError),
        (gone, FileNotFoundError),
    ):
        began = []

        class Began(Callback):
            def on_epoch_begin(self, state, began=began):
                began.append(1)

        with pytest.raises(error):
            train(corpus, SMALL, callbacks=[EarlyStopping(on), Began()])
        assert not began


def test_arguments_out_of_range_are_refused(held_out):
    with pytest.raises(ConfigError, match="patience is 0"):
        EarlyStopping(held_out, patience=0)
    with pytest.raises(ConfigError, match="min_gain is -1"):
        EarlyStopping(held_out, min_gain=-1)
    with pytest.raises(TypeError, match="on is a str"):
        EarlyStopping("text.txt")
