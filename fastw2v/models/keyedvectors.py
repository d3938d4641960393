"""The names of ``gensim.models.keyedvectors``."""

from numpy import float32 as REAL

from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.legacy import VocabEntry

Word2VecKeyedVectors = KeyedVectors
EuclideanKeyedVectors = KeyedVectors
Vocab = VocabEntry
load_word2vec_format = KeyedVectors.load_word2vec_format

__all__ = [
    "REAL",
    "EuclideanKeyedVectors",
    "KeyedVectors",
    "Vocab",
    "Word2VecKeyedVectors",
    "load_word2vec_format",
]
