"""Figures without a screen, and the files they go to."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastw2v.errors import FormatError, MissingExtraError
from fastw2v.replace import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")
DPI = 130
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555")
"""Told apart by most who see colours differently (Okabe and Ito 2008)."""
PLAIN: dict[str, Any] = {"parse_math": False}
"""For text that holds words: a $ in a word is a $."""


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure, in inches, that no screen will show.

    It belongs to nobody else: nothing is registered with pyplot, whose state a program
    may use for itself.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    """
    check_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: "Figure", path: str | os.PathLike[str]) -> None:
    """Write a figure as its suffix says, whole or not at all.

    The same figure gives the same bytes: files hold no date.

    Parameters
    ----------
    figure : matplotlib Figure
    path : str or PathLike
        Ends in .png, .svg or .pdf.

    Raises
    ------
    FormatError
        The suffix is another.
    OSError
        The folder does not exist or takes no file, or ``path`` is a folder.
    """
    suffix = check_figure_file(path)
    import matplotlib as mpl

    dates: dict[str, dict[str, Any]] = {
        ".png": {},
        ".svg": {"Date": None},
        ".pdf": {"CreationDate": None},
    }
    with replacing(path) as temporary, mpl.rc_context({"svg.hashsalt": "fastw2v"}):
        figure.savefig(temporary, format=suffix[1:], dpi=DPI, metadata=dates[suffix])


def check_figure_file(path: str | os.PathLike[str]) -> str:
    """Return the suffix of a file that a figure can be written to.

    Raises
    ------
    FormatError
        The suffix is none of .png, .svg and .pdf.
    MissingExtraError
        matplotlib is not installed.
    """
    check_matplotlib()
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise FormatError(
            f"{os.fspath(path)!r} names no kind of picture: end it in one of {SUFFIXES}"
        )
    return suffix


def check_matplotlib() -> None:
    """Raise `MissingExtraError` if matplotlib is not installed."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise MissingExtraError(
            "pictures need matplotlib, which is not installed: "
            'pip install "fastw2v[plot]"'
        )
