"""Judge vectors by word pairs that people rated, and by analogy questions."""

import os
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

import numpy as np

from fastw2v.errors import FormatError
from fastw2v.vectors.scores import (
    AnalogiesResult,
    Correlation,
    PairsResult,
    SectionScore,
)
from fastw2v.vectors.search import top_k
from fastw2v.vectors.table import VectorTable

PathLike: TypeAlias = str | os.PathLike[str]
Source: TypeAlias = PathLike | BinaryIO
Question: TypeAlias = tuple[str, ...]

# Questions whose query vectors are built at once.
BATCH_QUESTIONS = 2048


class Section(NamedTuple):
    """One heading of a question file, and the questions of four words under it."""

    name: str
    questions: list[Question]


def evaluate_word_pairs(
    kv: VectorTable,
    path: PathLike,
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
    path : str or PathLike
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
    pairs = list(_read_pairs(path, delimiter, case_insensitive))
    needed = {word for first, second, _ in pairs for word in (first, second)}
    rows = _rows_of(kv, needed, restrict_vocab, case_insensitive)
    known = [(a, b, gold) for a, b, gold in pairs if a in rows and b in rows]
    firsts = kv.unit_rows.take([rows[a][0] for a, _, _ in known])
    seconds = kv.unit_rows.take([rows[b][0] for _, b, _ in known])
    cosines = np.einsum("ij,ij->i", firsts, seconds).tolist()
    ratings = [gold for _, _, gold in known]
    oov_share = (len(pairs) - len(known)) / len(pairs)
    if dummy_for_unknown:
        unknown = [gold for a, b, gold in pairs if a not in rows or b not in rows]
        ratings += unknown
        cosines += [0.0] * len(unknown)
    if len(set(ratings)) < 2 or len(set(cosines)) < 2:
        raise FormatError(
            f"{path}: {len(ratings)} of {len(pairs)} pairs have vectors, and they do "
            "not differ in both rating and cosine, so nothing can be correlated: check "
            "the file, its case, and that the vectors are trained"
        )
    return _correlate(cosines, ratings, oov_share)


def _correlate(
    cosines: list[float], ratings: list[float], oov_share: float
) -> PairsResult:
    from scipy import stats  # here, because importing fastw2v must stay quick

    pearson = stats.pearsonr(ratings, cosines)
    spearman = stats.spearmanr(ratings, cosines)
    return PairsResult(
        Correlation(float(pearson.statistic), float(pearson.pvalue)),
        Correlation(float(spearman.statistic), float(spearman.pvalue)),
        len(ratings),
        oov_share,
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
    sections = _read_sections(path, case_insensitive)
    questions = [question for section in sections for question in section.questions]
    needed = {word for question in questions for word in question}
    rows = _rows_of(kv, needed, restrict_vocab, case_insensitive)
    usable = [
        question for question in questions if all(word in rows for word in question)
    ]
    if not usable:
        raise FormatError(
            f"{_name(path)}: none of its {len(questions)} questions has vectors for "
            "its four words: check that language and case are those of the vectors"
        )
    right = _answer(kv, usable, rows, restrict_vocab)
    return AnalogiesResult(tuple(_score(section, right) for section in sections))


def holds_analogies(path: PathLike) -> bool:
    """Tell a file of analogy questions, which begins with ": name", from word pairs.

    Raises
    ------
    FormatError
        The file is empty or not UTF-8.
    """
    _, line = _read_lines(path)[0]
    return line.startswith(":")


def _answer(
    kv: VectorTable,
    questions: list[Question],
    rows: dict[str, list[int]],
    restrict_vocab: int | None,
) -> dict[Question, bool]:
    """Tell for each question whether the nearest word is the right one."""
    table = kv.unit_rows.first(restrict_vocab)
    right: dict[Question, bool] = {}
    for start in range(0, len(questions), BATCH_QUESTIONS):
        block = questions[start : start + BATCH_QUESTIONS]
        a, b, c = (table.take([rows[q[i]][0] for q in block]) for i in range(3))
        exclude = [[row for word in q[:3] for row in rows[word]] for q in block]
        found = top_k(table, b - a + c, 1, exclude).indices[:, 0].tolist()
        for question, row in zip(block, found, strict=True):
            right[question] = row in rows[question[3]]
    return right


def _score(section: Section, right: dict[Question, bool]) -> SectionScore:
    answers = [right[question] for question in section.questions if question in right]
    return SectionScore(
        section.name,
        correct=sum(answers),
        total=len(answers),
        skipped=len(section.questions) - len(answers),
    )


def _rows_of(
    kv: VectorTable,
    needed: set[str],
    restrict_vocab: int | None,
    case_insensitive: bool,
) -> dict[str, list[int]]:
    """Return the rows of every spelling of the needed words, most frequent first."""
    rows: dict[str, list[int]] = {}
    for row, word in enumerate(kv.index_to_key[:restrict_vocab]):
        folded = word.upper() if case_insensitive else word
        if folded in needed:
            rows.setdefault(folded, []).append(row)
    return rows


def _read_pairs(
    path: PathLike, delimiter: str | None, case_insensitive: bool
) -> Iterator[tuple[str, str, float]]:
    for number, line in _read_lines(path):
        fields = [field.strip() for field in line.split(delimiter)]
        try:
            first, second, rating = *fields[:2], float(fields[2])
        except (IndexError, ValueError):
            rating = float("nan")
        if len(fields) != 3 or not isfinite(rating):
            raise FormatError(
                f"{path}: line {number} is not two words and a number, separated by "
                f"{delimiter or 'white space'!r} ({line[:60]!r}): give the delimiter, "
                "or put # before a line that is none"
            )
        if case_insensitive:
            first, second = first.upper(), second.upper()
        yield first, second, rating


def _read_sections(path: Source, case_insensitive: bool) -> list[Section]:
    sections: list[Section] = []
    for number, line in _read_lines(path):
        if line.startswith(":"):
            sections.append(Section(line[1:].strip(), []))
            continue
        words = (line.upper() if case_insensitive else line).split()
        if len(words) != 4:
            raise FormatError(
                f"{_name(path)}: line {number} has {len(words)} words "
                f"({line[:60]!r}), a question has 4: mend it, or put # before it"
            )
        if not sections:
            raise FormatError(
                f"{_name(path)}: line {number} stands before any heading: begin the "
                "file with a line ': name'"
            )
        sections[-1].questions.append(tuple(words))
    return sections


def _read_lines(path: Source) -> list[tuple[int, str]]:
    """Return the numbered lines that are neither blank nor comments."""
    try:
        text = _read_bytes(path).decode("utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{_name(path)} is not UTF-8 ({error}): convert it"
        ) from error
    lines = [
        (number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        raise FormatError(f"{_name(path)} holds no line to evaluate: give another file")
    return lines


def _read_bytes(path: Source) -> bytes:
    if isinstance(path, str | os.PathLike):
        return Path(path).read_bytes()
    return path.read()


def _name(path: Source) -> str:
    """Return what a message calls the source."""
    if isinstance(path, str | os.PathLike):
        return str(path)
    return str(getattr(path, "name", "the open file"))
