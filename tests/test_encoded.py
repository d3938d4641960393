"""EncodedCorpus: what it promises, and its folder on disk."""

import dataclasses
import json
import os
import shutil
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import encode
from fastw2v.corpus import storage
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError, FormatError

FILES = ["header.json", "offsets.bin", "tokens.bin", "vocabulary.json"]


def small(**changes):
    """Two sentences, "a b" and "a c"; any part may be replaced."""
    parts = {
        "tokens": np.array([0, 1, 0, 2], dtype=np.int32),
        "offsets": np.array([0, 2, 4], dtype=np.int64),
        "vocab": Vocab(["a", "b", "c"], np.array([2, 1, 1])),
        "raw_tokens": 7,
    }
    return EncodedCorpus(**(parts | changes))


def assert_equal(one, other):
    np.testing.assert_array_equal(one.tokens, other.tokens)
    np.testing.assert_array_equal(one.offsets, other.offsets)
    np.testing.assert_array_equal(one.vocab.counts, other.vocab.counts)
    assert list(one.vocab.words) == list(other.vocab.words)
    assert one.raw_tokens == other.raw_tokens
    assert one.fingerprint == other.fingerprint


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "text.encoded"
    small().save(path)
    return path


def edit_header(folder, **changes):
    path = folder / "header.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


# In memory


def test_sizes_and_sentences():
    corpus = small()
    assert (len(corpus), corpus.sentences) == (4, 2)
    assert corpus.sentence(0) == ["a", "b"]
    assert corpus.sentence(-1) == ["a", "c"]
    for number in (2, -3):
        with pytest.raises(IndexError, match=f"sentence {number} of a corpus of 2"):
            corpus.sentence(number)


@pytest.mark.parametrize("loaded", [False, True])
def test_arrays_are_plain_and_read_only(folder, loaded):
    corpus = EncodedCorpus.load(folder) if loaded else small()
    for array in (corpus.tokens, corpus.offsets, corpus.vocab.counts):
        assert type(array) is np.ndarray
        assert array.flags.c_contiguous
        assert array.flags.aligned
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_given_arrays_are_neither_copied_nor_locked():
    tokens = np.array([0, 1, 0, 2], dtype=np.int32)
    corpus = small(tokens=tokens)
    assert np.shares_memory(corpus.tokens, tokens)
    assert tokens.flags.writeable


def test_the_display_is_short():
    assert len(repr(small())) < 100


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokens": np.array([0, 1, 0, 2])}, r"tokens .*int32.*int64.*np\.int32"),
        ({"tokens": np.zeros((2, 2), np.int32)}, r"shape \(2, 2\)"),
        ({"tokens": np.zeros(8, np.int32)[::2]}, "contiguous"),
        ({"tokens": [0, 1, 0, 2]}, "int32"),
        ({"offsets": np.array([0, 2, 4], dtype=np.int32)}, "offsets .*int64"),
        ({"offsets": np.array([1, 2, 4])}, "from 0"),
        ({"offsets": np.array([0, 2, 5])}, "number of tokens, 4"),
        ({"offsets": np.array([0])}, "number of tokens, 4"),
        ({"offsets": np.array([], dtype=np.int64)}, "number of tokens, 4"),
        ({"offsets": np.array([0, 3, 2, 4])}, "fall.* sentence 1"),
        ({"tokens": np.array([0, 1, 0, 3], dtype=np.int32)}, "from 0 to 2, got 0 to 3"),
        ({"tokens": np.array([0, 1, 0, -1], dtype=np.int32)}, "got -1 to 1"),
        ({"tokens": np.array([], dtype=np.int32)}, "at least one token"),
        ({"raw_tokens": 3}, "raw_tokens is 3, .*4 tokens"),
    ],
)
def test_contradictions_are_refused(changes, message):
    with pytest.raises(CorpusError, match=message):
        small(**changes)


