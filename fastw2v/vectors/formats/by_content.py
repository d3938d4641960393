"""Read vectors in the format that is in the file, whatever its name."""

import os
from pathlib import Path

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.gensim_pickle import is_gensim_file
from fastw2v.vectors.formats.sniff import describe_foreign
from fastw2v.vectors.formats.streams import open_stream
from fastw2v.vectors.formats.word2vec_reader import (
    MAX_HEADER_BYTES,
    ReadOptions,
    is_header,
    read_word2vec,
)
from fastw2v.vectors.keyed_vectors import KeyedVectors

# A text row is at most a word and 65,536 numbers: longer ones are no text.
_LONGEST_ROW = 1 << 21


def read_any(path: str | os.PathLike[str]) -> KeyedVectors:
    """Read vectors in fastw2v's own, word2vec's, GloVe's or gensim's format.

    The name says nothing: word2vec.c writes text and binary under any name.

    Parameters
    ----------
    path : str or PathLike
        A safetensors file of fastw2v's, or word2vec text, word2vec binary or GloVe
        text, these also compressed by gzip; or what gensim's `save` wrote.

    Raises
    ------
    FormatError
        The file is none of these, or does not hold what its format promises.
    """
    if is_gensim_file(path) or _is_safetensors(path):
        return KeyedVectors.load(path)
    options = _word2vec_options(path)
    if options is None:
        reason = describe_foreign(path)
        raise FormatError(f"{path} holds no vectors that can be read: {reason}")
    return KeyedVectors.from_stored(read_word2vec(path, options))


def _is_safetensors(path: str | os.PathLike[str]) -> bool:
    """Tell by the start: the length of the header, and the header, which is JSON."""
    with Path(path).open("rb") as stream:
        head = stream.read(9)
    return len(head) == 9 and head[5:] == b"\0\0\0{"


def _word2vec_options(path: str | os.PathLike[str]) -> ReadOptions | None:
    """Tell text from binary by the first row; None if the file is neither."""
    with open_stream(path) as (stream, _):
        line = stream.readline(MAX_HEADER_BYTES)
        if is_header(line):
            dim = int(line.split()[1])
            row = stream.readline(_LONGEST_ROW)
            is_text = _is_text_row(row, dim) or _is_damaged_text(row)
            return ReadOptions(binary=not is_text)
        line += stream.readline(_LONGEST_ROW) if not line.endswith(b"\n") else b""
    dim = len(line.split()) - 1
    # A word and one number is a line of a vocabulary file, not of GloVe's.
    is_glove = dim > 1 and _is_text_row(line, dim)
    return ReadOptions(no_header=True) if is_glove else None


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
