"""Vectors of words from those of their character n-grams.

Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information", section 3.2:
a word is itself and the n-grams of ``<word>``; n-grams share ``B`` rows by their hash.
The hash is that of fastText's files: 32-bit FNV-1a over UTF-8 in which bytes above 127
count as negative.
"""

from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FNV_BASIS = 2166136261
FNV_PRIME = np.uint32(16777619)

# N-grams made at once, give or take those of a word.
BLOCK_NGRAMS = 1 << 17


class Subwords(NamedTuple):
    """The n-grams of a model.

    Parameters
    ----------
    vectors : floating-point array, shape (B, D)
    shortest, longest : int
        Characters in an n-gram.
    """

    vectors: npt.NDArray[np.floating]
    shortest: int
    longest: int


def add_subwords(
    words: list[str], own: npt.NDArray[np.floating], subwords: Subwords
) -> npt.NDArray[np.floating]:
    """Return for each word the mean of its own vector and those of its n-grams.

    Parameters
    ----------
    words : list of str, length V
    own : floating-point array, shape (V, D)
    subwords : Subwords

    Returns
    -------
    floating-point array, shape (V, D)
    """
    vectors = own.copy()
    if not len(subwords.vectors):
        return vectors
    terms = np.ones((len(words), 1), dtype=vectors.dtype)
    ngrams: list[bytes] = []
    rows: list[int] = []
    for row, word in enumerate(words):
        parts = ngrams_of(word, subwords.shortest, subwords.longest)
        terms[row] += len(parts)
        ngrams += [part.encode("utf-8", "surrogatepass") for part in parts]
        rows += [row] * len(parts)
        if len(ngrams) >= BLOCK_NGRAMS or row + 1 == len(words):
            chosen = hash_ngrams(ngrams) % np.uint32(len(subwords.vectors))
            with np.errstate(over="ignore", invalid="ignore"):  # seen in the sums
                np.add.at(vectors, np.array(rows, np.intp), subwords.vectors[chosen])
            ngrams, rows = [], []
    vectors /= terms
    return vectors


def ngrams_of(word: str, shortest: int, longest: int) -> list[str]:
    """List the n-grams of ``<word>``, without ``<`` and ``>`` alone."""
    padded = f"<{word}>"
    return [
        padded[start : start + length]
        for start in range(len(padded))
        for length in range(shortest, longest + 1)
        if start + length <= len(padded) and (length > 1 or 0 < start < len(padded) - 1)
    ]


def hash_ngrams(ngrams: list[bytes]) -> npt.NDArray[np.uint32]:
    """Hash many byte strings, those of one length together."""
    hashes = np.full(len(ngrams), FNV_BASIS, dtype=np.uint32)
    by_length = sorted(range(len(ngrams)), key=lambda number: len(ngrams[number]))
    for length, group in groupby(by_length, key=lambda number: len(ngrams[number])):
        numbers = np.fromiter(group, np.intp)
        joined = b"".join(ngrams[number] for number in numbers)
        # Signed, so that bytes above 127 set all the higher bits too.
        signed = np.frombuffer(joined, np.int8).reshape(-1, length).astype(np.int32)
        part = hashes[numbers]
        for column in signed.view(np.uint32).T:
            part = (part ^ column) * FNV_PRIME
        hashes[numbers] = part
    return hashes
