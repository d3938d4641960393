"""Private rows of the hottest words: same in kernel and reference, nothing lost."""

import numpy as np
import pytest
from entries import Entries
from test_hogwild import SHARDS, TEXT, D, V, sampling_of

from fastw2v.bundles import BLOCK, Settings, Weights, new_scratch, step_shape
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.kernels import hogwild
from fastw2v.kernels import private as private_kernels
from fastw2v.kernels._jit import entry_kernel
from fastw2v.reference import private as reference
from fastw2v.reference import trainer
from fastw2v.training.huffman import all_paths, huffman_tree
from fastw2v.training.weights import initial_weights
from fastw2v.training.work import prepare_work, private_words

H, WORKERS = 6, 3
SETTINGS = Settings(4, 5, 1, private=H, prefix=1, interval=16)
kernels = Entries(private_kernels)
MODULES = pytest.mark.parametrize("module", [kernels, reference])


def weights_of(seed=3):
    rng = np.random.default_rng(seed)
    fresh = initial_weights(V, D, seed, private_rows=H * WORKERS, has_nodes=True)
    for matrix in fresh:
        matrix[:, :D] = rng.normal(0, 0.1, (len(matrix), D))
    return fresh


def scratch_of(weights, worker):
    return new_scratch(weights, SETTINGS, 200, worker)


def own_rows(weights, worker):
    first = V + (WORKERS - 1 - worker) * H
    return [matrix[first : first + H] for matrix in weights]


def change(weights, worker, by):
    first = V + (WORKERS - 1 - worker) * H
    for matrix in weights:
        matrix[first : first + H] += np.float32(by)


@entry_kernel
def own_row_of_each(words, private, rows):
    for i in range(words.shape[0]):
        rows[i] = private_kernels.own_row(words[i], private)


def test_own_row_is_the_workers_own_for_the_hottest_words_only():
    words, rows = np.arange(10, dtype=np.int32), np.zeros(10, np.int32)
    own_row_of_each(words, (3, 100), rows)
    assert rows.tolist() == [100, 101, 102, 3, 4, 5, 6, 7, 8, 9]
    assert reference.own_row(words, (3, 100)).tolist() == rows.tolist()


def test_workers_have_rows_apart():
    weights = weights_of()
    before = [matrix[:V].copy() for matrix in weights]
    for worker in range(WORKERS):
        reference.copy_rows(weights, scratch_of(weights, worker))
        for rows, matrix in zip(own_rows(weights, worker), weights, strict=True):
            assert (rows == matrix[:H]).all()
        change(weights, worker, worker + 1)
    for worker in range(WORKERS):
        for rows, matrix in zip(own_rows(weights, worker), weights, strict=True):
            assert (rows == matrix[:H] + np.float32(worker + 1)).all()
    assert all((m[:V] == b).all() for m, b in zip(weights, before, strict=True))


@MODULES
def test_merging_adds_up_what_all_workers_changed(module):
    weights = weights_of()
    before = [matrix[:V].copy() for matrix in weights]
    scratches = [scratch_of(weights, worker) for worker in range(WORKERS)]
    for worker, scratch in enumerate(scratches):
        reference.copy_rows(weights, scratch)
        change(weights, worker, 2.0**worker)
    for n in (2, H):
        for scratch in scratches:
            module.merge_rows(weights, scratch, n)
    for matrix, old in zip(weights, before, strict=True):
        np.testing.assert_allclose(matrix[:H], old[:H] + 7, rtol=1e-6)
        assert (matrix[H:V] == old[H:V]).all()
    # The worker that merged last has what the others merged before it, too.
    for rows, matrix in zip(own_rows(weights, WORKERS - 1), weights, strict=True):
        assert (rows == matrix[:H]).all()


@MODULES
def test_rows_are_merged_the_more_often_the_hotter_they_are(module):
    weights, merges = weights_of(), np.zeros(H, int)
    scratch = scratch_of(weights, 1)
    reference.copy_rows(weights, scratch)
    for token in range(1, 16 * 8 + 1):
        change(weights, 1, 1)
        before = weights.w_in[:H].copy()
        module.merge_in_turn(weights, SETTINGS, scratch)
        changed = (weights.w_in[:H] != before).any(axis=1)
        assert not changed.any() or token % SETTINGS.interval == 0
        merges += changed
    assert merges.tolist() == [8, 4, 2, 2, 1, 1]


NODES, PATHS = all_paths(huffman_tree(np.bincount(TEXT.tokens, minlength=V)))
WITH_PATHS = {
    "skipgram": None,
    "cbow_mean": True,
    "longest_path": -(-int(PATHS[:, 1].max()) // BLOCK) * BLOCK,
}


def run(module, side, weights, scratch, settings):
    sampling = sampling_of(TEXT)
    if settings.longest_path:
        sampling = sampling._replace(path_nodes=NODES, paths=PATHS)
    reference.copy_rows(weights, scratch)
    totals = [
        module.train_shard(
            weights,
            TEXT,
            sampling,
            settings,
            step_shape(settings),
            SHARDS,
            i,
            scratch,
        )
        for i in range(4)
    ]
    side.merge_rows(weights, scratch, settings.private)
    return totals


@pytest.mark.parametrize("options", [{}, {"group": 8}, {"group": 8} | WITH_PATHS])
def test_a_shard_with_private_rows_equals_the_reference(options):
    settings = SETTINGS._replace(**options)
    ours, theirs = weights_of(), weights_of()
    done, expected = (
        run(module, side, weights, new_scratch(weights, settings, 200, 1), settings)
        for module, side, weights in (
            (hogwild, kernels, ours),
            (trainer, reference, theirs),
        )
    )
    assert [d[:3] for d in done] == [e[:3] for e in expected]
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


def test_one_worker_alone_trains_the_same_as_without_private_rows():
    settings = SETTINGS._replace(private=0)
    ours = weights_of()
    theirs = Weights(*(matrix[:V].copy() for matrix in ours))
    before = theirs.w_in.copy()
    run(hogwild, kernels, ours, scratch_of(ours, 0), SETTINGS)
    run(hogwild, kernels, theirs, new_scratch(theirs, settings, 200), settings)
    assert np.abs(theirs.w_in - before).max() > 0.01
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left[:V], right, rtol=1e-4, atol=1e-5)


def test_who_has_private_rows():
    assert private_words(100_000, TrainConfig(threads=2)) == 2048
    assert private_words(1_600, TrainConfig(threads=4)) == 50
    assert private_words(100_000, TrainConfig(threads=1)) == 0
    assert private_words(100_000, TrainConfig(threads=2, backend="prange")) == 0
    assert private_words(100_000, TrainConfig(backend="numpy")) == 0


def test_vectors_are_those_of_the_words_only(make_corpus):
    corpus = make_corpus([50] * 200)
    config = TrainConfig(dim=8, epochs=2, threads=3)
    words = len(corpus.vocab)
    work = prepare_work(corpus, config)
    assert len(work.weights.w_in) == words + 3 * (words // 24)
    result = train(corpus, config)
    assert result.vectors.vectors.shape == (words, 8)
    assert result.context_vectors.vectors.shape == (words, 8)
    # Private rows start as copies: had they not been merged, the hottest words
    # would still be as they were.
    fresh = initial_weights(words, 8, config.seed).w_in[:, :8]
    assert (result.vectors.vectors != fresh).any(axis=1).all()
