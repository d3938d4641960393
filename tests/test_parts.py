"""Text encoded in parts gives the files of text encoded at once, wherever it is cut."""

import gzip
import io
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fastw2v
from fastw2v.corpus import parts
from fastw2v.corpus.encode import EncodeOptions
from fastw2v.corpus.parts import PartFiles, count_part, encode_in_parts
from fastw2v.corpus.sources import find_parts
from fastw2v.corpus.tally import Limits
from fastw2v.errors import ConfigError, CorpusError

ALL = EncodeOptions(Limits(1, None))
# Characters of one to four bytes, blanks of one to three, a byte-order mark within.
ALPHABET = "abé漢😀 \t\u3000\u0085\r\n\n\ufeff"


class AtOnce:
    """Tasks that are done when they are started, in this process."""

    def start(self, function, *arguments):
        return function(*arguments)

    start_pair = start

    def share(self, value):
        return value

    def result(self, future):
        return future


def encode_parts(source, target, options=ALL, progress=lambda done, total: None):
    return encode_in_parts(source, options, AtOnce(), progress, target, overwrite=True)


def files_of(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def assert_same(source, folder, options=ALL):
    """Compare whole folders, or the errors."""
    limits = {"min_count": options.limits.min_count}
    limits |= {"max_vocab": options.limits.max_vocab}
    if options.vocab is not None:
        limits = {"vocab": options.vocab}
    how = {"encoding_errors": options.encoding_errors, "column": options.column}
    at_once = folder / "at once"
    error = None
    try:
        fastw2v.encode(source, output=at_once, overwrite=True, **limits, **how)
    except CorpusError as refused:
        error = str(refused)
    if error is not None:
        with pytest.raises(CorpusError, match=f"^{re.escape(error)}$"):
            encode_parts(source, folder / "parts", options)
        return
    encode_parts(source, folder / "parts", options)
    assert files_of(folder / "parts") == files_of(at_once)


@settings(max_examples=100, deadline=None)
@given(st.text(ALPHABET, min_size=1), st.integers(1, 40), st.integers(1, 3))
def test_wherever_a_text_is_cut(tmp_path_factory, text, part_bytes, min_count):
    folder = tmp_path_factory.mktemp("texts")
    (folder / "text.txt").write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "PART_BYTES", part_bytes)
        assert_same(folder / "text.txt", folder, EncodeOptions(Limits(min_count, None)))


@pytest.mark.parametrize("part_bytes", [1, 7, 1000])
@pytest.mark.parametrize("encoding_errors", ["strict", "replace"])
def test_bytes_that_are_no_text_are_told_by_the_same_offset(
    tmp_path, monkeypatch, part_bytes, encoding_errors
):
    (tmp_path / "text.txt").write_bytes(b"a b\nc d\n\xff e\nf\xfe g")
    monkeypatch.setattr(parts, "PART_BYTES", part_bytes)
    options = EncodeOptions(Limits(1, None), encoding_errors=encoding_errors)
    assert_same(tmp_path / "text.txt", tmp_path, options)


@pytest.fixture
def mixed(tmp_path, monkeypatch):
    """Return a folder of files of all kinds, cut into many parts."""
    monkeypatch.setattr(parts, "PART_BYTES", 100)
    folder = tmp_path / "mixed"
    folder.mkdir()
    lines = [f"w{i % 7} and w{i % 11} of {i}\n" for i in range(100)]
    (folder / "a.txt").write_text("\ufeff" + "".join(lines), encoding="utf8")
    (folder / "b.txt.gz").write_bytes(gzip.compress("".join(lines[::-1]).encode()))
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.txt").write_text("one line without an end", encoding="utf8")
    pq.write_table(pa.table({"text": lines[3:40]}), folder / "e.parquet")
    (folder / "f.txt").write_text("of the last " * 50, encoding="utf8")
    return folder


def test_files_of_all_kinds(mixed, tmp_path):
    found = find_parts([mixed], ALL.reading, 100)
    assert len(found) > 20
    assert [part.path.name[0] for part in found if part.stop is None] == ["b", "e"]
    assert_same([mixed], tmp_path)
    assert_same([mixed], tmp_path, EncodeOptions(Limits(5, None)))
    assert_same([mixed], tmp_path, EncodeOptions(Limits(1, 10), column="text"))


def test_a_vocabulary_that_is_given(mixed, tmp_path):
    vocab = fastw2v.encode(io.BytesIO(b"and of and last"), min_count=1).vocab
    assert_same([mixed], tmp_path, EncodeOptions(vocab=vocab))
    strange = fastw2v.encode(io.BytesIO(b"zzz"), min_count=1).vocab
    assert_same([mixed], tmp_path, EncodeOptions(vocab=strange))


def test_no_word_is_left(mixed, tmp_path):
    assert_same([mixed], tmp_path, EncodeOptions(Limits(10_000, None)))
    assert_same(mixed / "c.txt", tmp_path)
    assert not list(tmp_path.glob(".*"))


def test_progress_ends_at_the_bytes_of_all_files(mixed, tmp_path):
    seen = []
    encode_parts([mixed], tmp_path / "out", progress=lambda *at: seen.append(at))
    total = sum(path.stat().st_size for path in mixed.iterdir())
    assert seen[-1] == (total, total)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("source", ["-", io.StringIO("a b"), [["a", "b"]], iter([])])
def test_only_files_can_be_read_in_parts(tmp_path, source):
    with pytest.raises(CorpusError, match="cannot be read in parts"):
        encode_parts(source, tmp_path / "out")


def test_a_column_no_file_has(mixed, tmp_path):
    options = EncodeOptions(Limits(1, None), column="text")
    assert_same(mixed / "a.txt", tmp_path, options)


def test_what_a_node_does_not_see_is_named(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("a b\nc d\n")
    (part,) = find_parts(path, ALL.reading, 100)
    elsewhere = PartFiles(tmp_path / "out" / ".partial" / "parts", 0)
    with pytest.raises(CorpusError, match=r"out, the folder of the output, is another"):
        count_part(part, elsewhere, ALL)
    path.write_text("a b\n")
    with pytest.raises(CorpusError, match=r"has 4 bytes on node .* and 8 where"):
        count_part(part, PartFiles(tmp_path, 0), ALL)
    path.unlink()
    with pytest.raises(CorpusError, match=r"No such file.* on node .* every node sees"):
        count_part(part, PartFiles(tmp_path, 0), ALL)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "cluster is given without output"),
        ({"output": "out", "threads": 2}, "leave threads out"),
        ({"output": "out", "cluster": "sim:2"}, "simulated"),
        ({"output": "out", "cluster": "x"}, "cluster is 'x'"),
    ],
)
def test_arguments_that_do_not_go_together(tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("a b\n")
    with pytest.raises(ConfigError, match=message):
        fastw2v.encode("text.txt", **{"cluster": "local:2", **arguments})
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
