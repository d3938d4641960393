"""A shard in the kernel, in the reference and in the loop-by-loop oracle."""

import naive
import numpy as np
import pytest

from fastw2v.bundles import Sampling, Settings, Shards, Text, new_scratch, step_shape
from fastw2v.kernels import hogwild as kernels
from fastw2v.kernels._jit import parallel_threads
from fastw2v.reference import trainer as reference
from fastw2v.training.noise import alias_table, noise_distribution
from fastw2v.training.subsample import keep_probabilities
from fastw2v.training.weights import initial_weights

V, D = 40, 12
GROUPS = {"pair": 1, "two contexts": 2, "window": 8}


def text_of(lengths, seed=1):
    rng = np.random.default_rng(seed)
    tokens = np.minimum(rng.zipf(1.3, sum(lengths)) - 1, V - 1).astype(np.int32)
    tokens[:V] = np.arange(V)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Text(tokens, offsets)


def sampling_of(text, threshold=0.02):
    counts = np.bincount(text.tokens, minlength=V)
    noise = alias_table(noise_distribution(counts, 0.75))
    return Sampling(keep_probabilities(counts, threshold), noise)


def seed_of(shard):
    return (shard * (2**63 + 12345)) % 2**64


def keys_of(seed):
    return [naive.stream_key(seed, stream) for stream in (1, 2, 3)]


def shards_of(bounds, text):
    starts = np.array(bounds[:-1])
    n = len(starts)
    return Shards(
        np.array(bounds, np.int64),
        np.searchsorted(text.offsets, starts, "right") - 1,
        np.linspace(0.05, 0.02, n),
        np.array([keys_of(seed_of(i)) for i in range(n)], np.uint64),
    )


TEXT = text_of([30, 1, 0, 2, 200, 17, 50])
# Cut at sentence ends, inside the long sentence, and across an empty one.
SHARDS = shards_of([0, 31, 100, 233, 300], TEXT)


def train(module, weights, settings, i, text=TEXT, sampling=None, shards=None):
    """Train one shard with buffers of its own."""
    return module.train_shard(
        weights,
        text,
        sampling or sampling_of(text),
        settings,
        step_shape(settings),
        shards or SHARDS,
        i,
        new_scratch(weights, settings, 200),
    )


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_kernel_equals_reference(group):
    settings = Settings(window=4, negatives=5, group=group)
    ours, theirs = initial_weights(V, D, 3), initial_weights(V, D, 3)
    for _ in range(3):
        for i in range(4):
            done = train(kernels, ours, settings, i)
            expected = train(reference, theirs, settings, i)
            assert done[:3] == expected[:3]
            assert done.loss == pytest.approx(expected.loss, rel=1e-6)
    assert np.abs(ours.w_out).max() > 0.1
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("dim", "window", "negatives"),
    [(1, 1, 1), (17, 2, 15), (129, 3, 16), (300, 2, 17), (144, 1, 40)],
)
@pytest.mark.parametrize("group", [1, 6])
def test_kernel_equals_reference_at_the_edges(dim, window, negatives, group):
    """Rows of one line and of several blocks, errors of one line and of more."""
    settings = Settings(window, negatives, group)
    shards = SHARDS._replace(learning_rate=SHARDS.learning_rate / negatives)
    ours, theirs = initial_weights(V, dim, 3), initial_weights(V, dim, 3)
    for i in range(4):
        done = train(kernels, ours, settings, i, shards=shards)
        expected = train(reference, theirs, settings, i, shards=shards)
        assert done[:3] == expected[:3]
        assert done.loss == pytest.approx(expected.loss, rel=1e-6)
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("module", [kernels, reference])
@pytest.mark.parametrize("threshold", [0.0, 0.02])
def test_counts_match_the_oracle(module, threshold):
    settings = Settings(window=4, negatives=2, group=1)
    sampling = sampling_of(TEXT, threshold)
    weights = initial_weights(V, D, 3)
    for i in range(4):
        start, stop = (int(b) for b in SHARDS.bounds[i : i + 2])
        done = train(module, weights, settings, i, sampling=sampling)
        kept, pairs = naive.shard_pairs(
            TEXT.tokens,
            TEXT.offsets.tolist(),
            start,
            stop,
            sampling.keep_prob,
            seed_of(i),
            settings.window,
        )
        assert done[:3] == (stop - start, kept, len(pairs))
        assert kept <= stop - start
        assert (kept == stop - start) or threshold


@pytest.mark.parametrize("module", [kernels, reference])
def test_first_loss_is_that_of_zero_scores(module):
    """w_out starts at zero, so each of a pair's K + 1 terms is log 2."""
    text = text_of([V, 2])
    settings = Settings(window=1, negatives=3, group=1)
    shards = Shards(
        np.array([V, V + 2]),
        np.array([1]),
        np.array([0.0]),
        np.array([keys_of(0)], np.uint64),
    )
    sampling = sampling_of(text, 0.0)
    weights = initial_weights(V, D, 1)
    done = train(module, weights, settings, 0, text, sampling, shards)
    left_out = sum(
        naive.noise(naive.stream_key(0, 3), pair, 3, sampling.noise_table).count(target)
        for pair, target in enumerate(text.tokens[V:].tolist())
    )
    assert done.pairs == 2
    assert done.loss == pytest.approx((2 * 4 - left_out) * np.log(2))


def test_pairs_never_cross_a_sentence_or_shard():
    text = text_of([V] + [1] * 30)
    settings = Settings(window=5, negatives=2, group=1)
    shards = shards_of([V, V + 30], text)
    weights, sampling = initial_weights(V, D, 1), sampling_of(text, 0.0)
    done = train(kernels, weights, settings, 0, text, sampling, shards)
    assert (done.centers, done.kept, done.pairs) == (30, 30, 0)


def test_parallel_entry_equals_the_serial_kernel():
    settings = Settings(window=4, negatives=5, group=1)
    sampling = sampling_of(TEXT)
    serial, parallel = initial_weights(V, D, 3), initial_weights(V, D, 3)
    expected = [train(kernels, serial, settings, i) for i in range(1, 4)]
    totals = np.zeros((3, 4))
    with parallel_threads(1):
        kernels.train_shards(
            parallel,
            TEXT,
            sampling,
            settings,
            step_shape(settings),
            SHARDS,
            (1, 4),
            totals,
        )
    assert totals.tolist() == [list(map(float, done)) for done in expected]
    assert (serial.w_in == parallel.w_in).all()
    assert (serial.w_out == parallel.w_out).all()
