"""Words in the plane."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from fastw2v.vectors.plot.chosen import chosen_words
from fastw2v.vectors.plot.figures import COLOURS, PLAIN, new_figure
from fastw2v.vectors.plot.labels import place_labels
from fastw2v.vectors.plot.projection import Projection, ProjectionMethod, project
from fastw2v.vectors.table import VectorTable, check_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES = {"pca": "principal components", "tsne": "t-SNE", "umap": "UMAP"}


def plot_words(
    kv: VectorTable,
    words: Sequence[str] | None = None,
    *,
    count: int = 100,
    method: ProjectionMethod = "pca",
    unit: bool = True,
    seed: int = 1,
    title: str | None = None,
) -> "Figure":
    """Draw words in the plane, with labels that do not overlap.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    words : sequence of str, optional
        In the order in which they get their labels; the `count` most frequent if not
        given. Where no place is left a point has no label, and the title says how many.
    count : int
    method : {"pca", "tsne", "umap"}
        See `project`.
    unit : bool
        Bring vectors to length one first, so that the distance in the space projected
        follows the cosine.
    seed : int
        Of t-SNE and UMAP.
    title : str, optional

    Returns
    -------
    matplotlib Figure
        For `save_figure`, or to be drawn upon.

    Raises
    ------
    ConfigError, MissingExtraError, VectorsError
        As `project`; no word is named, or more than 20 000.
    KeyError
        Words have no vector; the message lists them.
    """
    check_table(kv)
    chosen = chosen_words(kv, words, count)
    figure = new_figure(*_size(len(chosen)))
    projection = project(vectors_of(kv, chosen, unit), method, seed=seed)
    axes = figure.add_subplot()
    x, y = projection.points.T
    axes.scatter(x, y, s=9, color=COLOURS[0], linewidths=0)
    finish_axes(axes, projection)
    # A place for the number of missing labels is kept before it is known.
    axes.set_title(title or " ", fontsize=10, **PLAIN)
    left_out = place_labels(
        axes, projection.points, chosen, size=8 if len(chosen) <= 150 else 6
    )
    if left_out:
        missing = f"{len(left_out)} of {len(chosen)} words without a label"
        axes.set_title(
            f"{title}; {missing}" if title else missing, fontsize=10, **PLAIN
        )
    return figure


def vectors_of(kv: VectorTable, words: Sequence[str], unit: bool) -> npt.NDArray[Any]:
    """Return the vectors of words, shape (n, D), of length one if ``unit``."""
    if unit:
        return kv.unit_rows.take([kv.get_index(word) for word in words])
    return kv[words]


def finish_axes(axes: "Axes", projection: Projection) -> None:
    """Name the axes, give them one scale and room for labels at the edges."""
    axes.set_aspect("equal", adjustable="datalim")
    axes.margins(0.12)
    axes.tick_params(labelsize=7, colors="0.4")
    for side in axes.spines.values():
        side.set_color("0.8")
    if projection.explained is None:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlabel(TITLES[projection.method], fontsize=8)
        return
    names = [
        f"component {number} ({share:.0%} of variance)"
        for number, share in enumerate(projection.explained, 1)
    ]
    axes.set_xlabel(names[0], fontsize=8)
    axes.set_ylabel(names[1], fontsize=8)


def _size(count: int) -> tuple[float, float]:
    """Return inches for so many words."""
    side = min(14.0, 5.0 + count / 60)
    return side * 1.15, side
