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
BLOCK = 8
"""Output rows that a step works on together; scores stand in whole blocks."""
NO_SCORE = -1e4
"""In place of a score that is to count for nothing: as noise, its sigmoid and its
loss are 0."""

PATH_SHAPE = (0,) * BLOCK
"""The `StepShape` of a path: whole blocks of output rows, the same for all inputs."""

StepShape = tuple[int, ...]
"""The size of a step, said by the length of a tuple of zeros.

A compiled kernel knows the length of a tuple it is given, so it has the right number of
registers. The length is the number of output rows beyond whole blocks, plus 8 if there
are whole blocks, plus 16 if every input row has its own outputs. (One flat tuple,
because Numba's parallel loops take no other.)
"""

FloatMatrix = npt.NDArray[np.floating]


class Weights(NamedTuple):
    """The model: all matrices have padded rows whose tail stays zero.

    With H > 0 private rows, worker k's copies of words 0..H-1 follow the V rows of the
    words: they are the k-th H rows from the end.
    """

    w_in: FloatMatrix
    """(V + H * workers, P) input vectors, the ones a user keeps."""
    w_out: FloatMatrix
    """(V + H * workers, P) output vectors; no row without negative sampling."""
    w_nodes: FloatMatrix
    """(V + H * workers, P) vectors of the inner nodes of the Huffman tree, of which
    there are V - 1, from the root; no row without hierarchical softmax."""


class Matrices(NamedTuple):
    """What one gradient step works on."""

    w_in: FloatMatrix
    """Its input rows are rows of this: of `Weights.w_in`, or hidden vectors."""
    w_out: FloatMatrix
    """Its output rows: of `Weights.w_out` or `Weights.w_nodes`."""


class Text(NamedTuple):
    """The encoded corpus, read-only."""

    tokens: npt.NDArray[np.int32]
    """(N,) word numbers."""
    offsets: npt.NDArray[np.int64]
    """(S + 1,) sentence s is tokens[offsets[s]:offsets[s + 1]]."""


class Sampling(NamedTuple):
    """What is known of each word, read-only.

    What is None is compiled away.
    """

    keep_prob: npt.NDArray[np.float32]
    """(V,) probability to KEEP an occurrence of the word (subsampling)."""
    noise_table: npt.NDArray[np.uint32] | None
    """(V, 2) alias table: threshold (of 2**32) and alias of each word; None without
    negative sampling."""
    path_nodes: npt.NDArray[np.int32] | None = None
    """Inner nodes on the way to each word, each word's a whole number of blocks: those
    with label 1, those with label 0, then its last node again. None without
    hierarchical softmax."""
    paths: npt.NDArray[np.int64] | None = None
    """(V, 3) where a word's nodes start in `path_nodes`, how many they are, and how many
    of them have label 1."""
    lock_factors: npt.NDArray[np.float32] | None = None
    """(V,) what a row of w_in changes by is multiplied by its factor; None is 1."""


class Settings(NamedTuple):
    """The hyper-parameters a kernel needs."""

    window: int
    """Maximum one-sided window width."""
    negatives: int
    """K, noise words per pair (or per window)."""
    group: int
    """Contexts that share one noise set: 1 is `batching="pair"`; all of a window, up to
    `training.work.LARGEST_GROUP`, is `batching="window"`."""
    private: int = 0
    """H, the hottest words of which each worker has rows of its own; 0 for one worker."""
    prefix: int = 1
    """Rows merged every time rows are merged."""
    interval: int = 1
    """Kept tokens of a worker between two merges."""
    shrink_windows: bool = True
    """Whether each center draws its reach from 1..window; else all reach `window`."""
    skipgram: bool | None = True
    """None in CBOW, so that its code is not compiled there."""
    cbow_mean: bool | None = None
    """CBOW: whether the hidden vector is the mean of the contexts or their sum; None is
    skip-gram."""
    cbow_exact: bool = False
    """CBOW: contexts take the exact gradient, not word2vec's; see `TrainConfig`."""
    longest_path: int = 0
    """Nodes of the longest path, in whole blocks."""
    locked: bool = False
    """Whether there are lock factors."""


class Shards(NamedTuple):
    """The pieces of work of one epoch, in corpus order; n shards."""

    bounds: npt.NDArray[np.int64]
    """(n + 1,) shard i is tokens[bounds[i]:bounds[i + 1]]."""
    first_sentence: npt.NDArray[np.int64]
    """(n,) the sentence that holds the shard's first token."""
    learning_rate: npt.NDArray[np.float64]
    """(n,) the step size for the whole shard."""
    keys: npt.NDArray[np.uint64]
    """(n, 3) of each shard's random streams: subsampling, reach, noise. Positions are
    those of the token in the shard, of the center among the kept tokens, and of the
    noise word among those of the shard."""


