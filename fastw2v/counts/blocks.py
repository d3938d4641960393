"""Blocks of rows of the count matrix: how they are cut, and how one is counted."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Text
from fastw2v.count_bundles import Entries, Occurrences, Windows, new_row_sums
from fastw2v.counts.config import MIB, CountConfig
from fastw2v.counts.pool import AHEAD, StopFlag
from fastw2v.cpus import available_cpus

Rows = tuple[int, int]

# Tokens searched between looks at the stop flag: some 20 ms.
_SPAN = 1 << 24
# Entries written between them.
_ENTRIES = 1 << 18
# Memory in MiB below which a thread's blocks would be too small to be worth a pass.
_LEAST_PER_THREAD = 16
_BLOCKS_PER_THREAD = 3


class Block(NamedTuple):
    """The counted rows of a block."""

    lengths: npt.NDArray[np.int64]
    """(R,) entries of each row."""
    columns: list[npt.NDArray[np.int32]]
    """In pieces, rising within a row."""
    sums: list[npt.NDArray[np.int64]]
    """In pieces, summed weights."""


def thread_count(config: CountConfig) -> int:
    """Return the threads that are asked for and that the memory suffices for."""
    threads = config.threads or available_cpus()
    return min(threads, config.memory // _LEAST_PER_THREAD)


def cut_rows(
    counts: npt.NDArray[np.int64], windows: Windows, config: CountConfig
) -> list[Rows]:
    """Cut the rows into blocks that fit the memory and that keep all threads busy.

    A block has at least one row, whatever the memory.

    Parameters
    ----------
    counts : int64 array, shape (V,)
        Occurrences of each word in the text.
    windows : Windows
    config : CountConfig

    Returns
    -------
    list of (first row, last row + 1)
    """
    threads = thread_count(config)
    entries = np.minimum(counts * (windows.left + windows.right), len(counts))
    needed = np.cumsum(8 * counts + 12 * entries)
    buffers = 12 * _capacity(len(counts)) + 9 * len(counts)
    memory = config.memory * MIB // (AHEAD * threads) - buffers
    places = np.cumsum(counts)
    share = places[-1] // (_BLOCKS_PER_THREAD * threads) + 1
    blocks: list[Rows] = []
    first = 0
    while first < len(counts):
        before = (needed[first - 1], places[first - 1]) if first else (0, 0)
        stop = min(
            np.searchsorted(needed, before[0] + max(memory, 0), "right"),
            np.searchsorted(places, before[1] + share, "right"),
        )
        blocks.append((first, max(int(stop), first + 1)))
        first = blocks[-1][1]
    return blocks


class BlockCounter(NamedTuple):
    """What counting a block needs besides its rows."""

    text: Text
    windows: Windows
    counts: npt.NDArray[np.int64]
    """(V,) occurrences of each word in the text."""

    def run(self, rows: Rows, stop: StopFlag) -> Block:
        """Count the rows first..stop-1; a job of `pool.in_order`."""
        from fastw2v.kernels.cooccurrence import count_rows

        occurrences = self._find(rows, stop)
        vocabulary = len(self.counts)
        n_rows = rows[1] - rows[0]
        buffers = new_row_sums(vocabulary)
        found = Block(np.zeros(n_rows, np.int64), [], [])
        capacity = _capacity(vocabulary)
        entries = Entries(
            found.lengths, np.empty(capacity, np.int32), np.empty(capacity, np.int64)
        )
        row = 0
        while row < n_rows:
            stop.check()
            row, filled = count_rows(
                self.text, self.windows, occurrences, row, buffers, entries
            )
            found.columns.append(entries.columns[:filled].copy())
            found.sums.append(entries.sums[:filled].copy())
        return found

    def _find(self, rows: Rows, stop: StopFlag) -> Occurrences:
        """List where the words of a block stand."""
        from fastw2v.kernels.cooccurrence import find_occurrences

        bounds = np.concatenate([[0], np.cumsum(self.counts[slice(*rows)])])
        heads = bounds[:-1].copy()
        places = np.empty(bounds[-1], np.int64)
        for span in spans(self.text.offsets):
            stop.check()
            find_occurrences(self.text, span, rows, self.windows, heads, places)
        return Occurrences(bounds, places)


def spans(offsets: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Cut a text into (first token, last token + 1, sentence of the first token)."""
    for start in range(0, int(offsets[-1]), _SPAN):
        sentence = int(np.searchsorted(offsets, start, "right")) - 1
        yield start, min(start + _SPAN, int(offsets[-1])), sentence


def _capacity(vocabulary: int) -> int:
    """Return the entries that are written at once: at least a row, and one more."""
    return max(_ENTRIES, vocabulary) + 1
