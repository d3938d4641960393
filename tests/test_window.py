"""CBOW, hierarchical softmax and lock factors: kernel, reference and losses agree."""

import numpy as np
import pytest
from entries import entry
from test_hogwild import SHARDS, TEXT, D, V, sampling_of, train

from fastw2v.bundles import (
    BLOCK,
    Sampling,
    Settings,
    Weights,
    new_scratch,
    step_shape,
)
from fastw2v.kernels import hidden, rows
from fastw2v.kernels import hogwild as kernels
from fastw2v.kernels.window import train_window
from fastw2v.reference import trainer as reference
from fastw2v.reference.losses import cbow, hierarchical_softmax, negative_sampling
from fastw2v.training.huffman import all_paths, huffman_tree
from fastw2v.training.weights import initial_weights

TREE = huffman_tree(np.bincount(TEXT.tokens, minlength=V))
PATHS = all_paths(TREE)
LONGEST = -(-int(PATHS.spans[:, 1].max()) // BLOCK) * BLOCK
CENTER, CONTEXTS, NOISE = 30, [3, 0, 7, 3, 12], [5, 30, 1, 8]


def settings_of(noise, nodes, **others):
    longest = LONGEST if nodes else 0
    skipgram = None if "cbow_mean" in others else True
    return Settings(
        4, 4 if noise else 0, 8, skipgram=skipgram, longest_path=longest, **others
    )


def sampling_for(noise, nodes, lock_factors=None):
    plain = sampling_of(TEXT)
    return Sampling(
        plain.keep_prob,
        plain.noise_table if noise else None,
        PATHS.nodes if nodes else None,
        PATHS.spans if nodes else None,
        lock_factors,
    )


def double_weights(seed=2):
    """Return weights that are far from zero, in float64."""
    rng = np.random.default_rng(seed)
    matrices = np.zeros((3, V, 16))
    matrices[:, :, :D] = rng.normal(scale=0.4, size=(3, V, D))
    return Weights(*matrices)


def train_one(weights, settings, sampling, learning_rate):
    """Train the window of CENTER; return its loss."""
    scratch = new_scratch(weights, settings, 0)
    scratch.inputs[: len(CONTEXTS)] = CONTEXTS
    scratch.outputs[: settings.negatives + 1] = [CENTER, *NOISE][
        : settings.negatives + 1
    ]
    if settings.longest_path:
        start, length, targets = PATHS.spans[CENTER]
        first = len(scratch.outputs) - 2 * LONGEST
        scratch.outputs[first : first + LONGEST] = PATHS.nodes[start : start + LONGEST]
        scratch.paths[0] = first, first + length, targets
    entry(train_window)(
        settings.skipgram,
        settings.cbow_mean,
        weights,
        scratch,
        ((0, len(CONTEXTS)), (0, 0)),
        (sampling, settings),
        learning_rate,
        step_shape(settings),
    )
    return scratch.loss.sum()


def on_noise(weights, h):
    negatives = [word for word in NOISE if word != CENTER]
    found = negative_sampling(h, CENTER, weights.w_out, negatives)
    return found.loss, found.grad_v_c, Weights(0, found.grad_u, 0)


def on_path(weights, h):
    code, nodes = TREE.path(CENTER)
    found = hierarchical_softmax(h, nodes, code, weights.w_nodes)
    return found.loss, found.grad_v_c, Weights(0, 0, found.grad_u)


def expected_gradient(weights, losses, hidden_rows):
    """Return the loss and its gradients, the losses of all hidden vectors summed."""
    total, gradient = 0.0, [np.zeros_like(matrix) for matrix in weights]
    for h, given, share in hidden_rows:
        for loss in losses:
            value, of_h, of_others = loss(weights, h)
            total += value
            np.add.at(gradient[0], given, share * of_h)
            gradient = [
                g + change for g, change in zip(gradient, of_others, strict=True)
            ]
    return total, gradient


LOSSES = {
    "noise": (on_noise,),
    "path": (on_path,),
    "noise and path": (on_noise, on_path),
}


@pytest.mark.parametrize("losses", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("as_mean", [True, False], ids=["mean", "sum"])
def test_exact_cbow_moves_along_the_gradient(losses, as_mean):
    noise, nodes = on_noise in losses, on_path in losses
    settings = settings_of(noise, nodes, cbow_mean=as_mean, cbow_exact=True)
    weights = double_weights()
    n = len(CONTEXTS)
    h = weights.w_in[CONTEXTS].sum(axis=0) / (n if as_mean else 1)
    share = 1 / n if as_mean else 1
    loss, gradient = expected_gradient(weights, losses, [(h, CONTEXTS, share)])
    before = Weights(*(matrix.copy() for matrix in weights))
    done = train_one(weights, settings, sampling_for(noise, nodes), 0.3)
    assert done == pytest.approx(loss, rel=1e-12)
    for old, new, wanted in zip(before, weights, gradient, strict=True):
        np.testing.assert_allclose(old - new, 0.3 * wanted, atol=1e-14)


def test_the_oracle_of_cbow_is_the_loss_of_the_hidden_vector():
    weights = double_weights()

    def output_loss(h):
        return negative_sampling(h, CENTER, weights.w_out, NOISE[:1])

    whole = cbow(weights.w_in, CONTEXTS, output_loss)
    h = weights.w_in[CONTEXTS].mean(axis=0)
    assert whole.loss == pytest.approx(output_loss(h).loss)


@pytest.mark.parametrize("as_mean", [True, False], ids=["mean", "sum"])
def test_word2vecs_cbow_gives_contexts_n_times_or_an_nth_of_the_gradient(as_mean):
    changes = []
    for exact in (True, False):
        settings = settings_of(True, False, cbow_mean=as_mean, cbow_exact=exact)
        weights = double_weights()
        before = weights.w_in.copy()
        train_one(weights, settings, sampling_for(True, False), 0.3)
        changes.append(weights.w_in - before)
    factor = len(CONTEXTS) if as_mean else 1 / len(CONTEXTS)
    np.testing.assert_allclose(changes[1], factor * changes[0], atol=1e-14)


@pytest.mark.parametrize("group", [1, 8], ids=["pair", "window"])
def test_skip_gram_on_the_path(group):
    settings = settings_of(False, True)._replace(group=group)
    weights = double_weights()
    before = Weights(*(matrix.copy() for matrix in weights))
    loss = train_one(weights, settings, sampling_for(False, True), 0.3)
    expected = Weights(*(matrix.copy() for matrix in before))
    total = 0.0
    for several in [CONTEXTS] if group > 1 else [[row] for row in CONTEXTS]:
        inputs = [(expected.w_in[row].copy(), [row], 1) for row in several]
        value, gradient = expected_gradient(expected, (on_path,), inputs)
        total += value
        expected = Weights(
            *(m - 0.3 * change for m, change in zip(expected, gradient, strict=True))
        )
    assert loss == pytest.approx(total, rel=1e-12)
    for ours, wanted in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours, wanted, atol=1e-13)


FACTORS = np.linspace(0, 1, V).astype(np.float32)
RUNS = {
    "skip-gram, path": (0, 1, {}, None),
    "skip-gram, noise and path, locks": (1, 1, {}, FACTORS),
    "cbow mean, noise": (1, 0, {"cbow_mean": True}, None),
    "cbow sum, path, fixed windows": (
        0,
        1,
        {"cbow_mean": False, "shrink_windows": False},
        None,
    ),
    "cbow exact, noise and path, locks": (
        1,
        1,
        {"cbow_mean": True, "cbow_exact": True},
        FACTORS,
    ),
}


@pytest.mark.parametrize("case", RUNS.values(), ids=RUNS)
def test_kernel_equals_reference(case):
    noise, nodes, options, factors = case
    settings = settings_of(noise, nodes, locked=factors is not None, **options)
    sampling = sampling_for(noise, nodes, factors)
    ours, theirs = (initial_weights(V, D, 3, has_nodes=True) for _ in range(2))
    shards = SHARDS._replace(learning_rate=4 * SHARDS.learning_rate)
    for i in range(4):
        done = train(kernels, ours, settings, i, sampling=sampling, shards=shards)
        wanted = train(reference, theirs, settings, i, sampling=sampling, shards=shards)
        assert done[:3] == wanted[:3]
        assert done.loss == pytest.approx(wanted.loss, rel=1e-6)
    assert noise == (np.abs(ours.w_out).max() > 0.01)
    assert nodes == (np.abs(ours.w_nodes).max() > 0.01)
    for left, right in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-5)


