"""Pointwise mutual information of a small table, and what negative sampling makes of it.

Everything here is dense and exact, to compare trained vectors with.
"""

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]


def pmi(pairs: npt.ArrayLike) -> Table:
    """Return log(P(i, w) / (P(i) P(w))) of each cell; -inf where nothing was counted.

    Church and Hanks 1990.

    Parameters
    ----------
    pairs : array, shape (V, W), not negative
        How often i and w were seen together. No row or column may be empty.

    Raises
    ------
    ValueError
        The table is not of that kind.
    """
    counts = _checked(pairs)
    total = counts.sum()
    by_chance = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(counts / by_chance))


def positive_pmi(pairs: npt.ArrayLike) -> Table:
    """Return PMI with everything below 0, unseen pairs included, set to 0.

    Bullinaria and Levy 2007.
    """
    return np.maximum(pmi(pairs), 0.0)


def best_scores(
    pairs: npt.ArrayLike, noise: npt.ArrayLike, negatives: int, *, skip_target: bool
) -> Table:
    """Return the scores u_w . v_i that minimise the expected negative-sampling loss.

    Without `skip_target`, log(P(w | i) / (K noise(w))): PMI - log K where the noise is
    the distribution of w in the pairs (Levy and Goldberg 2014, section 3.1). This
    project's trainers, like word2vec.c, leave out a noise word that equals the target;
    then the odds P(w | i) / (1 - P(w | i)) stand for P(w | i).

    Parameters
    ----------
    pairs : array, shape (V, W), not negative
        How often w is the target for input i. No row or column may be empty.
    noise : array, shape (W,)
        The probability of each word to be drawn as noise.
    negatives : int
        K.
    skip_target : bool
        Whether noise equal to the target is left out.

    Raises
    ------
    ValueError
        The table is not of that kind.
    """
    counts = _checked(pairs)
    seen_with_noise = counts.sum(axis=1, keepdims=True) - counts * skip_target
    with np.errstate(divide="ignore"):
        return np.asarray(
            np.log(counts) - np.log(negatives * seen_with_noise * np.asarray(noise))
        )


def _checked(pairs: npt.ArrayLike) -> Table:
    counts = np.asarray(pairs, np.float64)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError(
            f"the counts have shape {counts.shape}; give a table of finite numbers,"
            " none below 0"
        )
    if not (counts.sum(axis=0).all() and counts.sum(axis=1).all()):
        raise ValueError(
            "a row or column of the counts is empty; leave out words never seen"
        )
    return counts
