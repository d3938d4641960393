"""Pairs of numbers as sorted 64-bit keys, with counts."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FIRST_START = 1 << 31  # starts are numbered from here on, words below
_HALF = np.uint64(32)  # bits
_LOW = np.uint64(0xFFFF_FFFF)

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


class Run(NamedTuple):
    """Pairs, each once and in order, with their counts."""

    keys: Keys  # start or first word << 32 | second word
    counts: Counts


def make_keys(starts: Keys, words: npt.NDArray[np.int32]) -> Keys:
    """Return the key of each start or first word and its second word."""
    return starts << _HALF | words.astype(np.uint64)


def count_pairs(keys: Keys) -> Run:
    """Sort pairs and count them."""
    return Run(*np.unique(keys, return_counts=True))


def merge(one: Run, other: Run) -> Run:
    """Return the pairs of two runs in one."""
    keys = np.concatenate([one.keys, other.keys])
    order = np.argsort(keys, kind="stable")  # finds that both halves are in order
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    counts = np.concatenate([one.counts, other.counts])[order]
    return Run(keys[first], np.add.reduceat(counts, first))


def split_keys(
    keys: Keys,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return what keys are made of: starts or first words, and second words."""
    return (keys >> _HALF).astype(np.int64), (keys & _LOW).astype(np.int64)
