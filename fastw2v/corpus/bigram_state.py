"""What a `BigramCounter` has counted, as arrays, and whether they fit together."""

from typing import NamedTuple

import numpy as np

from fastw2v.corpus.pair_runs import FIRST_START, Counts, Keys, split_keys


class Counted(NamedTuple):
    """All that a `BigramCounter` has counted, in arrays for a file."""

    words: list[str]  # those with numbers 1, 2, ...; the connectors come first
    word_counts: Counts
    pair_keys: Keys
    pair_counts: Counts
    starts: Keys
    total_words: int
    sentences: int
    min_reduce: int


def check_counted(counted: Counted, connectors: list[str]) -> None:
    """Raise ValueError unless every number means something."""
    words, n_connectors = len(counted.words), len(connectors)
    n_starts = len(counted.starts)
    left, right = split_keys(counted.pair_keys)
    parents, between = split_keys(counted.starts)
    numbers = np.arange(n_starts) + FIRST_START

    def are_words(array: Counts) -> bool:
        return bool(((array > n_connectors) & (array <= words)).all())

    rules = {
        "connectors come first": counted.words[:n_connectors] == connectors,
        "each word has a count": counted.word_counts.shape == (words,),
        "each pair has a count": counted.pair_counts.shape == counted.pair_keys.shape,
        "counts are positive": not (counted.word_counts < 0).any()
        and not (counted.pair_counts < 1).any(),
        "pairs are in order": not (
            counted.pair_keys[1:] <= counted.pair_keys[:-1]
        ).any(),
        "starts are distinct": len(np.unique(counted.starts)) == n_starts,
        "starts begin with a word": are_words(parents[parents < FIRST_START])
        and bool((parents < numbers).all()),
        "starts end in connectors": bool(
            ((between > 0) & (between <= n_connectors)).all()
        ),
        "pairs begin with a word": are_words(left[left < FIRST_START])
        and bool((left < FIRST_START + n_starts).all()),
        "pairs end in a word": are_words(right),
    }
    broken = [rule for rule, holds in rules.items() if not holds]
    if broken:
        raise ValueError(f"it does not hold that {broken[0]}")
