"""``gensim.models.word2vec``: `Word2Vec` and the readers of corpora."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy import float32 as REAL

from fastw2v.cluster.config import Cluster, cluster_of
from fastw2v.corpus.line_sentences import (
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
)
from fastw2v.models.arguments import (
    check_hooks,
    check_numbers,
    reject_unknown,
    renamed,
    take_sentences,
)
from fastw2v.models.intake import Corpus
from fastw2v.models.model_files import ModelFiles
from fastw2v.models.model_state import logger
from fastw2v.models.model_training import ModelTraining
from fastw2v.models.prediction import Prediction
from fastw2v.models.vocabulary_rules import TrimRule
from fastw2v.vectors.keyed_vectors import KeyedVectors

__all__ = [
    "CORPUSFILE_VERSION",
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "REAL",
    "BrownCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Word2Vec",
]

MAX_WORDS_IN_BATCH = 10_000
"""Kept for programs that name it; no sentence is cut at this or any other length."""
FAST_VERSION = 1
"""Kept for programs that ask whether training is compiled, which is 0 or more."""
CORPUSFILE_VERSION = 1
"""Kept for programs that ask whether ``corpus_file`` works, which is 0 or more."""


class Word2Vec(ModelTraining, Prediction, ModelFiles):
    r"""Word vectors by CBOW or skip-gram, as ``gensim.models.Word2Vec`` has it.

    With a corpus, the model is trained when this returns. Without, call `build_vocab`
    and `train`.

    Parameters
    ----------
    sentences : iterable of token lists, optional
        Also called ``corpus_iterable``. A token is a str, or anything hashable. A
        generator is read once; so are a path, the readers of this module and an
        `fastw2v.EncodedCorpus`; see `fastw2v.models.intake` for other iterables.
    corpus_file : str or PathLike, optional
        A text of one sentence per line, plain or compressed, in place of `sentences`.
    vector_size : int
        Numbers in a vector; also called ``size``.
    alpha, min_alpha : float
        Learning rate at the first and after the last word; it falls in a straight line.
    window : int
        Words to each side of the center that are its context, at most.
    min_count : int
        Words that occur less often are left out.
    max_vocab_size : int, optional
        While words are counted, forget the rarest whenever there are more different
        ones. To limit the vocabulary use `max_final_vocab`.
    sample : float
        Words that are a larger share of the text are thinned; 0 thins none. From 1 on
        it is a count.
    seed : int or None
        Start of all random draws; with one worker the same gives the same vectors.
        None is another each time.
    workers : int
        Threads; no more are used than there are cores.
    sg : {0, 1}
        1 is skip-gram, 0 CBOW.
    hs : {0, 1}
        1 trains by hierarchical softmax.
    negative : int
        Noise words of negative sampling; 0 is without.
    ns_exponent : float
        Noise words are drawn in proportion to count to this power.
    cbow_mean : {0, 1}
        In CBOW the mean of the context predicts the center, or the sum.
    hashfxn : callable
        Kept as given, and unused, as in gensim 4.
    epochs : int
        Passes over the text; also called ``iter``.
    null_word : {0, 1}
        1 adds the word ``"\0"``.
    trim_rule : callable, optional
        Decides which words are kept, see `fastw2v.utils.keep_vocab_item`; not stored.
    sorted_vocab : {0, 1}
        Whether words are numbered by falling count.
    batch_words : int
        Kept as given; words go to threads in pieces that suit them.
    compute_loss : bool
        Whether `get_latest_training_loss` returns the loss.
    callbacks : iterable of CallbackAny2Vec
        Called between epochs, in this thread; not stored.
    comment : str, optional
        Kept with the model.
    max_final_vocab : int, optional
        Raise the least count until no more words than these are left.
    shrink_windows : bool
        Draw the width of each window from 1 to `window`.
    cluster : SimulatedCluster, RayCluster or str, optional
        Train on several replicas, as `fastw2v.train` does: "auto", "local:4", "sim:4".
        `workers` are then the threads of each. Not in gensim; kept as an attribute, and
        not saved.

    Raises
    ------
    ConfigError
        A number is out of its range; it is a ValueError.
    TypeError
        Two corpora, one that cannot be read, or an unknown argument.
    RuntimeError
        No word of the corpus is left.
    """

    def __init__(
        self,
        sentences: Any = None,
        corpus_file: Any = None,
        vector_size: int = 100,
        alpha: float = 0.025,
        window: int = 5,
        min_count: int = 5,
        max_vocab_size: int | None = None,
        sample: float = 1e-3,
        seed: int | None = 1,
        workers: int = 3,
        min_alpha: float = 0.0001,
        sg: int = 0,
        hs: int = 0,
        negative: int = 5,
        ns_exponent: float = 0.75,
        cbow_mean: int = 1,
        hashfxn: Callable[..., int] = hash,
        epochs: int = 5,
        null_word: int = 0,
        trim_rule: TrimRule | None = None,
        sorted_vocab: int = 1,
        batch_words: int = MAX_WORDS_IN_BATCH,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        comment: str | None = None,
        max_final_vocab: int | None = None,
        shrink_windows: bool = True,
        *,
        cluster: Cluster | str | None = None,
        **kwargs: Any,
    ) -> None:
        settings = {
            "vector_size": vector_size, "alpha": alpha, "window": window,
            "min_count": min_count, "max_vocab_size": max_vocab_size, "sample": sample,
            "seed": seed, "workers": workers, "min_alpha": min_alpha, "sg": sg,
            "hs": hs, "negative": negative, "ns_exponent": ns_exponent,
            "cbow_mean": cbow_mean, "hashfxn": hashfxn, "epochs": epochs,
            "null_word": null_word, "sorted_vocab": sorted_vocab,
            "batch_words": batch_words, "comment": comment,
            "max_final_vocab": max_final_vocab, "shrink_windows": bool(shrink_windows),
        }  # fmt: skip
        sentences, others = take_sentences(sentences, renamed(kwargs))
        reject_unknown("Word2Vec", others, {"vector_size", "epochs"})
        check_hooks(trim_rule, callbacks)
        self.cluster = None if cluster is None else cluster_of(cluster)
        self._set_up(settings | others, compute_loss)
        if sentences is not None or corpus_file is not None:
            self._learn(sentences, corpus_file, trim_rule, callbacks)
        else:
            _warn_of_unused(trim_rule, callbacks)
        self.add_lifecycle_event("created", params=str(self))

    def _set_up(self, settings: dict[str, Any], compute_loss: bool) -> None:
        """Take over the settings, with nothing learned yet."""
        check_numbers(settings)
        self.__dict__.update(settings)
        self.alpha, self.min_alpha = float(self.alpha), float(self.min_alpha)
        self.layer1_size = self.vector_size
        self.random = np.random.RandomState(self.seed)
        self.min_alpha_yet_reached = self.alpha
        self.compute_loss = compute_loss
        self.running_training_loss = 0.0
        self.epoch_losses = []
        self.corpus_count = self.corpus_total_words = 0
        self.train_count = 0
        self.total_train_time = 0.0
        self.raw_vocab = defaultdict(int)
        self.lifecycle_events = []
        if not hasattr(self, "wv"):  # a subclass may have its own
            self.wv = KeyedVectors(self.vector_size)

    def _learn(
        self,
        sentences: Any,
        corpus_file: Any,
        trim_rule: TrimRule | None,
        callbacks: Iterable[Any],
    ) -> None:
        """Build the vocabulary and train, through the methods a subclass may have."""
        self._check_can_learn()
        Corpus(sentences, corpus_file)  # refused before any work, if at all
        source = {"corpus_iterable": sentences, "corpus_file": corpus_file}
        self._constructing = True
        try:
            self.build_vocab(**source, trim_rule=trim_rule)
            self.train(
                **source,
                total_examples=self.corpus_count,
                total_words=self.corpus_total_words,
                epochs=self.epochs,
                start_alpha=self.alpha,
                end_alpha=self.min_alpha,
                compute_loss=self.compute_loss,
                callbacks=callbacks,
            )
        finally:
            del self._constructing
            self._memory = None

    def _complete(self) -> None:
        """Make the tables that are not in files."""
        if self.negative and "count" in self.wv.expandos:
            self.make_cum_table()


def _warn_of_unused(trim_rule: TrimRule | None, callbacks: Iterable[Any]) -> None:
    for name, given in (("trim_rule", trim_rule), ("callbacks", callbacks)):
        if given:
            logger.warning(
                "%s is not stored: pass it to build_vocab or train, since without a"
                " corpus there is nothing to use it for now",
                name,
            )
