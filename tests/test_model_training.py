"""Training: epochs, totals, alpha, loss, callbacks, and what is read again."""

import logging
import os
import signal
import threading

import numpy as np
import pytest

from fastw2v.errors import ConfigError, DivergenceError
from fastw2v.models import Word2Vec
from fastw2v.models.callbacks import CallbackAny2Vec, StopTraining
from fastw2v.training.progress import Silent

ALPHA_WARNING = "Effective 'alpha' higher than previous training cycles"


@pytest.fixture
def model(models, text):
    made = models.Word2Vec(min_count=1, vector_size=8, workers=1, sample=0)
    made.build_vocab(text)
    return made


@pytest.fixture
def ours(text):
    made = Word2Vec(min_count=1, vector_size=8, workers=1, sample=0)
    made.build_vocab(text)
    return made


def messages(caplog, level=logging.WARNING):
    return [
        r.getMessage()
        for r in caplog.records
        if r.levelno >= level and r.name.endswith("models.word2vec")
    ]


class Walks:
    """An iterable that counts its passes, and gives other sentences each time."""

    def __init__(self, sentences, *, changes):
        self.sentences = sentences
        self.changes = changes
        self.passes = 0

    def __iter__(self):
        self.passes += 1
        step = self.passes if self.changes else 0
        for sentence in self.sentences:
            yield sentence[step % len(sentence) :] + sentence[: step % len(sentence)]


# --- what train returns, keeps and checks


def test_counts_of_words(model, text):
    assert model.train(text, total_examples=9, epochs=3) == (87, 87)
    assert model.train([["system", "unknown", "user"]], total_examples=1, epochs=2) == (
        4, 6)  # fmt: skip
    assert (model.epochs, model.train_count) == (2, 2)
    assert model.total_train_time > 0


def test_thinned_words_are_not_counted(models):
    sentences = [["a", "b"] * 10] * 50
    model = models.Word2Vec(min_count=1, vector_size=4, sample=0.01)
    model.build_vocab(sentences)
    trained, raw = model.train(sentences, total_examples=50, epochs=5)
    expected = 5000 * ((0.01 / 0.5) ** 0.5 + 0.01 / 0.5)
    assert raw == 5000
    assert expected / 1.3 < trained < expected * 1.3


def test_texts_with_nothing_to_learn(model, caplog):
    vectors = model.wv.vectors.copy()
    assert model.train([["unknown"], []], total_examples=2, epochs=1) == (0, 1)
    with caplog.at_level(logging.WARNING):
        assert model.train([], total_examples=1, epochs=1) == (0, 0)
    assert any("0" in message for message in messages(caplog))
    assert np.array_equal(model.wv.vectors, vectors)


def test_what_training_needs(models, model, text):
    with pytest.raises(RuntimeError, match="vocab"):
        models.Word2Vec().train(text, total_examples=9, epochs=1)
    bare = models.Word2Vec(vector_size=8)
    bare.wv = model.wv
    with pytest.raises(ValueError, match="total_examples"):
        bare.train(text)
    with pytest.raises(ValueError, match="epochs"):
        model.train(text, total_examples=9)
    for epochs in (0, -1):
        with pytest.raises(ValueError, match="epochs"):
            model.train(text, total_examples=9, epochs=epochs)
    with pytest.raises(TypeError):
        model.train(total_examples=9, epochs=1)
    model.negative = 0
    with pytest.raises(ValueError, match="negative"):
        model.train(text, total_examples=9, epochs=1)


def test_output_vectors_must_be_there(ours, text):
    del ours.syn1neg
    with pytest.raises(RuntimeError, match="negative=5 needs syn1neg"):
        ours.train(text, epochs=1)


def test_alpha_is_taken_over_and_falls(model, text):
    model.train(text, total_examples=9, epochs=2, start_alpha=0.02, end_alpha=0.01)
    assert (model.alpha, model.min_alpha) == (0.02, 0.01)
    assert 0.01 <= model.min_alpha_yet_reached < 0.02


def test_alpha_of_each_epoch(ours, text, monkeypatch):
    from fastw2v.models import engine

    rates = []

    def record(corpus, config, weights, **options):
        rates.append((config.learning_rate, config.min_learning_rate))
        return real(corpus, config, weights, **options)

    real = engine.continue_training
    monkeypatch.setattr(engine, "continue_training", record)
    ours.train(text, epochs=2, start_alpha=0.5, end_alpha=0.1)
    assert rates == [pytest.approx((0.5, 0.3)), pytest.approx((0.3, 0.1))]
    rates.clear()
    ours.train(text, total_examples=18, epochs=2, start_alpha=0.5, end_alpha=0.1)
    assert rates == [pytest.approx((0.5, 0.4)), pytest.approx((0.3, 0.2))]
    rates.clear()
    ours.train(text, total_words=1, epochs=1, start_alpha=0.01, end_alpha=0.1)
    assert rates == [pytest.approx((0.1, 0.1))]


