"""A model that gensim saved, as attributes of ours."""

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.models.model_state import logger
from fastw2v.training.huffman import huffman_tree
from fastw2v.vectors.formats.gensim_records import GensimModel, GensimVectors
from fastw2v.vectors.keyed_vectors import KeyedVectors

# What models of older versions lack, as gensim 4 would have it.
DEFAULTS: dict[str, Any] = {
    "vector_size": 100,
    "alpha": 0.025,
    "min_alpha": 0.0001,
    "window": 5,
    "shrink_windows": True,
    "min_count": 5,
    "max_vocab_size": None,
    "max_final_vocab": None,
    "sample": 1e-3,
    "seed": 1,
    "workers": 3,
    "sg": 0,
    "hs": 0,
    "negative": 5,
    "ns_exponent": 0.75,
    "cbow_mean": 1,
    "epochs": 5,
    "null_word": 0,
    "sorted_vocab": 1,
    "batch_words": 10_000,
    "compute_loss": False,
    "comment": None,
    "corpus_count": 0,
    "corpus_total_words": None,
    "running_training_loss": 0.0,
    "min_alpha_yet_reached": 0.025,
    "train_count": 0,
    "total_train_time": 0.0,
}


def attributes_of(found: GensimModel) -> dict[str, Any]:
    """Return the attributes of a model that gensim saved.

    gensim numbers the inner nodes of the Huffman tree from the leaves, we from the
    root. Where gensim broke ties between equal counts as we do, `syn1` is put in our
    order. Where not, the tree stays as it was for `score`, and is marked by
    ``has_foreign_tree``: training makes a new one.
    """
    attributes = DEFAULTS | found.parameters
    attributes["vector_size"] = attributes["layer1_size"] = found.vectors.vectors.shape[
        1
    ]
    attributes["epoch_losses"] = []
    attributes["hashfxn"] = hash
    attributes["raw_vocab"] = defaultdict(int, found.raw_vocab)
    attributes["lifecycle_events"] = list(found.lifecycle_events or [])
    attributes["random"] = np.random.RandomState(attributes["seed"])
    if found.random_state is not None:
        attributes["random"].set_state(found.random_state)
    attributes.setdefault("effective_min_count", attributes["min_count"])
    attributes["wv"] = vectors_of(found.vectors)
    if found.syn1neg is not None:
        attributes["syn1neg"] = np.asarray(found.syn1neg, dtype=np.float32)
    if found.syn1 is not None:
        attributes["syn1"] = np.asarray(found.syn1, dtype=np.float32)
        _renumber_nodes(attributes)
    return attributes


def vectors_of(found: GensimVectors) -> KeyedVectors:
    """Return the table of vectors that gensim saved."""
    table = KeyedVectors(found.vectors.shape[1])
    table.vectors = np.asarray(found.vectors)
    table.index_to_key = found.words
    table.next_index = len(found.words)
    for name, values in found.expandos.items():
        table.expandos[name] = _column(values)
    if found.lockf is not None and len(found.lockf) in {1, len(found.words)}:
        table.vectors_lockf = np.array(found.lockf, dtype=np.float32)
    return table


def _renumber_nodes(attributes: dict[str, Any]) -> None:
    expandos, syn1 = attributes["wv"].expandos, attributes["syn1"]
    counts = expandos.get("count")
    if counts is None or not {"code", "point"} <= expandos.keys() or len(counts) < 2:
        return
    tree = huffman_tree(np.maximum(counts, 1))
    root = len(counts) - 2
    ours = [tree.path(word) for word in range(len(counts))]
    theirs = zip(expandos["code"], expandos["point"], strict=True)
    same = all(
        np.array_equal(code, bits) and np.array_equal(root - nodes.astype(int), point)
        for (bits, nodes), (code, point) in zip(ours, theirs, strict=True)
    )
    if not same:
        logger.warning(
            "the Huffman tree of the model breaks ties in another way: score() uses it"
            " as it is, train() would begin with a new one"
        )
        attributes["has_foreign_tree"] = True
        return
    attributes["syn1"] = np.concatenate([syn1[root::-1], syn1[root + 1 :]])
    points = np.empty(len(ours), dtype=object)
    points[:] = [nodes for _, nodes in ours]
    expandos["point"] = points


def _column(values: Any) -> npt.NDArray[Any]:
    """Return an array of what is known of each word, which need not be numbers."""
    if isinstance(values, np.ndarray):
        return np.array(values)
    column = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        column[row] = value
    return column
