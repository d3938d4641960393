"""Co-occurrence counts, row by row: W[target, context], the windows' weights summed.

All occurrences of a target are taken together, so that a row is summed in one dense
buffer and is complete when it is written: nothing is merged later. Sums are of
integers, so their order does not matter.
"""

import numpy as np

from fastw2v.kernels._jit import entry_kernel, kernel
from fastw2v.kernels.prefetch import prefetch
from fastw2v.kernels.rng import draw
from fastw2v.kernels.sampling import is_kept

SIDE_BITS = 14
"""Bits for the contexts on one side of an occurrence, so at most 16383 of them."""
_SIDE_MASK = (1 << SIDE_BITS) - 1
LARGEST_CALL = 1 << 25
"""Contexts after which `count_rows` returns, some 0.1 s of work."""

# Occurrences whose text is asked for ahead of their turn.
_AHEAD = 6
_ZERO, _ONE, _6, _12, _63 = (np.uint64(number) for number in (0, 1, 6, 12, 63))
# The product of this with a power of two has another upper 6 bits for each (Leiserson,
# Prokop and Randall 1998).
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_LOWEST = np.zeros(64, np.int64)
for _bit in range(64):
    _LOWEST[((0x03F79D71B4CB0A89 << _bit) & (2**64 - 1)) >> 58] = _bit


@entry_kernel
def find_occurrences(text, span, rows, windows, heads, places):
    """List where the words `rows` = (first, stop) stand in a part of the text.

    `span` is (first token, last token + 1, sentence of the first token). The places
    go to `places` from heads[row] on, which moves ahead.
    """
    first, stop, number = span
    n_rows = np.uint64(rows[1] - rows[0])
    while first < stop:
        begin, end = text.offsets[number], text.offsets[number + 1]
        last = min(end, stop)
        for position in range(first, last):
            # Seen as unsigned, a number below 0 is too large: one comparison does.
            row = np.uint64(np.int64(text.tokens[position]) - rows[0])
            if row < n_rows:
                left = min(windows.left, position - begin)
                right = min(windows.right, end - 1 - position)
                place = ((position << SIDE_BITS) | left) << SIDE_BITS | right
                places[np.uint64(heads[row])] = place
                heads[row] += 1
        number, first = number + 1, last


@entry_kernel
def count_rows(text, windows, occurrences, row, row_sums, entries):
    """Count the rows of a block from `row` on; return (next row, entries written).

    Returns before the end of the block when the next row might not fit `entries`, or
    after `LARGEST_CALL` contexts.
    """
    bounds, capacity = occurrences.bounds, entries.columns.shape[0]
    vocabulary = row_sums.sums.shape[0]
    contexts, filled = np.int64(0), np.int64(0)
    while row < bounds.shape[0] - 1 and contexts < LARGEST_CALL:
        at_most = (windows.left + windows.right) * (bounds[row + 1] - bounds[row])
        # A place more: writing goes one beyond before it is counted.
        if filled + min(at_most, vocabulary) >= capacity:
            break
        places = occurrences.places[bounds[row] : bounds[row + 1]]
        _add_windows(text.tokens, windows, places, row_sums.sums)
        if at_most > vocabulary // 2:
            written = _write_all(row_sums.sums, entries, filled)
        else:
            _mark(text.tokens, places, row_sums)
            written = _write_marked(row_sums, entries, filled)
        entries.lengths[row] = written
        filled += written
        contexts += at_most
        row += 1
    return row, filled


@kernel
def _window(place):
    """Return the first position of a window, its last, and its center."""
    center = place >> (2 * SIDE_BITS)
    left = (place >> SIDE_BITS) & _SIDE_MASK
    return center - left, center + (place & _SIDE_MASK), center


@kernel
def _add_windows(tokens, windows, places, sums):
    """Add the weights of all windows of one target.

    The target itself goes in too, with weight 0: one loop is faster than two. So are
    unsigned indices, which Numba need not check for being negative.
    """
    middle = windows.weights.shape[0] // 2
    latest = places.shape[0] - 1
    for i in range(places.shape[0]):
        prefetch(tokens, places[min(i + _AHEAD, latest)] >> (2 * SIDE_BITS))
        first, last, center = _window(places[i])
        for position in range(first, last + 1):
            word = np.uint32(tokens[np.uint64(position)])
            sums[word] += windows.weights[np.uint64(position - center + middle)]


@kernel
def _mark(tokens, places, row_sums):
    """Set the bits of all columns in the windows of one target."""
    for place in places:
        first, last, _ = _window(place)
        for position in range(first, last + 1):
            word = np.uint64(tokens[np.uint64(position)])
            row_sums.bits[word >> _6] |= _ONE << (word & _63)
            row_sums.summary[word >> _12] |= _ONE << ((word >> _6) & _63)


@kernel
def _write_all(sums, entries, filled):
    """Append a row that may have many columns; return how many, and clear it."""
    at = filled
    for column in range(sums.shape[0]):
        at += _write(sums, column, entries, at)
    return at - filled


@kernel
def _write_marked(row_sums, entries, filled):
    """Append a row of the columns whose bits are set; return how many, and clear it."""
    at = filled
    for i in range(row_sums.summary.shape[0]):
        blocks, row_sums.summary[i] = row_sums.summary[i], _ZERO
        while blocks != _ZERO:
            block = i * 64 + _lowest_bit(blocks)
            blocks &= blocks - _ONE
            columns, row_sums.bits[block] = row_sums.bits[block], _ZERO
            while columns != _ZERO:
                column = block * 64 + _lowest_bit(columns)
                columns &= columns - _ONE
                at += _write(row_sums.sums, column, entries, at)
    return at - filled


@kernel
def _write(sums, column, entries, at):
    """Put a column at `at` and clear it; return 1, or 0 if it does not count."""
    # Written in any case and kept by counting: no branch to guess wrong.
    found = sums[np.uint64(column)]
    entries.columns[np.uint64(at)] = column
    entries.sums[np.uint64(at)] = found
    sums[np.uint64(column)] = 0
    return np.int64(found != 0)


@kernel
def _lowest_bit(bits):
    """Return the place of the lowest bit that is set."""
    lowest = bits & (~bits + _ONE)
    return _LOWEST[np.int64((lowest * _DE_BRUIJN) >> np.uint64(58))]


@entry_kernel
def subsample_span(text, keep_prob, key, span, words, ends):
    """Copy to `words` the tokens first..stop-1 of `span` that subsampling keeps.

    Returns how many. `ends` holds where the sentences that end there do so, and
    receives the kept tokens up to each. A token's draw is at its position in the text.
    """
    kept = np.int64(0)
    first = span[0]
    for i in range(ends.shape[0] + 1):
        stop = ends[i] if i < ends.shape[0] else span[1]
        for position in range(first, stop):
            word = text.tokens[position]
            # Written in any case and kept by counting: no branch to guess wrong.
            words[kept] = word
            kept += is_kept(draw(key, position), keep_prob[word])
        if i < ends.shape[0]:
            ends[i] = kept
        first = stop
    return kept