def test_a_locked_row_stays_and_a_free_one_moves_as_without_locks():
    factors = np.ones(V, np.float32)
    factors[[3, 12]] = 0
    moved = []
    for given in (None, factors):
        settings = settings_of(True, False, locked=given is not None)
        weights = double_weights()
        before = weights.w_in.copy()
        train_one(weights, settings, sampling_for(True, False, given), 0.3)
        moved.append(weights.w_in - before)
    assert not moved[1][[3, 12]].any()
    assert moved[0][[3, 12], :D].all()
    np.testing.assert_allclose(moved[1][[0, 7]], moved[0][[0, 7]], atol=1e-15)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_vector_code_of_the_hidden_vector_is_its_loops(dtype, shared):
    found = []
    for gather, scatter in (
        (entry(rows.gather), entry(rows.scatter)),
        (entry(hidden.gather), entry(hidden.scatter)),
    ):
        weights = Weights(*(matrix.astype(dtype) for matrix in double_weights()))
        scratch = new_scratch(weights, settings_of(True, False), 0)
        scratch.inputs[2 : 2 + len(CONTEXTS)] = CONTEXTS
        contexts = (2, 2 + len(CONTEXTS))
        gather(weights.w_in, scratch, contexts, shared)
        scratch.hidden[:2] += np.arange(2 * 16).reshape(2, 16)
        scatter(weights.w_in, scratch, contexts, shared)
        found.append((scratch.hidden[2].copy(), weights.w_in))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_cbow_counts_a_center_once():
    settings = settings_of(True, False, cbow_mean=True)
    weights = initial_weights(V, D, 3)
    done = train(kernels, weights, settings, 2)
    assert 0 < done.pairs <= done.kept
