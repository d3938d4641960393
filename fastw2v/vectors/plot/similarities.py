"""Cosines between words as a heat map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastw2v.errors import ConfigError
from fastw2v.vectors.plot.chosen import chosen_words
from fastw2v.vectors.plot.figures import PLAIN, new_figure
from fastw2v.vectors.plot.words import vectors_of
from fastw2v.vectors.table import VectorTable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_NUMBERS = 20
"""Words with which every cell can hold its number."""
MOST_WORDS = 400
"""Words whose labels can still be read."""


def plot_similarities(
    kv: VectorTable, words: Sequence[str], *, title: str | None = None
) -> "Figure":
    """Draw the cosines between words, in the order given.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    words : sequence of str
        2 to 400; up to 20 cells hold their numbers.
    title : str, optional

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    ConfigError
        Fewer than 2 words or more than 400.
    KeyError
        Words have no vector; the message lists them.
    """
    chosen = chosen_words(kv, words, 0)
    if not 2 <= len(chosen) <= MOST_WORDS:
        raise ConfigError(
            f"{len(chosen)} words are to be compared: give 2 to {MOST_WORDS}"
        )
    side = min(30.0, 2.5 + 0.28 * len(chosen)) if len(chosen) < 90 else 28.0
    figure = new_figure(side + 1, side)
    figure.set_layout_engine("compressed")  # for cells that are square
    unit = vectors_of(kv, chosen, True)
    cosines = unit @ unit.T
    axes = figure.add_subplot()
    picture = axes.imshow(cosines, cmap="RdBu_r", vmin=-1, vmax=1)
    figure.colorbar(picture, ax=axes, shrink=0.8, label="cosine")
    size = 8 if len(chosen) < 90 else 5
    ticks = range(len(chosen))
    axes.set_xticks(ticks, chosen, rotation=90, fontsize=size, **PLAIN)
    axes.set_yticks(ticks, chosen, fontsize=size, **PLAIN)
    if len(chosen) <= MOST_NUMBERS:
        for i in ticks:
            for j in ticks:
                colour = "white" if abs(cosines[i, j]) > 0.6 else "black"
                text = f"{cosines[i, j]:.1f}"
                axes.text(
                    j, i, text, ha="center", va="center", fontsize=6, color=colour
                )
    if title:
        axes.set_title(title, fontsize=10, **PLAIN)
    return figure