def test_empty_sentences_are_allowed_in_a_corpus_made_by_hand():
    assert small(offsets=np.array([0, 0, 2, 2, 4, 4])).sentences == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"tokens": np.array([0, 2, 0, 1], dtype=np.int32)},
        {"offsets": np.array([0, 1, 4])},
        {"vocab": Vocab(["a", "c", "b"], np.array([2, 1, 1]))},
        {"vocab": Vocab(["a", "b", "c"], np.array([3, 1, 0]))},
        {"raw_tokens": 8},
    ],
)
def test_fingerprint_tells_every_change(folder, changes):
    assert len(small().fingerprint) == 64
    assert small().fingerprint == small().fingerprint
    assert small(**changes).fingerprint != small().fingerprint
    # Not even a changed copy of a loaded corpus keeps the loaded checksums.
    changed = dataclasses.replace(EncodedCorpus.load(folder), **changes)
    assert changed.fingerprint == small(**changes).fingerprint


# On disk


def test_round_trip(folder):
    assert sorted(path.name for path in folder.iterdir()) == FILES
    for verify in (False, True):
        assert_equal(EncodedCorpus.load(folder, verify=verify), small())
    assert_equal(EncodedCorpus.load(str(folder)), small())
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@settings(deadline=None, derandomize=True, max_examples=40)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1)),
        min_size=1,
    ).filter(any)
)
def test_any_corpus_survives_the_round_trip(tmp_path_factory, sentences):
    corpus = encode(iter(sentences), min_count=1)
    path = tmp_path_factory.mktemp("round") / "enc"
    corpus.save(path)
    loaded = EncodedCorpus.load(path, verify=True)
    assert_equal(loaded, corpus)
    kept = [words for words in sentences if words]
    assert [loaded.sentence(i) for i in range(loaded.sentences)] == kept


def test_a_loaded_corpus_can_be_saved_over_itself(folder):
    corpus = EncodedCorpus.load(folder)
    corpus.save(folder, overwrite=True)
    assert_equal(EncodedCorpus.load(folder, verify=True), corpus)


def test_is_saved_at(folder, tmp_path):
    assert EncodedCorpus.is_saved_at(folder) is True
    assert EncodedCorpus.is_saved_at(str(folder)) is True
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "header.json").write_text('{"format": "mine"}')
    (tmp_path / "file").write_text("text")
    for path in ("texts", "file", "missing", "file/below", ""):
        assert EncodedCorpus.is_saved_at(tmp_path / path) is False


def test_save_replaces_only_when_asked(folder):
    with pytest.raises(CorpusError, match="exists: pass overwrite=True"):
        small(raw_tokens=8).save(folder)
    assert EncodedCorpus.load(folder).raw_tokens == 7
    small(raw_tokens=8).save(folder, overwrite=True)
    assert EncodedCorpus.load(folder).raw_tokens == 8
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("kind", ["folder", "empty folder", "file"])
def test_save_never_replaces_anything_else(tmp_path, kind):
    target = tmp_path / "precious"
    if kind == "file":
        target.write_text("kept")
    else:
        target.mkdir()
    if kind == "folder":
        (target / "header.json").write_text('{"format": "mine"}')
    with pytest.raises(CorpusError, match=r"precious .*never replaced"):
        small().save(target, overwrite=True)
    assert target.exists()
    assert len(list(tmp_path.rglob("*"))) == (2 if kind == "folder" else 1)


def test_save_into_a_missing_folder_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing: create it first"):
        small().save(tmp_path / "missing" / "enc")


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_failed_save_changes_nothing(tmp_path, folder, monkeypatch, overwrite):
    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.Header, "write", full_disk)
    target = folder if overwrite else tmp_path / "new"
    with pytest.raises(OSError, match="No space"):
        small(raw_tokens=9).save(target, overwrite=overwrite)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert EncodedCorpus.load(folder).raw_tokens == 7


