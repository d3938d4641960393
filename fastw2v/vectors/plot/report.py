"""A report of an evaluation as a picture."""

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from fastw2v.vectors.evaluate.report import Report
from fastw2v.vectors.plot.figures import COLOURS, PLAIN, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_report(report: Report) -> "Figure":
    """Draw each measure of a report with its interval, files of vectors side by side.

    Returns
    -------
    matplotlib Figure
    """
    rows, files = report.rows, report.vectors
    step = 0.8 / len(files)
    height = 1.2 + len(rows) * max(0.3, 0.16 * len(files)) + 0.2 * len(files)
    figure = new_figure(8, height)
    axes = figure.add_subplot()
    for number, (name, colour) in enumerate(zip(files, cycle(COLOURS), strict=False)):
        places = np.arange(len(rows)) + (number - (len(files) - 1) / 2) * step
        scores = [row.scores[number] for row in rows]
        values = [score.value for score in scores]
        for place, score in zip(places, scores, strict=True):
            if score.interval is not None:
                axes.plot(score.interval, (place, place), color=colour, linewidth=1.5)
        axes.scatter(values, places, s=22, color=colour, label=name, zorder=3)
    labels = [f"{row.test_set}\n{row.measure}, n = {row.n}" for row in rows]
    axes.set_yticks(range(len(rows)), labels, fontsize=7, **PLAIN)
    axes.invert_yaxis()
    axes.set_xlabel("score" + (", 95 % interval" if report.rounds else ""), fontsize=8)
    values = [score.value for row in rows for score in row.scores]
    axes.set_xlim(min(0.0, *values) - 0.02, 1.02)
    axes.grid(axis="x", color="0.9")
    legend = figure.legend(loc="outside upper left", fontsize=8, frameon=False)
    for text in legend.get_texts():
        text.set(**PLAIN)
    return figure
