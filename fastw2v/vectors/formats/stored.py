"""What a file of vectors holds, whatever its format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class StoredVectors:
    """Words and vectors on their way to or from a file.

    Parameters
    ----------
    words : sequence of str or int, length V
    vectors : float array, shape (V, D), D at least 1
        May be a strided view.
    counts : int64 array, shape (V,), or None
        Occurrences of each word in the training text, where known.
    metadata : mapping of str to str
        Free text about the vectors; only fastw2v's own format keeps it.
    expandos : mapping of str to array of length V
        Other attributes of the words, by name.
    lockf : float array, shape (1,) or (V,), or None
        What share of each training update a row takes; None means all of it.

    Raises
    ------
    ValueError
        Shapes disagree.
    """

    words: Sequence[Any]
    vectors: npt.NDArray[Any]
    counts: npt.NDArray[np.int64] | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    expandos: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    lockf: npt.NDArray[Any] | None = None

    def __post_init__(self) -> None:
        shape = self.vectors.shape
        if len(shape) != 2 or shape[1] == 0:
            raise ValueError(
                f"vectors have shape {shape}: give one row per word and at least one "
                "number per row"
            )
        if len(self.words) != shape[0]:
            raise ValueError(
                f"{len(self.words)} words for {shape[0]} vectors: give one row per word"
            )
        if self.counts is not None and self.counts.shape != shape[:1]:
            raise ValueError(
                f"counts have shape {self.counts.shape}: give one count for each of the "
                f"{shape[0]} words"
            )
        for name, values in self.expandos.items():
            if len(values) != shape[0]:
                raise ValueError(
                    f"the attribute '{name}' has {len(values)} values for {shape[0]} "
                    "words: give one for each"
                )

    def check_values(self) -> None:
        """Pass over all words and numbers.

        Raises
        ------
        TypeError
            A word, or a piece of metadata, is not a string.
        ValueError
            A number is NaN or infinite, or a count negative.
        """
        for text in (*self.words, *self.metadata, *self.metadata.values()):
            if not isinstance(text, str):
                raise TypeError(
                    f"{text!r} is {type(text).__name__}, words and metadata are str: "
                    "convert it with str()"
                )
        with np.errstate(invalid="ignore"):  # inf - inf
            total = self.vectors.sum(dtype=np.float64)
        if not np.isfinite(total):  # a float64 sum of finite float32 cannot overflow
            row = int(np.isfinite(self.vectors).all(axis=1).argmin())
            raise ValueError(
                f"the vector of {self.words[row]!r} (row {row}) holds NaN or infinity: "
                "lower the learning rate if it comes from training, or drop the word"
            )
        if self.counts is not None and len(self.counts) and self.counts.min() < 0:
            row = int(self.counts.argmin())
            raise ValueError(
                f"the count of {self.words[row]!r} is {self.counts[row]}: give 0 or more"
            )
