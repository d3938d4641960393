"""The full-softmax trainer, and that negative sampling approximates it."""

import math

import numpy as np
import pytest
from conftest import read_only
from scipy.stats import spearmanr

from fastw2v.bundles import Matrices
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CheckpointError, ConfigError, CorpusError, DivergenceError
from fastw2v.reference.activations import log_softmax
from fastw2v.reference.losses import naive_softmax
from fastw2v.reference.softmax_trainer import step
from fastw2v.training import softmax
from fastw2v.training.callbacks import Callback
from fastw2v.training.noise import noise_distribution
from fastw2v.training.softmax import train_softmax

V, D = 9, 5
SMALL = TrainConfig(dim=16, epochs=2)


def with_(config, **changes):
    return TrainConfig(**{**config.as_dict(), **changes})


def weights_of(result):
    return result.vectors.vectors, result.context_vectors.vectors


# --- one step


@pytest.mark.parametrize(
    ("inputs", "targets"),
    [([3], [0]), ([3, 1, 8], [0, 2, 4]), ([3, 3, 1, 0], [0, 0, 2, 3])],
    ids=["one pair", "distinct words", "words in common"],
)
def test_a_step_is_the_gradient_of_the_pairs_losses(inputs, targets):
    rng = np.random.default_rng(2)
    weights = Matrices(*rng.normal(size=(2, V, D)))
    before = Matrices(*(matrix.copy() for matrix in weights))
    pairs = [
        naive_softmax(before.w_in[i], o, before.w_out)
        for i, o in zip(inputs, targets, strict=True)
    ]
    grad_in = np.zeros((V, D))
    for i, pair in zip(inputs, pairs, strict=True):
        grad_in[i] += pair.grad_v_c
    loss = step(weights, np.array(inputs), np.array(targets), 0.1)
    assert loss == pytest.approx(sum(pair.loss for pair in pairs), rel=1e-13)
    assert before.w_in - weights.w_in == pytest.approx(0.1 * grad_in, rel=1e-9)
    assert before.w_out - weights.w_out == pytest.approx(
        0.1 * sum(pair.grad_u for pair in pairs), rel=1e-9
    )


def test_a_step_does_not_overflow():
    weights = Matrices(np.full((V, D), 1e3), np.full((V, D), 1e3))
    assert step(weights, np.array([1]), np.array([2]), 0.0) == pytest.approx(
        math.log(V)
    )


# --- a run


def test_windows_are_those_of_negative_sampling(make_corpus):
    corpus = make_corpus([20] * 100)
    seen = {}
    for trainer in (train, train_softmax):
        epochs = trainer(corpus, with_(SMALL, threads=1)).history.epochs
        seen[trainer] = [(r.centers, r.kept, r.pairs) for r in epochs]
    assert seen[train] == seen[train_softmax]
    assert seen[train][0] != seen[train][1]


def test_one_seed_gives_the_same_bits(make_corpus):
    corpus = make_corpus([20] * 30)
    first, again, other = (
        weights_of(train_softmax(corpus, with_(SMALL, seed=seed))) for seed in (1, 1, 2)
    )
    assert (first[0] == again[0]).all()
    assert (first[1] == again[1]).all()
    assert (first[0] != other[0]).any()


def test_the_first_loss_is_that_of_guessing(make_corpus):
    corpus = make_corpus([20] * 20)
    config = with_(SMALL, learning_rate=0.0, min_learning_rate=0.0, epochs=1)
    history = train_softmax(corpus, config).history
    assert history.loss == [pytest.approx(math.log(len(corpus.vocab)), rel=1e-6)]


def test_the_result_is_as_that_of_train(make_corpus):
    corpus = make_corpus([20] * 10)
    epochs = []

    class Count(Callback):
        def on_epoch_end(self, state):
            epochs.append(len(state.history.epochs))

    result = train_softmax(corpus, SMALL, callbacks=[Count()])
    assert result.vectors.index_to_key == corpus.vocab.words
    assert result.vectors.vectors.shape == (len(corpus.vocab), 16)
    assert result.context_vectors.vectors.any()
    assert epochs == [1, 2]
    assert result.config == with_(SMALL, backend="numpy", threads=1)
    assert result.history.threads == 1
    assert not result.interrupted


