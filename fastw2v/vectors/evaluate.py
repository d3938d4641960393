"""Judge vectors by word pairs that people rated, and by analogy questions."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.questions import (
    Question,
    RatedPair,
    Section,
    holds_analogies,
    read_pairs,
    read_sections,
)
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.scores import (
    AnalogiesResult,
    Correlation,
    PairsResult,
    SectionScore,
)
from fastw2v.vectors.search import top_k, top_k_cosmul
from fastw2v.vectors.table import VectorTable

__all__ = ["evaluate_analogies", "evaluate_word_pairs", "holds_analogies"]

# Questions whose query vectors are built at once.
BATCH_QUESTIONS = 2048


class Known(NamedTuple):
    """Which words of a file count as known, and how they are compared.

    Parameters
    ----------
    restrict_vocab : int or None
        Only the first, most frequent, words are known.
    case_insensitive : bool
        Words are compared in upper case.
    """

    restrict_vocab: int | None
    case_insensitive: bool

    def rows_of(self, kv: VectorTable, needed: set[str]) -> dict[str, list[int]]:
        """Return the rows of every spelling of the words, most frequent first."""
        rows: dict[str, list[int]] = {}
        words = kv.index_to_key[: len(kv.unit_rows.rows)][: self.restrict_vocab]
        for row, word in enumerate(map(str, words)):
            folded = word.upper() if self.case_insensitive else word
            if folded in needed:
                rows.setdefault(folded, []).append(row)
        return rows


class RatedCosines(NamedTuple):
    """Ratings of people beside cosines of vectors.

    Parameters
    ----------
    ratings, cosines : list of float
        One for each pair.
    unknown, total : int
        Pairs of the file with a word that has no vector, and all.
    """

    ratings: list[float]
    cosines: list[float]
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
    """
    pairs = read_pairs(path, delimiter, case_insensitive=case_insensitive)
    known = Known(restrict_vocab, case_insensitive)
    rated = rate_pairs(kv, pairs, known, dummy_for_unknown=dummy_for_unknown)
    pearson, spearman = correlate(rated, path)
    return PairsResult(
        Correlation(float(pearson.statistic), float(pearson.pvalue)),
        Correlation(float(spearman.statistic), float(spearman.pvalue)),
        len(rated.ratings),
        rated.unknown / len(pairs),
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
    usable = [pair for pair in pairs if pair.first in rows and pair.second in rows]
    firsts = kv.unit_rows.take([rows[pair.first][0] for pair in usable])
    seconds = kv.unit_rows.take([rows[pair.second][0] for pair in usable])
    cosines = np.einsum("ij,ij->i", firsts, seconds).tolist()
    ratings = [pair.rating for pair in usable]
    unknown = len(pairs) - len(usable)
    if dummy_for_unknown:
        ratings += [
            pair.rating
            for pair in pairs
            if pair.first not in rows or pair.second not in rows
        ]
        cosines += [0.0] * unknown
    return RatedCosines(ratings, cosines, unknown, len(pairs))


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


def evaluate_analogies(
    kv: VectorTable,
    path: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
) -> AnalogiesResult:
    """Answer questions "a is to b as c is to ...?" by 3CosAdd.

    The answer is the word nearest to b - a + c, all of unit length, with a, b and c
    left out (Mikolov, Yih and Zweig 2013, section 4). It is right if it is the fourth
    word.

    Parameters
    ----------
    kv : VectorTable
        Left unchanged.
    path : str, PathLike or open binary file
        UTF-8 lines of four words under headings ": name"; blank lines and those that
        begin with # are skipped.
    restrict_vocab : int or None
        Only the first, most frequent, words are known and can be answers.
    case_insensitive : bool
        Compare in upper case; in a question the most frequent spelling stands for
        all, as an answer any of them will do.

    Raises
    ------
    FormatError
        A line is malformed, or all questions have words without vectors.
    """
    sections = read_sections(path, case_insensitive=case_insensitive)
    right = answer_sections(kv, sections, Known(restrict_vocab, case_insensitive))
    if not right:
        raise no_question_known(path, sections)
    return AnalogiesResult(tuple(_score(section, right) for section in sections))


def answer_sections(
    kv: VectorTable, sections: Sequence[Section], known: Known, *, cosmul: bool = False
) -> dict[Question, bool]:
    """Tell for each question whose words are known whether its answer is right.

    With ``cosmul`` the answer is found by 3CosMul (Levy and Goldberg 2014) instead of
    3CosAdd.
    """
    questions = [question for section in sections for question in section.questions]
    rows = known.rows_of(kv, {word for question in questions for word in question})
    usable = [
        question for question in questions if all(word in rows for word in question)
    ]
    table = kv.unit_rows.first(known.restrict_vocab)
    right: dict[Question, bool] = {}
    for start in range(0, len(usable), BATCH_QUESTIONS):
        block = usable[start : start + BATCH_QUESTIONS]
        a, b, c = (table.take([rows[q[i]][0] for q in block]) for i in range(3))
        exclude = [[row for word in q[:3] for row in rows[word]] for q in block]
        if cosmul:
            near = np.stack([b, c], axis=1)
            found = top_k_cosmul(table, near, a[:, None], 1, exclude)
        else:
            found = top_k(table, b - a + c, 1, exclude)
        for question, row in zip(block, found.indices[:, 0].tolist(), strict=True):
            right[question] = row in rows[question[3]]
    return right


def no_question_known(path: Source, sections: Sequence[Section]) -> FormatError:
    """Build the error for a file of which no question can be asked."""
    total = sum(len(section.questions) for section in sections)
    return FormatError(
        f"{name_of(path)}: none of its {total} questions has vectors for its four words: check "
        "that language and case are those of the vectors"
    )


def _score(section: Section, right: dict[Question, bool]) -> SectionScore:
    answers = [right[question] for question in section.questions if question in right]
    return SectionScore(
        section.name,
        correct=sum(answers),
        total=len(answers),
        skipped=len(section.questions) - len(answers),
    )
