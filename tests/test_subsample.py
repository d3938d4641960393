import numpy as np
import pytest

from fastw2v.training.subsample import keep_probabilities

COUNTS = np.array([100_000, 1_000, 10])


def test_formula_of_word2vec():
    t = 1e-3
    shares = COUNTS / COUNTS.sum()
    expected = [min(1.0, (t / f) ** 0.5 + t / f) for f in shares]
    assert keep_probabilities(COUNTS, t) == pytest.approx(expected, rel=1e-6)
    assert keep_probabilities(COUNTS, t)[2] == 1.0


def test_zero_keeps_everything():
    assert keep_probabilities(COUNTS, 0.0).tolist() == [1.0, 1.0, 1.0]
