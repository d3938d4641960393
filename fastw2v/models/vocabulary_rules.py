"""Which words of a count a model keeps, by gensim's rules, and how often."""

import math
from collections.abc import Callable, Mapping
from itertools import compress
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.models.raw_text import Word
from fastw2v.utils import keep_vocab_item

TrimRule: TypeAlias = Callable[[Any, int, int], int]
Counts: TypeAlias = npt.NDArray[np.int64]

ALWAYS_KEPT = 2**32 - 1
"""The `sample_int` of a word that is never thinned."""


class Chosen(NamedTuple):
    """The words kept."""

    words: list[Word]
    counts: Counts


def choose_words(
    raw_vocab: Mapping[Word, int], min_count: int, trim_rule: TrimRule | None
) -> Chosen:
    """Return the words that are frequent enough or that the rule keeps, in order."""
    counts = np.fromiter(raw_vocab.values(), np.int64, len(raw_vocab))
    if trim_rule is None:
        keep = counts >= min_count
    else:
        judged = (
            keep_vocab_item(word, n, min_count, trim_rule)
            for word, n in raw_vocab.items()
        )
        keep = np.fromiter(judged, np.bool_, len(raw_vocab))
    return Chosen(list(compress(raw_vocab, keep.tolist())), counts[keep])


def least_count(raw_vocab: Mapping[Word, int], most: int) -> int:
    """Return the smallest count that no more than `most` words reach."""
    if most >= len(raw_vocab):
        return 1
    return sorted(raw_vocab.values(), reverse=True)[most] + 1


def sampling_threshold(sample: float, total: int) -> float:
    """Return the count from which on occurrences of a word are thinned.

    Parameters
    ----------
    sample : float, not 0
        Below 1 a share of all words; from 1 on a count, from which gensim derives
        the threshold by the golden ratio, so that a word of just that count is kept.
    total : int
        Words in all.
    """
    if sample < 1:
        return sample * total
    return float(int(sample * (3 + math.sqrt(5)) / 2))


def keep_shares(counts: Counts, sample: float) -> npt.NDArray[np.float64]:
    """Return the share of each word's occurrences that thinning keeps, at most 1.

    Mikolov et al. 2013b, section 2.3, in the form that word2vec.c implements.
    """
    if not sample or not len(counts):
        return np.ones(len(counts))
    ratio = sampling_threshold(sample, int(counts.sum())) / np.maximum(counts, 1)
    return np.asarray(np.minimum(np.sqrt(ratio) + ratio, 1.0))


def as_sample_int(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.uint32]:
    """Return shares as gensim stores them, of 2**32 - 1."""
    return (shares * ALWAYS_KEPT).astype(np.uint32)


def cumulative_noise(
    counts: Counts, exponent: float, domain: int
) -> npt.NDArray[np.uint32]:
    """Return the noise distribution summed up, the last element being `domain`."""
    if not len(counts):
        return np.zeros(0, dtype=np.uint32)
    summed = np.cumsum(np.maximum(counts, 1).astype(np.float64) ** exponent)
    table: npt.NDArray[np.uint32] = np.rint(summed / summed[-1] * domain).astype(
        np.uint32
    )
    return table
