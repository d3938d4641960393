"""EncodedCorpus: a text as numbered tokens, in memory or as a folder."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_path, check_whole
from fastw2v.corpus import storage
from fastw2v.corpus.storage import OFFSETS, TOKENS, VOCABULARY, Header
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError, FormatError


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """A text as numbered tokens, cut into sentences.

    Parameters
    ----------
    tokens : int32 array, shape (N,), read-only
        Word numbers of the kept tokens, in text order.
    offsets : int64 array, shape (S + 1,), read-only
        Sentence ``s`` is ``tokens[offsets[s]:offsets[s + 1]]``.
    vocab : Vocab
        The words, by falling count. The counts are those of these tokens, or of
        the text the vocabulary was taken from: ``encode(..., vocab=...)``.
    raw_tokens : int
        Tokens in the text before words were dropped; at least N.

    Raises
    ------
    CorpusError
        If the arrays are of the wrong type or shape, or contradict each other.

    Notes
    -----
    The arrays given are not copied; the corpus sees them through read-only views.
    """

    tokens: npt.NDArray[np.int32] = field(repr=False)
    offsets: npt.NDArray[np.int64] = field(repr=False)
    vocab: Vocab = field(repr=False)
    raw_tokens: int
    # Of the data files, where the corpus was loaded; saves reading them again.
    _header: Header | None = field(default=None, init=False, repr=False)
    folder: Path | None = field(default=None, init=False, repr=False)
    """Where the corpus was loaded from."""

    def __post_init__(self) -> None:
        for name, dtype in (("tokens", np.int32), ("offsets", np.int64)):
            array = _read_only(getattr(self, name), dtype, name)
            object.__setattr__(self, name, array)
        _check_consistent(self)

    def __len__(self) -> int:
        """Return the number of tokens, N."""
        return len(self.tokens)

    @property
    def sentences(self) -> int:
        """Number of sentences, S."""
        return len(self.offsets) - 1

    def sentence(self, number: int) -> list[str]:
        """Return the words of one sentence.

        Parameters
        ----------
        number : int
            From 0 to S - 1, or counted from the end if negative.

        Raises
        ------
        IndexError
            If there is no such sentence.
        """
        check_whole("number", number)
        if not -self.sentences <= number < self.sentences:
            raise IndexError(f"sentence {number} of a corpus of {self.sentences}")
        number %= self.sentences
        start, stop = self.offsets[number : number + 2]
        return [self.vocab.words[token] for token in self.tokens[start:stop]]

    @cached_property
    def fingerprint(self) -> str:
        """Checksum of everything in the corpus, 64 hex digits.

        The same for a corpus in memory and the folder it was saved in; of a
        loaded corpus it comes from the header, without reading the tokens.
        """
        sums = self._header.blake2b if self._header else self._checksums()
        parts = [*(sums[name] for name in storage.DATA_FILES), str(self.raw_tokens)]
        return storage.checksum(" ".join(parts).encode())

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the corpus into a folder, which appears only when complete.

        Parameters
        ----------
        folder : path
            Made new.
        overwrite : bool
            Replace `folder` if it is an encoded corpus; nothing else is ever
            replaced.

        Raises
        ------
        CorpusError
            If `folder` exists and is not to be replaced.
        FileNotFoundError
            If the folder around it does not exist.
        """
        with storage.new_folder(
            check_path("folder", folder), overwrite=overwrite
        ) as partial:
            self.tokens.tofile(partial / TOKENS)
            self.offsets.tofile(partial / OFFSETS)
            seal(partial, self.vocab, self.raw_tokens)

    @classmethod
    def load(cls, folder: str | Path, *, verify: bool = False) -> Self:
        """Map a saved corpus into memory.

        Parameters
        ----------
        folder : path
            Written by `save` or by ``encode(..., output=folder)``.
        verify : bool
            Also compare each file with its checksum, which reads all of it.

        Raises
        ------
        FileNotFoundError
            If there is no such folder.
        FormatError
            If the folder is no encoded corpus, or is damaged.
        """
        folder = check_path("folder", folder)
        if not folder.is_dir():
            raise FileNotFoundError(f"no folder {folder}: encode a text into it first")
        header = Header.read(folder)
        tokens = storage.map_array(folder / TOKENS, np.int32, header.tokens)
        offsets = storage.map_array(folder / OFFSETS, np.int64, header.sentences + 1)
        path = folder / VOCABULARY
        if not path.is_file():
            raise FormatError(f"{path} is missing: encode the text again")
        if verify:
            storage.verify_checksums(folder, header)
        vocab = Vocab.from_bytes(path.read_bytes(), str(path))
        if len(vocab) != header.vocabulary:
            raise FormatError(
                f"{path} holds {len(vocab)} words, the header promises "
                f"{header.vocabulary}: encode the text again"
            )
        try:
            corpus = cls(tokens, offsets, vocab, header.raw_tokens)
        except CorpusError as error:
            reason = f"{folder} is damaged ({error}): encode the text again"
            raise FormatError(reason) from error
        object.__setattr__(corpus, "_header", header)
        object.__setattr__(corpus, "folder", folder.resolve())
        return corpus

    @staticmethod
    def is_saved_at(path: str | Path) -> bool:
        """Tell an encoded corpus from any other folder or file, by its header."""
        return storage.is_encoded_folder(check_path("path", path))

    def _checksums(self) -> dict[str, str]:
        return {
            TOKENS: storage.checksum(self.tokens),
            OFFSETS: storage.checksum(self.offsets),
            VOCABULARY: storage.checksum(self.vocab.to_bytes()),
        }


