"""Count-based word vectors: co-occurrence counts, PMI, truncated SVD."""

from fastw2v.counts.config import CountConfig
from fastw2v.counts.cooccurrence import Cooccurrence, count_cooccurrences
from fastw2v.counts.pmi import pmi
from fastw2v.counts.sparse_vectors import SparseVectors
from fastw2v.counts.svd import Svd, truncated_svd
from fastw2v.counts.vectors import svd_vectors

__all__ = [
    "Cooccurrence",
    "CountConfig",
    "SparseVectors",
    "Svd",
    "count_cooccurrences",
    "pmi",
    "svd_vectors",
    "truncated_svd",
]
