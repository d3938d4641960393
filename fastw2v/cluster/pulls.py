"""How much each row has been trained, as expected from the vocabulary.

docs/cluster.md, "Expected pulls", has the formulas.
"""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from fastw2v.config import TrainConfig
from fastw2v.training.huffman import all_paths, huffman_tree
from fastw2v.training.noise import noise_distribution
from fastw2v.training.subsample import keep_probabilities

Floats = npt.NDArray[np.float64]


class Pulls(NamedTuple):
    """Expected gradient cells per token of the corpus, for each row of `Weights`.

    A cell is one input row against one output row. An array has no element where
    `Weights` has no row.
    """

    w_in: Floats
    """(V,)"""
    w_out: Floats
    """(V,) without negative sampling (0,)."""
    w_nodes: Floats
    """(V,) without hierarchical softmax (0,); the last, which is no node, is 0."""


def expected_pulls(counts: npt.NDArray[np.int64], config: TrainConfig) -> Pulls:
    """Return what training takes of each row.

    Parameters
    ----------
    counts : int64 array, shape (V,), all positive
    config : TrainConfig
    """
    kept = counts / counts.sum() * keep_probabilities(counts, config.subsample)
    contexts = config.window + 1 if config.shrink_windows else 2 * config.window
    is_cbow = config.architecture == "cbow"
    steps = 1 if is_cbow else contexts
    # An exact mean and word2vec's sum give each of n contexts 1/n of the gradient.
    shares = is_cbow and config.cbow_mean == (config.cbow_update == "exact")
    times_as_input = 1 if shares else contexts

    noise = config.negatives * noise_distribution(counts, config.noise_exponent)
    w_out = steps * (kept + kept.sum() * noise)
    below = _kept_below_nodes(counts, kept) if config.hierarchical_softmax else None
    outputs = config.negatives + (config.negatives > 0)
    if below is not None:
        outputs += below.sum() / kept.sum()
    return Pulls(
        kept * times_as_input * outputs,
        w_out if config.negatives else np.empty(0),
        np.empty(0) if below is None else steps * below,
    )


def _kept_below_nodes(counts: npt.NDArray[np.int64], kept: Floats) -> Floats:
    """Return for each inner node the share of the words whose path goes through it."""
    nodes, paths = all_paths(huffman_tree(counts))
    starts, lengths = paths[:, 0], paths[:, 1]
    # What fills a path up to whole blocks is not trained.
    within = np.arange(lengths.sum()) - np.repeat(lengths.cumsum() - lengths, lengths)
    passed = nodes[np.repeat(starts, lengths) + within]
    weights = np.repeat(kept, lengths)
    return np.bincount(passed, weights, len(counts)).astype(np.float64)


class Backlog(NamedTuple):
    """What each worker has trained since each row was last merged.

    A worker's *effort* is the learning rate summed over its tokens. Since always the
    first so many rows are merged, rows fall into bands that were last merged together.
    """

    stops: npt.NDArray[np.int64]
    """(bands,) rising: where each band of rows ends, the last at V."""
    efforts: Floats
    """(bands, W)"""

    @classmethod
    def nothing(cls, rows: int, workers: int) -> Self:
        """Return that of V rows that are all merged."""
        return cls(np.array([rows]), np.zeros((1, workers)))

    def after_training(self, worker: int, effort: float) -> Self:
        """Return it when one worker has trained so much more."""
        efforts = self.efforts.copy()
        efforts[:, worker] += effort
        return self._replace(efforts=efforts)

    def after_merging(self, prefix: int) -> Self:
        """Return it when the first rows, `prefix` of them, are merged."""
        behind = self.stops > prefix
        merged = np.zeros((1, self.efforts.shape[1]))
        return self._replace(
            stops=np.concatenate([[prefix], self.stops[behind]]),
            efforts=np.concatenate([merged, self.efforts[behind]]),
        )

    def of_rows(self, rows: slice | npt.NDArray[np.int64]) -> Floats:
        """Return the effort of each worker on each of these rows, (W, rows)."""
        numbers = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
        bands = np.searchsorted(self.stops, numbers, side="right")
        return self.efforts[bands].T
