"""The one place where the drop-in calls the trainer."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from fastw2v.bundles import Weights
from fastw2v.cluster.trainer import continue_on
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.tokens import count_tokens
from fastw2v.cpus import available_cpus
from fastw2v.models.model_weights import ModelWeights
from fastw2v.models.padded_rows import padded, zero_rows
from fastw2v.models.training_text import Ranking, TrainingText
from fastw2v.models.vocabulary_rules import keep_shares, sampling_threshold
from fastw2v.training.trainer import continue_training

# Below so many words for each, more threads would only write to the same few rows.
_WORDS_PER_THREAD = 10_000
# NumPy trains some 6000 words/s, and compiling takes several seconds. The choice must
# depend on nothing but model and text: both round differently in the last bit.
_WORDS_NOT_WORTH_COMPILING = 5_000
_LARGEST_SEED = 2**63 - 1


class Outcome(NamedTuple):
    """What an epoch did.

    Parameters
    ----------
    kept : int
        Words trained: known, and left by thinning.
    pairs : int
        Pairs trained; in CBOW, words with a context.
    loss : float
        Summed over them.
    interrupted : bool
        Whether Ctrl-C ended it early.
    """

    kept: int = 0
    pairs: int = 0
    loss: float = 0.0
    interrupted: bool = False


class Course(NamedTuple):
    """What is special to an epoch: alpha at its begin and end, and its seed."""

    start_alpha: float
    end_alpha: float
    seed: int = 0


def config_of(
    model: ModelWeights, course: Course, corpus: EncodedCorpus | None = None
) -> TrainConfig:
    """Return a model's hyper-parameters as the trainer's, for one epoch of a text.

    Raises
    ------
    ConfigError
        One is out of its range.
    """
    total = max(1, int(np.maximum(model._counts(), 1).sum()))
    words = 0 if corpus is None else len(corpus)
    threads = min(model.workers, available_cpus(), max(1, words // _WORDS_PER_THREAD))
    is_tiny = (
        corpus is not None
        and _kept_words(corpus, model.sample) * model.epochs
        <= _WORDS_NOT_WORTH_COMPILING
    )
    return TrainConfig(
        dim=model.vector_size,
        window=model.window,
        negatives=model.negative,
        subsample=sampling_threshold(model.sample, total) / total
        if model.sample
        else 0.0,
        noise_exponent=model.ns_exponent,
        epochs=1,
        learning_rate=course.start_alpha,
        min_learning_rate=course.end_alpha,
        decay=1.0,
        architecture="skipgram" if model.sg else "cbow",
        hierarchical_softmax=bool(model.hs),
        cbow_mean=bool(model.cbow_mean),
        cbow_update="word2vec",
        shrink_windows=bool(model.shrink_windows),
        backend="numpy" if is_tiny else "threads",
        threads=1 if is_tiny else threads,
        seed=course.seed,
    )


def _kept_words(corpus: EncodedCorpus, sample: float) -> float:
    """Return how many words of a text thinning leaves, on average."""
    counts = count_tokens(corpus.tokens, len(corpus.vocab))
    return float(counts @ keep_shares(corpus.vocab.counts, sample))


def next_seed(random: np.random.RandomState) -> int:
    """Draw the seed of the next epoch."""
    return int(random.randint(0, _LARGEST_SEED, dtype=np.int64))


def train_epoch(
    model: ModelWeights, text: TrainingText, ranking: Ranking, course: Course
) -> Outcome:
    """Train a model's matrices on a text once, in place.

    Matrices that are no padded rows are replaced by copies that are.
    """
    if text.corpus is None:
        return Outcome()
    config = config_of(model, course, text.corpus)
    matrices = _padded_matrices(model)
    weights = Weights(*map(ranking.take, matrices))
    try:
        locks = _locks(model, ranking)
        if model.cluster is None:
            history, interrupted = continue_training(
                text.corpus, config, weights, lock_factors=locks
            )
        else:
            history, interrupted = continue_on(
                model.cluster, text.corpus, config, weights, locks
            )
    finally:
        for matrix, ranked in zip(matrices, weights, strict=True):
            ranking.put_back(matrix, ranked)
    (record,) = history.epochs
    loss = record.loss * record.pairs if math.isfinite(record.loss) else 0.0
    return Outcome(record.kept, record.pairs, loss, interrupted)


def _padded_matrices(model: ModelWeights) -> Weights:
    """Return the padded rows of all matrices that are trained; the model sees them."""
    dim = model.vector_size
    nothing = padded(zero_rows(0, dim))
    w_out = w_nodes = nothing
    w_in = padded(model.wv.vectors)
    # Assigning also drops what was derived from the vectors as they were.
    model.wv.vectors = w_in[:, :dim]
    if model.negative:
        w_out = padded(model.syn1neg)
        model.syn1neg = w_out[:, :dim]
    if model.hs:
        w_nodes = padded(model.syn1)
        model.syn1 = w_nodes[:, :dim]
    return Weights(w_in, w_out, w_nodes)


def _locks(model: ModelWeights, ranking: Ranking) -> npt.NDArray[np.float32] | None:
    """Return the factor of each row by rank, None where all are 1."""
    factors = np.asarray(model.wv.vectors_lockf, dtype=np.float32)
    if (factors == 1).all():
        return None
    return np.ascontiguousarray(ranking.take(np.resize(factors, len(model.wv))))
