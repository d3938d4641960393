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
ARROW_STEPS, LEADER_STEPS = 100, 12
"""Points of a line that labels keep clear of."""
MARGIN = 1.0
"""Pixels around the letters of a label."""
LEADER = {
    "arrowstyle": "-",
    "color": "0.6",
    "linewidth": 0.5,
    "shrinkA": 0,
    "shrinkB": 1,
}


class Place(NamedTuple):
    """Where a label goes.

    Parameters
    ----------
    offset : float64 array, shape (2,)
        From the point to the middle of the label, in pixels.
    is_far : bool
        Whether a line should lead there.
    """

    offset: npt.NDArray[np.float64]
    is_far: bool


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
    dots = [pixels]
    if arrows is not None:
        along = _steps(arrows[:, 0], arrows[:, 1], ARROW_STEPS).reshape(-1, 2)
        dots.append(axes.transData.transform(along))
    places = arrange(pixels, sizes, np.concatenate(dots), frame)
    for word, (x, y), place in zip(words, points.tolist(), places, strict=True):
        if place is not None:
            axes.annotate(
                word,
                (x, y),
                # From pixels to points, which files of any resolution agree on.
                tuple(place.offset * 72 / figure.dpi),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=size,
                arrowprops=LEADER if place.is_far else None,
                annotation_clip=False,
                **PLAIN,
            )
    pairs = zip(words, places, strict=True)
    return [word for word, place in pairs if place is None]


def arrange(
    points: npt.NDArray[np.float64],
    sizes: npt.NDArray[np.float64],
    dots: npt.NDArray[np.float64],
    frame: npt.NDArray[np.float64],
) -> list[Place | None]:
    """Find a place for each label, all in pixels; None where there is none.

    No label covers a dot, another label, or a line that leads to one.

    Parameters
    ----------
    points, sizes : arrays, shape (n, 2)
        Where labels belong, and their widths and heights.
    dots : array, shape (m, 2)
        What no label may cover.
    frame : array, shape (4,)
        What no label may leave.
    """
    taken, labels = _around(dots), np.empty((0, 4))
    found: list[Place | None] = []
    for point, extent in zip(points, sizes, strict=True):
        boxes, is_far = _choices(point, extent)
        reach = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
        near = taken[_overlap(taken, reach[None])]
        free = _is_inside(boxes, frame) & ~_overlap(boxes, near)
        for choice in np.flatnonzero(free):
            box = boxes[choice]
            middle = (box[:2] + box[2:]) / 2
            leader = _around(_steps(point, middle, LEADER_STEPS))
            if not is_far[choice]:
                leader = leader[:0]
            if not _overlap(leader, labels).any():
                taken = np.vstack([taken, box, leader])
                labels = np.vstack([labels, box])
                found.append(Place(middle - point, bool(is_far[choice])))
                break
        else:
            found.append(None)
    return found


def _text_sizes(
    axes: "Axes", words: Sequence[str], size: float
) -> npt.NDArray[np.float64]:
    """Return width and height of each word, shape (n, 2), in pixels."""
    from matplotlib.text import Text

    figure = axes.get_figure(root=True)
    assert figure is not None
    text = Text(fontsize=size, **PLAIN)
    text.set_figure(figure)
    sizes = np.empty((len(words), 2))
    for row, word in zip(sizes, words, strict=True):
        text.set_text(word)
        row[:] = text.get_window_extent().size
    return sizes + MARGIN


def _choices(
    point: npt.NDArray[np.float64], extent: npt.NDArray[np.float64]
) -> tuple[Boxes, npt.NDArray[np.bool_]]:
    """Return where a label could go, best first, and whether that is far."""
    reaches = np.repeat(REACHES, len(DIRECTIONS))[:, None]
    directions = np.tile(DIRECTIONS, (len(REACHES), 1))
    middles = point + directions * (extent / 2 + GAP * reaches)
    boxes = np.concatenate([middles - extent / 2, middles + extent / 2], axis=1)
    return boxes, reaches[:, 0] > REACHES[0]


def _steps(
    start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float64]:
    """Return points along lines; shape (count, ...)."""
    shares = np.linspace(0.0, 1.0, count).reshape(-1, *[1] * start.ndim)
    return start + shares * (end - start)


def _around(dots: npt.NDArray[np.float64]) -> Boxes:
    return np.concatenate([dots - GAP / 2, dots + GAP / 2], axis=1)


def _overlap(boxes: Boxes, taken: Boxes) -> npt.NDArray[np.bool_]:
    """Tell which boxes, (c, 4), touch any of the taken ones, (t, 4)."""
    below = (boxes[:, None, :2] < taken[:, 2:]).all(axis=2)
    above = (boxes[:, None, 2:] > taken[:, :2]).all(axis=2)
    touch: npt.NDArray[np.bool_] = np.any(below & above, axis=1)
    return touch


def _is_inside(boxes: Boxes, frame: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    above, below = boxes[:, :2] >= frame[:2], boxes[:, 2:] <= frame[2:]
    inside: npt.NDArray[np.bool_] = np.all(above & below, axis=1)
    return inside
