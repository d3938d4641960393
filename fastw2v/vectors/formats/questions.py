"""Read the files that vectors are judged by: rated word pairs, analogy questions."""

import warnings
from collections.abc import Callable, Iterable
from math import isfinite
from typing import NamedTuple, TypeAlias, TypeVar

from fastw2v.checks import check_text
from fastw2v.errors import ConfigError, FormatError
from fastw2v.vectors.formats.lines import Line, lines_to_evaluate
from fastw2v.vectors.formats.streams import PathLike, Source, name_of

Question: TypeAlias = tuple[str, ...]
Parsed = TypeVar("Parsed")


class RatedPair(NamedTuple):
    """Two words, and how alike people find them."""

    first: str
    second: str
    rating: float


class Section(NamedTuple):
    """One heading of a question file, and the questions of four words under it."""

    name: str
    questions: list[Question]


def read_pairs(
    source: Source,
    delimiter: str | None,
    *,
    case_insensitive: bool,
    encoding: str = "UTF-8",
    skip_malformed: bool = False,
) -> list[RatedPair]:
    """Read lines "word, word, rating"; blank lines and comments (#) are skipped.

    Parameters
    ----------
    source : str, PathLike or open binary file
    delimiter : str or None
        Between the three fields; None means any white space.
    case_insensitive : bool
        Return words in upper case.
    encoding : str
    skip_malformed : bool
        Leave lines out that are malformed, with a warning.

    Raises
    ------
    FormatError
        A line is malformed, there is none, or the file is not in this encoding.
    """
    name = name_of(source)
    if delimiter is not None:
        check_text("delimiter", delimiter)
    if delimiter == "":
        raise ConfigError(
            f"delimiter is {delimiter!r:.80}; give a str, or None for any white space"
        )

    def parse(line: Line) -> RatedPair:
        number, text = line
        fields = [field.strip() for field in text.split(delimiter)]
        try:
            first, second, rating = *fields[:2], float(fields[2])
        except (IndexError, ValueError):
            rating = float("nan")
        if len(fields) != 3 or not isfinite(rating):
            raise FormatError(
                f"{name}: line {number} is not two words and a number, separated by "
                f"{delimiter or 'white space'!r} ({text[:60]!r}): give the delimiter, "
                "or put # before a line that is none"
            )
        if case_insensitive:
            first, second = first.upper(), second.upper()
        return RatedPair(first, second, rating)

    return _parse_all(parse, lines_to_evaluate(source, encoding), skip_malformed)


def read_sections(
    source: Source, *, case_insensitive: bool, skip_malformed: bool = False
) -> list[Section]:
    """Read lines of four words under headings ": name"; # begins a comment.

    Parameters
    ----------
    source : str, PathLike or open binary file
        In UTF-8.
    case_insensitive : bool
        Return words in upper case.
    skip_malformed : bool
        Leave lines out that have not four words, with a warning.

    Raises
    ------
    FormatError
        A line is malformed or stands before any heading, there is no line, or the
        file is not UTF-8.
    """
    name = name_of(source)
    sections: list[Section] = []

    def parse(line: Line) -> None:
        number, text = line
        if text.startswith(":"):
            sections.append(Section(text[1:].strip(), []))
            return
        words = (text.upper() if case_insensitive else text).split()
        if len(words) != 4:
            raise FormatError(
                f"{name}: line {number} has {len(words)} words ({text[:60]!r}), a "
                "question has 4: mend it, or put # before it"
            )
        sections[-1].questions.append(tuple(words))

    lines = lines_to_evaluate(source)
    number, text = lines[0]
    if not text.startswith(":"):
        raise FormatError(
            f"{name}: line {number} stands before any heading: begin the file with "
            "a line ': name'"
        )
    _parse_all(parse, lines, skip_malformed)
    return sections


def holds_analogies(path: PathLike) -> bool:
    """Tell a file of analogy questions, which begins with ": name", from word pairs.

    Raises
    ------
    FormatError
        The file is empty or not UTF-8.
    """
    _, line = lines_to_evaluate(path)[0]
    return line.startswith(":")


def _parse_all(
    parse: Callable[[Line], Parsed], lines: Iterable[Line], skip_malformed: bool
) -> list[Parsed]:
    parsed: list[Parsed] = []
    skipped: list[FormatError] = []
    for line in lines:
        try:
            parsed.append(parse(line))
        except FormatError as error:
            if not skip_malformed:
                raise
            skipped.append(error)
    if skipped:
        problem = f"left out {len(skipped)} lines, the first because {skipped[0]}"
        warnings.warn(problem, UserWarning, stacklevel=4)
    return parsed
