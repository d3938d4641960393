"""Nearest neighbours of words, vectors and sums of both."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_whole
from fastw2v.vectors.given import as_keys
from fastw2v.vectors.lengths import to_unit
from fastw2v.vectors.queries import (
    Items,
    Query,
    Vector,
    as_list,
    build_query,
    check_vector,
)
from fastw2v.vectors.search import (
    Neighbours,
    UnitRows,
    cosmul_scores,
    top_k,
    top_k_cosmul,
)
from fastw2v.vectors.table import Key, VectorTable

Scored: TypeAlias = list[tuple[Any, float]]
Scores: TypeAlias = npt.NDArray[np.float32]
# A list, or an array with topn=None; Any spares callers of the first a check.
Found: TypeAlias = Scored | Any

# Words looked up at once by most_similar_batch.
BATCH_WORDS = 1024


class NearestNeighbours(VectorTable):
    """Search by cosine; exact, in blocks of matrix products."""

    def most_similar(
        self,
        positive: Items | None = None,
        negative: Items | None = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Found:
        """Find the words nearest to a sum of words and vectors.

        Parameters
        ----------
        positive, negative : word, vector, (word or vector, weight), or many of these
            Words count as unit vectors, vectors as they are; negative ones are
            subtracted, whatever the sign of their weight.
        topn : int or None
            Words wanted.
        clip_start, clip_end : int
            Search only the rows from ``clip_start`` up to and without ``clip_end``;
            None or 0 is the last row.
        restrict_vocab : int, optional
            Search only the first, most frequent, words, whatever the clips say; 0 is
            no restriction.
        indexer : object, optional
            Asked instead of searching: its method
            ``most_similar(vector, topn)`` gives the result.

        Returns
        -------
        list of (word, cosine)
            By falling cosine, ties by row; without the words of the query.
        float32 array
            With ``topn=None``: the cosine of every row searched, the words of the
            query too.

        Raises
        ------
        KeyError
            A word is not present.
        ValueError
            Nothing is given, or a vector is not finite or not of shape (D,).
        """
        if self._wants_none(topn):
            return []
        query = build_query(self, positive, negative)
        if indexer is not None and topn is not None:
            return indexer.most_similar(query.vector, topn)
        start, table = 0, self._first_rows(restrict_vocab)
        if not restrict_vocab:
            for name, clip in (("clip_start", clip_start), ("clip_end", clip_end)):
                if clip is not None:
                    check_whole(name, clip)
            clips = slice(clip_start, clip_end or None)
            start, end, _ = clips.indices(len(table.rows))
            table = table.between(start, end)
        if topn is None:
            return table.scores(query.vector[None])[0]
        banned = [[row - start for row in query.rows]]
        return self._named(top_k(table, query.vector[None], topn, banned), start)[0]

    def most_similar_cosmul(
        self,
        positive: Items | None = None,
        negative: Items | None = None,
        topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Found:
        """Find words by the product of cosines, 3CosMul (Levy and Goldberg 2014).

        Parameters
        ----------
        positive, negative : word or vector, or many of these
            All count as unit vectors.
        topn : int or None
            Words wanted.
        restrict_vocab : int, optional
            Search only the first, most frequent, words; 0 is no restriction.

        Returns
        -------
        list of (word, score)
            By falling score, at least 0; without the words of the query.
        float32 array
            With ``topn=None``: the score of every row searched.

        Raises
        ------
        KeyError
            A word is not present.
        ValueError
            Nothing is given, or a vector is not finite or not of shape (D,).
        """
        if self._wants_none(topn):
            return []
        parts = [self._units(items) for items in (positive, negative)]
        if not any(len(units) for units, _ in parts):
            raise ValueError("nothing to search for: give a positive or negative word")
        table = self._first_rows(restrict_vocab)
        (near, near_rows), (far, far_rows) = parts
        if topn is None:
            return cosmul_scores(table, near[None], far[None])[0]
        banned = [near_rows + far_rows]
        return self._named(top_k_cosmul(table, near[None], far[None], topn, banned), 0)[
            0
        ]

    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Found:
        """Find the words nearest to one word; see `most_similar`."""
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_key(
        self, key: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Found:
        """Find the words nearest to one word; see `most_similar`."""
        return self.similar_by_word(key, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: Vector, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Found:
        """Find the words nearest to one vector; see `most_similar`."""
        vector = np.asarray(vector)
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def analogy(self, a: Key, b: Key, c: Key, topn: int = 10) -> Scored:
        """Answer "a is to b as c is to ...": the words nearest to b - a + c."""
        return self._search([build_query(self, [b, c], [a])], topn, None)[0]

    def most_similar_batch(
        self, words: Iterable[Key], topn: int = 10, restrict_vocab: int | None = None
    ) -> list[Scored]:
        """Find the words nearest to each of many, with matrix products.

        Returns
        -------
        list of lists of (word, cosine)
            Element ``i`` equals ``most_similar(words[i], topn=topn)``.
        """
        check_whole("topn", topn)
        rows = [self.get_index(word) for word in as_keys("words", words)]
        found: list[Scored] = []
        for start in range(0, len(rows), BATCH_WORDS):
            block = rows[start : start + BATCH_WORDS]
            units = self.unit_rows.take(block)
            queries = [
                Query(unit, [row]) for unit, row in zip(units, block, strict=True)
            ]
            found += self._search(queries, topn, restrict_vocab)
        return found

    def relative_cosine_similarity(self, wa: Key, wb: Key, topn: int = 10) -> float:
        """Return the cosine of two words over the sum of those of wa's neighbours.

        Above 1/topn the two are more alike than ``wa`` and its ``topn`` neighbours
        are on average (Leeuwenberg et al. 2016, section 3).

        Raises
        ------
        KeyError
            A word is not present.
        ValueError
            ``topn`` leaves no neighbour.
        """
        neighbours = self._search([build_query(self, wa, None)], topn, None)[0]
        if not neighbours:
            raise ValueError(f"topn={topn} leaves no neighbour: give 1 or more")
        units = self.unit_rows.take([self.get_index(wa), self.get_index(wb)])
        return float(units[0] @ units[1]) / sum(score for _, score in neighbours)

    def _search(
        self, queries: Sequence[Query], topn: int, restrict_vocab: int | None
    ) -> list[Scored]:
        if self._wants_none(topn):
            return [[] for _ in queries]
        found = top_k(
            self._first_rows(restrict_vocab),
            np.stack([query.vector for query in queries]),
            topn,
            [query.rows for query in queries],
        )
        return self._named(found, 0)

    def _first_rows(self, restrict_vocab: int | None) -> UnitRows:
        if restrict_vocab is not None:
            check_whole("restrict_vocab", restrict_vocab)
        return self.unit_rows.first(restrict_vocab or None)

    @staticmethod
    def _wants_none(topn: int | None) -> bool:
        """Tell whether there is nothing to look for; TypeError if that is no number."""
        if topn is None:
            return False
        check_whole("topn", topn)
        return topn < 1

    def _named(self, found: Neighbours, start: int) -> list[Scored]:
        """Put the word beside each score; row 0 of the search was ``start``."""
        words = self.index_to_key
        return [
            [
                (words[row + start], score)
                for row, score in zip(rows, scores, strict=True)
                if row >= 0
            ]
            for rows, scores in zip(
                found.indices.tolist(), found.scores.tolist(), strict=True
            )
        ]

    def _units(self, items: Items | None) -> tuple[Scores, list[int]]:
        """Return unit vectors of words and vectors, (n, D), and the words' rows."""
        vectors: list[Vector] = []
        rows: list[int] = []
        for item in as_list(items):
            if isinstance(item, tuple | list):
                raise TypeError(f"{item!r} has a weight, which a product cannot take")
            if isinstance(item, np.ndarray):
                vectors.append(check_vector(item, self.vector_size))
            else:
                rows.append(self.get_index(item))
                vectors.append(self.vectors[rows[-1]])
        if not vectors:
            return np.empty((0, self.vector_size), dtype=np.float32), rows
        return to_unit(np.stack(vectors)).astype(np.float32), rows
