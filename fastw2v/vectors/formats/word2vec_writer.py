"""Write the text and binary formats of word2vec.c, compressed or not."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_text, check_whole
from fastw2v.errors import FormatError
from fastw2v.replace import check_target
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.streams import PathLike, writing
from fastw2v.vectors.formats.word2vec_blocks import is_ambiguous

Output: TypeAlias = IO[bytes] | gzip.GzipFile

# Rows turned into bytes at once.
BLOCK_ROWS = 1024

# gzip's own middle way; level 9 takes three times as long to save a hundredth.
GZIP_LEVEL = 6

# That a header may promise; no reader takes more.
MOST_WORDS = 1 << 62


@dataclass(frozen=True)
class WriteOptions:
    """How a file is to be written.

    Parameters
    ----------
    binary : bool
        Rows of float32 rather than of decimal numbers.
    header : bool
        Begin with the line "V D"; GloVe files have none. A binary file needs it.
    total : int or None
        The V of the header, where more rows are to be appended; else those written.
    prefix : str
        Put before each word.
    append : bool
        Write behind what the file holds.
    counts_path : str, PathLike or None
        Also write "word value" lines there, as word2vec.c does with -save-vocab.
    sort_attr : str
        The attribute to write there, and by whose falling values rows are written.
    """

    binary: bool = False
    header: bool = True
    total: int | None = None
    prefix: str = ""
    append: bool = False
    counts_path: PathLike | None = None
    sort_attr: str = "count"

    def __post_init__(self) -> None:
        check_text("prefix", self.prefix)
        check_text("sort_attr", self.sort_attr)
        if self.total is not None:
            check_whole("total_vec", self.total)
        if self.binary and not self.header and not self.append:
            raise ValueError(
                "write_header=False makes a binary file that nothing can read: pass "
                "binary=False, or append=True to a file that has a header"
            )

    @property
    def keeps_spaces(self) -> bool:
        """Whether words with spaces in them can be read back: D must be known."""
        return self.header and not self.binary and self.counts_path is None


def write_word2vec(
    path: PathLike, stored: StoredVectors, options: WriteOptions
) -> None:
    """Write rows by falling attribute; compressed if the name ends in .gz.

    Text holds the shortest decimal number that reads back as the same float.

    Raises
    ------
    FormatError
        A word cannot be read back from this format.
    ValueError
        There is no such attribute, and it is to be written or is not just ``count``.
    """
    values = _sort_values(stored, options)
    order = _falling(values) if values is not None else np.arange(len(stored.words))
    words = encode_words(
        (f"{options.prefix}{word}" for word in stored.words),
        spaces=options.keeps_spaces,
    )
    words = [words[row] for row in order.tolist()]
    rows = _binary_rows if options.binary else _text_rows
    total = len(words) if options.total is None else options.total
    if not len(words) <= total <= MOST_WORDS:
        raise ValueError(
            f"total_vec is {total} and {len(words)} words are to be written: give from "
            f"{len(words)} to {MOST_WORDS}, or None"
        )
    if options.counts_path is not None:
        check_target(options.counts_path)
    with _create(path, append=options.append) as stream:
        if options.header:
            stream.write(b"%d %d\n" % (total, stored.vectors.shape[1]))
        for start in range(0, len(words), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            stream.write(rows(words[block], stored.vectors[order[block]]))
    if options.counts_path is not None and values is not None:
        listed = values[order].tolist()
        with _create(options.counts_path) as stream:
            stream.writelines(
                b"%s %s\n" % (word, str(value).encode())
                for word, value in zip(words, listed, strict=True)
            )


def _sort_values(
    stored: StoredVectors, options: WriteOptions
) -> npt.NDArray[Any] | None:
    """Return the attribute to sort by; None where there are no counts."""
    name = options.sort_attr
    values = stored.expandos.get(name, stored.counts if name == "count" else None)
    if values is None and options.counts_path is not None:
        raise ValueError(f"there are no {name}s to write: leave out fvocab")
    if values is None and name != "count":
        raise ValueError(
            f"words have no attribute '{name}' to sort by: there are "
            f"{sorted(stored.expandos)}"
        )
    return values


def _falling(values: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return row numbers by falling value, equals in the order they have."""
    rising = np.argsort(values[::-1], kind="stable")
    return len(values) - 1 - rising[::-1]


@contextmanager
def _create(path: PathLike, *, append: bool = False) -> Iterator[Output]:
    with writing(path, append=append) as raw:
        if Path(path).suffix.lower() != ".gz":
            yield raw
            return
        # No name and no time in it: the same vectors give the same file.
        with gzip.GzipFile("", "wb", GZIP_LEVEL, raw, mtime=0) as stream:
            yield stream


def encode_words(words: Iterable[str], *, spaces: bool = False) -> list[bytes]:
    """Encode words, refusing with FormatError those that could not be read back.

    With `spaces` these are allowed within a word, see `is_ambiguous`.
    """
    encoded = []
    for word in words:
        try:
            name = word.encode()
        except UnicodeEncodeError as error:
            raise FormatError(
                f"the word {word!r} is not valid Unicode: rename it, or use "
                "KeyedVectors.save"
            ) from error
        unclear = is_ambiguous(name) if spaces else b" " in name
        if not name or b"\n" in name or unclear:
            raise FormatError(
                f"the word {word!r} is empty or holds a space or newline and could not "
                "be read back: rename it, or use KeyedVectors.save"
            )
        encoded.append(name)
    return encoded


def _binary_rows(words: list[bytes], vectors: npt.NDArray[Any]) -> bytes:
    rows = np.ascontiguousarray(vectors, dtype="<f4")
    return b"".join(
        b"%s %s\n" % (word, row.data) for word, row in zip(words, rows, strict=True)
    )


def _text_rows(words: list[bytes], vectors: npt.NDArray[Any]) -> bytes:
    """Render rows with Arrow, whose text of a float is the shortest that is exact."""
    import pyarrow as pa  # here, because importing fastw2v must stay quick
    import pyarrow.compute as pc

    count, dim = vectors.shape
    # Arrow has no text for float16.
    flat = vectors.astype(np.promote_types(vectors.dtype, np.float32)).ravel()
    numbers = pc.cast(pa.array(flat), pa.string())
    ends = np.arange(0, count * dim + 1, dim, dtype=np.int32)
    rows = pc.binary_join(pa.ListArray.from_arrays(ends, numbers), " ")
    lines = zip(words, rows.to_pylist(), strict=True)
    return b"".join(b"%s %s\n" % (word, row.encode()) for word, row in lines)
