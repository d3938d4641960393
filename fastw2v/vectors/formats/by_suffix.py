"""Choose the format of vectors: by the name to write, by the content to read."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError
from fastw2v.replace import check_can_write
from fastw2v.vectors.formats.by_content import read_any
from fastw2v.vectors.formats.word2vec_writer import encode_words
from fastw2v.vectors.keyed_vectors import KeyedVectors

NATIVE = {".safetensors"}
TEXT = {".txt", ".vec", ".txt.gz", ".vec.gz"}
BINARY = {".bin", ".bin.gz"}


def save_vectors(
    kv: KeyedVectors,
    path: str | os.PathLike[str],
    context_vectors: npt.NDArray[np.float32] | None = None,
) -> None:
    """Write vectors in the format that the suffix of ``path`` names.

    Only fastw2v's own format keeps ``context_vectors``, shape (V, D).

    ``.safetensors`` is fastw2v's own format; ``.txt``, ``.vec`` and ``.bin``, each
    also with ``.gz``, are the text and binary formats of word2vec.

    Raises
    ------
    FormatError
        The suffix is none of these, or a word cannot be written in the format.
    """
    suffix = _suffix(path)
    if suffix in NATIVE:
        kv.save(path, context_vectors=context_vectors)
    else:
        kv.save_word2vec_format(path, binary=suffix in BINARY)


def load_vectors(path: str | os.PathLike[str]) -> KeyedVectors:
    """Read vectors in the format that is in the file; its name says nothing.

    Raises
    ------
    FormatError
        The file holds no vectors in a format that `save_vectors` writes, nor GloVe
        text, nor those of gensim's `save`, or does not hold what it promises.
    """
    if not Path(path).exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return read_any(path)


def check_writable(path: str | os.PathLike[str]) -> None:
    """Find out before hours of work whether `save_vectors` can write there.

    Raises
    ------
    FormatError
        The suffix is none of those that `save_vectors` lists.
    OSError
        The folder does not exist or takes no file, or ``path`` is a folder.
    """
    _suffix(path)
    check_can_write(path)


def check_words(words: Iterable[str], path: str | os.PathLike[str]) -> None:
    """Find out before training whether `save_vectors` can write these words there.

    Raises
    ------
    FormatError
        A word holds a space or newline, which only the native format can keep.
    """
    if _suffix(path) not in NATIVE:
        encode_words(words)


def _suffix(path: str | os.PathLike[str]) -> str:
    name = Path(path).name.lower()
    for suffix in sorted(NATIVE | TEXT | BINARY):
        if name.endswith(suffix):
            return suffix
    raise FormatError(
        f"the format of {name!r} is unknown: end the name in .safetensors, .txt, .vec, "
        ".bin, or one of the last three with .gz"
    )
