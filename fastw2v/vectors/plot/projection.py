"""Vectors brought down to two dimensions."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from fastw2v.errors import ConfigError, MissingExtraError, VectorsError

ProjectionMethod: TypeAlias = Literal["pca", "tsne", "umap"]
FEWEST_NEIGHBOURED = 5
"""Points for t-SNE and UMAP; fewer have no neighbourhoods to keep."""
MOST_ON_ONE_THREAD = 2_000
"""Points up to which t-SNE takes seconds on one thread."""


class Projection(NamedTuple):
    """Points of a picture, and where they come from.

    Parameters
    ----------
    points : float64 array, shape (n, 2)
    method : {"pca", "tsne", "umap"}
    explained : tuple of two floats, or None
        Shares of the variance along both axes; None where axes have no meaning.
    """

    points: npt.NDArray[np.float64]
    method: ProjectionMethod
    explained: tuple[float, float] | None


def project(
    vectors: npt.NDArray[Any], method: ProjectionMethod = "pca", *, seed: int = 1
) -> Projection:
    """Bring vectors down to two dimensions.

    Parameters
    ----------
    vectors : array, shape (n, D)
    method : {"pca", "tsne", "umap"}
        Principal components, by the singular value decomposition of the centered
        vectors, the axes signed so that the point farthest along each lies on its
        positive side. Or t-SNE (van der Maaten and Hinton 2008, scikit-learn), or UMAP
        (McInnes, Healy and Melville 2018, package umap-learn); both keep neighbours,
        not distances, and by cosine.
    seed : int
        Of t-SNE and UMAP.

    Raises
    ------
    ConfigError
        There is no such method, or there are too few vectors.
    MissingExtraError
        The package for the method is not installed.
    VectorsError
        All vectors are the same, or one is not finite.
    """
    if method not in [*METHODS]:  # a list, since what is given may have no hash
        raise ConfigError(f"method is {method!r}: give one of {tuple(METHODS)}")
    least = 2 if method == "pca" else FEWEST_NEIGHBOURED
    if len(vectors) < least:
        raise ConfigError(
            f"{len(vectors)} words are to be drawn by {method}, which takes {least} or "
            "more: name others"
        )
    rows = np.asarray(vectors, np.float64)
    if not np.isfinite(rows).all():
        raise VectorsError(
            "a vector is not finite: train anew with a lower learning rate"
        )
    if (rows == rows[0]).all():
        raise VectorsError(
            f"the {len(rows)} vectors to be drawn are all the same: train them, or name "
            "other words"
        )
    return METHODS[method](rows, seed)


def _pca(rows: npt.NDArray[np.float64], _seed: int) -> Projection:
    left, lengths, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    points = np.zeros((len(rows), 2))
    kept = min(2, len(lengths))  # vectors of one number have one axis only
    points[:, :kept] = left[:, :kept] * lengths[:kept]
    farthest = np.abs(points).argmax(axis=0)
    points *= np.where(points[farthest, [0, 1]] < 0, -1.0, 1.0)
    shares = np.append(lengths**2, 0.0) / np.sum(lengths**2)
    return Projection(points, "pca", (float(shares[0]), float(shares[1])))


def _tsne(rows: npt.NDArray[np.float64], seed: int) -> Projection:
    if find_spec("sklearn") is None:
        raise MissingExtraError(
            "t-SNE needs scikit-learn, which is not installed: "
            'pip install "fastw2v[plot]", or use pca'
        )
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    perplexity = min(30.0, (len(rows) - 1) / 3)
    model = TSNE(
        perplexity=perplexity, metric="cosine", init="random", random_state=seed
    )
    # On a busy machine threads that wait for each other in each of 1000 short rounds
    # took 7 to 20 times as long as one.
    with threadpool_limits(1 if len(rows) <= MOST_ON_ONE_THREAD else None):
        points = model.fit_transform(rows)
    return Projection(points.astype(np.float64), "tsne", None)


def _umap(rows: npt.NDArray[np.float64], seed: int) -> Projection:
    if find_spec("umap") is None:
        raise MissingExtraError(
            "UMAP needs umap-learn, which is not installed: pip install umap-learn, or "
            "use tsne"
        )
    from umap import UMAP

    neighbours = min(15, len(rows) - 1)
    # One job is what a seed takes; the start by eigenvectors fails for few points.
    model = UMAP(
        n_neighbors=neighbours,
        metric="cosine",
        init="random",
        random_state=seed,
        n_jobs=1,
    )
    return Projection(np.asarray(model.fit_transform(rows), np.float64), "umap", None)


METHODS: dict[
    ProjectionMethod, Callable[[npt.NDArray[np.float64], int], Projection]
] = {"pca": _pca, "tsne": _tsne, "umap": _umap}
