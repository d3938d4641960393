"""Subsampling of frequent words."""

import numpy as np
import numpy.typing as npt


def keep_probabilities(
    counts: npt.NDArray[np.int64], threshold: float
) -> npt.NDArray[np.float32]:
    """Return the probability to keep one occurrence of each word.

    With f the word's share of the corpus and t the threshold,
    min(1, sqrt(t / f) + t / f): the form word2vec.c implements. The paper's own
    (Mikolov et al. 2013b, equation 5) lacks the second term.

    Parameters
    ----------
    counts : int64 array, shape (V,), all positive
    threshold : float
        t; 0 keeps everything.

    Returns
    -------
    float32 array, shape (V,), read-only
    """
    if threshold == 0.0:
        keep = np.ones(len(counts), np.float32)
    else:
        ratio = threshold * counts.sum() / counts
        keep = np.minimum(np.sqrt(ratio) + ratio, 1.0).astype(np.float32)
    keep.flags.writeable = False
    return keep
