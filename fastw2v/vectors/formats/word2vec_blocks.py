"""The rows of word2vec files, text and binary, in blocks of about a megabyte."""

import io
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.errors import EncodingError, FormatError, TruncatedError

BLOCK_BYTES = 1 << 20

# Longer ones mean that the file is not what it seems: a word of a binary file, the
# numbers of a row, and the bytes of a row of text, which may have so many numbers.
MAX_WORD_BYTES = 1 << 16
MAX_DIM = 1 << 20
MAX_LINE_BYTES = 32 * MAX_DIM

# Fields beyond those wanted that are counted for a message.
MOST_SPARE = 1000


class Plan(NamedTuple):
    """What is to be read from a file whose header is behind us.

    Parameters
    ----------
    path : str or PathLike
        For messages.
    dim : int
        Numbers per word, D.
    wanted : int or None
        Words to read; None means up to the end of the file.
    whole : bool
        Nothing but blank space may follow the last wanted word.
    encoding, unicode_errors : str
        As for ``bytes.decode``.
    dtype : NumPy dtype
        Of the vectors to return: float16, float32 or float64.
    """

    path: str | os.PathLike[str]
    dim: int
    wanted: int | None
    whole: bool
    encoding: str
    unicode_errors: str
    dtype: np.dtype[Any] = np.dtype(np.float32)

    def missing(self, done: int) -> int | None:
        """Words still to read after ``done``; None means no limit."""
        return None if self.wanted is None else self.wanted - done

    def fail_truncated(self, done: int) -> TruncatedError:
        """Build the error for a file that ends too early."""
        return TruncatedError(
            f"{self.path}: ends after {done} of {self.wanted} words: the file is cut "
            f"short, get it again or read what is there with limit={done}"
        )

    def fail_surplus(self, place: str) -> FormatError:
        """Build the error for a file that goes on after its last word."""
        return FormatError(
            f"{self.path}: {place}: data after the {self.wanted} words that the header "
            f"promises, mend the header or read only these with limit={self.wanted}"
        )


class Block(NamedTuple):
    """Consecutive rows: n words and an array of shape (n, D)."""

    words: list[str]
    vectors: npt.NDArray[Any]


Line = tuple[int, bytes]


def text_blocks(
    stream: io.BufferedIOBase, plan: Plan, line_number: int
) -> Iterator[Block]:
    """Read rows of "word number number ...", blank lines allowed.

    Parameters
    ----------
    stream : binary file
    plan : Plan
    line_number : int
        Number of the first line still in ``stream``, for messages.
    """
    done = 0
    for lines in _lines(stream, plan, line_number):
        rows = [
            (number, line)
            for number, line in enumerate(lines, line_number)
            if not line.isspace()
        ]
        line_number += len(lines)
        missing = plan.missing(done)
        if chosen := rows[:missing]:
            yield _parse_text(chosen, plan)
        done += len(chosen)
        if len(chosen) < len(rows) and plan.whole:
            raise plan.fail_surplus(f"line {rows[len(chosen)][0]}")
        if plan.missing(done) == 0 and not plan.whole:
            return
    if plan.missing(done):
        raise plan.fail_truncated(done)


def _lines(
    stream: io.BufferedIOBase, plan: Plan, line_number: int
) -> Iterator[list[bytes]]:
    """Give the lines with their ends, about a block of bytes at a time."""
    rest = bytearray()
    while chunk := stream.read(BLOCK_BYTES):
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut:
            lines = io.BytesIO(rest[:cut]).readlines()
            yield lines
            line_number += len(lines)
            del rest[:cut]
        elif len(rest) > MAX_LINE_BYTES:
            raise FormatError(
                f"{plan.path}: line {line_number} is longer than {MAX_LINE_BYTES} bytes: "
                "the file is damaged, or binary and wants binary=True"
            )
    if rest:
        yield [bytes(rest)]


def _parse_text(rows: list[Line], plan: Plan) -> Block:
    """Parse one block with Arrow's kernels, or line by line where they refuse."""
    import pyarrow as pa  # here, because importing fastw2v must stay quick
    import pyarrow.compute as pc

    parts = [line.partition(b" ") for _, line in rows]
    names = [part[0] for part in parts]
    try:
        tails = pa.array([part[2].rstrip() for part in parts], pa.string())
        fields = pc.split_pattern(tails, " ")
        # float16 is rounded from float32, which Arrow parses.
        parsed = pa.float64() if plan.dtype == np.float64 else pa.float32()
        even = pc.all(pc.equal(pc.list_value_length(fields), plan.dim)).as_py()
        flat = pc.cast(fields.flatten(), parsed).to_numpy() if even else None
    except pa.ArrowInvalid:
        flat = None
    if flat is None:
        parsed_lines = [_parse_line(row, plan) for row in rows]
        names = [name for name, _ in parsed_lines]
        flat = np.array([numbers for _, numbers in parsed_lines], dtype=np.float64)
    words = [
        _decode(name, f"line {number}", plan)
        for name, (number, _) in zip(names, rows, strict=True)
    ]
    vectors, bad = _as_dtype(flat.reshape(len(rows), plan.dim), plan)
    if bad is not None:
        raise _not_finite(plan, f"line {rows[bad][0]}", words[bad])
    return Block(words, vectors)


