"""Fewer noise words drawn than the two batchings draw.

`per_window` updates pair by pair, as `batching="pair"` does, but all pairs of a window
have the same noise words. `over_two_centers` makes a window a mini-batch, as
`batching="window"` does, and every second center takes the noise of the one before.
"""

from fastw2v.kernels import walk
from fastw2v.kernels._jit import kernel
from fastw2v.kernels.rows import draw_outputs
from variants.copies import copy_kernels

_outputs_of = walk.outputs_of


@kernel
def _outputs_of_window(begin, settings):
    """Stand in for `walk.outputs_of`: all steps of a window have the first one's."""
    half = 2 * settings.window
    return _outputs_of(begin // half * half, settings)


@kernel
def _one_at_a_time(length):
    """Stand in for `logistic.pairs_fit` where steps are chosen."""
    return False


@kernel
def _draw_or_copy(target, key, pair, negatives, noise_table, outputs, start, private):
    """Stand in for `draw_outputs`: windows at odd places copy from the half before."""
    if start == 0:
        draw_outputs(target, key, pair, negatives, noise_table, outputs, start, private)
    else:
        outputs[start] = target
        for k in range(1, negatives + 1):
            outputs[start + k] = outputs[k]


per_window = copy_kernels(
    walk={"outputs_of": _outputs_of_window}, logistic={"pairs_fit": _one_at_a_time}
)["hogwild"].train_shard
over_two_centers = copy_kernels(rows={"draw_outputs": _draw_or_copy})[
    "hogwild"
].train_shard
