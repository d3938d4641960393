"""What a file of gensim's holds, whatever version wrote it."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.generic]
RandomState: TypeAlias = tuple[str, npt.NDArray[np.uint32], int, int, float]


class GensimVectors(NamedTuple):
    """Words, vectors and what is known of each word.

    Parameters
    ----------
    words : list of str or int, length V
    vectors : floating-point array, shape (V, D)
        May be read-only.
    expandos : dict of str to array or list, each of length V
        Of what training made: ``count`` (int64), ``sample_int`` (uint32, the chance to
        keep a word, of 2**32 - 1) and, for hierarchical softmax, ``code`` and ``point``
        (lists of arrays).
    lockf : float array, shape (1,) or (V,), or None
        Factor of the learning rate of each vector.
    lifecycle_events : list of dict, or None
        What gensim noted about the object's life.
    class_name : str
        The class in the file, such as "gensim.models.keyedvectors.KeyedVectors".
    """

    words: list[str | int]
    vectors: npt.NDArray[np.floating]
    expandos: dict[str, Array | list[object]] = {}  # noqa: RUF012 - never changed
    lockf: npt.NDArray[np.floating] | None = None
    lifecycle_events: list[dict[str, object]] | None = None
    class_name: str = ""

    @property
    def counts(self) -> npt.NDArray[np.int64] | None:
        """Occurrences of each word in the training text, where known."""
        counts = self.expandos.get("count")
        if isinstance(counts, np.ndarray) and counts.dtype.kind in "iu":
            return counts.astype(np.int64, copy=False)
        return None


class GensimModel(NamedTuple):
    """A Word2Vec model.

    Parameters
    ----------
    vectors : GensimVectors
    parameters : dict of str to object
        Every other attribute made of text, numbers and collections, under its name in
        gensim 4: hyper-parameters (``vector_size``, ``window``, ``comment`` ...) and
        what was counted (``corpus_count``, ``min_alpha_yet_reached`` ...).
    syn1neg : floating-point array, shape (V, D), or None
        Output vectors of negative sampling; may be read-only.
    syn1 : floating-point array, shape (V, D), or None
        Inner nodes of hierarchical softmax; may be read-only.
    raw_vocab : dict of str to int
        Counts before rare words were dropped; mostly empty.
    random_state : tuple or None
        As `numpy.random.RandomState.set_state` takes it.
    lifecycle_events : list of dict, or None
    class_name : str
    """

    vectors: GensimVectors
    parameters: dict[str, object]
    syn1neg: npt.NDArray[np.floating] | None = None
    syn1: npt.NDArray[np.floating] | None = None
    raw_vocab: dict[str | int, int] = {}  # noqa: RUF012 - never changed
    random_state: RandomState | None = None
    lifecycle_events: list[dict[str, object]] | None = None
    class_name: str = ""
