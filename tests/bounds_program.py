"""Trains with every index of the kernels checked; run by test_bounds.py.

NUMBA_BOUNDSCHECK=1 makes each index outside of its array an IndexError. Vector code
goes by addresses and has none; so with LOOPS=1 the plain loops, its twins, are compiled
in its place.
"""

import itertools
import os
import sys

import numpy as np

from fastw2v import EncodedCorpus, TrainConfig, Vocab, train
from fastw2v.counts import CountConfig, count_cooccurrences, pmi, truncated_svd
from fastw2v.kernels import _jit

if os.environ.get("LOOPS") == "1":
    _jit.JIT_IS_ON = False
    from fastw2v.kernels import rows  # noqa: F401  # takes the loops

    _jit.JIT_IS_ON = True  # the rest as ever: prefetching has no index to check

LENGTHS = [1, 2, 3, 40, 7, 1, 300, 5]
WORDS = 120


def corpus() -> EncodedCorpus:
    rng = np.random.default_rng(1)
    tokens = np.sort(rng.integers(0, WORDS, sum(LENGTHS) * 4)).astype(np.int32)
    tokens[:WORDS] = np.arange(WORDS)
    counts = np.sort(np.bincount(tokens, minlength=WORDS))[::-1].copy()
    rng.shuffle(tokens)
    offsets = np.concatenate([[0], np.cumsum(LENGTHS * 4)])
    return EncodedCorpus(
        tokens, offsets, Vocab([f"w{i}" for i in range(WORDS)], counts), len(tokens)
    )


def configs():
    usual = {"epochs": 2, "subsample": 0.01}
    shapes = [{"dim": 3, "window": 1}, {"dim": 33, "window": 7}]
    kinds = [
        {"negatives": 1},
        {"negatives": 5, "batching": "pair"},
        {"negatives": 9, "batching": "pair"},
        {"negatives": 20},
        {"architecture": "cbow"},
        {"architecture": "cbow", "cbow_mean": False, "hierarchical_softmax": True},
        {"hierarchical_softmax": True, "negatives": 0},
        {"hierarchical_softmax": True, "batching": "pair", "shrink_windows": False},
    ]
    for shape, kind in itertools.product(shapes, kinds):
        yield TrainConfig(**usual, **shape, **kind, threads=2)
    yield TrainConfig(**usual, dim=20, backend="prange", threads=2)


def outside() -> None:
    """Train on a number that is no word, which every check before kernels refuses."""
    text = corpus()
    tokens = text.tokens.copy()
    tokens[50] = 10**6
    object.__setattr__(text, "tokens", tokens)
    train(text, TrainConfig(dim=4, epochs=1, threads=1, subsample=0, negatives=1))


def main() -> None:
    text = corpus()
    trained = 0
    for config in configs():
        assert np.isfinite(train(text, config).vectors.vectors).all()
        trained += 1
    for window, side in ((1, "both"), (30, "left")):
        counted = count_cooccurrences(text, CountConfig(window=window, side=side))
        truncated_svd(pmi(counted.matrix), 5)
    print(f"{trained} trainings")


if __name__ == "__main__":
    outside() if sys.argv[1:] == ["outside"] else main()
