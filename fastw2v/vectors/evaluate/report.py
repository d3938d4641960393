"""Many test sets at once, for one file of vectors or several side by side."""

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from fastw2v.errors import ConfigError, FormatError
from fastw2v.vectors.evaluate.analogies import evaluate_analogies
from fastw2v.vectors.evaluate.bootstrap import Interval, percentile_interval, resample
from fastw2v.vectors.evaluate.categories import evaluate_categories
from fastw2v.vectors.evaluate.outliers import evaluate_outliers
from fastw2v.vectors.evaluate.pairs import evaluate_word_pairs
from fastw2v.vectors.evaluate.sentences import check_scikit_learn, evaluate_sentences
from fastw2v.vectors.formats.streams import PathLike
from fastw2v.vectors.given import check_many, check_mapping
from fastw2v.vectors.scores import Judged, Statistic
from fastw2v.vectors.table import VectorTable, check_table

Kind: TypeAlias = Literal["analogies", "pairs", "outliers", "categories", "sentences"]

EVALUATORS: Mapping[Kind, Callable[..., Judged]] = {
    "analogies": evaluate_analogies,
    "pairs": evaluate_word_pairs,
    "outliers": evaluate_outliers,
    "categories": evaluate_categories,
    "sentences": evaluate_sentences,
}


class EvaluationSet(NamedTuple):
    """A file to judge vectors by.

    Parameters
    ----------
    name : str
        What the report calls it.
    kind : {"analogies", "pairs", "outliers", "categories", "sentences"}
        The function `evaluate_KIND` judges by it (`evaluate_word_pairs` for pairs).
    path : str or PathLike
    options : mapping
        More arguments of that function.
    """

    name: str
    kind: Kind
    path: PathLike
    options: Mapping[str, Any] = {}  # nobody writes into it


class Score(NamedTuple):
    """One figure of one file of vectors.

    Parameters
    ----------
    value : float
    interval : Interval or None
        None without a bootstrap.
    difference : float
        To the first file of vectors; 0 for itself.
    difference_interval : Interval or None
    """

    value: float
    interval: Interval | None
    difference: float
    difference_interval: Interval | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return self._asdict()


class Row(NamedTuple):
    """One measure on one test set.

    Parameters
    ----------
    test_set, kind, measure : str
    n : int
        Items behind it: those for which every file of vectors has the words.
    skipped : int
        Items left out, because one of the files has not.
    scores : tuple of Score
        One for each file of vectors.
    """

    test_set: str
    kind: Kind
    measure: str
    n: int
    skipped: int
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Report:
    """What several test sets say of one or more files of vectors.

    Parameters
    ----------
    vectors : tuple of str
        Names of the files of vectors.
    rows : tuple of Row
    results : tuple of mapping
        For each file of vectors the whole result of each test set, by its name, on all
        items that these vectors have the words of.
    rounds, seed : int
        Of the bootstrap.
    """

    vectors: tuple[str, ...]
    rows: tuple[Row, ...]
    results: tuple[Mapping[str, Judged], ...]
    rounds: int
    seed: int

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "vectors": list(self.vectors),
            "bootstrap": {"rounds": self.rounds, "seed": self.seed},
            "rows": [
                row._asdict() | {"scores": [score.as_dict() for score in row.scores]}
                for row in self.rows
            ],
            "results": [
                {name: result.as_dict() for name, result in results.items()}
                for results in self.results
            ],
        }


