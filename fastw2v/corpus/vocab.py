"""The vocabulary: words, their numbers and their counts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from fastw2v.errors import CorpusError, FormatError


@dataclass(frozen=True, eq=False)
class Vocab:
    """Words numbered 0..V-1 by falling count.

    Parameters
    ----------
    words : sequence of str, length V
        Word ``i`` has number ``i``; ties in count keep the order of first
        appearance in the text.
    counts : int64 array, shape (V,), read-only
        Occurrences of each word in the text.

    Raises
    ------
    CorpusError
        If `counts` is not one int64 per word, is negative, or rises; or if a word
        comes twice.
    TypeError
        If `words` is no sequence of words.
    """

    words: Sequence[str]
    counts: npt.NDArray[np.int64] = field(repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.words, str | bytes) or not isinstance(self.words, Sequence):
            raise TypeError(
                f"words are {self.words!r:.80}, a {type(self.words).__name__}: give a "
                "list of str"
            )
        counts = np.asarray(self.counts).view()
        if counts.dtype != np.int64 or counts.shape != (len(self.words),):
            raise CorpusError(
                f"counts must be int64 of shape ({len(self.words)},), one per word, "
                f"got {counts.dtype} of shape {counts.shape}"
            )
        if len(counts) and (counts[-1] < 0 or np.any(counts[1:] > counts[:-1])):
            raise CorpusError(
                "counts must fall from word 0 on and be at least 0: sort the words "
                "by falling count"
            )
        _check_words(self.words)
        counts.flags.writeable = False
        object.__setattr__(self, "counts", counts)

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    @cached_property
    def index(self) -> dict[str, int]:
        """Number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    def to_bytes(self) -> bytes:
        r"""Return the vocabulary as UTF-8 JSON, read back by `from_bytes`.

        JSON escapes what it must, so a word may hold any character: NUL,
        quotes, and in token lists even blanks and line ends.
        """
        document = {"words": list(self.words), "counts": self.counts.tolist()}
        return json.dumps(document, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes, name: str) -> Self:
        """Read what `to_bytes` wrote.

        Parameters
        ----------
        data : bytes
            UTF-8 JSON.
        name : str
            The file it came from, for the error.

        Raises
        ------
        FormatError
            If `data` is no vocabulary.
        """
        try:
            document = json.loads(data)
            words, counts = document["words"], document["counts"]
            if not all(type(count) is int for count in counts):
                raise TypeError("a count is not an integer")
            if not all(type(word) is str for word in words):
                raise TypeError("a word is not a string")
            vocab = cls(words, np.array(counts, dtype=np.int64))
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            reason = f"{name} is not a vocabulary ({error}): encode the text again"
            raise FormatError(reason) from error
        except RecursionError:
            raise FormatError(f"{name} is nested too deep to be a vocabulary") from None
        return vocab


def _check_words(words: Sequence[str]) -> None:
    """Raise an error unless each word comes once; gensim's may be no str."""
    # Not by the index, some 70 bytes a word, which the first look-up builds.
    try:
        hashes = np.fromiter(map(hash, words), np.int64, len(words))
    except TypeError as error:
        raise TypeError(f"a word cannot be one ({error}): give str") from error
    hashes.sort()
    if (hashes[1:] == hashes[:-1]).any():
        seen: set[str] = set()
        for word in words:
            if word in seen:
                raise CorpusError(f"the word {word!r:.80} comes twice: leave one out")
            seen.add(word)
