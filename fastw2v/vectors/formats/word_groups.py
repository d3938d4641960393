"""Read the sets of words that vectors are judged by: outliers, categories."""

from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.lines import lines_to_evaluate, numbered_lines
from fastw2v.vectors.formats.streams import Source, name_of

SMALLEST_GROUP = 2
"""Words of a group, the outlier aside; fewer have no similarity among themselves."""


class OutlierQuestion(NamedTuple):
    """Words that belong together, and one that does not belong to them."""

    group: tuple[str, ...]
    outlier: str


class Member(NamedTuple):
    """A word, and the category it belongs to."""

    category: str
    word: str


def read_outliers(source: Source, *, case_insensitive: bool) -> list[OutlierQuestion]:
    """Read outlier questions, in either form that `evaluate_outliers` describes.

    Raises
    ------
    FormatError
        A line or file is malformed, there is no question, or a file is not UTF-8.
    """
    questions = []
    for file in _files(source):
        lines = lines_to_evaluate(file)
        read = _from_table if any("\t" in line for _, line in lines) else _from_group
        questions += read(file)
    if not case_insensitive:
        return questions
    return [
        OutlierQuestion(tuple(map(str.upper, group)), outlier.upper())
        for group, outlier in questions
    ]


def read_categories(source: Source, *, case_insensitive: bool) -> list[Member]:
    """Read lines "category<TAB>word"; blank lines and comments (#) are skipped.

    Raises
    ------
    FormatError
        A line is malformed, fewer than two categories are named, or the file is not
        UTF-8.
    """
    members = []
    for number, line in lines_to_evaluate(source):
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) != 2 or not all(fields):
            raise FormatError(
                f"{name_of(source)}: line {number} is not a category, a tab and a word "
                f"({line[:60]!r}): mend it, or put # before it"
            )
        category, word = fields
        members.append(Member(category, word.upper() if case_insensitive else word))
    if len({member.category for member in members}) < 2:
        raise FormatError(
            f"{name_of(source)} names one category and sorting takes 2 or more: add "
            "others"
        )
    return members


def _files(source: Source) -> list[Source]:
    if not isinstance(source, str | Path) or not Path(source).is_dir():
        return [source]
    files: list[Source] = [*sorted(Path(source).glob("*.txt"))]
    if not files:
        raise FormatError(f"{source} holds no .txt file: give another folder")
    return files


def _from_table(source: Source) -> list[OutlierQuestion]:
    questions = []
    for number, line in lines_to_evaluate(source):
        outlier, *group = (field.strip() for field in line.split("\t"))
        where = f"{name_of(source)}: line {number}"
        questions.append(_checked(OutlierQuestion(tuple(group), outlier), where))
    return questions


def _from_group(source: Source) -> list[OutlierQuestion]:
    """Read a group, a word a line; after a blank line each word is an outlier to it."""
    words = [line.strip() for _, line in numbered_lines(source)]
    group = tuple(takewhile(bool, words))
    outliers = [word for word in words[len(group) :] if word]
    if not outliers:
        raise FormatError(
            f"{name_of(source)} has no word after a blank line: give the words that "
            "belong together, a blank line, and the outliers, each word on a line"
        )
    return [
        _checked(OutlierQuestion(group, word), name_of(source)) for word in outliers
    ]


def _checked(question: OutlierQuestion, where: str) -> OutlierQuestion:
    group, outlier = question
    if len(group) < SMALLEST_GROUP or not all((outlier, *group)):
        raise FormatError(
            f"{where} has {len(group)} words beside the outlier {outlier!r} and a "
            f"question takes {SMALLEST_GROUP} or more, none of them empty: add some"
        )
    if outlier in group or len(set(group)) < len(group):
        raise FormatError(f"{where} has a word twice: a question takes different ones")
    return question
