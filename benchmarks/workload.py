"""A corpus and settings for measuring, the same for every benchmark."""

import itertools

import fastw2v
from fastw2v.config import Batching
from fastw2v.corpus import synthetic
from fastw2v.training.shards import plan_epoch, shard_bounds
from fastw2v.training.work import Work, prepare_work


def corpus_of(tokens: int) -> fastw2v.EncodedCorpus:
    """Return the generated corpus at about this size."""
    return fastw2v.encode(synthetic.generate(tokens), min_count=1)


def fresh_work(corpus: fastw2v.EncodedCorpus, batching: Batching, dim: int) -> Work:
    """Return new weights and the tables to train them, one thread, seed 1."""
    config = fastw2v.TrainConfig(batching=batching, dim=dim, threads=1)
    return prepare_work(corpus, config)


def one_shard(corpus: fastw2v.EncodedCorpus, tokens: int):
    """Return shards of about this many tokens."""
    config = fastw2v.TrainConfig()
    bounds = shard_bounds(corpus.offsets, tokens)
    return plan_epoch(corpus.offsets, bounds, config, 0)


CASES = [
    (batching, dim)
    for batching, dim in itertools.product(("pair", "window"), (100, 300))
]
