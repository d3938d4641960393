"""PMI exactly, and that skip-gram with negative sampling factorises it, shifted."""

import math

import numpy as np
import pytest
from conftest import read_only

from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.reference.activations import log_loss
from fastw2v.reference.gradcheck import numeric_gradient
from fastw2v.reference.shifted_pmi import best_scores, pmi, positive_pmi
from fastw2v.training.noise import noise_distribution

LINE, WINDOW = 50, 2
# ice cream, ice storm, hot cream, hot storm; ice and hot are never seen together.
PAIRS = [[6, 2, 0], [1, 2, 0], [0, 0, 5]]


def test_pmi_by_hand():
    table = pmi(PAIRS)
    assert table[0, 0] == pytest.approx(math.log((6 / 16) / (8 / 16 * 7 / 16)))
    assert table[2, 2] == pytest.approx(math.log(16 / 5))
    assert table[0, 2] == -math.inf


def test_sign_of_pmi_tells_more_from_less_than_by_chance():
    counts = np.array(PAIRS, float)
    by_chance = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    assert (np.sign(pmi(PAIRS)) == np.sign(counts - by_chance)).all()
    assert (pmi(PAIRS) < 0).any()
    assert pmi(by_chance) == pytest.approx(np.zeros((3, 3)), abs=1e-14)


def test_positive_pmi_floors_at_zero():
    table = positive_pmi(PAIRS)
    assert np.isfinite(table).all()
    assert (table == np.where(pmi(PAIRS) > 0, pmi(PAIRS), 0)).all()


def test_independent_words_are_often_unseen_and_the_floor_makes_them_zero():
    """True PMI is 0 everywhere; what a small corpus says below 0 is noise."""
    rng = np.random.default_rng(3)
    share = 1 / np.arange(1, 41)
    share /= share.sum()
    counts = rng.multinomial(4_000, np.outer(share, share).ravel()).reshape(40, 40)
    measured = pmi(counts)
    assert 0.2 < np.isneginf(measured).mean() < 0.8
    assert (positive_pmi(counts)[measured <= 0] == 0).all()


@pytest.mark.parametrize("skip_target", [False, True])
def test_best_scores_are_where_the_expected_loss_is_flat(skip_target):
    """The loss written out as a sum over targets and noise words, differentiated."""
    rng = np.random.default_rng(5)
    pairs = rng.integers(1, 9, (3, 4)).astype(float)
    noise, negatives = np.array([0.4, 0.3, 0.2, 0.1]), 3

    def expected_loss(scores):
        loss = 0.0
        for i in range(3):
            for target in range(4):
                each = log_loss(scores[i, target])
                for k in range(4):
                    if not (skip_target and k == target):
                        each += negatives * noise[k] * log_loss(-scores[i, k])
                loss += pairs[i, target] * each
        return float(loss)

    best = best_scores(pairs, noise, negatives, skip_target=skip_target)
    assert np.abs(numeric_gradient(expected_loss, best)).max() < 1e-7
    other = best_scores(pairs, noise, negatives, skip_target=not skip_target)
    assert np.abs(numeric_gradient(expected_loss, other)).max() > 0.1


def test_best_scores_are_pmi_less_log_k_where_noise_is_the_targets_share():
    pairs = np.array([[6.0, 2, 1], [1, 2, 3]])
    noise = pairs.sum(axis=0) / pairs.sum()
    best = best_scores(pairs, noise, 4, skip_target=False)
    assert best == pytest.approx(pmi(pairs) - math.log(4))


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([1, 2], "shape"),
        ([[1, -1]], "below 0"),
        ([[1, np.nan]], "finite"),
        ([[1, 0], [1, 0]], "empty"),
    ],
)
def test_a_table_that_cannot_be_is_refused(pairs, said):
    with pytest.raises(ValueError, match=said):
        pmi(pairs)


