"""Lines of the small text files that vectors are judged by."""

import codecs
import os
from pathlib import Path
from typing import TypeAlias

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.streams import Source, check_source, name_of

Line: TypeAlias = tuple[int, str]


def lines_to_evaluate(source: Source, encoding: str = "UTF-8") -> list[Line]:
    """Return the numbered lines that are neither blank nor comments (#).

    Raises
    ------
    FormatError
        There is none, or the file is not in this encoding.
    """
    lines = [
        (number, line)
        for number, line in numbered_lines(source, encoding)
        if line.strip() and not line.startswith("#")
    ]
    if not lines:
        raise FormatError(
            f"{name_of(source)} holds no line to evaluate: give another file"
        )
    return lines


def numbered_lines(source: Source, encoding: str = "UTF-8") -> list[Line]:
    """Return all lines, numbered from 1, without their ends.

    Raises
    ------
    FormatError
        The file is not in this encoding.
    """
    is_utf8 = codecs.lookup(encoding).name == "utf-8"
    try:
        text = _read_bytes(source).decode("utf-8-sig" if is_utf8 else encoding)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{name_of(source)} is not {encoding} ({error}): convert it"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return list(enumerate(text.split("\n"), 1))


def _read_bytes(source: Source) -> bytes:
    check_source(source, "read")
    if isinstance(source, str | os.PathLike):
        return Path(source).read_bytes()
    return source.read()
