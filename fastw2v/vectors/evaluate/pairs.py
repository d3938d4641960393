"""Judge vectors by word pairs that people rated."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fastw2v.errors import FormatError
from fastw2v.vectors.evaluate.known import Known, check_comparable
from fastw2v.vectors.formats.questions import RatedPair, read_pairs
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.scores import Correlation, Items, PairsResult
from fastw2v.vectors.table import VectorTable


class RatedCosines(NamedTuple):
    """Ratings of people beside cosines of vectors.

    Parameters
    ----------
    ratings, cosines : list of float
        One for each pair.
    places : list of int
        Where in the file each pair stands, from 0.
    unknown, total : int
        Pairs of the file with a word that has no vector, and all.
    """

    ratings: list[float]
    cosines: list[float]
    places: list[int]
    unknown: int
    total: int


def evaluate_word_pairs(
    kv: VectorTable,
    path: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy_for_unknown: bool = False,
    delimiter: str | None = "\t",
) -> PairsResult:
    """Correlate cosines with human ratings, as WordSim-353 and SimLex-999 hold them.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    path : str, PathLike or open binary file
        UTF-8 lines "word, word, rating"; blank lines and those that begin with #
        are skipped.
    restrict_vocab : int or None
        Words beyond the first, most frequent, ones count as unknown.
    case_insensitive : bool
        Compare in upper case; the most frequent spelling stands for all.
    dummy_for_unknown : bool
        Give pairs with an unknown word the cosine 0 instead of leaving them out.
    delimiter : str or None
        Between the three fields; None means any white space.

    Raises
    ------
    FormatError
        A line is malformed, or fewer than two pairs, or pairs that are all alike,
        leave nothing to correlate.
    VectorsError
        There are fewer than two vectors, or all are the same.
    """
    check_comparable(kv)
    pairs = read_pairs(path, delimiter, case_insensitive=case_insensitive)
    known = Known(restrict_vocab, case_insensitive)
    rated = rate_pairs(kv, pairs, known, dummy_for_unknown=dummy_for_unknown)
    pearson, spearman = correlate(rated, path)
    return PairsResult(
        Correlation(float(pearson.statistic), float(pearson.pvalue)),
        Correlation(float(spearman.statistic), float(spearman.pvalue)),
        len(rated.ratings),
        rated.unknown / len(pairs),
        len(pairs) - len(rated.ratings),
        Items.of(rated.places, rated.ratings, rated.cosines),
    )


def rate_pairs(
    kv: VectorTable,
    pairs: Sequence[RatedPair],
    known: Known,
    *,
    dummy_for_unknown: bool,
) -> RatedCosines:
    """Put the cosine of each pair beside its rating; see `evaluate_word_pairs`."""
    rows = known.rows_of(kv, {word for pair in pairs for word in pair[:2]})
    usable = [
        place
        for place, pair in enumerate(pairs)
        if pair.first in rows and pair.second in rows
    ]
    firsts = kv.unit_rows.take([rows[pairs[place].first][0] for place in usable])
    seconds = kv.unit_rows.take([rows[pairs[place].second][0] for place in usable])
    cosines = np.einsum("ij,ij->i", firsts, seconds).tolist()
    unknown = len(pairs) - len(usable)
    if dummy_for_unknown:
        usable += sorted(set(range(len(pairs))) - set(usable))
        cosines += [0.0] * unknown
    ratings = [pairs[place].rating for place in usable]
    return RatedCosines(ratings, cosines, usable, unknown, len(pairs))


def correlate(rated: RatedCosines, path: Source) -> tuple[Any, Any]:
    """Return Pearson's and Spearman's correlation as SciPy gives them.

    Raises
    ------
    FormatError
        Fewer than two pairs, or pairs that are all alike.
    """
    from scipy import stats  # here, because importing fastw2v must stay quick

    if len(set(rated.ratings)) < 2 or len(set(rated.cosines)) < 2:
        raise FormatError(
            f"{name_of(path)}: {rated.total - rated.unknown} of {rated.total} pairs have "
            "vectors, and they do not differ in both rating and cosine, so nothing can "
            "be correlated: check the file, its case, and that the vectors are trained"
        )
    return (
        stats.pearsonr(rated.ratings, rated.cosines),
        stats.spearmanr(rated.ratings, rated.cosines),
    )
