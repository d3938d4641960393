"""Runs that end before their end, and go on: the same bits, and nothing lost."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY

import fastw2v
from fastw2v.bundles import Totals, Weights
from fastw2v.cluster.trainer import train
from fastw2v.config import TrainConfig
from fastw2v.errors import CheckpointError, ConfigError, FormatError
from fastw2v.training import checkpoint as checkpoints
from fastw2v.training.callbacks import Callback, StopTraining
from fastw2v.vectors.formats.sealed import read_sealed

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
SMALL = TrainConfig(dim=16, epochs=3, threads=1)


@pytest.fixture
def corpus(make_corpus):
    return make_corpus([20] * 600)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.checkpoint"


def with_(config, **changes):
    return TrainConfig(**{**config.as_dict(), **changes})


def assert_same(one, other):
    """The same bits and the same history, but for the time it took."""
    assert (one.vectors.vectors == other.vectors.vectors).all()
    if one.context_vectors is not None:
        assert (one.context_vectors.vectors == other.context_vectors.vectors).all()
    facts = [
        [(r.epoch, r.centers, r.kept, r.pairs, r.loss) for r in result.history.epochs]
        for result in (one, other)
    ]
    assert facts[0] == facts[1]
    assert one.ending == other.ending


def cut(corpus, config, path, words, **more):
    """Train so far, and leave it there."""
    return train(corpus, config, checkpoint=path, resume=True, max_words=words, **more)


# --- going on


@pytest.mark.parametrize("words", [1, 500, 5_000, 11_999, 12_000, 12_001, 34_999])
def test_a_run_cut_anywhere_goes_on_to_the_same_bits(corpus, path, words):
    assert cut(corpus, SMALL, path, words).ending == "max_words"
    assert_same(
        train(corpus, SMALL, checkpoint=path, resume=True), train(corpus, SMALL)
    )


KINDS = {
    "pair": {"batching": "pair"},
    "cbow": {"architecture": "cbow"},
    "path": {"hierarchical_softmax": True, "negatives": 0},
    "both": {"hierarchical_softmax": True},
    "prange": {"backend": "prange"},
    "numpy": {"backend": "numpy", "epochs": 1},
    "decay": {"decay": 2.0, "subsample": 0.0},
}


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_every_kind_of_run_goes_on_to_the_same_bits(make_corpus, path, changes):
    corpus, config = make_corpus([20] * 200), with_(SMALL, **changes)
    for words in (1_500, 2_500, 3_500):
        cut(corpus, config, path, words)
    assert_same(
        train(corpus, config, checkpoint=path, resume=True), train(corpus, config)
    )


def test_a_run_goes_on_piece_by_piece(corpus, path):
    for words in range(3_000, 36_000, 3_000):
        cut(corpus, SMALL, path, words)
    assert_same(
        train(corpus, SMALL, checkpoint=path, resume=True), train(corpus, SMALL)
    )


def test_saving_on_the_way_changes_nothing(corpus, path):
    for every in ("500tokens", "0.0001s", "1epoch"):
        path.unlink(missing_ok=True)
        saved = train(corpus, SMALL, checkpoint=path, every=every)
        assert_same(saved, train(corpus, SMALL))


@pytest.mark.parametrize("threads", [2, 5])
def test_many_threads_train_each_shard_once_over_many_checkpoints(
    corpus, path, threads
):
    config = with_(SMALL, threads=threads)
    for words in (4_000, 20_000):
        cut(corpus, config, path, words, every="0.0001s")
    result = train(corpus, config, checkpoint=path, resume=True, every="2ktokens")
    whole = train(corpus, config)
    counts = [
        [(r.centers, r.kept, r.pairs) for r in run.history.epochs]
        for run in (result, whole)
    ]
    assert counts[0] == counts[1]
    assert result.history.loss == pytest.approx(whole.history.loss, rel=0.05)


def test_a_checkpoint_holds_what_all_workers_have_trained(corpus, path, monkeypatch):
    """Rows of workers' own are merged before it is written, and no change is lost."""
    from fastw2v.kernels import hogwild

    def add_one(weights, *more):
        _, own_row = more[-1].private
        weights.w_in[own_row, 0] += 1
        return Totals(1_000, 1_000, 1_000, 1_000.0)

    monkeypatch.setattr(hogwild, "train_shard", add_one)
    config = with_(SMALL, threads=3)
    result = cut(corpus, config, path, 30_000, every="1ktokens")
    w_in = read_sealed(path).array("w_in", ["float32"], 2)
    assert w_in.shape == (len(corpus.vocab), 16)
    # In 30 shards, and in the empty one that compiles.
    assert w_in[0, 0] == pytest.approx(31, abs=0.1)
    assert (w_in == result.vectors.vectors).all()