def test_a_failed_replacement_puts_the_old_corpus_back(folder, monkeypatch):
    rename = type(folder).rename

    def failing(path, target):
        if path.name.endswith("partial"):
            raise OSError("busy")
        return rename(path, target)

    monkeypatch.setattr(type(folder), "rename", failing)
    with pytest.raises(OSError, match="busy"):
        small(raw_tokens=9).save(folder, overwrite=True)
    assert EncodedCorpus.load(folder, verify=True).raw_tokens == 7
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


# Damage


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(FormatError, match=name):
        EncodedCorpus.load(folder)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("change", ["cut", "longer"])
def test_a_file_of_the_wrong_size_is_named(folder, name, change):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-1] if change == "cut" else data + b"}")
    with pytest.raises(FormatError, match=rf"{name}.*encode the text again"):
        EncodedCorpus.load(folder)


@pytest.mark.parametrize("name", ["tokens.bin", "offsets.bin", "vocabulary.json"])
def test_verify_finds_what_sizes_do_not_show(folder, name):
    changes = {
        "tokens.bin": np.array([0, 2, 0, 1], dtype=np.int32).tobytes(),
        "offsets.bin": np.array([0, 1, 4]).tobytes(),
        "vocabulary.json": small().vocab.to_bytes().replace(b'"b"', b'"x"'),
    }
    (folder / name).write_bytes(changes[name])
    EncodedCorpus.load(folder)
    with pytest.raises(FormatError, match=rf"{name} has changed.*checksum"):
        EncodedCorpus.load(folder, verify=True)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("tokens.bin", np.array([0, 1, 0, 1 << 30], dtype=np.int32)),
        ("tokens.bin", np.array([0, 1, 0, -5], dtype=np.int32)),
        ("offsets.bin", np.array([0, 9, 4])),
    ],
)
def test_numbers_that_would_leave_an_array_are_never_loaded(folder, name, array):
    (folder / name).write_bytes(array.tobytes())
    with pytest.raises(FormatError, match=r"text\.encoded is damaged .*encode the"):
        EncodedCorpus.load(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "another"),
        ("version", 2),
        ("version", None),
        ("byte_order", "middle"),
        ("tokens", 5),
        ("tokens", -4),
        ("tokens", 4.0),
        ("tokens", True),
        ("tokens", "4"),
        ("tokens", 1 << 80),
        ("sentences", 1),
        ("sentences", 0),
        ("sentences", None),
        ("vocabulary", 2),
        ("raw_tokens", 3),
        ("blake2b", None),
        ("blake2b", {"tokens.bin": "00"}),
        ("blake2b", dict.fromkeys(storage.DATA_FILES, 0)),
    ],
)
def test_a_header_that_lies(folder, key, value):
    edit_header(folder, **{key: value})
    with pytest.raises(FormatError) as error:
        EncodedCorpus.load(folder)
    assert "\n" not in str(error.value)
    assert "encode the text again" in str(error.value)


@pytest.mark.parametrize("tokens", [1 << 40, (1 << 60) - 1])
def test_a_header_that_lies_about_sizes_allocates_nothing(folder, tokens):
    edit_header(folder, tokens=tokens, sentences=tokens, vocabulary=tokens)
    tracemalloc.start()
    with pytest.raises(FormatError, match=f"promises {4 * tokens} bytes"):
        EncodedCorpus.load(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("header", [b"", b"\xff", b"[1]", b"[" * 9999, b" " * 99_999])
def test_a_header_that_is_none(folder, header):
    (folder / "header.json").write_bytes(header)
    with pytest.raises(FormatError, match=r"header\.json is not the header"):
        EncodedCorpus.load(folder)
    assert not EncodedCorpus.is_saved_at(folder)


def test_load_of_a_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder .*missing"):
        EncodedCorpus.load(tmp_path / "missing")


@pytest.mark.skipif(os.name != "posix", reason="open files cannot be removed here")
def test_a_loaded_corpus_survives_the_removal_of_its_folder(folder):
    corpus = EncodedCorpus.load(folder)
    shutil.rmtree(folder)
    assert corpus.sentence(1) == ["a", "c"]
