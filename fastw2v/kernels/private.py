"""Rows of a worker's own for the hottest words, merged with the shared ones in turns.

A row that two cores write moves between their caches at each turn. So each worker
trains copies of the hottest rows, and now and then adds what it has changed to the
shared row and goes on from there. The first `settings.prefix` rows are merged every
`settings.interval` kept tokens, twice as many every other time, four times as many
every fourth: by Zipf's law a row has then had about as many changes as any other.

Before the first shard and after the last, `reference.private` copies and merges.
"""

from fastw2v.kernels._jit import kernel


@kernel
def own_row(word, private):
    """Return this worker's row of a word or node; see `bundles.Scratch.private`."""
    count, behind = private
    return word + behind if word < count else word


@kernel
def merge_rows(weights, scratch, n):
    """Add what this worker changed in its first n rows to the shared rows, and go on.

    Another worker may merge the same row at the same time, and one addition be lost,
    as anywhere in lock-free training.
    """
    count, first = scratch.private
    for side in range(3):
        matrix = weights[side]
        for word in range(min(n, matrix.shape[0])):
            own, merged = first + word, side * count + word
            for d in range(matrix.shape[1]):
                change = matrix[own, d] - scratch.merged[merged, d]
                value = matrix[word, d] + change
                matrix[word, d] = value
                matrix[own, d] = value
                scratch.merged[merged, d] = value


@kernel
def merge_in_turn(weights, settings, scratch):
    """Count one kept token; merge the rows whose turn it is when a merge is due."""
    clock = scratch.clock
    clock[0] += 1
    if clock[0] == settings.interval:
        clock[0] = 0
        clock[1] += 1
        often = clock[1] & -clock[1]  # the largest power of two that divides it
        merge_rows(weights, scratch, min(settings.prefix * often, settings.private))