def test_a_run_that_has_ended_is_not_trained_again(corpus, path):
    first = train(corpus, SMALL, checkpoint=path)
    again = train(corpus, SMALL, checkpoint=path, resume=True)
    assert_same(first, again)
    assert again.history.seconds == first.history.seconds


def test_the_number_of_threads_may_differ(corpus, path):
    cut(corpus, with_(SMALL, threads=1), path, 5_000)
    result = train(corpus, with_(SMALL, threads=2), checkpoint=path, resume=True)
    assert [record.centers for record in result.history.epochs] == [12_000] * 3
    assert result.history.threads == 2


def test_numbers_of_numpy_are_saved_as_they_are_read(corpus, path):
    config = with_(SMALL, learning_rate=np.float32(0.1), dim=np.int64(16))
    cut(corpus, config, path, 5_000)
    train(corpus, config, checkpoint=path, resume=True)


# --- when it is saved


@pytest.mark.parametrize(
    ("every", "places"),
    [
        ("1epoch", [12_000, 24_000, 36_000]),
        ("0.5epochs", [6_000, 12_000, 18_000, 24_000, 30_000, 36_000]),
        ("15ktokens", [15_000, 30_000, 36_000]),
        ("1h", [36_000]),
    ],
)
@pytest.mark.parametrize("threads", [1, 3])
def test_checkpoints_are_written_where_they_are_asked_for(
    corpus, path, monkeypatch, every, places, threads
):
    seen = note_places(corpus, monkeypatch)
    train(corpus, with_(SMALL, threads=threads), checkpoint=path, every=every)
    assert seen == places


def test_places_do_not_depend_on_where_the_run_went_on(corpus, path, monkeypatch):
    cut(corpus, SMALL, path, 8_000)
    seen = note_places(corpus, monkeypatch)
    train(corpus, SMALL, checkpoint=path, resume=True, every="15ktokens")
    assert seen == [15_000, 30_000, 36_000]


def note_places(corpus, monkeypatch):
    seen = []
    write = checkpoints.CheckpointFile.write

    def note(self, checkpoint):
        position = checkpoint.state.position
        seen.append(position.epoch * len(corpus) + position.totals.centers)
        write(self, checkpoint)

    monkeypatch.setattr(checkpoints.CheckpointFile, "write", note)
    return seen


# --- callbacks


class Counting(Callback):
    def __init__(self):
        self.epochs = 0

    def on_epoch_end(self, state):
        self.epochs += 1
        assert state.history.epochs[-1].epoch == self.epochs

    def state_dict(self):
        return {"epochs": self.epochs}

    def load_state_dict(self, state):
        self.epochs = state["epochs"]


def test_callbacks_keep_their_state(corpus, path):
    cut(corpus, SMALL, path, 30_000, callbacks=[Callback(), Counting()])
    counting = Counting()
    train(corpus, SMALL, checkpoint=path, resume=True, callbacks=[counting])
    assert counting.epochs == 3


def test_a_callback_whose_state_is_saved_must_be_given_again(corpus, path):
    cut(corpus, SMALL, path, 30_000, callbacks=[Counting()])
    with pytest.raises(CheckpointError, match="callback Counting"):
        train(corpus, SMALL, checkpoint=path, resume=True, callbacks=[Callback()])


