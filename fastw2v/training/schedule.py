"""The learning rate as a function of the position in the run."""

import numpy as np
import numpy.typing as npt

from fastw2v.config import TrainConfig


def learning_rates(
    tokens_before: npt.NDArray[np.int64], tokens_in_run: int, config: TrainConfig
) -> npt.NDArray[np.float64]:
    """Return the learning rate after so many tokens of the whole run.

    Falls from `learning_rate` to `min_learning_rate`, with the share still to come to
    the power `decay` (1 is word2vec's straight line; above 1 it falls fast at first).

    Parameters
    ----------
    tokens_before : int64 array, any shape
        Tokens trained before this point, over all epochs.
    tokens_in_run : int
        Corpus tokens times epochs.
    config : TrainConfig
    """
    left = 1.0 - tokens_before / tokens_in_run
    span = config.learning_rate - config.min_learning_rate
    return np.asarray(config.min_learning_rate + span * left**config.decay)