def seal(folder: Path, vocab: Vocab, raw_tokens: int) -> None:
    """Add vocabulary and header to a folder that holds the two arrays.

    Parameters
    ----------
    folder : Path
        With ``tokens.bin`` and ``offsets.bin`` complete.
    vocab : Vocab
        Of these tokens.
    raw_tokens : int
        Tokens before rare words were dropped.
    """
    (folder / VOCABULARY).write_bytes(vocab.to_bytes())
    Header(
        tokens=(folder / TOKENS).stat().st_size // 4,
        sentences=(folder / OFFSETS).stat().st_size // 8 - 1,
        vocabulary=len(vocab),
        raw_tokens=raw_tokens,
        blake2b={name: storage.checksum(folder / name) for name in storage.DATA_FILES},
    ).write(folder)


def _read_only(values: Any, dtype: type, name: str) -> npt.NDArray[Any]:
    """Return a read-only view of a 1-d array, without copying it."""
    array = np.asarray(values)
    if array.dtype != dtype or array.ndim != 1 or not array.flags.c_contiguous:
        raise CorpusError(
            f"{name} must be a contiguous 1-d {np.dtype(dtype)} array, got "
            f"{array.dtype} of shape {array.shape}: convert it with "
            f"np.ascontiguousarray({name}, np.{np.dtype(dtype)})"
        )
    view = array.view()
    view.flags.writeable = False
    return view


def _check_consistent(corpus: EncodedCorpus) -> None:
    """Check what kernels rely on: a wrong number would write outside of an array."""
    tokens, offsets, vocab = corpus.tokens, corpus.offsets, corpus.vocab
    count = len(tokens)
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab is a {type(vocab).__name__}: give a Vocab")
    check_whole("raw_tokens", corpus.raw_tokens)
    if not count:
        raise CorpusError("an encoded corpus holds at least one token, got none")
    if len(offsets) < 2 or offsets[0] != 0 or offsets[-1] != count:
        raise CorpusError(
            f"offsets must run from 0 to the number of tokens, {count}, got "
            f"{len(offsets)} of them, from {offsets[:1]} to {offsets[-1:]}"
        )
    if np.any(offsets[1:] < offsets[:-1]):
        at = int(np.argmax(offsets[1:] < offsets[:-1]))
        raise CorpusError(f"offsets must not fall, but do behind sentence {at}")
    # Seen as unsigned, a number below 0 is the largest: one pass finds both.
    if tokens.view(np.uint32).max() >= len(vocab):
        raise CorpusError(
            f"tokens must be word numbers from 0 to {len(vocab) - 1}, got "
            f"{tokens.min()} to {tokens.max()}"
        )
    if corpus.raw_tokens < count:
        raise CorpusError(
            f"raw_tokens is {corpus.raw_tokens}, and must not be less than the "
            f"{count} tokens"
        )
