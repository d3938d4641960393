"""Read vectors in the format that is in the file, whatever its name."""

import os
from pathlib import Path

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.sniff import describe_foreign
from fastw2v.vectors.formats.word2vec_reader import (
    MAX_HEADER_BYTES,
    ReadOptions,
    is_header,
    open_stream,
)
from fastw2v.vectors.keyed_vectors import KeyedVectors

# A text row is at most a word and 65,536 numbers: longer ones are no text.
_LONGEST_ROW = 1 << 21


def read_any(path: str | os.PathLike[str], limit: int | None = None) -> KeyedVectors:
    """Read vectors in fastw2v's own, word2vec's or GloVe's format.

    The name says nothing: word2vec.c writes text and binary under any name.

    Parameters
    ----------
    path : str or PathLike
        A safetensors file of fastw2v's, or word2vec text, word2vec binary or GloVe
        text, these also compressed by gzip.
    limit : int, optional
        Read only the first words of word2vec and GloVe files.

    Raises
    ------
    FormatError
        The file is none of these, or does not hold what its format promises.
    """
    if _is_safetensors(path):
        return KeyedVectors.load(path)
    options = _word2vec_options(path, limit)
    if options is None:
        raise FormatError(f"{path} holds no vectors that can be read: "
                          f"{describe_foreign(path)}")  # fmt: skip
    return KeyedVectors.load_word2vec_format(
        path, binary=options.binary, limit=limit, no_header=options.no_header
    )


def _is_safetensors(path: str | os.PathLike[str]) -> bool:
    """Tell by the start: the length of the header, and the header, which is JSON."""
    with Path(path).open("rb") as stream:
        head = stream.read(9)
    return len(head) == 9 and head[5:] == b"\0\0\0{"


def _word2vec_options(
    path: str | os.PathLike[str], limit: int | None
) -> ReadOptions | None:
    """Tell text from binary by the first row; None if the file is neither."""
    with open_stream(path) as (stream, _):
        line = stream.readline(MAX_HEADER_BYTES)
        if is_header(line):
            dim = int(line.split()[1])
            row = stream.readline(_LONGEST_ROW)
            is_text = _is_text_row(row, dim) or _is_damaged_text(row)
            return ReadOptions(not is_text, limit)
        line += stream.readline(_LONGEST_ROW) if not line.endswith(b"\n") else b""
    if _is_text_row(line, len(line.split()) - 1):
        return ReadOptions(limit=limit, no_header=True)
    return None


def _is_text_row(row: bytes, dim: int) -> bool:
    numbers = row.split()[-dim:] if dim > 0 else []
    try:
        return len([float(number) for number in numbers]) == dim > 0
    except ValueError:
        return False


def _is_damaged_text(row: bytes) -> bool:
    """Tell a row with an error, which the reader of text will name, from float32."""
    try:
        row.decode()
    except UnicodeDecodeError:
        return False
    has_control = any(byte < ord(" ") for byte in row.rstrip())
    return row.count(b" ") > 1 and not has_control
