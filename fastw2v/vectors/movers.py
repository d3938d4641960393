"""The Word Mover's Distance: what it costs to turn one document into another."""

from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.lengths import to_unit


def movers_distance(
    vectors: npt.NDArray[Any], first: list[int], second: list[int], *, norm: bool
) -> float:
    """Return the least mean distance that the words of a document have to travel.

    A word weighs its share of its document and may be split; distances are Euclidean
    (Kusner, Sun, Kolkin and Weinberger 2015, section 4).

    Parameters
    ----------
    vectors : float array, shape (V, D)
    first, second : list of int
        The rows of the words of each document, as often as they occur.
    norm : bool
        Bring the vectors to length one.

    Returns
    -------
    float
        Infinite if a document is empty.

    Raises
    ------
    ImportError
        The package POT is not installed.
    """
    try:
        # An extra, which may have types one day.
        import ot  # type: ignore[import-not-found, import-untyped, unused-ignore]
    except ImportError as error:
        raise ImportError(
            "wmdistance needs the package POT: pip install 'fastw2v[wmd]'"
        ) from error
    # Here, because importing fastw2v must stay quick.
    from scipy.spatial.distance import cdist

    if not first or not second:
        return float("inf")
    (rows_1, shares_1), (rows_2, shares_2) = map(_shares, (first, second))
    points_1, points_2 = (
        (to_unit(vectors[rows]) if norm else vectors[rows]).astype(np.float64)
        for rows in (rows_1, rows_2)
    )
    return float(ot.emd2(shares_1, shares_2, cdist(points_1, points_2)))


def _shares(
    rows: list[int],
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """Return the different rows and the share of the document each makes up."""
    different, counts = np.unique(rows, return_counts=True)
    return different, counts / len(rows)