def test_a_run_that_a_callback_has_ended_stays_ended(corpus, path):
    class Enough(Callback):
        def on_epoch_end(self, state):
            raise StopTraining

    first = train(corpus, SMALL, checkpoint=path, callbacks=[Enough()])
    again = train(corpus, SMALL, checkpoint=path, resume=True)
    assert first.ending == again.ending == "callback"
    assert len(again.history.epochs) == 1
    assert_same(first, again)


def test_an_interrupted_callback_hears_of_its_epoch_again(corpus, path):
    heard = []

    class Interrupted(Callback):
        def on_epoch_end(self, state):
            heard.append(state.history.epochs[-1].epoch)
            if heard == [1, 2]:
                raise KeyboardInterrupt

    callbacks = [Interrupted()]
    first = train(corpus, SMALL, checkpoint=path, callbacks=callbacks)
    assert first.interrupted
    again = train(corpus, SMALL, checkpoint=path, resume=True, callbacks=callbacks)
    assert heard == [1, 2, 2, 3]
    assert_same(again, train(corpus, SMALL))


# --- refusals, before any work


def test_a_file_that_is_there_is_not_overwritten_by_accident(corpus, path):
    cut(corpus, SMALL, path, 5_000)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=r"exists.*resume=True"):
        train(corpus, SMALL, checkpoint=path)
    assert path.read_bytes() == before


def test_another_config_is_refused_field_by_field(corpus, path):
    cut(corpus, SMALL, path, 5_000)
    other = with_(SMALL, learning_rate=0.025, epochs=4, seed=7)
    with pytest.raises(CheckpointError) as caught:
        train(corpus, other, checkpoint=path, resume=True)
    for difference in (
        "learning_rate is 0.05 there and 0.025 here",
        "epochs is 3 there and 4 here",
        "seed is 1 there and 7 here",
    ):
        assert difference in str(caught.value)
    assert "dim" not in str(caught.value)


def test_another_corpus_is_refused_and_told_apart(corpus, make_corpus, path):
    cut(corpus, SMALL, path, 5_000)
    with pytest.raises(CheckpointError, match="tokens is 12000 there and 400 here"):
        train(make_corpus([20] * 20), SMALL, checkpoint=path, resume=True)
    swapped = corpus.tokens.copy()
    swapped[:2] = swapped[1::-1] if swapped[0] != swapped[1] else [swapped[0], 5]
    twin = type(corpus)(swapped, corpus.offsets, corpus.vocab, corpus.raw_tokens)
    with pytest.raises(CheckpointError) as caught:
        train(twin, SMALL, checkpoint=path, resume=True)
    assert "fingerprint" in str(caught.value)
    assert "tokens is" not in str(caught.value)


@pytest.mark.parametrize(
    "options", [{"resume": True}, {"every": "1s"}, {"checkpoint": "x", "every": "soon"}]
)
def test_options_that_make_no_sense_are_refused(corpus, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError):
        train(corpus, SMALL, **options)
    assert not list(tmp_path.iterdir())


def test_a_place_that_takes_no_file_is_refused_before_any_work(corpus, tmp_path):
    began = []

    class Began(Callback):
        def on_train_begin(self, state):
            began.append(state)

    for place in (tmp_path, tmp_path / "nowhere" / "run"):
        with pytest.raises(OSError, match=r"folder|exists"):
            train(corpus, SMALL, checkpoint=place, resume=True, callbacks=[Began()])
    assert not began


# --- damage


def test_a_flipped_bit_anywhere_is_found(corpus, path):
    cut(corpus, SMALL, path, 5_000)
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    places = [
        0,
        3,
        8,
        100,
        len(whole) // 2,
        len(whole) - 1,
        *rng.integers(len(whole), size=40),
    ]
    for place in places:
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :]
        )
        with pytest.raises(FormatError, match="no whole checkpoint"):
            train(corpus, SMALL, checkpoint=path, resume=True)


