"""Pairs of words as arrows: an analogy is a step that pairs share."""

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from fastw2v.errors import ConfigError
from fastw2v.vectors.plot.chosen import chosen_words
from fastw2v.vectors.plot.figures import COLOURS, PLAIN, new_figure
from fastw2v.vectors.plot.labels import place_labels
from fastw2v.vectors.plot.projection import ProjectionMethod, project
from fastw2v.vectors.plot.words import finish_axes, vectors_of
from fastw2v.vectors.table import VectorTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_analogies(
    kv: VectorTable,
    pairs: Sequence[tuple[str, str]],
    *,
    method: ProjectionMethod = "pca",
    unit: bool = True,
    seed: int = 1,
    title: str | None = None,
) -> "Figure":
    """Draw an arrow from the first to the second word of each pair.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    pairs : sequence of (str, str)
        Say (man, king), (woman, queen).
    method, unit, seed, title
        As in `plot_words`.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ConfigError
        No pair is given, or a word is paired with itself; and as `project`.
    KeyError
        Words have no vector; the message lists them.
    MissingExtraError, VectorsError
        As `project`.
    """
    figure = new_figure(7.5, 6)
    if not pairs:
        raise ConfigError("no pair is given: give one or more")
    for first, second in pairs:
        if first == second:
            raise ConfigError(f"{first!r} is paired with itself: pair different words")
    words = chosen_words(kv, list(chain.from_iterable(pairs)), 0)
    projection = project(vectors_of(kv, words, unit), method, seed=seed)
    place = dict(zip(words, projection.points, strict=True))
    axes = figure.add_subplot()
    x, y = projection.points.T
    axes.scatter(x, y, s=9, color="0.3", linewidths=0)
    for first, second in pairs:
        axes.annotate(
            "",
            place[second],
            place[first],
            arrowprops={
                "arrowstyle": "-|>",
                "color": COLOURS[0],
                "alpha": 0.6,
                "shrinkA": 2,
                "shrinkB": 3,
            },
        )
    finish_axes(axes, projection)
    if title:
        axes.set_title(title, fontsize=10, **PLAIN)
    arrows = np.array([[place[first], place[second]] for first, second in pairs])
    place_labels(axes, projection.points, words, size=8, arrows=arrows)
    return figure