def test_ctrl_c_keeps_what_is_trained(make_corpus):
    class Interrupt(Callback):
        def on_epoch_end(self, state):
            raise KeyboardInterrupt

    result = train_softmax(make_corpus([20] * 10), SMALL, callbacks=[Interrupt()])
    assert result.interrupted
    assert len(result.history.epochs) == 1
    assert result.context_vectors.vectors.any()


def test_a_run_goes_on_to_the_same_bits(make_corpus, tmp_path):
    corpus, path = make_corpus([20] * 100), tmp_path / "run"
    cut = train_softmax(corpus, SMALL, checkpoint=path, max_words=1_500)
    assert cut.ending == "max_words"
    result = train_softmax(corpus, SMALL, checkpoint=path, resume=True)
    for found, whole in zip(
        weights_of(result), weights_of(train_softmax(corpus, SMALL)), strict=True
    ):
        assert (found == whole).all()


def test_a_checkpoint_of_another_batch_or_loss_is_refused(make_corpus, tmp_path):
    corpus, path = make_corpus([20] * 100), tmp_path / "run"
    train_softmax(corpus, SMALL, checkpoint=path, max_words=1_500)
    with pytest.raises(CheckpointError, match="batch is 64 there and 8 here"):
        train_softmax(corpus, SMALL, batch=8, checkpoint=path, resume=True)
    with pytest.raises(CheckpointError, match="loss is 'softmax' there and None here"):
        train(corpus, with_(SMALL, backend="numpy"), checkpoint=path, resume=True)


def test_divergence_is_told(make_corpus):
    config = with_(SMALL, learning_rate=100.0, subsample=0.0, epochs=30)
    with pytest.raises(DivergenceError, match="lower learning_rate"):
        train_softmax(make_corpus([20] * 100), config)


def test_a_large_vocabulary_is_refused_with_figures(make_corpus, monkeypatch):
    corpus = make_corpus([20] * 10)
    words = len(corpus.vocab)
    monkeypatch.setattr(softmax, "LARGEST_VOCABULARY", words - 1)
    scores = f"{200 * 6 * words:.1e}"
    with pytest.raises(CorpusError, match=rf"{words} words.* 1,200 pairs.*") as caught:
        train_softmax(corpus, SMALL)
    assert scores in str(caught.value)
    monkeypatch.setattr(softmax, "LARGEST_VOCABULARY", words)
    train_softmax(corpus, SMALL)


@pytest.mark.parametrize("batch", [0, -1, 1_025, 2.5, True])
def test_batch_is_checked(make_corpus, batch):
    with pytest.raises(ConfigError, match="batch is"):
        train_softmax(make_corpus([20]), SMALL, batch=batch)


def test_what_else_is_refused(make_corpus):
    with pytest.raises(ConfigError, match="threads is 2"):
        train_softmax(make_corpus([20]), with_(SMALL, threads=2))
    with pytest.raises(CorpusError, match="no pair"):
        train_softmax(make_corpus([1] * 20), SMALL)
    with pytest.raises(TypeError, match="corpus is a list"):
        train_softmax(["some", "words"], SMALL)
    with pytest.raises(TypeError, match="config is a dict"):
        train_softmax(make_corpus([20]), {"dim": 5})


# --- what it learns


TOPICS, WORDS, LINE = 6, 60, 12


def topic_corpus(seed):
    """Lines on one of six topics each, whose words are eight times as likely there."""
    rng = np.random.default_rng(seed)
    share = rng.permutation(np.arange(1, WORDS + 1) ** -0.7)
    lines = []
    for topic in rng.integers(TOPICS, size=1_500):
        weight = share * np.where(np.arange(WORDS) % TOPICS == topic, 8.0, 1.0)
        lines.append(rng.choice(WORDS, LINE, p=weight / weight.sum()))
    tokens = np.concatenate(lines)
    counts = np.bincount(tokens, minlength=WORDS)
    number = np.argsort(np.argsort(-counts))
    return EncodedCorpus(
        read_only(number[tokens], np.int32),
        read_only(np.arange(0, len(tokens) + 1, LINE), np.int64),
        Vocab([f"w{i}" for i in range(WORDS)], read_only(-np.sort(-counts), np.int64)),
        len(tokens),
    )


