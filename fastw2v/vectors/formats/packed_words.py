"""Words as two tensors of fastw2v's own files: all their UTF-8, and where each ends."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.tensors import Damaged, TensorFile

# Words need not be valid Unicode: text read with errors="surrogateescape" is not.
UTF8_ERRORS = "surrogatepass"


class PackedWords(Sequence[str]):
    """Words still in UTF-8, decoded when they are asked for.

    Parameters
    ----------
    data : uint8 array, shape (B,)
    ends : int64 array, shape (V,)
        Never falling; the last is B.
    """

    def __init__(
        self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]
    ) -> None:
        self._data = data
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[number] for number in range(len(self))[index]]
        number = range(len(self))[index]
        start = int(self._ends[number - 1]) if number else 0
        return _decode(self._data[start : int(self._ends[number])].tobytes(), number)

    def __iter__(self) -> Iterator[str]:
        data = self._data.tobytes()
        for number, (start, end) in enumerate(pairwise([0, *self._ends.tolist()])):
            yield _decode(data[start:end], number)


def _decode(word: bytes, number: int) -> str:
    try:
        return word.decode("utf-8", UTF8_ERRORS)
    except UnicodeDecodeError as error:
        raise FormatError(
            f"word {number} is not UTF-8 ({word!r}): the file is damaged, write it again"
        ) from error


def pack_words(words: Sequence[Any]) -> dict[str, npt.NDArray[Any]]:
    """Return the tensors that hold words.

    Raises
    ------
    TypeError
        A word is neither str nor int.
    """
    for word in words:
        if not isinstance(word, str | int):
            raise TypeError(
                f"the key {word!r} is {type(word).__name__} and cannot be saved: make it "
                "str or int"
            )
    encoded = [str(word).encode("utf-8", UTF8_ERRORS) for word in words]
    tensors: dict[str, npt.NDArray[Any]] = {
        "word_bytes": np.frombuffer(b"".join(encoded), dtype=np.uint8),
        "word_ends": np.cumsum([len(word) for word in encoded], dtype=np.int64),
    }
    is_int = [isinstance(word, int) for word in words]
    if any(is_int):
        tensors["word_is_int"] = np.array(is_int)
    return tensors


def unpack_words(file: TensorFile) -> Sequence[Any]:
    """Return the words of a file, str still packed.

    Raises
    ------
    Damaged
        Tensors are missing or contradict each other.
    """
    data = file.array("word_bytes", ["uint8"], 1)
    ends = file.array("word_ends", ["int64"], 1)
    edges = np.concatenate(([0], ends, [len(data)]))
    file.require(bool((edges[1:] >= edges[:-1]).all()), "word ends out of order")
    file.require(edges[-2] == len(data), "bytes after the last word")
    words = PackedWords(data, ends)
    if "word_is_int" not in file:
        return words
    is_int = file.array("word_is_int", ["bool"], 1)
    file.require(len(is_int) == len(words), "word_is_int and words differ in number")
    try:
        return [
            int(word) if number else word
            for word, number in zip(words, is_int, strict=True)
        ]
    except ValueError as error:
        raise Damaged("a key is not the whole number it should be") from error
