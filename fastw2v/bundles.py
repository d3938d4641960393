"""The arrays and numbers that kernels and reference pass around, named once.

Legend: V vocabulary, D dimension, P padded row length (D rounded up to a
multiple of 16), N tokens, S sentences, K negatives, J input rows and Q output
rows of one gradient step.

Both back ends take the same bundles, so `reference` and `kernels` swap by name.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LINE = 16
"""Numbers in a line, of which rows have a whole number: 64 bytes of float32."""
BLOCK_LINES = 8
"""Lines in a block, the unit in which vector code walks a row."""

Tail = tuple[int, ...]
"""As many zeros as a row has lines beyond its whole blocks. A compiled kernel knows
the length of a tuple it is given, so it has the right number of registers for them;
the reference takes it and has no use for it."""

FloatMatrix = npt.NDArray[np.floating]


class Weights(NamedTuple):
    """The model: both matrices have padded rows whose tail stays zero."""

    w_in: FloatMatrix
    """(V, P) input vectors, the ones a user keeps."""
    w_out: FloatMatrix
    """(V, P) output vectors."""


class Text(NamedTuple):
    """The encoded corpus, read-only."""

    tokens: npt.NDArray[np.int32]
    """(N,) word numbers."""
    offsets: npt.NDArray[np.int64]
    """(S + 1,) sentence s is tokens[offsets[s]:offsets[s + 1]]."""


class Sampling(NamedTuple):
    """What the random draws are made from, read-only."""

    keep_prob: npt.NDArray[np.float32]
    """(V,) probability to KEEP an occurrence of the word (subsampling)."""
    noise_table: npt.NDArray[np.uint32]
    """(V, 2) alias table: threshold (of 2**32) and alias of each word."""


class Settings(NamedTuple):
    """The hyper-parameters a kernel needs."""

    window: int
    """Maximum one-sided window width."""
    negatives: int
    """K, noise words per pair (or per window)."""
    group: int
    """Contexts that share one noise set and one step: 1 is `batching="pair"`,
    2 * window or more is `batching="window"`."""


class Shards(NamedTuple):
    """The pieces of work of one epoch, in corpus order; n shards."""

    bounds: npt.NDArray[np.int64]
    """(n + 1,) shard i is tokens[bounds[i]:bounds[i + 1]]."""
    first_sentence: npt.NDArray[np.int64]
    """(n,) the sentence that holds the shard's first token."""
    learning_rate: npt.NDArray[np.float64]
    """(n,) the step size for the whole shard."""
    seed: npt.NDArray[np.uint64]
    """(n,) the number all draws of the shard follow from."""


class Scratch(NamedTuple):
    """Buffers reused for every step of a shard.

    The lists are long enough for two windows, the current and the coming one.
    """

    inputs: npt.NDArray[np.int64]
    """(2 * 2 * window,) rows of w_in: the contexts of a center."""
    outputs: npt.NDArray[np.int64]
    """(2 * 2 * window * (K + 1),) rows of w_out: for each step a target and its
    noise words as drawn."""
    outputs_stop: npt.NDArray[np.int64]
    """(2 * 2 * window,) where in `outputs` a step's rows end."""
    errors: FloatMatrix
    """(2 * window, at least K + 1) the current step's scores, then its learning rate *
    (label - sigmoid); vector code needs whole lines."""
    before: FloatMatrix
    """(2 * window, P) the current step's input rows as they were scored."""


class Totals(NamedTuple):
    """What a kernel did; totals of shards add up field by field."""

    centers: int
    """Tokens visited as center, before subsampling."""
    kept: int
    """Centers left by subsampling."""
    pairs: int
    """(center, context) pairs trained."""
    loss: float
    """Negative-sampling loss summed over those pairs, in float64."""
