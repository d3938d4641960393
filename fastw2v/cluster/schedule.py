"""Who trains which shards in which round, and which rows are merged after it.

docs/cluster.md, "Which rows, how often".
"""

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.cluster.config import Merging

# For each pair of workers; docs/cluster.md, "Plan first", has what fewer cost.
_ROUNDS_IN_RUN = 32
_MOST_ROUNDS_IN_RUN = 2048
_LARGEST_ROUND = 1_000_000
# For each other worker: the divisor of a row grows with their number.
_TOKENS_PER_SYNC_ROW = 36
_RAMP = 8


class Schedule(NamedTuple):
    """The sizes of rounds.

    Parameters
    ----------
    workers : int
        W.
    round_tokens : int
        Tokens of one worker in a round, once rounds have their full length.
    sync_rows : int
        Rows merged after every round.
    words : int
        V.
    """

    workers: int
    round_tokens: int
    sync_rows: int
    words: int

    def prefix(self, number: int, widening: int) -> int:
        """Return how many rows are merged after a round.

        Parameters
        ----------
        number : int
            Of the round in its epoch, from 1.
        widening : int
            How many times as many as planned.
        """
        often = number & -number  # the largest power of two that divides it
        return min(self.sync_rows * widening * often, self.words)


class Round(NamedTuple):
    """What all workers train between two merges.

    Parameters
    ----------
    number : int
        In its epoch, from 1.
    spans : list of int
        (W + 1,) worker k trains the shards spans[k] to spans[k + 1] - 1.
    """

    number: int
    spans: list[int]


def schedule_of(
    merging: Merging,
    workers: int,
    bounds: npt.NDArray[np.int64],
    epochs: int,
    words: int,
) -> Schedule:
    """Return the sizes asked for, or those that suit the run.

    Parameters
    ----------
    merging : Merging
    workers : int
        W.
    bounds : int64 array, shape (n + 1,)
        Of the shards of an epoch.
    epochs, words : int
        Epochs of the run; V.
    """
    tokens, shards = int(bounds[-1]), len(bounds) - 1
    rounds = min(_ROUNDS_IN_RUN * workers**2, _MOST_ROUNDS_IN_RUN)
    round_tokens = merging.round_tokens or min(
        tokens * epochs // (rounds * workers), _LARGEST_ROUND
    )
    round_tokens = max(round_tokens, tokens // shards, 1)
    # The turn of all rows comes every `turn` rounds, a power of two.
    rounds_in_half = tokens // (2 * round_tokens * workers)
    turn = 1 << max(rounds_in_half.bit_length() - 1, 0)
    sync_rows = merging.sync_rows or max(
        round_tokens * (workers - 1) // _TOKENS_PER_SYNC_ROW, -(-words // turn), 1
    )
    return Schedule(workers, round_tokens, min(sync_rows, words), words)


def epoch_rounds(
    bounds: npt.NDArray[np.int64], tokens_before: int, schedule: Schedule
) -> Iterator[Round]:
    """Yield the rounds of an epoch, which follow from its place in the run alone.

    Each shard is in one span of one round, in the order of the corpus.

    Parameters
    ----------
    bounds : int64 array, shape (n + 1,)
        Of the shards of the epoch.
    tokens_before : int
        Of the run, before the epoch.
    schedule : Schedule
    """
    workers, last = schedule.workers, len(bounds) - 1
    first = number = 0
    while first < last:
        number += 1
        done = (tokens_before + int(bounds[first])) // workers
        length = min(done // _RAMP, schedule.round_tokens)
        reached = int(bounds[first]) + workers * length
        whole = int(np.searchsorted(bounds, reached, side="right")) - 1
        stop = min(max(whole, first + workers), last)
        yield Round(number, deal(first, stop, [1] * workers))
        first = stop


def deal(first: int, stop: int, shares: Sequence[float]) -> list[int]:
    """Return W + 1 bounds of spans of the shards `first` to `stop` - 1.

    Parameters
    ----------
    first, stop : int
    shares : sequence of W numbers, none negative, at least one positive
        In proportion to which shards are dealt out; equal whole numbers give sizes
        that differ by one at most.
    """
    shards, whole = stop - first, sum(shares)
    reached = itertools.accumulate(shares, initial=0)
    return [first + int(shards * share // whole) for share in reached]


def count_rounds(bounds: npt.NDArray[np.int64], epochs: int, schedule: Schedule) -> int:
    """Return the rounds of a whole run; parameters as for the functions above."""
    tokens = int(bounds[-1])
    return sum(
        1
        for epoch in range(epochs)
        for _ in epoch_rounds(bounds, epoch * tokens, schedule)
    )