def test_alpha_going_up_is_warned_of(model, text, caplog):
    model.train(text, total_examples=9, epochs=2)
    with caplog.at_level(logging.WARNING):
        model.train(text, total_examples=9, epochs=1)
    assert ALPHA_WARNING in messages(caplog)


def test_other_totals_than_expected_are_warned_of(model, text, caplog):
    with caplog.at_level(logging.WARNING):
        model.train(text, total_examples=5, epochs=1)
        model.train(text, total_words=100, epochs=1)
    found = "\n".join(messages(caplog))
    assert "supplied example count (9) did not equal expected count (5)" in found
    assert "supplied raw word count (29) did not equal expected count (100)" in found


def test_hs_and_negative_are_warned_of(models, text, caplog):
    with caplog.at_level(logging.WARNING):
        models.Word2Vec(text, min_count=1, vector_size=4, hs=1)
    assert any("oth" in m and "hs" in m for m in messages(caplog))


def test_totals_are_remembered(ours, text):
    assert ours.train(text, epochs=2) == (58, 58)


def test_matrices_assigned_by_the_user_are_trained(ours, text):
    start = np.random.default_rng(0).standard_normal((12, 8))
    ours.wv.vectors = start / 8
    ours.syn1neg = np.zeros((12, 8), dtype=np.float32)
    ours.train(text, epochs=3)
    assert ours.wv.vectors.dtype == np.float32
    assert not np.allclose(ours.wv.vectors, start / 8, atol=1e-6)
    assert ours.syn1neg.any()
    held = ours.wv.vectors
    ours.train(text, epochs=1)
    assert np.array_equal(held, ours.wv.vectors)
    assert np.shares_memory(held, ours.wv.vectors)


def test_locked_rows_stay(models, text):
    model = models.Word2Vec(min_count=1, vector_size=8, workers=1, sample=0)
    model.build_vocab(text)
    before = model.wv.vectors.copy()
    locks = np.ones(12, dtype=np.float32)
    locks[[0, 5]] = 0
    model.wv.vectors_lockf = locks
    model.train(text, total_examples=9, epochs=5)
    changed = (model.wv.vectors != before).any(axis=1)
    assert changed.tolist() == [i not in {0, 5} for i in range(12)]


def test_a_single_lock_factor_holds_for_all(ours, text):
    before = ours.wv.vectors.copy()
    ours.wv.vectors_lockf = np.zeros(1, dtype=np.float32)
    ours.train(text, epochs=1)
    assert np.array_equal(ours.wv.vectors, before)
    assert ours.syn1neg.any()


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"hs": 1}])
def test_words_of_a_topic_come_together(models, sg, options):
    rng = np.random.default_rng(3)
    topics = [[f"{t}{i}" for i in range(6)] for t in "abc"]
    sentences = [rng.choice(topics[i % 3], 6).tolist() for i in range(200)]
    model = models.Word2Vec(
        sentences, min_count=1, vector_size=10, sg=sg, sample=0, epochs=4, alpha=0.2,
        workers=1, **options,
    )  # fmt: skip
    for topic in topics:
        others = [word for other in topics if other is not topic for word in other]
        for word in topic:
            alike, unlike = (
                np.mean(model.wv.distances(word, [w for w in words if w != word]))
                for words in (topic, others)
            )
            assert alike < unlike - 0.3


def test_cbow_options_and_fixed_windows(text):
    trained = [
        Word2Vec(text, min_count=1, vector_size=4, workers=1, sample=0, **o).wv.vectors
        for o in (
            {},
            {"cbow_mean": 0},
            {"shrink_windows": False},
            {"window": 1},
            {"ns_exponent": 0.0},
            {"negative": 2},
            {"sg": 1},
        )
    ]
    for i, left in enumerate(trained):
        for right in trained[i + 1 :]:
            assert not np.array_equal(left, right)


def test_compiled_threads(text):
    sentences = text * 600
    first, second = (
        Word2Vec(sentences, min_count=1, vector_size=6, sg=1, sample=0, workers=w)
        for w in (1, 1)
    )
    assert np.array_equal(first.wv.vectors, second.wv.vectors)
    many = Word2Vec(
        sentences, min_count=1, vector_size=6, sg=1, sample=0, workers=2, epochs=1
    )
    assert many.train(sentences, epochs=2) == (29 * 1200, 29 * 1200)


def test_divergence_is_an_error(ours, text):
    ours.wv.vectors[:] = 3e38
    ours.syn1neg[:] = 3e38
    with (
        np.errstate(all="ignore"),
        pytest.raises(DivergenceError, match="lower learning_rate"),
    ):
        ours.train(text, epochs=1)