def _parse_line(row: Line, plan: Plan) -> tuple[bytes, list[float]]:
    number, line = row
    name, fields = _split_line(line, plan.dim)
    if len(fields) != plan.dim:
        more = " or more" if len(fields) > plan.dim + MOST_SPARE else ""
        raise FormatError(
            f"{plan.path}: line {number} has {len(fields)}{more} numbers after its word, "
            f"{plan.dim} expected: mend the line, or pass binary=True if the file is "
            "binary"
        )
    try:
        return name, [float(field) for field in fields]
    except ValueError as error:
        raise FormatError(
            f"{plan.path}: line {number}: {error}: mend the line, or pass binary=True "
            "if the file is binary"
        ) from error


def _split_line(line: bytes, dim: int) -> tuple[bytes, list[bytes]]:
    """Part a line at its first space, or before the last D fields if that fits."""
    name, _, tail = line.partition(b" ")
    # No further than it takes to see that they are too many: a line may be long.
    fields = tail.split(None, dim + MOST_SPARE)
    if len(fields) > dim:
        spaced, *last = line.rstrip().rsplit(b" ", dim)
        if not is_ambiguous(spaced):
            return spaced, last
    return name, fields


def is_ambiguous(name: bytes) -> bool:
    """Tell whether in a line of text a word could be read otherwise than it is meant.

    It may hold a space (GloVe's ". . .", node2vec's "('1', '2')") as long as what is
    next to the numbers is not itself one.
    """
    if b" " not in name:
        return False
    try:
        float(name.rpartition(b" ")[2])
    except ValueError:
        return name.strip(b" ") != name
    return True


def binary_blocks(stream: io.BufferedIOBase, plan: Plan) -> Iterator[Block]:
    """Read rows of "word", a space, D little-endian float32, newline or not."""
    done, total = 0, plan.wanted or 0
    rest = bytearray()
    while done < total:
        chunk = stream.read(BLOCK_BYTES)
        rest += chunk
        block, used = _parse_binary(rest, plan, done)
        del rest[:used]
        done += len(block.words)
        if block.words:
            yield block
        if done < total and not chunk:
            raise plan.fail_truncated(done)
        if len(rest) > MAX_WORD_BYTES and b" " not in rest[:MAX_WORD_BYTES]:
            raise FormatError(
                f"{plan.path}: word {done + 1} is longer than {MAX_WORD_BYTES} bytes: "
                "the file is damaged, or text that wants binary=False"
            )
    if plan.whole and (rest + stream.read(BLOCK_BYTES)).strip():
        raise plan.fail_surplus(f"after word {done}")


def _parse_binary(data: bytearray, plan: Plan, done: int) -> tuple[Block, int]:
    """Parse the whole rows in ``data``; return them and the bytes they took."""
    missing = plan.missing(done) or 0
    words: list[str] = []
    rows: list[bytearray] = []
    position = 0
    while len(words) < missing:
        space = data.find(b" ", position)
        end = space + 1 + 4 * plan.dim
        if space < 0 or end > len(data):
            break
        word = bytes(data[position:space]).lstrip(b"\n")
        words.append(_decode(word, f"word {done + len(words) + 1}", plan))
        rows.append(data[space + 1 : end])
        position = end
    flat = np.frombuffer(b"".join(rows), dtype="<f4")
    vectors, bad = _as_dtype(flat.reshape(-1, plan.dim), plan)
    if bad is not None:
        raise _not_finite(plan, f"word {done + bad + 1}", words[bad])
    return Block(words, vectors), position


def _as_dtype(
    rows: npt.NDArray[Any], plan: Plan
) -> tuple[npt.NDArray[Any], int | None]:
    """Return the rows in the dtype wanted, and the first that is not finite there."""
    with np.errstate(over="ignore"):  # too large for the dtype: found below
        vectors = rows.astype(plan.dtype, copy=False)
    finite = np.isfinite(vectors).all(axis=1)
    return vectors, None if finite.all() else int(finite.argmin())


def _decode(word: bytes, place: str, plan: Plan) -> str:
    return decode_word(
        word, f"{plan.path}: {place}", plan.encoding, plan.unicode_errors
    )


def decode_word(word: bytes, place: str, encoding: str, errors: str) -> str:
    """Decode a word of a file, as ``bytes.decode`` does.

    Raises
    ------
    EncodingError
        It is not in this encoding; the message gives the place.
    """
    try:
        return word.decode(encoding, errors)
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"{place} is not {error.encoding} ({word[:40]!r}): pass the encoding, "
            'unicode_errors="replace", or the right value of binary',
            error,
        ) from error


def _not_finite(plan: Plan, place: str, word: str) -> FormatError:
    return FormatError(
        f"{plan.path}: {place} ({word!r}) holds NaN or infinity as {plan.dtype}: the "
        "file is damaged or the wrong value of binary was given, else drop the word"
    )