def without_order(corpus, seed):
    """Return the corpus with its tokens shuffled: same counts, nothing to learn."""
    order = np.random.default_rng(seed).permutation(len(corpus.tokens))
    return EncodedCorpus(
        read_only(corpus.tokens[order], np.int32),
        corpus.offsets,
        corpus.vocab,
        corpus.raw_tokens,
    )


def scores_of(result):
    v, u = weights_of(result)
    return v.astype(np.float64) @ u.T


def rank_correlation(left, right):
    """Return Spearman's correlation of the rows, on average."""
    pairs = zip(left, right, strict=True)
    return float(np.mean([spearmanr(a, b).statistic for a, b in pairs]))


def shared_neighbours(left, right, count=5):
    """Return which share of the nearest neighbours two models have in common."""
    found = []
    for result in (left, right):
        unit = result.vectors.normed
        cosine = unit @ unit.T - 9 * np.eye(WORDS)
        found.append(np.argsort(-cosine, axis=1)[:, :count])
    pairs = zip(*found, strict=True)
    return float(np.mean([len(np.intersect1d(a, b)) / count for a, b in pairs]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_negative_sampling_and_softmax_agree(seed):
    corpus = topic_corpus(seed)
    config = TrainConfig(dim=8, window=3, subsample=0.0, epochs=8, threads=1, seed=seed)
    full = train_softmax(corpus, config)
    sampled = train(corpus, config)
    control = train(without_order(corpus, seed), config)
    log_share = np.log(corpus.vocab.counts / len(corpus))
    log_noise = np.log(noise_distribution(corpus.vocab.counts, config.noise_exponent))
    log_p = log_softmax(scores_of(full))

    def agreement(result):
        return rank_correlation(scores_of(result) + log_noise, log_p)

    def association(result):
        return rank_correlation(
            scores_of(result) + log_noise - log_share, log_p - log_share
        )

    # P(w | i): seen 0.987 to 0.991. The control shares the frequencies, so 0.72 to 0.75.
    assert agreement(sampled) > 0.97
    assert agreement(control) < 0.8
    # A score alone is no log probability: the noise has to be put back.
    assert rank_correlation(scores_of(sampled), log_p) < agreement(sampled) - 0.05
    # What i says about w, frequencies taken out: seen 0.90 to 0.91; control up to 0.03.
    assert association(sampled) > 0.85
    assert abs(association(control)) < 0.1
    # Of five neighbours among 59: seen 0.65 to 0.70; control 0.08 to 0.10, as by chance.
    assert shared_neighbours(sampled, full) > 0.5
    assert shared_neighbours(control, full) < 0.2


def test_softmax_learns_the_conditional_probabilities():
    """With dim above V the best model is the corpus's own table of shares."""
    corpus = topic_corpus(1)
    config = TrainConfig(dim=64, window=1, subsample=0.0, epochs=30)
    result = train_softmax(corpus, config)
    lines = corpus.tokens.reshape(-1, LINE)
    pairs = np.zeros((WORDS, WORDS))
    np.add.at(pairs, (lines[:, 1:], lines[:, :-1]), 1)
    pairs += pairs.T
    share = pairs / pairs.sum(axis=1, keepdims=True)
    learnt = np.exp(log_softmax(scores_of(result)))
    by_frequency = corpus.vocab.counts / len(corpus)
    # Seen 0.009; a model that knows only how frequent words are is 0.17 away.
    assert np.abs(learnt - share).max() < 0.02
    assert np.abs(by_frequency - share).max() > 0.1


def test_the_batch_matters_little():
    corpus = topic_corpus(1)
    config = TrainConfig(dim=8, window=1, subsample=0.0, epochs=1)
    one, many = (
        train_softmax(corpus, config, batch=batch).history.loss[0] for batch in (1, 64)
    )
    assert one == pytest.approx(many, rel=0.02)
    assert one < math.log(WORDS) - 0.2
