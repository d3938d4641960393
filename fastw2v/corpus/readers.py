"""Open text files and streams and cut them into chunks: the only place that does.

A chunk is cut behind a whitespace character, so that no token is torn. Cutting
there is also safe in text that is not UTF-8: the first byte of a character
always starts one, whatever stands before it.
"""

import lzma
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow as pa

from fastw2v.corpus.chunks import TextChunk
from fastw2v.errors import CorpusError

# Bytes. No word is as long, and a small file can unpack to many of them.
LONGEST_TOKEN = 1 << 26
_BLOCK = 1 << 20  # bytes, where nothing else decides
_HEAD = 16  # bytes, enough for every signature below
_CODECS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16 = 'UTF-16 text: convert it with "iconv -f UTF-16 -t UTF-8"'
_SIGNATURES = {
    b"\xff\xfe": _UTF16,
    b"\xfe\xff": _UTF16,
    b"\x1f\x8b": "gzip data: name the file .gz",
    **{b"BZh%d1AY&SY" % i: "bzip2 data: name the file .bz2" for i in range(1, 10)},
    b"\xfd7zXZ\x00": "xz data: name the file .xz",
    b"\x28\xb5\x2f\xfd": "zstd data: name the file .zst",
    b"PK\x03\x04": "a zip archive: unpack it first",
    b"PAR1\x15": "Parquet data: name the file .parquet",
    b"ARROW1\x00\x00": "Arrow data: name the file .arrow",
    b"\x93NUMPY": "a NumPy file: load it and pass the array",
}
_WHITESPACE = re.compile(
    b"|".join(re.escape(chr(i).encode()) for i in range(0x3001) if chr(i).isspace())
)


class OpenText(NamedTuple):
    """A text being read."""

    name: str  # for errors
    read: Callable[[int], bytes]  # the next bytes of decompressed text, b"" at the end
    position: Callable[[], int]  # bytes of the file on disk that were read
    start: int = 0  # where in the decompressed file reading begins


@contextmanager
def open_text_file(path: Path) -> Iterator[OpenText]:
    """Open a plain, .gz, .bz2, .xz or .zst file, told apart by its suffix.

    Raises
    ------
    CorpusError
        While reading, if compressed data is damaged or cut short.
    """
    suffix = path.suffix.lower()
    with path.open("rb") as file:
        position = file.tell if file.seekable() else lambda: 0
        if not is_compressed(path):
            yield OpenText(str(path), file.read, position)
            return
        if not file.peek(1):
            raise _damaged(path, "it is empty")
        with _decompressor(file, suffix) as stream:

            def read(size: int) -> bytes:
                try:
                    return bytes(stream.read(size))
                except (OSError, EOFError, lzma.LZMAError) as error:
                    raise _damaged(path, error) from error

            yield OpenText(str(path), read, position)


@contextmanager
def open_lines(path: Path, start: int, stop: int) -> Iterator[OpenText]:
    """Open those lines of a plain file that begin within a range of its bytes.

    So ranges that cover a file give each line once, wherever they were cut: inside a
    line or inside a character.
    """
    with path.open("rb") as file:
        first, end = (_line_start(file, position) for position in (start, stop))
        file.seek(first)

        def read(size: int) -> bytes:
            return file.read(min(size, end - file.tell()))

        yield OpenText(str(path), read, file.tell, first)


def _line_start(file: IO[bytes], position: int) -> int:
    """Return where the first line begins that does not begin before `position`."""
    if position == 0:
        return 0
    file.seek(position - 1)
    while block := file.read(_BLOCK):
        end = block.find(b"\n")
        if end >= 0:
            return file.tell() - len(block) + end + 1
    return file.tell()


def open_text_stream(stream: IO[Any]) -> OpenText:
    """Read an open binary or text file object from where it stands."""
    name = str(getattr(stream, "name", f"<{type(stream).__name__}>"))
    done = 0

    def read(size: int) -> bytes:
        nonlocal done
        try:
            data = stream.read(size)
            data = data.encode() if isinstance(data, str) else bytes(data)
        except UnicodeError as error:
            raise CorpusError(
                f"{name}: not UTF-8 text ({error}): open it in binary mode"
            ) from error
        done += len(data)
        return data

    return OpenText(name, read, lambda: done)


