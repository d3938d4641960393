"""KeyedVectors: words and their vectors, searched, saved and loaded."""

import os
import warnings
from collections.abc import Iterable, Sequence
from typing import Self, TypeAlias

import numpy as np

from fastw2v.vectors.formats.native import read_native, write_native
from fastw2v.vectors.formats.stored import StoredVectors
from fastw2v.vectors.formats.word2vec_reader import ReadOptions, read_word2vec
from fastw2v.vectors.formats.word2vec_writer import WriteOptions, write_word2vec
from fastw2v.vectors.queries import Items, Query, Vector, build_query
from fastw2v.vectors.search import top_k
from fastw2v.vectors.table import Float32, Key, VectorTable

PathLike: TypeAlias = str | os.PathLike[str]
Scored: TypeAlias = list[tuple[str, float]]

# Words looked up at once by most_similar_batch.
BATCH_WORDS = 1024


class KeyedVectors(VectorTable):
    """One vector for each word, with search and files.

    Construction, attributes and look-up are those of `VectorTable`:
    ``KeyedVectors(words, vectors, counts=None, *, metadata=None, check=True)``.
    """

    def similarity(self, w1: Key, w2: Key) -> np.float32:
        """Return the cosine between two words; 0 if a vector is all zero."""
        first, second = self.unit_rows.take([self.get_index(w1), self.get_index(w2)])
        return np.float32(first @ second)

    def distance(self, w1: Key, w2: Key) -> np.float32:
        """Return one minus the cosine between two words."""
        return np.float32(1) - self.similarity(w1, w2)

    def n_similarity(self, ws1: Iterable[Key], ws2: Iterable[Key]) -> np.float32:
        """Return the cosine between the mean vectors of two lists of words.

        Words that are not present are left out with a warning; KeyError if none is.
        """
        first, second = (
            self.vectors[self._known(words)].mean(axis=0) for words in (ws1, ws2)
        )
        length = np.linalg.norm(first) * np.linalg.norm(second)
        return np.float32(first @ second / length if length > 0 else 0)

    def doesnt_match(self, words: Iterable[Key]) -> str:
        """Return the word farthest, by cosine, from the mean of the unit vectors.

        Words that are not present are left out with a warning; KeyError if none is.
        """
        rows = self._known(words)
        units = self.unit_rows.take(rows)
        return self.index_to_key[rows[int((units @ units.mean(axis=0)).argmin())]]

    def most_similar(
        self,
        positive: Items | None = None,
        negative: Items | None = None,
        topn: int = 10,
        restrict_vocab: int | None = None,
    ) -> Scored:
        """Find the words nearest to a sum of words and vectors.

        Parameters
        ----------
        positive, negative : word, vector, (word or vector, weight), or many of these
            Words count as unit vectors, vectors as they are; negative ones are
            subtracted.
        topn : int
            Words wanted.
        restrict_vocab : int, optional
            Search only the first, most frequent, words.

        Returns
        -------
        list of (word, cosine)
            By falling cosine, ties by row; without the words of the query.

        Raises
        ------
        KeyError
            A word is not present.
        ValueError
            Nothing is given, or a vector is not finite or not of shape (D,).
        """
        query = build_query(self, positive, negative)
        return self._search([query], topn, restrict_vocab)[0]

    def similar_by_word(
        self, word: Key, topn: int = 10, restrict_vocab: int | None = None
    ) -> Scored:
        """Find the words nearest to one word; see `most_similar`."""
        return self.most_similar(word, None, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: Vector, topn: int = 10, restrict_vocab: int | None = None
    ) -> Scored:
        """Find the words nearest to one vector; see `most_similar`."""
        return self.most_similar([vector], None, topn, restrict_vocab)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 10) -> Scored:
        """Answer "a is to b as c is to ...": the words nearest to b - a + c."""
        return self.most_similar([b, c], [a], topn)

    def most_similar_batch(
        self, words: Iterable[Key], topn: int = 10, restrict_vocab: int | None = None
    ) -> list[Scored]:
        """Find the words nearest to each of many, with matrix products.

        Returns
        -------
        list of lists of (word, cosine)
            Element ``i`` equals ``most_similar(words[i], topn=topn)``.
        """
        rows = [self.get_index(word) for word in words]
        found: list[Scored] = []
        for start in range(0, len(rows), BATCH_WORDS):
            block = rows[start : start + BATCH_WORDS]
            units = self.unit_rows.take(block)
            queries = [
                Query(unit, [row]) for unit, row in zip(units, block, strict=True)
            ]
            found += self._search(queries, topn, restrict_vocab)
        return found

    def _search(
        self, queries: Sequence[Query], topn: int, restrict_vocab: int | None
    ) -> list[Scored]:
        if topn < 1:
            return [[] for _ in queries]
        found = top_k(
            self.unit_rows.first(restrict_vocab),
            np.stack([query.vector for query in queries]),
            topn,
            [query.rows for query in queries],
        )
        words = self.index_to_key
        return [
            [
                (words[row], score)
                for row, score in zip(rows, scores, strict=True)
                if row >= 0
            ]
            for rows, scores in zip(
                found.indices.tolist(), found.scores.tolist(), strict=True
            )
        ]

    def _known(self, words: Iterable[Key]) -> list[int]:
        """Return the rows of the words that are present, and name the others."""
        keys = list(words)
        rows = [self.get_index(key, -1) for key in keys]
        unknown = [key for key, row in zip(keys, rows, strict=True) if row < 0]
        if len(unknown) == len(keys):
            raise KeyError(f"no word of {keys[:10]} is present")
        if unknown:
            warnings.warn(
                f"left out {len(unknown)} words that are not present: {unknown[:10]}",
                UserWarning,
                stacklevel=3,
            )
        return [row for row in rows if row >= 0]

    def unit_normalized(self) -> Self:
        """Return the same words with vectors of length one."""
        return type(self)(
            self.index_to_key, self.normed, self.counts, metadata=self.metadata
        )

    def save(self, path: PathLike, context_vectors: Float32 | None = None) -> None:
        """Write everything to one safetensors file, whole or not at all.

        Parameters
        ----------
        path : str or PathLike
        context_vectors : float32 array, shape (V, D), optional
            Output vectors of the same words; `formats.native.load_context_vectors`
            reads them.
        """
        write_native(path, self.stored, context_vectors)

    @classmethod
    def load(cls, path: PathLike) -> Self:
        """Map a file written by `save`: vectors are read when they are used.

        Raises
        ------
        FormatError
            The file is in another format (the message names its loader) or damaged.
        """
        return cls._from(read_native(path))

    def save_word2vec_format(
        self,
        path: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        *,
        write_header: bool = True,
    ) -> None:
        """Write the format of word2vec.c; compressed if the name ends in .gz.

        Parameters
        ----------
        path : str or PathLike
        fvocab : str or PathLike, optional
            Also write the counts there, one "word count" per line.
        binary : bool
            Rows of float32; else decimal numbers that read back as the same float32.
        write_header : bool
            False leaves out the first line, as in GloVe's files; text only.

        Raises
        ------
        FormatError
            A word is empty, holds a space or newline, or is not valid Unicode.
        """
        write_word2vec(path, self.stored, WriteOptions(binary, write_header, fvocab))

    @classmethod
    def load_word2vec_format(
        cls,
        path: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        encoding: str = "utf-8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        *,
        no_header: bool = False,
    ) -> Self:
        """Read word2vec, fastText .vec or GloVe vectors, gzip-compressed or not.

        Parameters
        ----------
        path : str or PathLike
        fvocab : str or PathLike, optional
            File of "word count" lines; without it ``counts`` is None.
        binary : bool
            Rows of float32 rather than of decimal numbers.
        encoding, unicode_errors : str
            As for ``bytes.decode``.
        limit : int, optional
            Read only the first words.
        no_header : bool
            The file begins with a word, as GloVe's do; text only.

        Raises
        ------
        FormatError
            The content breaks the format; the message gives line or word.

        Warns
        -----
        UserWarning
            A word comes twice; its first vector is kept.
        """
        options = ReadOptions(
            binary, limit, no_header, fvocab, encoding, unicode_errors
        )
        return cls._from(read_word2vec(path, options))

    @classmethod
    def _from(cls, stored: StoredVectors) -> Self:
        """Take over what a reader has checked."""
        return cls(
            stored.words,
            stored.vectors,
            stored.counts,
            metadata=stored.metadata,
            check=False,
        )
