"""Words sorted into classes by k-means."""

import numpy as np
import numpy.typing as npt

BLOCK_SCORES = 1 << 22


def word_classes(
    vectors: npt.NDArray[np.float32], classes: int, iterations: int = 10
) -> npt.NDArray[np.int64]:
    """Sort rows into classes by k-means on directions, as word2vec.c's -classes does.

    Row i begins in class i modulo `classes`. Then, again and again, the center of a
    class is the sum of its rows, scaled to unit length, and a row goes to the center
    with which it has the largest dot product: spherical k-means (Dhillon and Modha
    2001, section 3) in which longer rows count for more. A class that has lost all
    its rows stays empty. Nothing is random.

    Parameters
    ----------
    vectors : float32 array, shape (V, D)
    classes : int, 1 to V
    iterations : int
        Rounds; word2vec.c does 10.

    Returns
    -------
    int64 array, shape (V,)
        The class of each row, from 0 to `classes` - 1.

    Raises
    ------
    ValueError
        `classes` is out of its range.
    """
    if not 1 <= classes <= len(vectors):
        raise ValueError(f"classes is {classes}; give 1 to {len(vectors)}, the words")
    chosen = np.arange(len(vectors)) % classes
    for _ in range(iterations):
        centers = _centers(vectors, chosen, classes)
        chosen = _nearest(vectors, centers)
    return chosen


def _centers(
    vectors: npt.NDArray[np.float32], chosen: npt.NDArray[np.int64], classes: int
) -> npt.NDArray[np.float32]:
    """Return the unit-length sums of the classes, NaN for an empty one."""
    order = np.argsort(chosen, kind="stable")
    present, starts = np.unique(chosen[order], return_index=True)
    sums = np.full((classes, vectors.shape[1]), np.nan)
    sums[present] = np.add.reduceat(vectors[order], starts, axis=0, dtype=np.float64)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return (sums / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


def _nearest(
    vectors: npt.NDArray[np.float32], centers: npt.NDArray[np.float32]
) -> npt.NDArray[np.int64]:
    is_empty = np.isnan(centers[:, 0])
    directions = np.where(is_empty[:, None], np.float32(0), centers)
    chosen = np.empty(len(vectors), dtype=np.int64)
    step = max(1, BLOCK_SCORES // len(centers))
    for start in range(0, len(vectors), step):
        scores = vectors[start : start + step] @ directions.T
        scores[:, is_empty] = -np.inf
        chosen[start : start + step] = scores.argmax(axis=1)
    return chosen
