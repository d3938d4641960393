"""Build gensim's own objects, where gensim is installed, from the records of its files.

`fastw2v` never needs gensim: this is for programs that go on with it, and to write its
files, by calling `save` on what comes back.
"""

import importlib
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.vectors.formats.gensim_records import Array, GensimModel, GensimVectors

# Parameters that gensim's constructor takes; others become attributes.
CONSTRUCTOR = {
    "vector_size", "alpha", "window", "min_count", "max_vocab_size", "sample", "seed",
    "workers", "min_alpha", "sg", "hs", "negative", "ns_exponent", "cbow_mean", "epochs",
    "null_word", "sorted_vocab", "batch_words", "compute_loss", "comment",
    "max_final_vocab", "shrink_windows",
}  # fmt: skip
ALWAYS_KEPT = 2**32 - 1


def vectors_to_gensim(vectors: GensimVectors) -> Any:
    """Build a ``gensim.models.KeyedVectors``; nothing in it is shared.

    Raises
    ------
    ImportError
        gensim 4 is not installed.
    """
    words, weights = vectors.words, vectors.vectors
    found = _gensim().KeyedVectors(weights.shape[1], len(words), weights.dtype)
    found.vectors = np.array(weights)
    found.index_to_key = list(words)
    found.key_to_index = {word: row for row, word in enumerate(words)}
    found.next_index = len(words)
    found.expandos = {
        name: _column(values) for name, values in vectors.expandos.items()
    }
    lockf = np.ones(1) if vectors.lockf is None else vectors.lockf
    found.vectors_lockf = np.array(lockf, dtype=np.float32)
    if vectors.lifecycle_events is not None:
        found.lifecycle_events = list(vectors.lifecycle_events)
    return found


def model_to_gensim(model: GensimModel) -> Any:
    """Build a ``gensim.models.Word2Vec`` that can be trained on and saved.

    Counts of the words are needed for that; what follows from them (chances to keep a
    word, Huffman tree, noise distribution) is made where it is missing.

    Raises
    ------
    ImportError
        gensim 4 is not installed.
    ValueError
        The words have no counts, or the output vectors for ``negative`` or ``hs`` are
        missing.
    """
    _check(model)
    parameters = model.parameters | {"vector_size": model.vectors.vectors.shape[1]}
    given = {name: parameters[name] for name in CONSTRUCTOR & parameters.keys()}
    found = _gensim().Word2Vec(**given)
    for name in parameters.keys() - CONSTRUCTOR:
        setattr(found, name, parameters[name])
    found.wv = vectors_to_gensim(model.vectors)
    found.raw_vocab = dict(model.raw_vocab)
    counts = found.wv.expandos["count"]
    if "sample_int" not in found.wv.expandos:
        found.wv.expandos["sample_int"] = keep_chances(counts, found.sample)
    if "corpus_total_words" not in parameters:
        found.corpus_total_words = int(counts.sum())
    if found.hs:
        found.syn1 = np.array(model.syn1, dtype=np.float32)
        if not {"code", "point"} <= found.wv.expandos.keys():
            found.create_binary_tree()
    if found.negative:
        found.syn1neg = np.array(model.syn1neg, dtype=np.float32)
        found.make_cum_table()
    if model.random_state is not None:
        found.random.set_state(model.random_state)
    if model.lifecycle_events is not None:
        found.lifecycle_events = list(model.lifecycle_events)
    return found


def keep_chances(
    counts: npt.NDArray[np.int64], sample: float
) -> npt.NDArray[np.uint32]:
    """Return the chance to keep each word, of 2**32 - 1, as gensim stores it.

    Mikolov et al. 2013b, section 2.3, in the form that word2vec.c implements.

    Parameters
    ----------
    counts : int64 array, shape (V,)
    sample : float
        Below 1 a share of all words, from 1 on a number of occurrences; 0 keeps all.

    Returns
    -------
    uint32 array, shape (V,)
    """
    if not sample:
        return np.full(len(counts), ALWAYS_KEPT, dtype=np.uint32)
    if sample < 1:
        threshold = sample * float(counts.sum())
    else:
        threshold = float(int(sample * (3 + math.sqrt(5)) / 2))
    ratio = threshold / np.maximum(counts, 1).astype(np.float64)
    return (np.minimum(np.sqrt(ratio) + ratio, 1) * ALWAYS_KEPT).astype(np.uint32)


def _check(model: GensimModel) -> None:
    if model.vectors.counts is None:
        raise ValueError(
            "the words have no counts, and gensim cannot train without: convert the "
            "vectors alone with vectors_to_gensim"
        )
    for switch, name, default in (("negative", "syn1neg", 5), ("hs", "syn1", 0)):
        value = model.parameters.get(switch, default)
        if value and getattr(model, name) is None:
            raise ValueError(
                f"{switch}={value}, but {name} is missing: convert the vectors alone "
                "with vectors_to_gensim"
            )


def _column(values: Array | list[object]) -> Array:
    """Return an array of what is known of each word."""
    if isinstance(values, np.ndarray):
        return np.array(values)
    column = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):  # one by one: arrays must not be stacked
        column[row] = value
    return column


def _gensim() -> Any:
    try:
        gensim = importlib.import_module("gensim")
        models = importlib.import_module("gensim.models")
    except ImportError as error:
        raise ImportError(
            "to_gensim needs gensim, which is not installed: pip install gensim"
        ) from error
    if int(gensim.__version__.partition(".")[0]) < 4:
        raise ImportError(
            f"to_gensim needs gensim 4, found {gensim.__version__}: "
            "pip install --upgrade gensim"
        )
    return models
