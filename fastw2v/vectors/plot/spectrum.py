"""How many directions vectors use: singular values, cumulative variance."""

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fastw2v.errors import ConfigError, VectorsError
from fastw2v.memory import check_memory
from fastw2v.vectors.given import check_mapping
from fastw2v.vectors.plot.figures import COLOURS, PLAIN, new_figure
from fastw2v.vectors.table import VectorTable, check_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLOCK_ROWS = 65_536


def singular_values(kv: VectorTable) -> npt.NDArray[np.float64]:
    """Return the singular values of the centered vectors, falling; shape (min(V, D),).

    From the (D, D) covariance, in float64 and a block of rows at a time, so that any
    number of words will do. Values below 1e-8 of the largest are rounding.

    Raises
    ------
    VectorsError
        There are fewer than two vectors, all are the same, or one is not finite.
    """
    check_table(kv)
    rows = kv.unit_rows.rows
    if len(rows) < 2:
        raise VectorsError(
            f"the vectors hold {len(rows)} words and a spectrum takes 2 or more: give "
            "another file"
        )
    check_memory(
        f"the covariance of {kv.vector_size} numbers",
        3 * 8 * kv.vector_size**2,
        "give vectors of fewer dimensions",
    )
    mean = rows.mean(axis=0, dtype=np.float64)
    scatter = np.zeros((kv.vector_size, kv.vector_size))
    for start in range(0, len(rows), BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS] - mean
        scatter += block.T @ block
    values = np.sqrt(np.maximum(np.linalg.eigvalsh(scatter)[::-1], 0.0))
    if not values[0] > 1e-6 * float(np.abs(mean).max(initial=0.0)):
        raise VectorsError(
            f"all {len(rows)} vectors are the same, so they have no spectrum: train them"
        )
    kept: npt.NDArray[np.float64] = values[: min(len(rows), kv.vector_size)]
    return kept


def plot_spectrum(vectors: Mapping[str, VectorTable]) -> "Figure":
    """Draw singular values and cumulative variance of one or more files of vectors.

    Parameters
    ----------
    vectors : mapping of str to VectorTable
        By the name in the legend; left unchanged.

    Returns
    -------
    matplotlib Figure
        On the left the singular values of the centered vectors, relative to the
        largest; on the right the share of the variance in so many components.

    Raises
    ------
    ConfigError
        No vectors are given.
    VectorsError
        As `singular_values`.
    """
    check_mapping("vectors", vectors)
    figure = new_figure(9, 4)
    if not vectors:
        raise ConfigError("no vectors are given: give one file or more")
    left, right = figure.subplots(1, 2)
    for (name, kv), colour in zip(vectors.items(), cycle(COLOURS), strict=False):
        values = singular_values(kv)
        components = np.arange(1, len(values) + 1)
        style = {"color": colour, "linewidth": 1.4, "marker": ".", "markersize": 3}
        left.plot(components, values / values[0], **style)
        share = np.cumsum(values**2) / np.sum(values**2)
        enough = int(np.searchsorted(share, 0.9)) + 1
        right.plot(components, share, label=f"{name}: 90 % in {enough}", **style)
    left.set_ylabel("singular value, relative to the largest")
    left.set_ylim(bottom=0)
    right.set_ylabel("cumulative share of the variance")
    right.set_ylim(0, 1.02)
    right.axhline(0.9, color="0.7", linewidth=0.8, linestyle=":")
    for axes in (left, right):
        axes.set_xlabel("component")
        axes.grid(color="0.92")
    legend = right.legend(fontsize=8, loc="lower right")
    for text in legend.get_texts():
        text.set(**PLAIN)
    return figure
