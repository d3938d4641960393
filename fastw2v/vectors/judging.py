"""Evaluation as methods, with the results that gensim's users expect."""

import logging
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from fastw2v.vectors.evaluate.analogies import answer_sections, no_question_known
from fastw2v.vectors.evaluate.known import Known
from fastw2v.vectors.evaluate.pairs import correlate, rate_pairs
from fastw2v.vectors.formats.questions import (
    Question,
    Section,
    read_pairs,
    read_sections,
)
from fastw2v.vectors.formats.streams import Source
from fastw2v.vectors.table import VectorTable

logger = logging.getLogger(__name__)

SIMILARITY_FUNCTIONS = ("most_similar", "most_similar_cosmul")

SectionResult: TypeAlias = dict[str, Any]


class Judging(VectorTable):
    """Nothing here changes the table, not even for a moment.

    `fastw2v.evaluate_word_pairs` and `fastw2v.evaluate_analogies` judge the same and
    return results with named parts.
    """

    def evaluate_word_analogies(
        self,
        analogies: Source,
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
        similarity_function: Literal[
            "most_similar", "most_similar_cosmul"
        ] = "most_similar",
    ) -> tuple[float, list[SectionResult]]:
        """Answer questions "a is to b as c is to ...?".

        Parameters
        ----------
        analogies : str, PathLike or open binary file
            UTF-8 lines of four words under headings ": name". Other lines are left
            out, with a warning unless they are blank or begin with #.
        restrict_vocab : int or None
            Only the first, most frequent, words are known and can be answers.
        case_insensitive : bool
            Compare in upper case; in a question the most frequent spelling stands for
            all, as an answer any of them will do.
        dummy4unknown : bool
            Count questions with an unknown word as wrong instead of leaving them out.
        similarity_function : {"most_similar", "most_similar_cosmul"}
            Answer by 3CosAdd or by 3CosMul.

        Returns
        -------
        score : float
            Share of right answers over all sections, 0 to 1.
        sections : list of dict
            For each heading the keys "section", its name, "correct" and "incorrect",
            lists of questions of four words; the last is "Total accuracy" over all.

        Raises
        ------
        ValueError
            The file begins without a heading or has no question to count, or there is
            no such function.
        """
        if similarity_function not in SIMILARITY_FUNCTIONS:
            raise ValueError(
                f"similarity_function is {similarity_function!r}: give one of "
                f"{SIMILARITY_FUNCTIONS}"
            )
        sections = read_sections(
            analogies, case_insensitive=case_insensitive, skip_malformed=True
        )
        right = answer_sections(
            self,
            sections,
            Known(restrict_vocab or None, case_insensitive),
            cosmul=similarity_function == "most_similar_cosmul",
        )
        results = [_judge(section, right, dummy4unknown) for section in sections]
        total: SectionResult = {"section": "Total accuracy"}
        for key in ("correct", "incorrect"):
            total[key] = [question for result in results for question in result[key]]
        score = _accuracy(total)
        if score is None:
            raise no_question_known(analogies, sections)
        return score, [*results, total]

    def evaluate_word_pairs(
        self,
        pairs: Source,
        delimiter: str | None = "\t",
        encoding: str = "utf8",
        restrict_vocab: int | None = 300_000,
        case_insensitive: bool = True,
        dummy4unknown: bool = False,
    ) -> tuple[Any, Any, float]:
        """Correlate cosines with human ratings, as WordSim-353 and SimLex-999 hold them.

        Parameters
        ----------
        pairs : str, PathLike or open binary file
            Lines "word, word, rating". Other lines are left out, with a warning
            unless they are blank or begin with #.
        delimiter : str or None
            Between the three fields; None means any white space.
        encoding : str
        restrict_vocab : int or None
            Words beyond the first, most frequent, ones count as unknown.
        case_insensitive : bool
            Compare in upper case; the most frequent spelling stands for all.
        dummy4unknown : bool
            Give pairs with an unknown word the cosine 0 instead of leaving them out.

        Returns
        -------
        pearson, spearman : SciPy results
            With ``[0]``, the coefficient, and ``[1]``, its two-sided p-value.
        oov_percent : float
            Share, 0 to 100, of pairs with an unknown word.

        Raises
        ------
        ValueError
            Fewer than two pairs can be used, or they are all alike.
        """
        read = read_pairs(
            pairs,
            delimiter,
            case_insensitive=case_insensitive,
            encoding=encoding,
            skip_malformed=True,
        )
        known = Known(restrict_vocab or None, case_insensitive)
        rated = rate_pairs(self, read, known, dummy_for_unknown=dummy4unknown)
        pearson, spearman = correlate(rated, pairs)
        return pearson, spearman, 100 * rated.unknown / len(read)

    @staticmethod
    def log_accuracy(section: Mapping[str, Any]) -> float | None:
        """Log and return the share of right answers; None for an empty section."""
        accuracy = _accuracy(section)
        if accuracy is not None:
            right, wrong = len(section["correct"]), len(section["incorrect"])
            logger.info(
                "%s: %.1f%% (%d/%d)",
                section["section"],
                100 * accuracy,
                right,
                right + wrong,
            )
        return accuracy

    @staticmethod
    def log_evaluate_word_pairs(
        pearson: Any, spearman: Any, oov: float, pairs: Source
    ) -> None:
        """Log what `evaluate_word_pairs` returned for a file."""
        logger.info(
            "%s: Pearson %.4f (p=%.4g), Spearman %.4f (p=%.4g), unknown %.1f%%",
            pairs,
            *pearson[:2],
            *spearman[:2],
            oov,
        )


def _judge(
    section: Section, right: dict[Question, bool], dummy4unknown: bool
) -> SectionResult:
    result: SectionResult = {"section": section.name, "correct": [], "incorrect": []}
    for question in section.questions:
        if question in right or dummy4unknown:
            side = "correct" if right.get(question) else "incorrect"
            result[side].append(question)
    return result


def _accuracy(section: Mapping[str, Any]) -> float | None:
    right, wrong = len(section["correct"]), len(section["incorrect"])
    return right / (right + wrong) if right + wrong else None
