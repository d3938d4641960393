"""Loss and learning rate of a run, for a picture of it."""

from collections.abc import Sequence

import numpy as np

from fastw2v.config import TrainConfig
from fastw2v.training.schedule import learning_rates
from fastw2v.vectors.plot.runs import RunCurves

POINTS = 201
"""Of the curve of the learning rate."""
TOKENS = 1 << 40
"""Of a run: the learning rate depends on the share of them alone."""


def run_curves(name: str, config: TrainConfig, losses: Sequence[float]) -> RunCurves:
    """Return what `fastw2v.vectors.plot.plot_history` draws of a run.

    Parameters
    ----------
    name : str
        For the legend.
    config : TrainConfig
        ``result.config`` of a `TrainResult`.
    losses : sequence of float
        ``result.history.loss``. A run that was stopped has fewer than epochs.
    """
    share = np.linspace(0.0, len(losses) / config.epochs, POINTS)
    rates = learning_rates((share * TOKENS).astype(np.int64), TOKENS, config)
    return RunCurves(
        name, list(losses), (share * config.epochs).tolist(), rates.tolist()
    )
