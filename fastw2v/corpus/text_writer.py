"""Text files, compressed or not, that appear whole or not at all."""

import bz2
import gzip
import lzma
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from fastw2v.errors import ConfigError, CorpusError
from fastw2v.replace import replacing

_GZIP_LEVEL = 6  # gzip's own middle way; 9 takes far longer to save a hundredth

_COMPRESSORS: dict[str, Any] = {
    # No name and no time in it: the same text gives the same file.
    ".gz": lambda raw, mode: gzip.GzipFile("", mode, _GZIP_LEVEL, raw, mtime=0),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}


@contextmanager
def writing_text(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Give a stream for the bytes of a text, compressed by the suffix of `path`.

    Raises
    ------
    ConfigError
        The suffix is ``.zst``, which is read only.
    FileNotFoundError, IsADirectoryError
        As `fastw2v.replace.check_target` does.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".zst":
        known = ", ".join(_COMPRESSORS)
        raise ConfigError(f"cannot write {path}: choose a name ending in {known}")
    with replacing(path) as temporary, temporary.open("wb") as raw:
        if suffix not in _COMPRESSORS:
            yield raw
            return
        with _COMPRESSORS[suffix](raw, "wb") as stream:
            yield cast("IO[bytes]", stream)


def write_sentences(
    sentences: Iterable[Sequence[str]], path: str | os.PathLike[str]
) -> None:
    """Write sentences one a line, tokens separated by a blank, in UTF-8.

    Raises
    ------
    CorpusError
        A sentence is a string in place of a list of tokens. Also what `writing_text`
        raises; nothing is written then.
    """
    with writing_text(path) as stream:
        for number, sentence in enumerate(sentences):
            if isinstance(sentence, str):
                raise CorpusError(
                    f"sentence {number} is {sentence!r:.40} of type str, not a list of "
                    "tokens: split it into tokens"
                )
            stream.write(" ".join(sentence).encode() + b"\n")