def test_a_truncated_file_is_found(corpus, path):
    cut(corpus, SMALL, path, 5_000)
    whole = path.read_bytes()
    for length in (0, 1, 8, 9, 40, 1_000, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(FormatError, match="no whole checkpoint"):
            train(corpus, SMALL, checkpoint=path, resume=True)
    path.write_bytes(whole + b"\0")
    with pytest.raises(FormatError, match="no whole checkpoint"):
        train(corpus, SMALL, checkpoint=path, resume=True)


def test_another_file_is_not_taken_for_a_checkpoint(corpus, path):
    train(corpus, SMALL).vectors.save(path.with_suffix(".safetensors"))
    path.with_suffix(".safetensors").rename(path)
    with pytest.raises(FormatError, match="no whole checkpoint"):
        train(corpus, SMALL, checkpoint=path, resume=True)


NONSENSE = {
    "epoch": lambda about: about["state"].update(position=[99, 0, [0] * 4, 0.0]),
    "shard": lambda about: about["state"].update(position=[0, -1, [0] * 4, 0.0]),
    "position": lambda about: about["state"].update(position="soon"),
    "history": lambda about: about["state"].pop("history"),
    "version": lambda about: about.update(version=2),
    "config": lambda about: about.update(config=[]),
    "state": lambda about: about.update(state=None),
}


@pytest.mark.parametrize("change", NONSENSE.values(), ids=NONSENSE)
def test_a_sealed_file_that_says_nonsense_is_refused(corpus, path, monkeypatch, change):
    def dumps(value, **options):
        if "state" in value:
            change(value)
        return json.dumps(value, **options)

    fake = type("Json", (), {"dumps": staticmethod(dumps), "loads": json.loads})
    monkeypatch.setattr(checkpoints, "json", fake)
    cut(corpus, SMALL, path, 5_000)
    with pytest.raises(FormatError, match="no whole checkpoint"):
        train(corpus, SMALL, checkpoint=path, resume=True)


def test_matrices_of_another_shape_are_refused(corpus, path, monkeypatch):
    """NumPy would stretch a single row to all words."""
    monkeypatch.setattr(
        checkpoints.Checkpoint,
        "weights",
        property(lambda self: Weights(*(matrix[:1].copy() for matrix in self[0]))),
    )
    cut(corpus, SMALL, path, 5_000)
    with pytest.raises(FormatError, match="matrices of shapes"):
        train(corpus, SMALL, checkpoint=path, resume=True)


def test_another_version_goes_on_with_a_warning(corpus, path, monkeypatch, caplog):
    monkeypatch.setattr(checkpoints, "__version__", "0.0.1")
    cut(corpus, SMALL, path, 5_000)
    monkeypatch.undo()
    train(corpus, SMALL, checkpoint=path, resume=True)
    assert "written by fastw2v 0.0.1" in caplog.text


# --- killed, and out of room


@POSIX
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(tmp_path, threads):
    script = Path(__file__).with_name("killing.py")
    command = [sys.executable, str(script), str(tmp_path)]
    command += ["--seconds", "6", "--threads", str(threads)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    tally = json.loads(done.stdout)
    assert tally["runs"] > 0
    assert tally["kills"] > 20


def test_a_file_is_on_disk_before_it_takes_the_name(corpus, path, monkeypatch):
    steps = []
    sync, replace = os.fsync, Path.replace

    def note_sync(handle):
        steps.append(Path(f"/proc/self/fd/{handle}").readlink().suffix or "folder")
        sync(handle)

    def note_replace(self, target):
        steps.append("renamed")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_replace)
    train(corpus, SMALL, checkpoint=path)
    assert steps == [".tmp", "renamed", "folder"]


@contextmanager
def room_for_files_of(size):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@POSIX
def test_a_full_disk_is_told_and_leaves_the_last_checkpoint(corpus, path):
    cut(corpus, SMALL, path, 5_000)
    before = path.read_bytes()
    with (
        room_for_files_of(10_000),
        pytest.raises(OSError, match="is as it was") as caught,
    ):
        train(corpus, SMALL, checkpoint=path, resume=True)
    assert caught.value.errno == errno.EFBIG
    assert caught.value.filename == str(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    assert_same(
        train(corpus, SMALL, checkpoint=path, resume=True), train(corpus, SMALL)
    )


def test_a_folder_that_vanishes_is_told(corpus, tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()

    class Vanish(Callback):
        def on_epoch_end(self, state):
            shutil.rmtree(folder, ignore_errors=True)

    with pytest.raises(OSError, match=r"folder .* does not exist.* is not written"):
        train(corpus, SMALL, checkpoint=folder / "run", callbacks=[Vanish()])


def test_a_worker_that_fails_leaves_the_last_checkpoint(corpus, path, monkeypatch):
    from fastw2v.kernels import hogwild

    whole = train(corpus, SMALL)
    kernel, calls = hogwild.train_shard, []

    def fail_at_last(*arguments):
        calls.append(1)
        if len(calls) == 20:
            raise MemoryError("no memory left")
        return kernel(*arguments)

    monkeypatch.setattr(hogwild, "train_shard", fail_at_last)
    with pytest.raises(MemoryError, match="no memory left"):
        train(corpus, SMALL, checkpoint=path, every="3ktokens")
    monkeypatch.undo()
    assert_same(train(corpus, SMALL, checkpoint=path, resume=True), whole)


def test_a_run_that_is_left_in_half_a_shard_saves_nothing(corpus, path, monkeypatch):
    """As when a program's own handler raises KeyboardInterrupt."""
    from fastw2v.training import backends

    cut(corpus, SMALL, path, 5_000)
    before, take, calls = path.read_bytes(), backends._take, []

    def interrupt_at_tenth(finished):
        calls.append(1)
        if len(calls) == 10:
            raise KeyboardInterrupt
        return take(finished)

    monkeypatch.setattr(backends, "_take", interrupt_at_tenth)
    assert train(corpus, SMALL, checkpoint=path, resume=True).interrupted
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert_same(
        train(corpus, SMALL, checkpoint=path, resume=True), train(corpus, SMALL)
    )


# --- a corpus on disk that goes away


@pytest.fixture
def folder(corpus, tmp_path):
    corpus.save(tmp_path / "corpus")
    return tmp_path / "corpus"


def test_a_corpus_that_is_deleted_meanwhile_is_trained_to_the_end(folder, corpus):
    class Delete(Callback):
        def on_train_begin(self, state):
            shutil.rmtree(folder)

    loaded = fastw2v.EncodedCorpus.load(folder)
    assert_same(train(loaded, SMALL, callbacks=[Delete()]), train(corpus, SMALL))


TRUNCATE = """
import os, sys
import fastw2v
folder, checkpoint = sys.argv[1:]

class Truncate(fastw2v.Callback):
    def on_epoch_begin(self, state):
        if state.history.epochs:
            os.truncate(folder + "/tokens.bin", 0)

fastw2v.train(
    fastw2v.EncodedCorpus.load(folder),
    fastw2v.TrainConfig(dim=16, epochs=3, threads=1),
    checkpoint=checkpoint, every="1epoch", callbacks=[Truncate()],
)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="as Linux maps files")
def test_a_corpus_that_is_emptied_meanwhile_costs_only_the_time(folder, corpus, path):
    tokens = (folder / "tokens.bin").read_bytes()
    command = [sys.executable, "-c", TRUNCATE, str(folder), str(path)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, check=False)
    assert done.returncode == -signal.SIGBUS
    with pytest.raises(FormatError, match=r"tokens\.bin is 0 bytes"):
        fastw2v.EncodedCorpus.load(folder)
    (folder / "tokens.bin").write_bytes(tokens)
    loaded = fastw2v.EncodedCorpus.load(folder)
    assert_same(
        train(loaded, SMALL, checkpoint=path, resume=True), train(corpus, SMALL)
    )
