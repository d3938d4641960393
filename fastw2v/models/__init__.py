"""gensim's module paths: only the name of the top package changes."""

from fastw2v.models.keyedvectors import KeyedVectors

__all__ = ["KeyedVectors"]
