"""Labels beside points, none over another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.plot.figures import PLAIN

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Boxes = npt.NDArray[np.float64]
"""Shape (n, 4): left, bottom, right, top, in pixels."""

DIRECTIONS = np.array(
    [(1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 1), (-0.8, 1), (0.8, -1), (-0.8, -1)]
)
"""Where a label may lie, seen from its point, best first."""
REACHES = (1.0, 4.0, 8.0, 13.0)
"""How far from its point, in gaps."""
GAP = 4.0
"""Pixels between a point and its label."""
ARROW_STEPS = 100
"""Points of an arrow that labels keep clear of."""
LEADER = {
    "arrowstyle": "-",
    "color": "0.6",
    "linewidth": 0.5,
    "shrinkA": 0,
    "shrinkB": 1,
}


class Places(NamedTuple):
    """Where a label could go: shape (c,), one for each direction and reach."""

    boxes: Boxes
    is_far: npt.NDArray[np.bool_]


def place_labels(
    axes: "Axes",
    points: npt.NDArray[np.float64],
    words: Sequence[str],
    *,
    size: float,
    arrows: npt.NDArray[np.float64] | None = None,
) -> list[str]:
    """Write words beside their points so that no label covers another or a point.

    Greedy, in the order given: each takes the nearest free place around its point, a
    line leading there if it is not beside it. Limits of the axes and the layout must
    stand; they are kept from here on.

    Parameters
    ----------
    axes : matplotlib Axes
    points : array, shape (n, 2)
        In the units of the axes.
    words : sequence of str
        n words.
    size : float
        Of the letters, in points.
    arrows : array, shape (m, 2, 2), optional
        Where arrows begin and end; labels keep clear of them too.

    Returns
    -------
    list of str
        Words for which there was no place left; their points stand without a label.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    pixels = axes.transData.transform(points)
    sizes = _text_sizes(axes, words, size)
    frame = np.array(axes.get_window_extent().extents)
    kept_clear = [pixels]
    if arrows is not None:
        steps = np.linspace(0.0, 1.0, ARROW_STEPS)[:, None, None]
        along = arrows[:, 0] + steps * (arrows[:, 1] - arrows[:, 0])
        kept_clear.append(axes.transData.transform(along.reshape(-1, 2)))
    dots = np.concatenate(kept_clear)
    taken = np.concatenate([dots - GAP / 2, dots + GAP / 2], axis=1)
    left_out = []
    for word, (x, y), point, extent in zip(
        words, points.tolist(), pixels, sizes, strict=True
    ):
        places = _places(point, extent)
        free = _is_inside(places.boxes, frame) & ~_overlap(places.boxes, taken)
        if not free.any():
            left_out.append(word)
            continue
        chosen = int(free.argmax())
        box = places.boxes[chosen]
        taken = np.vstack([taken, box])
        axes.annotate(
            word,
            (x, y),
            # From pixels to points, which files of any resolution agree on.
            tuple(((box[:2] + box[2:]) / 2 - point) * 72 / figure.dpi),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=size,
            arrowprops=LEADER if places.is_far[chosen] else None,
            annotation_clip=False,
            **PLAIN,
        )
    return left_out


def _text_sizes(
    axes: "Axes", words: Sequence[str], size: float
) -> npt.NDArray[np.float64]:
    """Return width and height of each word, shape (n, 2), in pixels."""
    from matplotlib.font_manager import FontProperties

    figure = axes.get_figure(root=True)
    assert figure is not None
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined,unused-ignore]
    font = FontProperties(size=size)
    measured = [
        renderer.get_text_width_height_descent(word, font, ismath=False)[:2]
        for word in words
    ]
    return np.array(measured, np.float64).reshape(-1, 2) + 2.0


def _places(point: npt.NDArray[np.float64], extent: npt.NDArray[np.float64]) -> Places:
    reaches = np.repeat(REACHES, len(DIRECTIONS))[:, None]
    directions = np.tile(DIRECTIONS, (len(REACHES), 1))
    centers = point + directions * (extent / 2 + GAP * reaches)
    boxes = np.concatenate([centers - extent / 2, centers + extent / 2], axis=1)
    return Places(boxes, reaches[:, 0] > REACHES[0])


def _overlap(boxes: Boxes, taken: Boxes) -> npt.NDArray[np.bool_]:
    """Tell which boxes, (c, 4), touch any of the taken ones, (t, 4)."""
    below = (boxes[:, None, :2] < taken[:, 2:]).all(axis=2)
    above = (boxes[:, None, 2:] > taken[:, :2]).all(axis=2)
    touch: npt.NDArray[np.bool_] = (below & above).any(axis=1)
    return touch


def _is_inside(boxes: Boxes, frame: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    above, below = boxes[:, :2] >= frame[:2], boxes[:, 2:] <= frame[2:]
    inside: npt.NDArray[np.bool_] = (above & below).all(axis=1)
    return inside
