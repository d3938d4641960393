"""Read sentences with labels from tab-separated files."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.lines import Line, numbered_lines
from fastw2v.vectors.formats.streams import Source, name_of

PARTS = {
    "train": "train",
    "dev": "dev",
    "valid": "dev",
    "validation": "dev",
    "test": "test",
}
"""Names of the parts of a set, and what they are called here."""


class Columns(NamedTuple):
    """Names of columns, for files whose first line gives them."""

    label: str = "label"
    text: str = "text"
    split: str = "split"


class Sentence(NamedTuple):
    """A sentence, the class it belongs to, and the part of the set it stands in.

    ``part`` is "train", "dev", "test", or "" where the file says nothing.
    """

    label: str
    words: list[str]
    part: str


def read_labelled(
    source: Source,
    columns: Columns,
    merge: Mapping[str, str] | None,
    *,
    case_insensitive: bool,
) -> list[Sentence]:
    """Read tab-separated sentences, as `evaluate_sentences` describes.

    Raises
    ------
    FormatError
        A line has too few columns, a part of the set has an unknown name, there is no
        sentence, or the file is not UTF-8.
    """
    lines = [line for line in numbered_lines(source) if line[1].strip()]
    if not lines:
        raise FormatError(f"{name_of(source)} holds no sentence: give another file")
    order, body = _places(source, lines, columns)
    sentences = []
    for number, line in body:
        fields = line.split("\t")
        if len(fields) <= max(order):
            raise FormatError(
                f"{name_of(source)}: line {number} has {len(fields)} columns and "
                f"{max(order) + 1} are needed ({line[:60]!r}): separate them by tabs"
            )
        label, text, *part = (fields[place].strip() for place in order)
        if merge is not None and label not in merge:
            continue
        sentences.append(
            Sentence(
                label if merge is None else merge[label],
                (text.upper() if case_insensitive else text).split(),
                _part(source, number, part[0]) if part else "",
            )
        )
    if not sentences:
        raise FormatError(
            f"{name_of(source)} has no sentence with a label of {sorted(merge or ())}: "
            "name labels that it has"
        )
    return sentences


def _places(
    source: Source, lines: Sequence[Line], columns: Columns
) -> tuple[list[int], Sequence[Line]]:
    """Return where label, text and perhaps part stand, and the lines after a header."""
    header = lines[0][1].split("\t")
    if columns.label in header and columns.text in header:
        names = [name for name in columns if name in header]
        return [header.index(name) for name in names], lines[1:]
    if columns[:2] != Columns()[:2]:
        raise FormatError(
            f"{name_of(source)} has the columns {header[:20]}: no {columns.label!r} and "
            f"{columns.text!r} among them"
        )
    return ([1, 2, 0] if len(header) > 2 else [0, 1]), lines


def _part(source: Source, number: int, name: str) -> str:
    if name not in PARTS:
        raise FormatError(
            f"{name_of(source)}: line {number} is in a part named {name!r}: use one of "
            f"{sorted(PARTS)}"
        )
    return PARTS[name]
