"""Sets of words: their mean, how alike two are, who does not belong."""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.given import as_keys, as_numbers
from fastw2v.vectors.lengths import cosine, to_unit
from fastw2v.vectors.movers import movers_distance
from fastw2v.vectors.queries import Items, Part, Sum, as_list, as_part, weighted_sum
from fastw2v.vectors.table import Key, VectorTable


class WordSets(VectorTable):
    """What several words have in common."""

    def get_mean_vector(
        self,
        keys: Items,
        weights: Sequence[float] | npt.NDArray[Any] | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> npt.NDArray[np.float32]:
        """Return the weighted mean of the vectors of keys.

        Parameters
        ----------
        keys : key or vector, or many of these, n
        weights : array of length n, optional
            One for each key; one each if not given.
        pre_normalize : bool
            Bring vectors of keys to length one first; vectors that were given count
            as they are.
        post_normalize : bool
            Bring the mean to length one.
        ignore_missing : bool
            Leave keys that are not present out.

        Returns
        -------
        float32 array, shape (D,)
            The sum over the sum of absolute weights; zeros if nothing was left.

        Raises
        ------
        ValueError
            No key is given, or another number of weights than of keys.
        KeyError
            A key is not present, without ``ignore_missing``.
        """
        items = [as_part(item) for item in as_list(keys)]
        if not items:
            raise ValueError(
                "there is nothing to take the mean of: give one key or more"
            )
        if weights is not None:
            weights = as_numbers("weights", weights, np.dtype(np.float64)).ravel()
            if len(weights) != len(items):
                raise ValueError(
                    f"{len(weights)} weights for {len(items)} keys: give one each"
                )
            items = [
                Part(subject, float(weight))
                for (subject, _), weight in zip(items, weights, strict=True)
            ]
        total = weighted_sum(self, items, unit=pre_normalize)
        if total.missing and not ignore_missing:
            raise KeyError(f"Key '{total.missing[0]}' not present")
        return _mean(total, post_normalize)

    def n_similarity(self, ws1: Iterable[Key], ws2: Iterable[Key]) -> np.float32:
        """Return the cosine between the mean vectors of two lists of words.

        Words that are not present are left out with a warning; a list without any
        other words has the cosine 0.

        Raises
        ------
        ZeroDivisionError
            A list is empty.
        """
        first, second = as_keys("ws1", ws1), as_keys("ws2", ws2)
        if not first or not second:
            raise ZeroDivisionError("a list of words is empty: give one word or more")
        return cosine(self._mean_of_known(first), self._mean_of_known(second))

    def rank_by_centrality(
        self, words: Iterable[Key], use_norm: bool = True
    ) -> list[tuple[np.float32, Any]]:
        """Score words by how near they are to the mean of all of them.

        Parameters
        ----------
        words : iterable of keys
            Those that are not present are left out with a warning.
        use_norm : bool
            Bring the vectors to length one before.

        Returns
        -------
        list of (score, word)
            By falling dot product with the mean, which has length one.

        Raises
        ------
        ValueError
            None of the words is present.
        """
        return self._ranked(as_keys("words", words), use_norm)

    def doesnt_match(self, words: Iterable[Key]) -> Any:
        """Return the word farthest, by cosine, from the mean of the unit vectors.

        Words that are not present are left out with a warning.

        Raises
        ------
        ValueError
            None of the words is present.
        """
        return self._ranked(as_keys("words", words), True)[-1][1]

    def _ranked(self, keys: list[Key], use_norm: bool) -> list[tuple[np.float32, Any]]:
        total = self._sum_of_known(keys, unit=use_norm)
        if not total.rows:
            raise ValueError(f"no word of {keys[:10]} is present: give one or more")
        rows = self.vectors[total.rows].astype(np.float32, copy=False)
        scores = (to_unit(rows) if use_norm else rows) @ _mean(total, True)
        named = [self.index_to_key[row] for row in total.rows]
        order = np.argsort(-scores, kind="stable").tolist()
        return [(scores[place], named[place]) for place in order]

    def wmdistance(
        self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = True
    ) -> float:
        """Return the Word Mover's Distance of two documents (Kusner et al. 2015).

        Parameters
        ----------
        document1, document2 : iterable of words
            Words that are not present are left out.
        norm : bool
            Measure between vectors of length one.

        Returns
        -------
        float
            At least 0; infinite if a document has no word that is present.

        Raises
        ------
        ImportError
            The package POT is not installed.
        """
        known = [
            [row for row in (self.get_index(word, -1) for word in words) if row >= 0]
            for words in (
                as_keys("document1", document1),
                as_keys("document2", document2),
            )
        ]
        return movers_distance(self.vectors, *known, norm=norm)

    def _mean_of_known(self, keys: list[Key]) -> npt.NDArray[np.float32]:
        return _mean(self._sum_of_known(keys, unit=False), post_normalize=False)

    def _sum_of_known(self, keys: list[Key], *, unit: bool) -> Sum:
        """Add the vectors of the keys that are present, and name the others."""
        total = weighted_sum(self, (Part(key, 1.0) for key in keys), unit=unit)
        if total.missing:
            warnings.warn(
                f"left out {len(total.missing)} words that are not present: "
                f"{total.missing[:10]}",
                UserWarning,
                stacklevel=4,
            )
        return total


def _mean(total: Sum, post_normalize: bool) -> npt.NDArray[np.float32]:
    mean = total.vector / total.mass if total.mass > 0 else total.vector
    if post_normalize:
        mean = to_unit(mean[None])[0]
    return mean.astype(np.float32)
