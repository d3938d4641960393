"""Word vectors from a truncated SVD."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import FloatMatrix
from fastw2v.checks import check_float
from fastw2v.counts.config import CountConfig
from fastw2v.counts.cooccurrence import Cooccurrence
from fastw2v.counts.svd import Svd
from fastw2v.vectors.keyed_vectors import KeyedVectors

if TYPE_CHECKING:
    from collections.abc import Sequence


def svd_vectors(
    svd: Svd,
    cooccurrence: Cooccurrence,
    *,
    power: float = 0.5,
    add_context: bool = False,
    metadata: Mapping[str, str] | None = None,
) -> tuple[KeyedVectors, KeyedVectors]:
    """Make word and context vectors of a decomposition: U S^p and V S^p.

    Levy, Goldberg and Dagan (2015, section 3.3) find p of 0 or 0.5 better than 1.

    Parameters
    ----------
    svd : Svd
        Of a matrix whose rows and columns are the words of `cooccurrence`.
    cooccurrence : Cooccurrence
        Gives the words and their counts.
    power : float, 0 to 1
        p, the eigenvalue weighting.
    add_context : bool
        Make the word vectors the sums U S^p + V S^p (section 3.3, "w + c").
    metadata : mapping of str to str, optional
        Kept with the vectors, beside the parameters of counting.

    Returns
    -------
    (KeyedVectors, KeyedVectors)
        The word vectors and the context vectors, float32, shape (V, D).

    Raises
    ------
    ConfigError
        `power` is out of its range.
    ValueError
        The decomposition has not one row per word.
    """
    check_float("power", power, 0.0, 1.0)
    scale = svd.s**power
    words, contexts = svd.u * scale, svd.v * scale
    if add_context:
        words = words + contexts
    about = {**describe(cooccurrence.config), "power": str(power), **(metadata or {})}
    return (
        _keyed_vectors(cooccurrence.words, words, cooccurrence.counts, about),
        _keyed_vectors(cooccurrence.words, contexts, cooccurrence.counts, about),
    )


def describe(config: CountConfig) -> dict[str, str]:
    """Return the metadata that says how was counted."""
    return {"count_config": json.dumps(config.as_dict())}


def _keyed_vectors(
    words: "Sequence[str]",
    vectors: FloatMatrix,
    counts: npt.NDArray[np.int64],
    metadata: dict[str, str],
) -> KeyedVectors:
    single = np.ascontiguousarray(vectors, np.float32)
    return KeyedVectors.from_arrays(words, single, counts, metadata=metadata)
