"""Judge vectors by how well their clusters are the categories people made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_int
from fastw2v.errors import FormatError
from fastw2v.vectors.classes import word_classes
from fastw2v.vectors.evaluate.known import Known, check_comparable
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.formats.word_groups import read_categories
from fastw2v.vectors.lengths import to_unit
from fastw2v.vectors.scores import Items, Statistic, mean_of_first
from fastw2v.vectors.table import VectorTable

STARTS = 10
"""Runs of k-means, each from another start; the tightest clusters count."""
ROUNDS = 50
"""Rounds of k-means; few hundred words settle long before."""


@dataclass(frozen=True)
class CategoriesResult:
    """How well clusters of the words agree with their categories.

    Parameters
    ----------
    purity : float
        Share of words, 0 to 1, whose category is the most frequent of their cluster.
    words, categories : int
        Words behind it, and their categories, of which there are as many as clusters.
    skipped : int
        Words without a vector.
    items : Items
        The words used: 1 if of the commonest category of the cluster, 0 if not.
    """

    purity: float
    words: int
    categories: int
    skipped: int
    items: Items = field(compare=False, repr=False)

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """Purity."""
        return {"purity": mean_of_first}

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        names = ("purity", "words", "categories", "skipped")
        return {name: getattr(self, name) for name in names}


def evaluate_categories(
    kv: VectorTable,
    path: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    seed: int = 1,
) -> CategoriesResult:
    """Cluster words and compare the clusters with categories.

    As many clusters as there are categories, by spherical k-means from several starts,
    the tightest of which counts. The measure is purity (Manning, Raghavan and Schuetze
    2008, section 16.3), as Baroni, Dinu and Kruszewski (2014, section 3) have it.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    path : str, PathLike or open binary file
        UTF-8 lines "category<TAB>word"; blank lines and those that begin with # are
        skipped.
    restrict_vocab : int or None
        Words beyond the first, most frequent, ones count as unknown.
    case_insensitive : bool
        Compare in upper case; the most frequent spelling stands for all.
    seed : int
        Of the order in which words begin in the clusters.

    Raises
    ------
    FormatError
        A line is malformed, or the words with vectors are of fewer than two categories
        or no more than these.
    VectorsError
        There are fewer than two vectors, or all are the same.
    """
    check_int("seed", seed, 0, 2**63 - 1)
    check_comparable(kv)
    members = read_categories(path, case_insensitive=case_insensitive)
    known = Known(restrict_vocab, case_insensitive)
    rows = known.rows_of(kv, {member.word for member in members})
    places = [i for i, member in enumerate(members) if member.word in rows]
    names, categories = np.unique(
        [members[place].category for place in places], return_inverse=True
    )
    if len(names) < 2 or len(places) <= len(names):
        raise FormatError(
            f"{name_of(path)}: {len(places)} of {len(members)} words have vectors, of "
            f"{len(names)} categories, and sorting takes 2 or more with more words than "
            "categories: check that language and case are those of the vectors"
        )
    unit = kv.unit_rows.take([rows[members[place].word][0] for place in places])
    clusters = tightest_classes(unit, len(names), seed)
    pure = in_commonest(clusters, categories)
    return CategoriesResult(
        float(np.mean(pure)),
        len(places),
        len(names),
        len(members) - len(places),
        Items.of(places, pure),
    )


def in_commonest(
    clusters: npt.NDArray[np.int64], categories: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Tell which words are of the commonest category of their cluster; shape (n,)."""
    table = np.zeros((clusters.max() + 1, categories.max() + 1), dtype=np.int64)
    np.add.at(table, (clusters, categories), 1)
    commonest: npt.NDArray[np.bool_] = table.argmax(axis=1)[clusters] == categories
    return commonest


def tightest_classes(
    unit: npt.NDArray[np.float32], classes: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the best of several runs of k-means: the largest sum of cosines."""
    rng = np.random.default_rng(seed)
    best, best_sum = None, -np.inf
    for _ in range(STARTS):
        order = rng.permutation(len(unit))
        chosen = np.empty(len(unit), dtype=np.int64)
        chosen[order] = word_classes(unit[order], classes, ROUNDS)
        tightness = _sum_of_cosines(unit, chosen, classes)
        if best is None or tightness > best_sum:
            best, best_sum = chosen, tightness
    assert best is not None
    return best


def _sum_of_cosines(
    unit: npt.NDArray[np.float32], chosen: npt.NDArray[np.int64], classes: int
) -> float:
    centers = np.zeros((classes, unit.shape[1]))
    np.add.at(centers, chosen, unit)
    return float((unit * to_unit(centers)[chosen]).sum(dtype=np.float64))