def evaluate_sets(
    vectors: Mapping[str, VectorTable],
    sets: Sequence[EvaluationSet],
    *,
    bootstrap: int = 1000,
    seed: int = 1,
) -> Report:
    """Judge vectors by several test sets, with confidence intervals.

    Several files of vectors are judged by the items that all of them have the words of,
    so that a vocabulary that leaves the hard ones out gains nothing. Intervals are 95 %
    percentile intervals of a bootstrap over these items; differences to the first file
    are paired. (Analogy questions share words, and the bootstrap takes items to be
    independent: their intervals are too narrow. Clusters of words and answers to
    sentences are not made anew in a round: the intervals hold for these.)

    Parameters
    ----------
    vectors : mapping of str to VectorTable
        By name; left unchanged.
    sets : sequence of EvaluationSet
        With different names.
    bootstrap : int
        Rounds; 0 for no intervals.
    seed : int
        The same seed gives the same intervals.

    Raises
    ------
    ConfigError
        No vectors, no sets, two sets of one name, or `bootstrap` or `seed` below 0.
    FileNotFoundError
        There is no such set.
    FileNotFoundError
        There is no such set.
    FormatError
        Of the evaluators; or no item is known to all files of vectors.
    MissingExtraError, VectorsError
        Of the evaluators.
    """
    _check(vectors, sets, bootstrap, seed)
    results = tuple(
        {
            part.name: EVALUATORS[part.kind](kv, part.path, **part.options)
            for part in sets
        }
        for kv in vectors.values()
    )
    rows = [
        row
        for part in sets
        for row in _rows(part, [found[part.name] for found in results], bootstrap, seed)
    ]
    return Report(tuple(vectors), tuple(rows), results, bootstrap, seed)


def _check(
    vectors: Mapping[str, VectorTable],
    sets: Sequence[EvaluationSet],
    bootstrap: int,
    seed: int,
) -> None:
    check_mapping("vectors", vectors)
    check_many("sets", sets)
    for part in sets:
        if not isinstance(part, EvaluationSet):
            raise TypeError(
                f"the test set {part!r:.80} is none: give EvaluationSet(...)"
            )
    for kv in vectors.values():
        check_table(kv)
    if not vectors or not sets:
        raise ConfigError(
            f"{len(vectors)} files of vectors and {len(sets)} test sets are given: give "
            "one or more of each"
        )
    names = [part.name for part in sets]
    if len(set(names)) < len(names):
        raise ConfigError(f"two test sets have one name, of {names}: name them apart")
    for part in sets:
        if part.kind not in EVALUATORS:
            kinds = get_args(Kind)
            raise ConfigError(
                f"{part.name} is of kind {part.kind!r}: use one of {kinds}"
            )
    for part in sets:
        if not Path(part.path).exists():
            missing = errno.ENOENT
            raise FileNotFoundError(missing, os.strerror(missing), str(part.path))
    for name, value in (("bootstrap", bootstrap), ("seed", seed)):
        if value < 0:
            raise ConfigError(f"{name} is {value}: give 0 or more")
    if any(part.kind == "sentences" for part in sets):
        check_scikit_learn()  # now, not after the other sets


def _rows(
    part: EvaluationSet, results: Sequence[Judged], bootstrap: int, seed: int
) -> list[Row]:
    """Return the measures of one test set."""
    common = reduce(np.intersect1d, [result.items.places for result in results])
    if not len(common):
        raise FormatError(
            f"{part.path}: no item has its words in every file of vectors: compare "
            "files of one language and case"
        )
    tables = [_values_at(result, common) for result in results]
    total = len(results[0].items.places) + results[0].skipped
    return [
        Row(
            part.name,
            part.kind,
            measure,
            len(common),
            total - len(common),
            _scores(tables, statistic, bootstrap, seed),
        )
        for measure, statistic in results[0].measures.items()
    ]


def _values_at(
    result: Judged, places: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    order = np.argsort(result.items.places)
    found = np.searchsorted(result.items.places, places, sorter=order)
    return result.items.values[order[found]]


def _scores(
    tables: Sequence[npt.NDArray[np.float64]],
    statistic: Statistic,
    bootstrap: int,
    seed: int,
) -> tuple[Score, ...]:
    values = [statistic(table) for table in tables]
    if not bootstrap:
        return tuple(Score(value, None, value - values[0], None) for value in values)
    samples = resample(tables, statistic, bootstrap, seed)
    return tuple(
        Score(
            value,
            percentile_interval(sample),
            value - values[0],
            percentile_interval(sample - samples[0]),
        )
        for value, sample in zip(values, samples, strict=True)
    )
