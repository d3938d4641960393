"""What a model is made of, and the diary it keeps."""

import logging
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from fastw2v.cluster.config import Cluster
from fastw2v.models.intake import Memory
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.version import __version__

logger = logging.getLogger("fastw2v.models.word2vec")

# Not part of what a model is: dropped when it is copied, pickled or saved.
_PASSING = ("_memory", "_constructing", "cluster")


class ModelState:
    """The attributes of a model, under gensim's names.

    `fastw2v.models.Word2Vec` says what those mean that its constructor takes.

    Attributes
    ----------
    wv : KeyedVectors
        The words, their vectors and their counts.
    syn1neg : float32 array, shape (V, D)
        Output vectors of negative sampling.
    syn1 : float32 array, shape (V, D)
        Inner nodes of hierarchical softmax, row 0 the root; V - 1 are used.
    cum_table : uint32 array, shape (V,)
        The noise distribution summed up; for information, training has its own table.
    raw_vocab : dict of word to int
        Counts of all words read, until the vocabulary is made from them.
    corpus_count, corpus_total_words : int
        Sentences and words of the text the vocabulary comes from.
    effective_min_count : int
        The count a word needed, after `max_final_vocab`.
    running_training_loss : float
        Summed over all pairs since the last `train` began.
    epoch_losses : list of float
        Of the last `train`: mean loss of a pair, by epoch.
    min_alpha_yet_reached : float
    train_count : int
        Calls of `train`.
    total_train_time : float
        Seconds spent in them.
    has_foreign_tree : bool
        Whether the Huffman tree is one that training cannot go on with: see
        `fastw2v.models.from_gensim`.
    random : numpy.random.RandomState
        Gives each epoch its seed.
    cluster : SimulatedCluster, RayCluster, str or None
        Where it is trained, as for `fastw2v.train`; not saved.
    lifecycle_events : list of dict, or None
        What happened to the model; None keeps no diary.
    """

    wv: KeyedVectors
    syn1neg: npt.NDArray[np.float32]
    syn1: npt.NDArray[np.float32]
    cum_table: npt.NDArray[np.uint32]

    vector_size: int
    layer1_size: int
    alpha: float
    min_alpha: float
    window: int
    shrink_windows: bool
    min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sample: float
    seed: int | None
    workers: int
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    hashfxn: Callable[..., int]
    epochs: int
    null_word: int
    sorted_vocab: int
    batch_words: int
    compute_loss: bool
    comment: str | None

    raw_vocab: dict[Any, int]
    corpus_count: int
    corpus_total_words: int
    effective_min_count: int
    running_training_loss: float
    epoch_losses: list[float]
    min_alpha_yet_reached: float
    train_count: int
    total_train_time: float
    random: np.random.RandomState
    lifecycle_events: list[dict[str, Any]] | None
    has_foreign_tree: bool = False
    cluster: Cluster | str | None = None
    _memory: Memory | None = None
    # Nobody touches the corpus between counting and training.
    _constructing: bool = False

    def __str__(self) -> str:
        return (
            f"{type(self).__name__}<vocab={len(self.wv)}, "
            f"vector_size={self.vector_size}, alpha={self.alpha}>"
        )

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in _PASSING}

    def add_lifecycle_event(
        self, event_name: str, log_level: int | None = logging.INFO, **event: Any
    ) -> None:
        """Note an event in `lifecycle_events` and log it.

        Parameters
        ----------
        event_name : str
        log_level : int or None
            None or 0 does not log.
        **event
            Further facts.
        """
        facts = {
            **event,
            "datetime": datetime.now(UTC).isoformat(),
            "fastw2v": __version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "event": event_name,
        }
        if log_level:
            logger.log(log_level, "%s: %s %s", type(self).__name__, event_name, event)
        diary = getattr(self, "lifecycle_events", None)
        if diary is not None:
            diary.append(facts)
