"""Judge vectors by analogy questions."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from fastw2v.errors import ConfigError, FormatError
from fastw2v.vectors.evaluate.known import Known, check_comparable
from fastw2v.vectors.formats.questions import Question, Section, read_sections
from fastw2v.vectors.formats.streams import Source, name_of
from fastw2v.vectors.scores import AnalogiesResult, Items, Method, SectionScore
from fastw2v.vectors.search import top_k, top_k_cosmul
from fastw2v.vectors.table import VectorTable

METHODS = get_args(Method)

# Questions whose query vectors are built at once.
BATCH_QUESTIONS = 2048


def evaluate_analogies(
    kv: VectorTable,
    path: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    method: Method = "3CosAdd",
) -> AnalogiesResult:
    """Answer questions "a is to b as c is to ...?".

    By 3CosAdd the answer is the word nearest to b - a + c, all of unit length, with a,
    b and c left out (Mikolov, Yih and Zweig 2013, section 4); by 3CosMul it is the one
    whose similarities, brought to 0..1, to b and c multiply to most over that to a
    (Levy and Goldberg 2014, section 6). It is right if it is the fourth word.

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
    method : {"3CosAdd", "3CosMul"}

    Raises
    ------
    ConfigError
        There is no such method.
    FormatError
        A line is malformed, or all questions have words without vectors.
    VectorsError
        There are fewer than two vectors, or all are the same.
    """
    if method not in [*METHODS]:
        raise ConfigError(f"method is {method!r}: give one of {METHODS}")
    check_comparable(kv)
    sections = read_sections(path, case_insensitive=case_insensitive)
    known = Known(restrict_vocab, case_insensitive)
    right = answer_sections(kv, sections, known, cosmul=method == "3CosMul")
    if not right:
        raise no_question_known(path, sections)
    asked = [question for section in sections for question in section.questions]
    places = [place for place, question in enumerate(asked) if question in right]
    return AnalogiesResult(
        tuple(_score(section, right) for section in sections),
        method,
        Items.of(places, [right[asked[place]] for place in places]),
    )


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
