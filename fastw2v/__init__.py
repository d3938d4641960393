"""Fast word2vec training: text in, word vectors out."""

from fastw2v import models, utils
from fastw2v.cluster.config import RayCluster, SimulatedCluster
from fastw2v.cluster.encoding import encode
from fastw2v.cluster.plan import ClusterPlan, CorpusSize, plan_cluster
from fastw2v.cluster.trainer import ClusterResult, train
from fastw2v.config import TrainConfig
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import (
    CheckpointError,
    ClusterError,
    ConfigError,
    CorpusError,
    DivergenceError,
    DownloadError,
    Fastw2vError,
    FormatError,
    TooLargeError,
)
from fastw2v.training.callbacks import Callback, StopTraining, TrainState
from fastw2v.training.early_stopping import EarlyStopping
from fastw2v.training.softmax import train_softmax
from fastw2v.training.trainer import TrainResult
from fastw2v.vectors.evaluate import (
    EvaluationSet,
    evaluate_analogies,
    evaluate_categories,
    evaluate_outliers,
    evaluate_sentences,
    evaluate_sets,
    evaluate_word_pairs,
)
from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.version import __version__

__all__ = [
    "Callback",
    "CheckpointError",
    "ClusterError",
    "ClusterPlan",
    "ClusterResult",
    "ConfigError",
    "CorpusError",
    "CorpusSize",
    "DivergenceError",
    "DownloadError",
    "EarlyStopping",
    "EncodedCorpus",
    "EvaluationSet",
    "Fastw2vError",
    "FormatError",
    "KeyedVectors",
    "RayCluster",
    "SimulatedCluster",
    "StopTraining",
    "TooLargeError",
    "TrainConfig",
    "TrainResult",
    "TrainState",
    "Vocab",
    "__version__",
    "encode",
    "evaluate_analogies",
    "evaluate_categories",
    "evaluate_outliers",
    "evaluate_sentences",
    "evaluate_sets",
    "evaluate_word_pairs",
    "models",
    "plan_cluster",
    "train",
    "train_softmax",
    "utils",
]
