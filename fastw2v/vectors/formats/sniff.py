"""Say what a file that was handed to the wrong reader most likely is."""

import os
from pathlib import Path

from fastw2v.vectors.formats.gensim_pickle import is_gensim_file

HEAD_BYTES = 4096


def describe_foreign(path: str | os.PathLike[str]) -> str:
    """Name the reader to use for a file that is not in fastw2v's own format.

    Only the first 4 kB are read, and nothing in them is run.
    """
    with Path(path).open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        return "it is empty: write it again"
    if is_gensim_file(path):
        return "gensim saved it: use KeyedVectors.load or fastw2v.models.Word2Vec.load"
    if head.startswith(b"\x1f\x8b"):
        return "it is compressed: use KeyedVectors.load_word2vec_format"
    if head.startswith(b"\x80"):
        return (
            "it looks like a pickle, which could run code and is never loaded: "
            "export it from the program that made it with save_word2vec_format"
        )
    first, _, rest = head.partition(b"\n")
    if _is_header(first):
        binary = _is_binary(rest)
        return (
            "it looks like word2vec format: use "
            f"KeyedVectors.load_word2vec_format(path, binary={binary})"
        )
    if not _is_binary(head) and len(first.split()) > 2:
        return (
            "it looks like text vectors without a header: use "
            "KeyedVectors.load_word2vec_format(path, no_header=True)"
        )
    return "it is damaged or something else: write it again with KeyedVectors.save"


def _is_header(line: bytes) -> bool:
    fields = line.split()
    return len(fields) == 2 and all(field.isdigit() for field in fields)


def _is_binary(data: bytes) -> bool:
    """Raw float32 numbers hold bytes that no text has."""
    return any(byte < 9 for byte in data)