class Scratch(NamedTuple):
    """Buffers of one worker, reused for every shard.

    The lists of rows are long enough for two windows, the current and the coming one.
    The output rows of a step start a block of 8, which vector code fills and reads
    whole.
    """

    words: npt.NDArray[np.int32]
    """(tokens of the largest shard,) the kept words of a sentence."""
    inputs: npt.NDArray[np.int32]
    """(2 * 2 * window + 8,) rows of w_in: the contexts of a center."""
    outputs: npt.NDArray[np.int32]
    """(2 * (2 * window * (K + 1 in whole blocks) + longest path),) rows of w_out: for each
    step a target and K noise words; then rows of w_nodes: the path of each center."""
    paths: npt.NDArray[np.int64]
    """(2, 3) of each center's path: first and stop in `outputs`, nodes with label 1."""
    hidden: FloatMatrix
    """(3, P) CBOW's hidden vector: as trained on noise, as trained on the path, and as it
    was. The last two of `inputs` are their row numbers 0 and 1."""
    errors: FloatMatrix
    """(contexts of a step, outputs of a step in whole blocks) the current step's scores,
    then its learning rate * (label - sigmoid)."""
    changed: FloatMatrix
    """(contexts of a step, P) the input rows as they become."""
    kept: FloatMatrix
    """(2 * window, P) the input rows as they were, if there are lock factors."""
    loss: npt.NDArray[np.float64]
    """(8,) parts of the loss summed so far."""
    private: tuple[int, int]
    """H, and how far behind a word's own row this worker's copy of it stands."""
    merged: FloatMatrix
    """(3 * H, P) this worker's rows of w_in, w_out and w_nodes as last merged; memory of a
    matrix that has no rows is never touched."""
    clock: npt.NDArray[np.int64]
    """(2,) kept tokens since the last merge; merges."""


class Totals(NamedTuple):
    """What a kernel did; totals of shards add up field by field."""

    centers: int
    """Tokens visited as center, before subsampling."""
    kept: int
    """Centers left by subsampling."""
    pairs: int
    """(center, context) pairs trained; in CBOW, centers with a context."""
    loss: float
    """Loss summed over those pairs, in float64; if there are two, of both together."""


def step_shape(settings: Settings) -> StepShape:
    """Return the shape of all steps under these settings."""
    outputs = settings.negatives + 1
    has_blocks = outputs >= BLOCK
    are_pairs = settings.group == 1 or settings.cbow_mean is not None
    return (0,) * (outputs % BLOCK + BLOCK * has_blocks + 2 * BLOCK * are_pairs)


def new_scratch(
    weights: Weights | Matrices, settings: Settings, words: int, worker: int = 0
) -> Scratch:
    """Allocate a worker's buffers for these rows and windows, and shards of `words`.

    Compiled too, for parallel loops.
    """
    contexts = 2 * settings.window
    outputs = (settings.negatives + BLOCK) // BLOCK * BLOCK
    # Pairs that go together need their errors and one more row to work with.
    of_a_step = max(min(contexts, settings.group), 3)
    n_rows, width = weights.w_in.shape
    dtype = weights.w_in.dtype
    inputs = np.empty(2 * contexts + BLOCK, np.int32)
    inputs[-2:] = np.arange(2)
    return Scratch(
        np.empty(words, np.int32),
        inputs,
        np.empty(2 * (contexts * outputs + settings.longest_path), np.int32),
        np.zeros((2, 3), np.int64),
        np.empty((3, width), dtype),
        np.empty((of_a_step, max(outputs, settings.longest_path)), dtype),
        np.empty((of_a_step, width), dtype),
        np.empty((contexts if settings.locked else 0, width), dtype),
        np.zeros(BLOCK),
        (settings.private, n_rows - (worker + 1) * settings.private),
        np.empty((3 * settings.private, width), dtype),
        np.zeros(2, np.int64),
    )


class ShapeSizes(NamedTuple):
    """What a `StepShape` says."""

    pairs: bool
    """Whether every input row has its own outputs, as in `batching="pair"`."""
    blocks: bool
    """Whether there is a whole block of output rows."""
    rest: int
    """Output rows beyond whole blocks."""


def shape_sizes(length: int) -> ShapeSizes:
    """Read the length of a `StepShape`."""
    pairs, rest = divmod(length, 2 * BLOCK)
    return ShapeSizes(pairs == 1, rest >= BLOCK, rest % BLOCK)


def pairs_fit(length: int) -> bool:
    """Tell from the length of a `StepShape` whether steps are of one or two pairs.

    They are where every input row has its own outputs, less than a block of them, so
    that all rows of two pairs fit vector registers. Compiled too.
    """
    return 2 * BLOCK < length < 3 * BLOCK
