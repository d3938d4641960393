"""The random choices of skip-gram, in NumPy: the same draws as `kernels.sampling`."""

import numpy as np
import numpy.typing as npt

from fastw2v.reference.private import own_row
from fastw2v.reference.rng import Bits, below, draw


def is_kept(bits: Bits, keep_prob: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Tell which tokens subsampling keeps (Mikolov et al. 2013b, section 2.3)."""
    unit = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
    return unit < keep_prob


def reach_of(bits: Bits, window: int) -> npt.NDArray[np.int64]:
    """Return the widths in 1..window that the centers' windows have."""
    return below(bits, window) + 1


def noise_word(
    bits: Bits, noise_table: npt.NDArray[np.uint32]
) -> npt.NDArray[np.int64]:
    """Draw noise words from the alias table (Walker 1977; Vose 1991)."""
    slot = below(bits, len(noise_table))
    keeps_slot = (bits & np.uint64(0xFFFFFFFF)) < noise_table[slot, 0]
    return np.where(keeps_slot, slot, noise_table[slot, 1])


def draw_outputs(
    target: int,
    key: np.uint64,
    pair: int,
    negatives: int,
    noise_table: npt.NDArray[np.uint32],
    outputs: npt.NDArray[np.int32],
    start: int,
    private: tuple[int, int],
) -> None:
    """List the output rows of one step: the target, then its K noise words.

    The rows, of noise words those of this worker (`private.own_row`), go to the K + 1
    places of `outputs` from `start`.
    """
    positions = pair * negatives + np.arange(negatives)
    outputs[start] = target
    words = noise_word(draw(key, positions), noise_table)
    outputs[start + 1 : start + 1 + negatives] = own_row(words, private)
