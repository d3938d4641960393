"""An encoded corpus in the making, in memory or on disk.

While the text is read, words are numbered by first appearance and nothing can
be dropped yet. Once the whole text is counted, `Draft.renumber` goes over the
tokens a second time, block by block and in place.
"""

import os
import tempfile
from io import BytesIO
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_path

BLOCK = 1 << 17  # elements worked on at a time; more leave the caches


class Spool:
    """An array that grows at the end, kept in an open binary file.

    Parameters
    ----------
    stream : open binary file, readable and writable
        A BytesIO, or a file on disk where memory must stay small.
    dtype : NumPy dtype
        Of the elements.
    """

    def __init__(self, stream: IO[bytes], dtype: npt.DTypeLike) -> None:
        self._stream = stream
        self._dtype = np.dtype(dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: npt.NDArray[Any]) -> None:
        """Add `values` at the end."""
        self.write(self._length, values)
        self._length += len(values)

    def read(self, start: int, block: int) -> npt.NDArray[Any]:
        """Return up to `block` elements from `start` on."""
        values = np.empty(min(block, self._length - start), self._dtype)
        self._stream.seek(start * self._dtype.itemsize)
        self._stream.readinto(values.data)  # type: ignore[attr-defined]
        return values

    def write(self, start: int, values: npt.NDArray[Any]) -> None:
        """Overwrite from `start` on."""
        self._stream.seek(start * self._dtype.itemsize)
        self._stream.write(np.ascontiguousarray(values, self._dtype).data)

    def array(self) -> npt.NDArray[Any]:
        """Return the elements without copying them; nothing can be added after."""
        if isinstance(self._stream, BytesIO):
            return np.frombuffer(self._stream.getbuffer(), self._dtype)
        if not self._length:  # nothing cannot be mapped
            return np.empty(0, self._dtype)
        self._stream.flush()
        return np.asarray(np.memmap(self._stream, self._dtype, mode="r+"))

    def close(self) -> None:
        """Close a file; what `array` returned stays valid."""
        if not isinstance(self._stream, BytesIO):
            self._stream.close()

    def truncate(self, length: int) -> None:
        """Keep the first `length` elements."""
        self._stream.truncate(length * self._dtype.itemsize)
        self._length = length


def new_spool(dtype: npt.DTypeLike, folder: str | os.PathLike[str] | None) -> Spool:
    """Return an empty spool in memory, or in an unnamed file in `folder`.

    Raises
    ------
    FileNotFoundError
        `folder` does not exist.
    """
    if folder is None:
        return Spool(BytesIO(), dtype)
    if not check_path("folder", folder).is_dir():
        raise FileNotFoundError(f"no folder {folder} to keep data in: create it")
    return Spool(tempfile.TemporaryFile(dir=folder), dtype)


class Draft:
    """Tokens and sentence offsets, before and after renumbering.

    Parameters
    ----------
    tokens, offsets : open binary files, readable and writable
        Will hold the arrays of an `EncodedCorpus`: int32 and int64.
    """

    def __init__(self, tokens: IO[bytes], offsets: IO[bytes]) -> None:
        self._tokens = Spool(tokens, np.int32)
        self._offsets = Spool(offsets, np.int64)
        self._offsets.append(np.zeros(1))
        self._last_end = 0

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return len(self._tokens)

    def append(
        self, tokens: npt.NDArray[np.int32], ends: npt.NDArray[np.int64]
    ) -> None:
        """Add tokens, and the sentences that end among them unless empty.

        Parameters
        ----------
        tokens : int32 array, shape (n,)
            Numbers of the next words.
        ends : int64 array
            For each sentence that ends, how many of `tokens` lie before.
        """
        self._offsets.append(self._new_ends(ends + len(self._tokens)))
        self._tokens.append(tokens)

    def renumber(self, numbers: npt.NDArray[np.int32], block: int = BLOCK) -> None:
        """Give each token its final number; drop those below 0, and empty sentences.

        Parameters
        ----------
        numbers : int32 array
            Final number of each provisional one; -1 drops the word.
        block : int
            Tokens worked on at a time.
        """
        tokens, offsets = self._tokens, self._offsets
        kept, sentence, sentences_kept, self._last_end = 0, 1, 1, 0
        for start in range(0, len(tokens), block):
            renumbered = numbers[tokens.read(start, block)]
            keep = renumbered >= 0
            kept_before = np.concatenate([[kept], kept + np.cumsum(keep)])
            # No sentence is empty yet, so no more than `block` end in a block.
            ends = offsets.read(sentence, block)
            ends = ends[: np.searchsorted(ends, start + len(keep), side="right")]
            sentence += len(ends)
            ends = self._new_ends(kept_before[ends - start])
            offsets.write(sentences_kept, ends)
            tokens.write(kept, renumbered[keep])
            sentences_kept += len(ends)
            kept = int(kept_before[-1])
        tokens.truncate(kept)
        offsets.truncate(sentences_kept)

    def _new_ends(self, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Leave out the ends of empty sentences."""
        ends = ends[np.diff(ends, prepend=self._last_end) > 0]
        if len(ends):
            self._last_end = int(ends[-1])
        return ends
