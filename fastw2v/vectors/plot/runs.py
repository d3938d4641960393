"""Loss and learning rate of training runs."""

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

from fastw2v.errors import ConfigError
from fastw2v.vectors.plot.figures import COLOURS, PLAIN, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RunCurves(NamedTuple):
    """What is drawn of a run.

    Parameters
    ----------
    name : str
    losses : sequence of float
        Mean loss per pair of each epoch.
    epochs : sequence of float
        Points of the run, in epochs from its beginning.
    learning_rates : sequence of float
        The learning rate at these points.
    """

    name: str
    losses: Sequence[float]
    epochs: Sequence[float]
    learning_rates: Sequence[float]


def plot_history(runs: Sequence[RunCurves]) -> "Figure":
    """Draw the loss by epoch and the learning rate of one or more runs.

    Parameters
    ----------
    runs : sequence of RunCurves
        `fastw2v.training.curves.run_curves` makes one of a training result.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ConfigError
        No run is given, or one has no epoch.
    """
    figure = new_figure(9, 3.6)
    if not runs:
        raise ConfigError("no run is given: give one or more")
    left, right = figure.subplots(1, 2)
    for run, colour in zip(runs, cycle(COLOURS), strict=False):
        if not run.losses:
            raise ConfigError(
                f"the run {run.name!r} has no epoch: train for one or more"
            )
        epochs = range(1, len(run.losses) + 1)
        left.plot(epochs, run.losses, color=colour, marker="o", markersize=3)
        right.plot(run.epochs, run.learning_rates, color=colour, label=run.name)
    left.set_ylabel("mean loss per pair")
    right.set_ylabel("learning rate")
    right.set_ylim(bottom=0)
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(color="0.92")
    for text in right.legend(fontsize=8).get_texts():
        text.set(**PLAIN)
    return figure