# --- loss


def test_loss_is_the_sum_over_all_pairs(text):
    model = Word2Vec(min_count=1, vector_size=8, hs=1, negative=0, sample=0)
    model.build_vocab(text)
    assert model.get_latest_training_loss() == 0.0
    model.train(text, epochs=2, compute_loss=True, start_alpha=1e-12, end_alpha=1e-12)
    # The nodes' vectors are zero, so each turn on the way to a word costs log 2.
    words = [word for s in text if len(s) > 1 for word in s]
    turns = sum(len(model.wv.get_vecattr(word, "code")) for word in words)
    expected = turns * np.log(2)
    assert model.get_latest_training_loss() == pytest.approx(2 * expected)
    assert model.epoch_losses == pytest.approx([expected / len(words)] * 2)
    assert type(model.get_latest_training_loss()) is float


def test_loss_grows_within_a_training_and_begins_anew(models, text):
    seen = []

    class Watch:
        def on_train_begin(self, model):
            seen.append(model.get_latest_training_loss())

        def on_epoch_begin(self, model):
            pass

        def on_epoch_end(self, model):
            seen.append(model.get_latest_training_loss())

        def on_train_end(self, model):
            pass

    model = models.Word2Vec(min_count=1, vector_size=8, sample=0, workers=1)
    model.build_vocab(text)
    for _ in range(2):
        model.train(
            text, total_examples=9, epochs=3, compute_loss=True, callbacks=[Watch()]
        )
        assert seen[0] == 0.0
        assert seen == sorted(seen)
        assert seen[-1] == model.get_latest_training_loss()
        assert seen[-1] < 400
        seen.clear()
    model.train(text, total_examples=9, epochs=1)
    assert model.get_latest_training_loss() == 0.0


# --- callbacks


def test_callbacks_run_in_this_thread_in_order(models, text):
    calls = []

    class Recorder(models.callbacks.CallbackAny2Vec):
        def record(self, name):
            calls.append((name, threading.current_thread() is threading.main_thread()))

        def on_train_begin(self, model):
            self.record("begin")

        def on_epoch_begin(self, model):
            self.record("epoch")

        def on_epoch_end(self, model):
            self.record("end of epoch")

        def on_train_end(self, model):
            self.record("end")

    models.Word2Vec(text, min_count=1, epochs=2, callbacks=[Recorder()])
    epoch = [("epoch", True), ("end of epoch", True)]
    assert calls == [("begin", True), *epoch, *epoch, ("end", True)]


def test_callbacks_see_and_change_the_model(ours, text):
    seen = []

    class Freeze(CallbackAny2Vec):
        def on_epoch_end(self, model):
            seen.append(model.wv.vectors.copy())
            model.wv.fill_norms()
            model.alpha = model.min_alpha = 0.0

    ours.train(text, epochs=3, callbacks=[Freeze()])
    assert np.array_equal(seen[0], seen[2])
    assert np.array_equal(ours.wv.vectors, seen[2])


def test_callbacks_may_save_copies(models, text, tmp_path):
    class Save(models.callbacks.CallbackAny2Vec):
        def __init__(self):
            self.epoch = 0

        def on_epoch_end(self, model):
            model.save(str(tmp_path / f"{self.epoch}.model"))
            self.epoch += 1

    model = models.Word2Vec(text, min_count=1, epochs=3, sample=0, callbacks=[Save()])
    last = models.Word2Vec.load(str(tmp_path / "2.model"))
    assert np.array_equal(last.wv.vectors, model.wv.vectors)


def test_stop_training_leaves_a_model(text):
    class Stop(CallbackAny2Vec):
        ended = 0

        def on_epoch_end(self, model):
            raise StopTraining("enough")

        def on_train_end(self, model):
            self.ended += 1

    stop = Stop()
    model = Word2Vec(
        text, min_count=1, vector_size=8, epochs=50, sample=0, callbacks=[stop]
    )
    assert (len(model.epoch_losses), stop.ended) == (1, 1)
    assert model.train(text, epochs=1) == (29, 29)


def test_an_error_in_a_callback_reaches_the_caller(models, model, text):
    class Fails(models.callbacks.CallbackAny2Vec):
        def on_epoch_end(self, model):
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        model.train(text, total_examples=9, epochs=2, callbacks=[Fails()])
    assert model.train(text, total_examples=9, epochs=1) == (29, 29)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_model_as_trained(ours, text, monkeypatch, number):
    before, sent = ours.wv.vectors.copy(), []

    class Interrupted(Silent):
        def is_due(self):
            if not sent:  # a second one would end it at once
                sent.append(os.kill(os.getpid(), number))
            return False

    monkeypatch.setattr(
        "fastw2v.training.trainer.choose_progress", lambda _: Interrupted()
    )
    with pytest.raises(KeyboardInterrupt):
        ours.train(text, epochs=5)
    assert not np.array_equal(ours.wv.vectors, before)
    monkeypatch.undo()
    assert ours.train(text, epochs=1) == (29, 29)


