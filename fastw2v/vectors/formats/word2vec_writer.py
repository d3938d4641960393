"""Write the text and binary formats of word2vec.c, compressed or not."""

import gzip
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError
from fastw2v.replace import replacing
from fastw2v.vectors.formats.stored import StoredVectors

PathLike = str | os.PathLike[str]

# Rows turned into bytes at once.
BLOCK_ROWS = 1024

# gzip's own middle way; level 9 takes three times as long to save a hundredth.
GZIP_LEVEL = 6


@dataclass(frozen=True)
class WriteOptions:
    """How a file is to be written.

    Parameters
    ----------
    binary : bool
        Rows of float32 rather than of decimal numbers.
    header : bool
        Begin with the line "V D"; GloVe files have none. Binary needs it.
    counts_path : str, PathLike or None
        Also write "word count" lines there, as word2vec.c does with -save-vocab.
    """

    binary: bool = False
    header: bool = True
    counts_path: PathLike | None = None

    def __post_init__(self) -> None:
        if self.binary and not self.header:
            raise ValueError("write_header=False fits text only: pass binary=False")


def write_word2vec(
    path: PathLike, stored: StoredVectors, options: WriteOptions
) -> None:
    """Write rows in stored order; compressed if the name ends in .gz.

    Text holds the shortest decimal number that reads back as the same float32.

    Raises
    ------
    FormatError
        A word cannot be read back from this format.
    ValueError
        Counts are asked for, but not known.
    """
    if options.counts_path is not None and stored.counts is None:
        raise ValueError("there are no counts to write: leave out fvocab")
    words = encode_words(stored.words)
    rows = _binary_rows if options.binary else _text_rows
    with _create(path) as stream:
        if options.header:
            stream.write(b"%d %d\n" % stored.vectors.shape)
        for start in range(0, len(words), BLOCK_ROWS):
            block = slice(start, start + BLOCK_ROWS)
            stream.write(rows(words[block], stored.vectors[block]))
    if options.counts_path is not None and stored.counts is not None:
        pairs = zip(words, stored.counts.tolist(), strict=True)
        with _create(options.counts_path) as stream:
            stream.writelines(b"%s %d\n" % pair for pair in pairs)


@contextmanager
def _create(path: PathLike) -> Iterator[io.BufferedIOBase]:
    with replacing(path) as temporary, temporary.open("wb") as raw:
        if Path(path).suffix.lower() != ".gz":
            yield raw
            return
        # No name and no time in it: the same vectors give the same file.
        with gzip.GzipFile("", "wb", GZIP_LEVEL, raw, mtime=0) as stream:
            yield stream


def encode_words(words: Iterable[str]) -> list[bytes]:
    """Encode words, refusing with FormatError those that could not be read back."""
    encoded = []
    for word in words:
        if not word or " " in word or "\n" in word:
            raise FormatError(
                f"the word {word!r} is empty or holds a space or newline and could not "
                "be read back: rename it, or use KeyedVectors.save"
            )
        try:
            encoded.append(word.encode())
        except UnicodeEncodeError as error:
            raise FormatError(
                f"the word {word!r} is not valid Unicode: rename it, or use "
                "KeyedVectors.save"
            ) from error
    return encoded


def _binary_rows(words: list[bytes], vectors: npt.NDArray[np.float32]) -> bytes:
    rows = np.ascontiguousarray(vectors, dtype="<f4")
    return b"".join(
        b"%s %s\n" % (word, row.data) for word, row in zip(words, rows, strict=True)
    )


def _text_rows(words: list[bytes], vectors: npt.NDArray[np.float32]) -> bytes:
    """Render rows with Arrow, whose float32 text is the shortest that round-trips."""
    import pyarrow as pa  # here, because importing fastw2v must stay quick
    import pyarrow.compute as pc

    count, dim = vectors.shape
    numbers = pc.cast(pa.array(np.ascontiguousarray(vectors).ravel()), pa.string())
    ends = np.arange(0, count * dim + 1, dim, dtype=np.int32)
    rows = pc.binary_join(pa.ListArray.from_arrays(ends, numbers), " ")
    lines = zip(words, rows.to_pylist(), strict=True)
    return b"".join(b"%s %s\n" % (word, row.encode()) for word, row in lines)
