"""Subclasses that put other sentences in the place of those they are given."""

import random

import numpy as np
import pytest

from fastw2v.models import Word2Vec

TOPICS = [["a", "b", "c", "d"], ["w", "x", "y", "z"]]
WORDS = [word for topic in TOPICS for word in topic]


def sentence_of(topic, rng):
    return rng.choices(TOPICS[topic], k=8)


def walker_class(base):
    """Return a class that trains on topics, given dummies that only number them."""

    class Walker(base):
        def __init__(self, **settings):
            self.rng = random.Random(1)
            self.batches = []
            self.returned = []
            super().__init__(
                vector_size=8, min_count=1, window=3, sample=0, workers=1, **settings
            )
            self.build_vocab([word] for word in WORDS)

        def _do_train_job(self, sentences, alpha, inits):
            self.batches.append(len(sentences))
            made = [sentence_of(dummy[0], self.rng) for dummy in sentences]
            self.returned.append(super()._do_train_job(made, alpha, inits))
            return self.returned[-1]

    return Walker


@pytest.fixture
def walker(models):
    """Return a walker, fastw2v's or gensim's, that was trained."""
    model = walker_class(models.Word2Vec)(alpha=0.2, seed=2, sg=1, batch_words=64)
    dummies = [[number % 2] * 8 for number in range(60)]
    model.train((d for d in dummies * 5), total_examples=300, epochs=1)
    return model


def test_made_sentences_are_trained(walker):
    near = [{word for word, _ in walker.wv.most_similar(w, topn=3)} for w in WORDS]
    expected = [set(topic) - {word} for topic in TOPICS for word in topic]
    assert near == expected


def test_batches_hold_no_more_than_batch_words(walker):
    assert sum(walker.batches) == 300
    assert max(walker.batches) == 8


def test_the_job_returns_words_trained_and_words(walker):
    assert all(trained == raw == 8 * batch for (trained, raw), batch in zip(
        walker.returned, walker.batches, strict=True))  # fmt: skip


@pytest.fixture
def fast_walker():
    """Return fastw2v's walker class."""
    return walker_class(Word2Vec)


def test_each_epoch_makes_its_own(fast_walker):
    model = fast_walker()
    lengths = model.train([[0] * 8, [1] * 8], total_examples=2, epochs=3)
    assert len(model.batches) == 3
    assert lengths == (48, 48)


def test_the_constructor_too(fast_walker):
    class Ready(fast_walker):
        def build_vocab(self, *_, **__):
            super().build_vocab([word] for word in WORDS)

    model = Ready(sentences=[[0] * 8, [1] * 8], epochs=2)
    assert model.batches == [2, 2]
    assert np.isfinite(model.wv.vectors).all()


def test_files_are_trained_as_they_are(fast_walker, tmp_path):
    path = tmp_path / "text"
    path.write_text("a b c d\n" * 3)
    model = fast_walker()
    trained = model.train(corpus_file=path, total_words=12, epochs=1)
    assert (trained, model.batches) == ((12, 12), [])
