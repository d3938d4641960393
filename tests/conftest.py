"""Shared fixtures: small corpora and the shared material, where it is there."""

import os
from pathlib import Path

import numpy as np
import pytest

from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture
def shared_file():
    """Return a function giving the path of a shared file, or skipping the test."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.is_file():
            pytest.skip(f"the shared material has no {name} here")
        return path

    return find


@pytest.fixture
def c_program():
    """Return a function giving a program of word2vec.c's, or skipping the test.

    The environment variable WORD2VEC_C names the folder of the compiled programs.
    """

    def find(name: str) -> str:
        folder = os.environ.get("WORD2VEC_C")
        if folder is None:
            pytest.skip("WORD2VEC_C names no folder with word2vec.c's programs")
        return str(Path(folder) / name)

    return find


@pytest.fixture(params=["fastw2v", "gensim"])
def peer_class(request):
    """Return KeyedVectors, ours and gensim's, for what both should do alike."""
    return pytest.importorskip(f"{request.param}.models.keyedvectors").KeyedVectors


@pytest.fixture(scope="session")
def make_corpus():
    """Return a function that makes a Zipf-like corpus from sentence lengths."""

    def make(lengths, vocabulary=200, seed=1) -> EncodedCorpus:
        rng = np.random.default_rng(seed)
        ranks = np.minimum(rng.zipf(1.2, sum(lengths)), vocabulary) - 1
        _, tokens, counts = np.unique(ranks, return_inverse=True, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        number = np.empty_like(order)
        number[order] = np.arange(len(order))
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        return EncodedCorpus(
            tokens=read_only(number[tokens], np.int32),
            offsets=read_only(offsets, np.int64),
            vocab=Vocab(
                [f"w{i}" for i in range(len(order))],
                read_only(counts[order], np.int64),
            ),
            raw_tokens=len(tokens),
        )

    return make


def read_only(array, dtype):
    """Return a non-writeable array of this type."""
    array = np.ascontiguousarray(array, dtype)
    array.flags.writeable = False
    return array


@pytest.fixture(params=["fastw2v", "gensim"])
def models(request):
    """Return the package `models`, ours and gensim's, for what both do alike."""
    return pytest.importorskip(f"{request.param}.models")


TEXT = [
    ["human", "interface", "computer"],
    ["survey", "user", "computer", "system", "response", "time"],
    ["eps", "user", "interface", "system"],
    ["system", "human", "system", "eps"],
    ["user", "response", "time"],
    ["trees"],
    ["graph", "trees"],
    ["graph", "minors", "trees"],
    ["graph", "minors", "survey"],
]


@pytest.fixture
def text():
    """Return nine short sentences of twelve words, new lists for each test."""
    return [list(sentence) for sentence in TEXT]
