"""Names of gensim 3 and early 4, each with a DeprecationWarning."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.attributes import KeyAttributes
from fastw2v.vectors.similarity import Similarity
from fastw2v.vectors.table import Key, VectorTable


class VocabEntry:
    """One word as gensim 3 showed it: its attributes, ordered by ``count``.

    Parameters
    ----------
    **attributes
        Such as ``count`` and ``index``.
    """

    def __init__(self, **attributes: Any) -> None:
        self.count = 0
        self.__dict__.update(attributes)

    def __lt__(self, other: "VocabEntry") -> bool:
        return self.count < other.count

    def __repr__(self) -> str:
        listed = ", ".join(f"{k}={v!r}" for k, v in sorted(self.__dict__.items()))
        return f"{type(self).__name__}({listed})"


class VocabView(Mapping[Any, VocabEntry]):
    """The words of a table and their attributes, read-only.

    Parameters
    ----------
    table : VectorTable
        Later changes of it are seen.
    """

    def __init__(self, table: VectorTable) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> VocabEntry:
        row = self._table.key_to_index[key]
        values = {
            name: column[row].item() if np.isscalar(column[row]) else column[row]
            for name, column in self._table.expandos.items()
        }
        return VocabEntry(index=row, **values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table.key_to_index)


class LegacyNames(KeyAttributes, Similarity):
    """What older programs still ask for, answered by the names of today."""

    @property
    def vocab(self) -> VocabView:
        """Words and their attributes; use `key_to_index` and `get_vecattr`."""
        _warn("vocab", "key_to_index, get_vecattr and set_vecattr")
        return VocabView(self)

    @property
    def index2word(self) -> list[Any]:
        """The same as `index_to_key`."""
        _warn("index2word", "index_to_key")
        return self.index_to_key

    @property
    def index2entity(self) -> list[Any]:
        """The same as `index_to_key`."""
        _warn("index2entity", "index_to_key")
        return self.index_to_key

    @property
    def vectors_norm(self) -> npt.NDArray[Any]:
        """The same as `normed`."""
        _warn("vectors_norm", "get_normed_vectors()")
        return self.normed

    def word_vec(self, key: Key, norm: bool = False) -> npt.NDArray[Any]:
        """Return what `get_vector` does."""
        _warn("word_vec", "get_vector")
        return self.get_vector(key, norm)

    def words_closer_than(self, word1: Key, word2: Key) -> list[Any]:
        """Return what `closer_than` does."""
        _warn("words_closer_than", "closer_than")
        return self.closer_than(word1, word2)

    def init_sims(self, replace: bool = False) -> None:
        """Call `fill_norms`, or `unit_normalize_all` with ``replace``."""
        _warn("init_sims", "fill_norms() or unit_normalize_all()")
        if replace:
            self.unit_normalize_all()
        else:
            self.fill_norms()

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise NotImplementedError: word vectors know no documents."""
        raise NotImplementedError(
            "word vectors know no documents: use n_similarity or wmdistance"
        )


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is deprecated: use {new}", DeprecationWarning, stacklevel=3)
