"""What a training is said to take, and what it takes."""

import pytest

from fastw2v import TooLargeError, TrainConfig, memory, train, train_softmax
from fastw2v.bundles import new_scratch
from fastw2v.training.estimate import scratch_bytes, weights_bytes
from fastw2v.training.work import prepare_work, thread_count

CONFIGS = [
    {},
    {"dim": 300, "window": 10, "negatives": 20},
    {"batching": "pair", "dim": 65},
    {"architecture": "cbow", "window": 40},
    {"hierarchical_softmax": True, "negatives": 0},
    {"hierarchical_softmax": True, "window": 50, "dim": 8},
]


def size_of(arrays):
    return sum(array.nbytes for array in arrays if hasattr(array, "nbytes"))


@pytest.mark.parametrize("options", CONFIGS, ids=str)
@pytest.mark.parametrize("threads", [1, 4])
def test_estimates_are_those_of_the_arrays_made(make_corpus, options, threads):
    corpus = make_corpus([50] * 100, vocabulary=2_000)
    config = TrainConfig(**options, threads=threads)
    work = prepare_work(corpus, config)
    made = size_of(work.weights)
    private = work.settings.private * thread_count(config)
    told = weights_bytes(len(corpus.vocab), config, private)
    assert made <= told <= made + 200 * len(corpus.vocab)
    scratch = new_scratch(work.weights, work.settings, words=0)
    assert scratch_bytes(config.dim, work.settings) == pytest.approx(
        size_of(scratch), rel=0.02, abs=500
    )


@pytest.fixture
def little_memory(monkeypatch):
    monkeypatch.setattr(memory, "_ALWAYS_FITS", 0)
    monkeypatch.setattr(memory, "free_memory", lambda _: 1 << 20)


def test_training_that_does_not_fit_is_refused_before_anything_is_made(
    make_corpus, little_memory
):
    corpus = make_corpus([50] * 100, vocabulary=2_000)
    with pytest.raises(
        TooLargeError, match=r"dim 1000 \(\d+ MiB of weights\).*lower dim"
    ):
        train(corpus, TrainConfig(dim=1000))
    with pytest.raises(TooLargeError, match="lower dim"):
        train_softmax(corpus, TrainConfig(dim=1000))
    config = TrainConfig(dim=4, epochs=1, threads=1, backend="numpy", window=1)
    assert train(corpus, config).history.epochs


def test_absurd_buffers_are_refused_on_this_very_machine(make_corpus):
    corpus = make_corpus([5] * 2)
    config = TrainConfig(window=10_000, negatives=1_000, threads=4_096, batching="pair")
    with pytest.raises(TooLargeError, match=r"on 4096 threads \([\d,]+ MiB of buffers"):
        train(corpus, config)
