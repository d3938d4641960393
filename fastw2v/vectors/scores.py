"""What an evaluation of vectors gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, Self, TypeAlias

import numpy as np
import numpy.typing as npt

Method: TypeAlias = Literal["3CosAdd", "3CosMul"]
Statistic: TypeAlias = Callable[[npt.NDArray[np.float64]], float]
"""A figure of some items: takes their values, (n, k)."""


class Items(NamedTuple):
    """What vectors made of each item of a test set, so that items can be resampled.

    Parameters
    ----------
    places : int64 array, shape (n,)
        Which items of the set these are, by their order in it, from 0.
    values : float64 array, shape (n, k)
        What a measure is computed from.
    """

    places: npt.NDArray[np.int64]
    values: npt.NDArray[np.float64]

    @classmethod
    def of(cls, places: Sequence[int], *columns: npt.ArrayLike) -> Self:
        """Put columns of values together."""
        values = np.column_stack([np.asarray(part, np.float64) for part in columns])
        return cls(np.asarray(places, np.int64), values)


class Judged(Protocol):
    """What all results of an evaluation share."""

    @property
    def items(self) -> Items:
        """What the measures are computed from."""
        ...

    @property
    def skipped(self) -> int:
        """Items of the set that the vectors do not know enough words of."""
        ...

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """The figures by name, the most important first."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        ...


def mean_of_first(values: npt.NDArray[np.float64]) -> float:
    """Return the mean of the first column: an accuracy, where it says right or wrong."""
    return float(values[:, 0].mean())


def pearson(values: npt.NDArray[np.float64]) -> float:
    """Return the correlation of the two columns; NaN where one does not vary."""
    first, second = (values - values.mean(axis=0)).T
    scale = np.sqrt((first @ first) * (second @ second))
    return float(first @ second / scale) if scale > 0 else float("nan")


def spearman(values: npt.NDArray[np.float64]) -> float:
    """Return the correlation of the ranks of the two columns."""
    from scipy.stats import rankdata  # here, because importing fastw2v must stay quick

    return pearson(rankdata(values, axis=0))


class Correlation(NamedTuple):
    """A correlation coefficient and its two-sided p-value."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class PairsResult:
    """How well cosines follow human ratings of word pairs.

    Parameters
    ----------
    pearson, spearman : Correlation
    pairs : int
        Pairs behind the correlations.
    oov_share : float
        Share, 0 to 1, of the file's pairs with a word that has no vector.
    skipped : int
        Pairs left out for that.
    items : Items
        The pairs used: rating and cosine.
    """

    pearson: Correlation
    spearman: Correlation
    pairs: int
    oov_share: float
    skipped: int
    items: Items = field(compare=False, repr=False)

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """Spearman's and Pearson's correlation."""
        return {"spearman": spearman, "pearson": pearson}

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "pearson": self.pearson._asdict(),
            "spearman": self.spearman._asdict(),
            "pairs": self.pairs,
            "oov_share": self.oov_share,
            "skipped": self.skipped,
        }


@dataclass(frozen=True)
class SectionScore:
    """Analogy questions answered under one heading.

    Parameters
    ----------
    name : str
    correct, total : int
        Right answers, and questions whose four words all have vectors.
    skipped : int
        Questions with a word that has none.
    """

    name: str
    correct: int
    total: int
    skipped: int

    @property
    def accuracy(self) -> float | None:
        """Share of right answers, 0 to 1; None without questions."""
        return self.correct / self.total if self.total else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {**vars(self), "accuracy": self.accuracy}


def together(name: str, parts: Iterable[SectionScore]) -> SectionScore:
    """Add sections up under a new name."""
    chosen = list(parts)
    return SectionScore(
        name,
        correct=sum(part.correct for part in chosen),
        total=sum(part.total for part in chosen),
        skipped=sum(part.skipped for part in chosen),
    )


@dataclass(frozen=True)
class AnalogiesResult:
    """Analogy questions answered, by section of the question file.

    Parameters
    ----------
    sections : tuple of SectionScore
        In the order of the file.
    method : {"3CosAdd", "3CosMul"}
    items : Items
        The questions answered: 1 if right, 0 if not.
    """

    sections: tuple[SectionScore, ...]
    method: Method
    items: Items = field(compare=False, repr=False)

    @property
    def skipped(self) -> int:
        """Questions with a word that has no vector."""
        return self.all.skipped

    @property
    def measures(self) -> Mapping[str, Statistic]:
        """The share of right answers, under the name of the method."""
        return {self.method: mean_of_first}

    @property
    def all(self) -> SectionScore:
        """Every section together."""
        return together("all", self.sections)

    @property
    def semantic(self) -> SectionScore:
        """Sections about things: those whose name does not begin with "gram"."""
        chosen = (part for part in self.sections if not part.name.startswith("gram"))
        return together("semantic", chosen)

    @property
    def syntactic(self) -> SectionScore:
        """Sections about word forms: those whose name begins with "gram"."""
        chosen = (part for part in self.sections if part.name.startswith("gram"))
        return together("syntactic", chosen)

    @property
    def accuracy(self) -> float | None:
        """Share of right answers over all sections, 0 to 1; None without questions."""
        return self.all.accuracy

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "method": self.method,
            "all": self.all.as_dict(),
            "semantic": self.semantic.as_dict(),
            "syntactic": self.syntactic.as_dict(),
            "sections": [part.as_dict() for part in self.sections],
        }