def chain_corpus(vocabulary, n_tokens, seed):
    """Lines of a Markov chain in which every word may follow every other."""
    rng = np.random.default_rng(seed)
    follows = rng.dirichlet(np.ones(vocabulary), vocabulary) * 0.7 + 0.3 / vocabulary
    steps, uniform = follows.cumsum(axis=1), rng.random(n_tokens)
    chain = [0]
    for x in uniform[1:]:
        chain.append(min(int(np.searchsorted(steps[chain[-1]], x)), vocabulary - 1))
    counts = np.bincount(chain, minlength=vocabulary)
    number = np.argsort(np.argsort(-counts))
    return EncodedCorpus(
        read_only(number[chain], np.int32),
        read_only(np.arange(0, n_tokens + 1, LINE), np.int64),
        Vocab(
            [f"w{i}" for i in range(vocabulary)], read_only(-np.sort(-counts), np.int64)
        ),
        n_tokens,
    )


def expected_pairs(corpus):
    """Return how often an epoch sees each pair, on average over the reaches drawn."""
    size = len(corpus.vocab)
    pairs = np.zeros((size, size))
    lines = corpus.tokens.reshape(-1, LINE)
    for distance in range(1, WINDOW + 1):
        is_reached = (WINDOW - distance + 1) / WINDOW
        left, right = lines[:, :-distance].ravel(), lines[:, distance:].ravel()
        np.add.at(pairs, (left, right), is_reached)
        np.add.at(pairs, (right, left), is_reached)
    return pairs


def trained_scores(corpus, config):
    result = train(corpus, config)
    return result.vectors.vectors @ result.context_vectors.vectors.T


def rms(difference):
    return float(np.sqrt((difference**2).mean()))


def config_of(**changes):
    values = {
        "dim": 16,
        "window": WINDOW,
        "negatives": 5,
        "noise_exponent": 1.0,
        "subsample": 0.0,
        "epochs": 60,
        "threads": 1,
    }
    return TrainConfig(**{**values, **changes})


@pytest.mark.parametrize("batching", ["pair", "window"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_trained_scores_are_those_that_minimise_the_loss(seed, batching):
    """With dim above V nothing keeps the factorisation from being exact.

    Ten words, so a target is often drawn as its own noise, and leaving that out shows.
    """
    corpus = chain_corpus(10, 20_000, seed)
    config = config_of(batching=batching, seed=seed)
    scores, pairs = trained_scores(corpus, config), expected_pairs(corpus)
    noise = noise_distribution(corpus.vocab.counts, 1.0)
    exact, plain = (
        best_scores(pairs, noise, config.negatives, skip_target=skips)
        for skips in (True, False)
    )
    # Seen 0.019 to 0.025; the scores themselves spread over 0.30 to 0.34.
    assert rms(scores - exact) < 0.04
    assert rms(scores - scores.mean()) > 0.25
    # Seen 0.115 to 0.118: the log of 1 - P(w | i), some tenth of a word's share.
    assert rms(scores - plain) > 0.1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_skip_gram_with_negative_sampling_factorises_shifted_pmi(seed):
    corpus = chain_corpus(40, 100_000, seed)
    config = config_of(dim=48, seed=seed, epochs=40)
    scores = trained_scores(corpus, config)
    table = pmi(expected_pairs(corpus))
    shifted = table - math.log(config.negatives)
    # Seen 0.048 to 0.049: half of it is what leaving out the target shifts.
    assert rms(scores - shifted) < 0.06
    # The shift is log 5 = 1.61; PMI itself spreads over 0.30 to 0.31.
    assert rms(scores - table) > 1.5
    assert np.corrcoef(scores.ravel(), table.ravel())[0, 1] > 0.98

    order = np.random.default_rng(seed).permutation(len(corpus.tokens))
    shuffled = EncodedCorpus(
        read_only(corpus.tokens[order], np.int32),
        corpus.offsets,
        corpus.vocab,
        corpus.raw_tokens,
    )
    control = trained_scores(shuffled, config)
    assert rms(control - shifted) > 0.25
    assert abs(np.corrcoef(control.ravel(), table.ravel())[0, 1]) < 0.1