# --- what is read how often


def test_a_generator_is_trained_on_in_every_epoch(text):
    model = Word2Vec((s for s in text), min_count=1, vector_size=8, workers=1, sample=0)
    expected = Word2Vec(text, min_count=1, vector_size=8, workers=1, sample=0)
    assert np.array_equal(model.wv.vectors, expected.wv.vectors)
    assert model.train((s for s in text), epochs=3) == (87, 87)


def test_a_generator_serves_vocabulary_and_training(text):
    model = Word2Vec(min_count=1, vector_size=8, sample=0)
    sentences = (s for s in text)
    model.build_vocab(sentences)
    assert model.train(sentences, epochs=2) == (58, 58)


@pytest.mark.parametrize("in_constructor", [True, False])
def test_an_iterable_that_repeats_itself_is_read_twice(text, in_constructor):
    walks = Walks(text, changes=False)
    model = Word2Vec(walks if in_constructor else None, min_count=1, sample=0)
    if not in_constructor:
        model.build_vocab(walks)
        assert model.train(walks, epochs=5) == (145, 145)
    assert walks.passes == 2
    fresh = Walks(text, changes=False)
    model.train(fresh, epochs=5)
    assert fresh.passes == 2


def test_an_iterable_that_changes_is_read_in_each_epoch(text):
    walks = Walks(text, changes=True)
    model = Word2Vec(walks, min_count=1, epochs=4)
    assert walks.passes == 5
    model.train(walks, epochs=3)
    assert walks.passes == 8


def test_a_list_is_not_read_again_unless_changed(text, monkeypatch):
    from fastw2v.models import intake

    reads = []
    real = intake.Corpus.read

    def read(self, *args):
        reads.append(self.source)
        return real(self, *args)

    monkeypatch.setattr(intake.Corpus, "read", read)
    model = Word2Vec(text, min_count=1, vector_size=4)
    assert len(reads) == 1
    assert model._memory is None
    model.build_vocab(text)
    model.train(text, epochs=2)
    model.train(list(text), epochs=2)
    assert len(reads) == 2
    text[0].reverse()
    model.train(text, epochs=2)
    model.train(text, epochs=2)
    assert len(reads) == 3
    text.append(["human", "user"])
    assert model.train(text, epochs=1)[1] == 31
    assert len(reads) == 4


def test_an_iterable_is_not_kept_alive(text):
    import gc
    import weakref

    walks = Walks(text, changes=False)
    model = Word2Vec(min_count=1)
    model.build_vocab(walks)
    watch = weakref.ref(walks)
    del walks
    gc.collect()
    assert watch() is None
    assert len(model.wv) == 12


@pytest.mark.parametrize(
    "how",
    [{"sg": 1}, {"sg": 0, "cbow_mean": 0}, {"sg": 1, "hs": 1, "negative": 0}],
    ids=str,
)
def test_a_cluster_of_one_worker_gives_the_same_bits(text, how):
    settings = {"vector_size": 16, "min_count": 1, "workers": 1, "epochs": 3} | how
    alone = Word2Vec(text * 300, **settings)
    one = Word2Vec(text * 300, cluster="sim:1", **settings)
    assert (one.wv.vectors == alone.wv.vectors).all()
    assert one.train_count == 1
    several = Word2Vec(text * 300, cluster="sim:3", **settings)
    assert (several.wv.vectors != alone.wv.vectors).any()
    assert np.isfinite(several.wv.vectors).all()


def test_a_cluster_keeps_locks_and_is_not_saved(text, tmp_path):
    model = Word2Vec(
        text * 300, vector_size=16, min_count=1, workers=1, cluster="sim:2"
    )
    model.wv.vectors_lockf = np.zeros(len(model.wv), dtype=np.float32)
    before = model.wv.vectors.copy()
    model.train(text * 300, total_examples=2_700, epochs=1)
    assert (model.wv.vectors == before).all()
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.cluster is None
    loaded.cluster = "auto"
    loaded.wv.vectors_lockf = np.zeros(len(model.wv), dtype=np.float32)
    with pytest.raises(ConfigError, match="lock factors"):
        loaded.train(text * 300, total_examples=2_700, epochs=1)


def test_no_such_cluster(text):
    with pytest.raises(ConfigError, match="cluster is 'sim'"):
        Word2Vec(text, min_count=1, cluster="sim")
