"""Judge vectors by the word that does not belong with the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fastw2v.errors import FormatError
from fastw2v.vectors.evaluate.known import Known, check_comparable
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.formats.word_groups import SMALLEST_GROUP, read_outliers
from fastw2v.vectors.lengths import Floats
from fastw2v.vectors.scores import Items, Statistic, mean_of_first
from fastw2v.vectors.table import VectorTable


@dataclass(frozen=True)
class OutliersResult:
    """How often the outlier was told from the words that belong together.

    Parameters
    ----------
    accuracy : float
        Share of questions, 0 to 1, in which the outlier came last.
    position : float
        Outlier position percentage as a share, 0 to 1: how far to the end of the
        ranking it came, on average.
    questions : int
        Questions behind both.
    skipped : int
        Questions without a vector for the outlier, or for two words of the group.
    items : Items
        The questions asked: 1 if right, 0 if not; the position.
    """

    accuracy: float
    position: float
    questions: int
    skipped: int
    items: Items = field(compare=False, repr=False)

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """Accuracy and position."""
        return {
            "accuracy": mean_of_first,
            "position": lambda values: float(values[:, 1].mean()),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        names = ("accuracy", "position", "questions", "skipped")
        return {name: getattr(self, name) for name in names}


def evaluate_outliers(
    kv: VectorTable,
    path: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
) -> OutliersResult:
    """Find the word that does not belong with the others.

    Words are ranked by compactness, the mean cosine of those left when the word is
    taken away; the outlier should leave the most compact group. That is to rank by the
    mean cosine to the others, lowest last (Camacho-Collados and Navigli 2016, section
    2). A tie counts against the vectors.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    path : str, PathLike or open binary file
        UTF-8, in one of two forms. As the 8-8-8 set has it: the words of a group, each
        on a line, a blank line, then outliers, each of which makes one question; a
        folder stands for all .txt files in it. Or a table: one question a line, the
        outlier and the words of the group, separated by tabs.
    restrict_vocab : int or None
        Words beyond the first, most frequent, ones count as unknown.
    case_insensitive : bool
        Compare in upper case; the most frequent spelling stands for all.

    Raises
    ------
    FormatError
        A line is malformed, or no question has vectors for enough of its words.
    VectorsError
        There are fewer than two vectors, or all are the same.

    Notes
    -----
    Words of a group without a vector are left out of it; a question is skipped if
    fewer than two are left or the outlier has none.
    """
    check_comparable(kv)
    questions = read_outliers(path, case_insensitive=case_insensitive)
    known = Known(restrict_vocab, case_insensitive)
    rows = known.rows_of(kv, {word for group, last in questions for word in group})
    rows |= known.rows_of(kv, {question.outlier for question in questions})
    places, positions = [], []
    for place, (words, outlier) in enumerate(questions):
        group = [rows[word][0] for word in words if word in rows]
        if outlier in rows and len(group) >= SMALLEST_GROUP:
            unit = kv.unit_rows.take([*group, rows[outlier][0]])
            places.append(place)
            positions.append(outlier_position(unit))
    if not places:
        raise FormatError(
            f"{name_of(path)}: none of its {len(questions)} questions has vectors for its "
            "words: check that language and case are those of the vectors"
        )
    right = [position == 1 for position in positions]
    return OutliersResult(
        float(np.mean(right)),
        float(np.mean(positions)),
        len(places),
        len(questions) - len(places),
        Items.of(places, right, positions),
    )


def outlier_position(unit: Floats) -> float:
    """Return the share of the other words that rank before the last row, the outlier.

    Parameters
    ----------
    unit : array, shape (n + 1, D)
        Vectors of length one.
    """
    # Cosines to the others; the one to itself is 1 for every word and moves no rank,
    # but a row of zeros has 0 there.
    cosines = unit.astype(np.float64) @ unit.T.astype(np.float64)
    np.fill_diagonal(cosines, 0.0)
    compactness = cosines.sum(axis=1)
    return float(np.mean(compactness[:-1] > compactness[-1]))
