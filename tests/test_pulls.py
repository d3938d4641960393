import random

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastw2v.cluster.pulls import Backlog, expected_pulls
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.training.huffman import all_paths, huffman_tree
from fastw2v.training.noise import noise_distribution
from fastw2v.training.subsample import keep_probabilities

WAYS = {
    "skip-gram": {},
    "fixed windows": {"shrink_windows": False},
    "no noise": {"negatives": 0, "hierarchical_softmax": True},
    "noise and tree": {"hierarchical_softmax": True},
    "mean": {"architecture": "cbow"},
    "exact mean": {"architecture": "cbow", "cbow_update": "exact"},
    "sum": {"architecture": "cbow", "cbow_mean": False},
    "exact sum": {"architecture": "cbow", "cbow_mean": False, "cbow_update": "exact"},
}
TAKE_A_SHARE = {"exact mean", "sum"}


@pytest.mark.parametrize("way", WAYS)
def test_expected_pulls_are_those_counted(make_corpus, way):
    corpus = make_corpus([20_000], vocabulary=50)
    counts = corpus.vocab.counts
    config = TrainConfig(window=3, negatives=2, subsample=0.05)
    config = TrainConfig(**config.as_dict() | WAYS[way])
    paths = None
    if config.hierarchical_softmax:
        nodes, spans = all_paths(huffman_tree(counts))
        paths = [nodes[start : start + length].tolist() for start, length, _ in spans]
    counted = naive.count_cells(
        corpus.tokens.tolist(),
        keep_probabilities(counts, config.subsample).tolist(),
        noise_distribution(counts, config.noise_exponent).tolist(),
        paths,
        (
            config.window,
            config.negatives,
            config.shrink_windows,
            config.architecture == "cbow",
            way in TAKE_A_SHARE,
        ),
        random.Random(1),
    )
    expected = expected_pulls(counts, config)
    assert [len(rows) for rows in expected] == [
        len(counts),
        len(counts) if config.negatives else 0,
        len(counts) if config.hierarchical_softmax else 0,
    ]
    for found, rows in zip(counted, expected, strict=True):
        cells = rows * len(corpus)
        assert cells.sum() == pytest.approx(sum(found) if len(rows) else 0, rel=0.02)
        # Cells come a window at a time, so a count scatters more than its root.
        often = cells > 1_000
        assert np.array(found)[: len(rows)][often] == pytest.approx(
            cells[often], rel=0.15
        )


def test_expected_pulls_agree_with_the_pairs_the_kernel_trains(make_corpus):
    corpus = make_corpus([50_000])
    config = TrainConfig(dim=4, epochs=1, threads=1, negatives=3, subsample=0.01)
    pairs = train(corpus, config).history.epochs[0].pairs
    pulls = expected_pulls(corpus.vocab.counts, config)
    assert pulls.w_in.sum() / 4 * len(corpus) == pytest.approx(pairs, rel=0.02)


ROWS, WORKERS = 12, 3
TRAINED = st.tuples(
    st.just("train"), st.integers(0, WORKERS - 1), st.floats(0.0, 100.0)
)
MERGED = st.tuples(st.just("merge"), st.integers(1, ROWS))


@given(st.lists(TRAINED | MERGED, max_size=20), st.integers(0, ROWS - 1))
def test_a_backlog_is_what_was_trained_since_the_row_was_merged(events, first):
    backlog = Backlog.nothing(ROWS, WORKERS)
    for event in events:
        if event[0] == "train":
            backlog = backlog.after_training(*event[1:])
        else:
            backlog = backlog.after_merging(event[1])
    assert backlog.stops[-1] == ROWS
    found = backlog.of_rows(slice(first, ROWS)).T
    for row, efforts in zip(range(first, ROWS), found, strict=True):
        expected = naive.efforts_since(events, row, WORKERS)
        assert efforts.tolist() == pytest.approx(expected)


def test_a_backlog_has_few_bands_however_many_merges():
    backlog = Backlog.nothing(1_000_000, 8)
    for number in range(1, 1_000):
        backlog = backlog.after_training(number % 8, 1.0)
        backlog = backlog.after_merging(1_000 * (number & -number))
        assert len(backlog.stops) <= 12
