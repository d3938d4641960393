"""Curves of a training run."""

import numpy as np
import pytest

from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.training.curves import run_curves


def test_curves_of_a_result(make_corpus):
    config = TrainConfig(dim=8, epochs=2, threads=1)
    result = train(make_corpus([9] * 40), config)
    curves = run_curves("run", result.config, result.history.loss)
    assert curves.losses == result.history.loss
    assert curves.epochs[0] == 0
    assert curves.epochs[-1] == 2
    assert curves.learning_rates[0] == config.learning_rate
    assert curves.learning_rates[-1] == pytest.approx(config.min_learning_rate)
    assert (np.diff(curves.learning_rates) < 0).all()
