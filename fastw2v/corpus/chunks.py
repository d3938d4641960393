"""The work on one chunk of text, in C++ with the GIL released.

A chunk is split into tokens, and its tokens are numbered by a dictionary of
its own. Chunks know nothing of each other, so any thread may take any chunk.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fastw2v.config import EncodingErrors
from fastw2v.errors import CorpusError

_TAB_AS_BLANK = bytes.maketrans(b"\t", b" ")


class TextChunk(NamedTuple):
    """A stretch of a text, cut where a whitespace character ends."""

    data: bytes  # UTF-8
    name: str  # of the file, for errors
    start: int  # byte offset of data in the decompressed file


class Tokens(NamedTuple):
    """The tokens of a chunk and where its sentences end."""

    tokens: Any  # Arrow array of strings; "" and null are not words
    ends: npt.NDArray[np.int64]  # tokens before the end of each ended sentence

    def without_blanks(self) -> "Tokens":
        """Leave out the tokens that are not words."""
        is_word = pc.fill_null(pc.greater(pc.binary_length(self.tokens), 0), False)
        words_before = np.concatenate([[0], np.cumsum(is_word.to_numpy(False))])
        return Tokens(self.tokens.filter(is_word), words_before[self.ends])


class CountedChunk(NamedTuple):
    """A chunk numbered by the dictionary of its own words."""

    words: list[str]  # in order of first appearance
    counts: npt.NDArray[np.int64]  # of each word
    codes: npt.NDArray[np.int32]  # each token as an index into words
    ends: npt.NDArray[np.int64]  # tokens before the end of each ended sentence


def split_text(chunk: TextChunk, encoding_errors: EncodingErrors) -> Tokens:
    r"""Split a stretch of text; what follows its last "\n" goes on in the next.

    Raises
    ------
    CorpusError
        If the bytes are not UTF-8 and `encoding_errors` is ``"strict"``; names
        the file and the byte.
    """
    tokens, ends = _split_lines(_lines(_as_arrow_text(chunk, encoding_errors)))
    return Tokens(tokens, ends[:-1])


def split_bytes(chunk: TextChunk) -> Tokens:
    r"""Split text of any encoding as word2vec.c does: at " ", "\t" and "\n".

    "\r" is left out. Tokens are bytes, none empty.
    """
    data = chunk.data.translate(_TAB_AS_BLANK, b"\r")
    lines = pc.split_pattern(pa.array([data], pa.large_binary()), b"\n").flatten()
    split = pc.split_pattern(lines, b" ")
    ends = split.offsets.to_numpy()[1:-1].astype(np.int64)
    return Tokens(split.flatten(), ends).without_blanks()


def split_cells(cells: Any, name: str) -> Tokens:
    r"""Split an Arrow array of texts; a "\n" and the end of a cell end a sentence.

    Raises
    ------
    CorpusError
        If a cell is not UTF-8.
    """
    return Tokens(*_split_lines(_lines(_checked_strings(cells, name))))


def split_lists(lists: Any, name: str) -> Tokens:
    """Take an Arrow array of token lists; each list is a sentence.

    Raises
    ------
    CorpusError
        If a token is not UTF-8.
    """
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy()
    tokens = _checked_strings(pc.list_flatten(lists), name)
    return Tokens(tokens, np.cumsum(lengths, dtype=np.int64))


def count_words(split: Tokens) -> CountedChunk:
    """Give each token of a chunk a number, and count the words.

    Tokens that are bytes become str with surrogate escapes.
    """
    coded = pc.fill_null(split.tokens, "").dictionary_encode()
    words = coded.dictionary.to_pylist()
    if words and isinstance(words[0], bytes):
        words = [word.decode("utf-8", "surrogateescape") for word in words]
    codes = coded.indices.to_numpy()
    counts = np.bincount(codes, minlength=len(words))
    return CountedChunk(words, counts, codes, split.ends)


def drop_blanks(chunk: CountedChunk) -> CountedChunk:
    """Leave the empty strings out of a chunk's tokens."""
    if "" not in chunk.words or not chunk.counts[blank := chunk.words.index("")]:
        return chunk
    is_word = chunk.codes != blank
    words_before = np.concatenate([[0], np.cumsum(is_word)])
    return CountedChunk(
        chunk.words,
        np.where(np.arange(len(chunk.counts)) == blank, 0, chunk.counts),
        chunk.codes[is_word],
        words_before[chunk.ends],
    )


def _as_arrow_text(chunk: TextChunk, encoding_errors: EncodingErrors) -> Any:
    """Return the chunk as an Arrow array of one string, checked to be UTF-8."""
    array = _one_string(chunk.data)
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        if encoding_errors == "replace":
            return _one_string(chunk.data.decode(errors="replace").encode())
        raise _not_utf8(chunk) from None
    return array


def _one_string(data: bytes) -> Any:
    """Return `data` as an Arrow array of one string, without copying it."""
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32))
    return pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data))


def _checked_strings(strings: Any, name: str) -> Any:
    """Return strings of any Arrow layout in the one that can be split."""
    strings = strings.cast(pa.large_string())
    try:
        strings.validate(full=True)
    except pa.ArrowInvalid as error:
        raise CorpusError(f"{name}: not UTF-8 text ({error}): convert it") from error
    return strings


def decode_text(chunk: TextChunk) -> str:
    """Return the text of a chunk.

    Raises
    ------
    CorpusError
        If it is not UTF-8; names the file and the byte.
    """
    try:
        return chunk.data.decode()
    except UnicodeDecodeError:
        raise _not_utf8(chunk) from None


def _not_utf8(chunk: TextChunk) -> CorpusError:
    try:
        chunk.data.decode()
    except UnicodeDecodeError as error:
        at, value = chunk.start + error.start, chunk.data[error.start]
        reason = f"byte 0x{value:02x} at offset {at} ({error.reason})"
    return CorpusError(
        f"{chunk.name}: not UTF-8 text: {reason}: convert the file to UTF-8 (iconv), "
        'or pass encoding_errors="replace"'
    )


def _lines(texts: Any) -> Any:
    return pc.list_flatten(pc.split_pattern(texts, "\n"))


def _split_lines(lines: Any) -> tuple[Any, npt.NDArray[np.int64]]:
    """Split lines at whitespace as str.split() does; return tokens and line ends.

    Blanks around a line leave an empty string there, which counts as a token
    until the rare words are dropped: cheaper than filtering every chunk.
    """
    # Behind a blank at the very end Arrow reads on, beyond its buffer, and does not
    # split if that is not UTF-8 (apache/arrow#37757). A last line without blanks
    # gives it a character to read. By the same name, so that one copy is kept.
    lines = pa.concat_arrays([lines, pa.array(["."], lines.type)])
    split = pc.utf8_split_whitespace(lines)
    return split.flatten()[:-1], split.offsets.to_numpy()[1:-1].astype(np.int64)