def count_line_ends(path: Path) -> int:
    r"""Return how many "\n" a text file holds.

    Raises
    ------
    CorpusError
        If compressed data is damaged or cut short.
    """
    found = 0
    with open_text_file(path) as text:
        while block := text.read(_BLOCK):
            found += block.count(b"\n")
    return found


def first_lines(text: OpenText, limit: int | None) -> OpenText:
    """Let a text end behind its first `limit` lines; None is all of them."""
    if limit is None:
        return text
    left = limit

    def read(size: int) -> bytes:
        nonlocal left
        data = text.read(size) if left else b""
        ends = data.count(b"\n")
        if ends >= left:
            # Behind the last line end that is wanted stand `left` pieces and a rest.
            rest = data.split(b"\n", left)[left:]
            data = data[: len(data) - sum(map(len, rest))]
        left -= min(left, ends)
        return data

    return text._replace(read=read)


def read_chunks(
    text: OpenText,
    chunk_bytes: int,
    last_end: Callable[[bytes], int] | None = None,
) -> Iterator[TextChunk]:
    r"""Cut a text into chunks of about `chunk_bytes`, each whole in its tokens.

    They are cut where `last_end` says that a block may be, by default
    `last_whitespace_end`. The last chunk is closed by a "\n", since the end of a file ends its last
    sentence. A token longer than a chunk makes a longer chunk.

    Raises
    ------
    CorpusError
        If the text starts like a binary file, or has no whitespace for 64 MiB.
    """
    last_end = last_end or last_whitespace_end
    head = _read_head(text) if text.start == 0 else b""
    mark = len(_UTF8_BOM) if head.startswith(_UTF8_BOM) else 0
    start = text.start + mark
    parts, held = [head[mark:]], len(head) - mark
    while block := text.read(chunk_bytes):
        parts.append(block)
        held += len(block)
        cut = last_end(block) if held >= chunk_bytes else 0
        if cut:
            parts[-1] = block[:cut]
            yield TextChunk(b"".join(parts), text.name, start)
            start += held - (len(block) - cut)
            parts, held = [block[cut:]], len(block) - cut
        elif held > LONGEST_TOKEN:
            raise CorpusError(
                f"{text.name}: no whitespace in {held} bytes from offset {start} on, "
                f"the limit is {LONGEST_TOKEN}: is this text?"
            )
    yield TextChunk(b"".join([*parts, b"\n"]), text.name, start)


def last_whitespace_end(block: bytes) -> int:
    """Return the offset behind the last whitespace character, 0 without one.

    Searched in steps from the end, so that the time is linear at worst.
    """
    stop, step = len(block), 4096
    longest = 3  # bytes of a whitespace character, which may lie across two steps
    while stop > 0:
        start = max(0, stop - step)
        ends = [m.end() for m in _WHITESPACE.finditer(block, start, stop + longest)]
        if ends:
            return ends[-1]
        stop, step = start, step * 4
    return 0


def last_blank_end(block: bytes) -> int:
    r"""Return the offset behind the last " ", "\t" or "\n", 0 without one."""
    return 1 + max(map(block.rfind, (b" ", b"\t", b"\n")))


def is_compressed(path: Path) -> bool:
    """Tell by the suffix whether `open_text_file` decompresses a file."""
    return path.suffix.lower() in {*_CODECS, ".xz"}


def _decompressor(file: IO[bytes], suffix: str) -> Any:
    if suffix == ".xz":
        return lzma.LZMAFile(file)
    return pa.CompressedInputStream(pa.PythonFile(file, mode="r"), _CODECS[suffix])


def _damaged(path: Path, reason: object) -> CorpusError:
    return CorpusError(
        f"{path}: damaged or cut short, cannot decompress ({reason}): fetch or "
        "compress the file again"
    )


def _read_head(text: OpenText) -> bytes:
    """Read the first bytes and refuse the signatures of binary formats."""
    head = b""
    while len(head) < _HEAD and (more := text.read(_HEAD - len(head))):
        head += more
    for signature, remedy in _SIGNATURES.items():
        if head.startswith(signature):
            raise CorpusError(f"{text.name} is not UTF-8 text but {remedy}")
    return head
