"""gensim's module paths: only the name of the top package changes."""

from fastw2v.models import callbacks, keyedvectors, phrases, word2vec
from fastw2v.models.callbacks import CallbackAny2Vec
from fastw2v.models.keyedvectors import KeyedVectors
from fastw2v.models.phrases import FrozenPhrases, Phraser, Phrases
from fastw2v.models.word2vec import Word2Vec

__all__ = [
    "CallbackAny2Vec",
    "FrozenPhrases",
    "KeyedVectors",
    "Phraser",
    "Phrases",
    "Word2Vec",
    "callbacks",
    "keyedvectors",
    "phrases",
    "word2vec",
]
