"""What an evaluation of vectors gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple


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
    """

    pearson: Correlation
    spearman: Correlation
    pairs: int
    oov_share: float

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "pearson": self.pearson._asdict(),
            "spearman": self.spearman._asdict(),
            "pairs": self.pairs,
            "oov_share": self.oov_share,
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
    """

    sections: tuple[SectionScore, ...]

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
            "all": self.all.as_dict(),
            "semantic": self.semantic.as_dict(),
            "syntactic": self.syntactic.as_dict(),
            "sections": [part.as_dict() for part in self.sections],
        }
