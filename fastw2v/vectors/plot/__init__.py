"""Pictures of vectors and of training (extra ``plot``)."""

from fastw2v.vectors.plot.analogies import plot_analogies
from fastw2v.vectors.plot.figures import check_figure_file, save_figure
from fastw2v.vectors.plot.projection import Projection, project
from fastw2v.vectors.plot.report import plot_report
from fastw2v.vectors.plot.runs import RunCurves, plot_history
from fastw2v.vectors.plot.similarities import plot_similarities
from fastw2v.vectors.plot.spectrum import plot_spectrum, singular_values
from fastw2v.vectors.plot.words import plot_words

__all__ = [
    "Projection",
    "RunCurves",
    "check_figure_file",
    "plot_analogies",
    "plot_history",
    "plot_report",
    "plot_similarities",
    "plot_spectrum",
    "plot_words",
    "project",
    "save_figure",
    "singular_values",
]
