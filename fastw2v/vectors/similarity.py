"""How alike two words are, and a word and many others."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.given import as_keys, as_numbers, check_many
from fastw2v.vectors.lengths import Floats, cosine, inverse, row_norms, to_unit
from fastw2v.vectors.queries import Subject, check_vector
from fastw2v.vectors.table import Key, VectorTable

Float32: TypeAlias = npt.NDArray[np.float32]


class Similarity(VectorTable):
    """Cosines of pairs are computed from the rows as they are now."""

    def similarity(self, w1: Key, w2: Key) -> np.float32:
        """Return the cosine between two words; 0 if a vector is all zero."""
        return cosine(self.get_vector(w1), self.get_vector(w2))

    def distance(self, w1: Key, w2: Key) -> np.float32:
        """Return one minus the cosine between two words."""
        return np.float32(1) - self.similarity(w1, w2)

    def distances(
        self, word_or_vector: Subject, other_words: Iterable[Key] = ()
    ) -> Float32:
        """Return one minus the cosine to each of many words.

        Parameters
        ----------
        word_or_vector : word or vector of shape (D,)
        other_words : iterable of words, length n
            None given means all words of the table.

        Returns
        -------
        float32 array, shape (n,) or (V,)

        Raises
        ------
        KeyError
            A word is not present.
        ValueError
            A vector is not finite or not of shape (D,).
        """
        if isinstance(word_or_vector, np.ndarray):
            vector = check_vector(word_or_vector, self.vector_size)
        else:
            vector = self.get_vector(word_or_vector)
        rows = [self.get_index(word) for word in as_keys("other_words", other_words)]
        unit = to_unit(vector[None]).astype(np.float32)
        if rows:
            cosines = self.unit_rows.take(rows) @ unit[0]
        else:
            cosines = self.unit_rows.scores(unit)[0]
        distances: Float32 = np.float32(1) - cosines
        return distances

    @staticmethod
    def cosine_similarities(vector_1: Floats, vectors_all: Floats) -> Floats:
        """Return the cosine between a vector, (D,), and each row of others, (n, D).

        It is 0 where one of the two is all zero.
        """
        first = as_numbers("vector_1", vector_1)
        others = as_numbers("vectors_all", vectors_all)
        cosines: Floats = others @ to_unit(first[None])[0]
        return cosines * inverse(row_norms(others))

    def most_similar_to_given(self, key1: Key, keys_list: Sequence[Key]) -> Key:
        """Return the key of a list that is nearest to a key.

        Raises
        ------
        KeyError
            A key is not present.
        ValueError
            The list is empty.
        """
        check_many("keys_list", keys_list)
        if not len(keys_list):
            raise ValueError("keys_list is empty: give one key or more")
        return keys_list[int(self.distances(key1, keys_list).argmin())]

    def closer_than(self, key1: Key, key2: Key) -> list[Any]:
        """Return the keys nearer to ``key1`` than ``key2`` is, in order of rows."""
        distances = self.distances(key1)
        own, other = self.get_index(key1), self.get_index(key2)
        closer = np.flatnonzero(distances < distances[other]).tolist()
        return [self.index_to_key[row] for row in closer if row != own]

    def rank(self, key1: Key, key2: Key) -> int:
        """Return the rank of ``key2`` among the neighbours of ``key1``, from 1."""
        return len(self.closer_than(key1, key2)) + 1
