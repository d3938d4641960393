import numpy as np
import pytest

from fastw2v.config import TrainConfig
from fastw2v.errors import ConfigError


def test_defaults_are_those_of_the_study():
    config = TrainConfig()
    assert (config.dim, config.window, config.negatives) == (100, 5, 5)
    assert (config.epochs, config.learning_rate, config.decay) == (4, 0.05, 1.0)
    assert (config.batching, config.seed) == ("auto", 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", 0),
        ("dim", 70_000),
        ("dim", 10.0),
        ("dim", True),
        ("window", 0),
        ("negatives", 0),
        ("epochs", -1),
        ("seed", -1),
        ("seed", 2**63),
        ("threads", 0),
        ("subsample", -1e-3),
        ("subsample", float("nan")),
        ("noise_exponent", float("inf")),
        ("learning_rate", "0.025"),
        ("min_learning_rate", 0.5),
        ("decay", -1.0),
        ("batching", "pairs"),
        ("backend", "cuda"),
    ],
)
def test_out_of_range_names_parameter_and_value(name, value):
    with pytest.raises(ConfigError, match=f"^{name} is ") as caught:
        TrainConfig(**{name: value})
    assert repr(value) in str(caught.value) or str(value) in str(caught.value)


def test_numpy_numbers_are_numbers():
    config = TrainConfig(dim=np.int64(7), learning_rate=np.float32(0.5))
    assert (config.dim, config.learning_rate) == (7, 0.5)


def test_round_trip_through_a_dict():
    config = TrainConfig(dim=7, batching="window", threads=3)
    assert TrainConfig.from_dict(config.as_dict()) == config
    with pytest.raises(ConfigError, match="'vector_size'"):
        TrainConfig.from_dict({"vector_size": 100})
