"""Readers of sentences: the same tests on gensim's, then what only ours promises."""

import bz2
import copy
import gzip
import io
import lzma
import os
import pickle
import sys

import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import encode
from fastw2v.corpus import line_sentences
from fastw2v.corpus.line_sentences import (
    BrownCorpus,
    LineSentence,
    PathLineSentences,
    Text8Corpus,
)
from fastw2v.errors import ConfigError, CorpusError

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"
TEXT = "the cat\n\n  the straße 漢字 \nx\u00a0y\tz\n" + "long " * 23 + "\nlast line"
LINES = [line.split() for line in TEXT.split("\n")]


@pytest.fixture(params=["fastw2v", "gensim"])
def module(request):
    if request.param == "gensim":
        return pytest.importorskip("gensim.models.word2vec")
    return line_sentences


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(TEXT.encode())
    return path


def pieces(lines, length):
    return [line[i : i + length] for line in lines for i in range(0, len(line), length)]


def check_same_corpus(reader):
    """Check that encoding the files gives what encoding the lists gives."""
    fast = encode(reader, min_count=1)
    slow = encode(list(reader), min_count=1)
    assert fast.fingerprint == slow.fingerprint


# Both back ends


@pytest.mark.parametrize("length", [1, 2, 3, 5, 22, 23, 24, 10000])
def test_long_lines_are_cut_and_nothing_is_dropped(module, path, length):
    reader = module.LineSentence(str(path), max_sentence_length=length)
    assert list(reader) == list(reader) == pieces(LINES, length)


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 5, 6, 100, None])
def test_limit_counts_lines(module, path, limit):
    reader = module.LineSentence(str(path), limit=limit)
    assert list(reader) == pieces(LINES[:limit], 10000)


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress)]
)
def test_compressed_files(module, tmp_path, suffix, compress):
    path = tmp_path / f"text{suffix}"
    path.write_bytes(compress(TEXT.encode()))
    assert list(module.LineSentence(str(path))) == pieces(LINES, 10000)
    assert list(module.LineSentence(str(path), limit=3)) == pieces(LINES[:3], 10000)


@pytest.mark.parametrize("kind", ["bytes", "file"])
def test_open_files_start_anew(module, path, kind):
    with path.open("rb") if kind == "file" else io.BytesIO(TEXT.encode()) as stream:
        reader = module.LineSentence(stream, max_sentence_length=4)
        stream.seek(5)
        assert list(reader) == list(reader) == pieces(LINES, 4)


def test_attributes(module, path):
    reader = module.LineSentence(str(path))
    assert reader.source == str(path)
    assert (reader.max_sentence_length, reader.limit) == (10000, None)
    reader = module.PathLineSentences(str(path.parent), 7, 8)
    assert (reader.max_sentence_length, reader.limit) == (7, 8)
    assert list(map(os.path.basename, reader.input_files)) == ["text"]
    reader = module.Text8Corpus(str(path), 9)
    assert (reader.fname, reader.max_sentence_length) == (str(path), 9)


def test_a_folder_gives_its_files_in_name_order(module, tmp_path):
    (tmp_path / "b.txt").write_text("b1\nb2\nb3")
    (tmp_path / "c.txt.gz").write_bytes(gzip.compress(b"c1 c2 c3"))
    (tmp_path / "a.txt").write_text("a1\n\na2\n")
    found = [["a1"], ["a2"], ["b1"], ["b2"], ["b3"], ["c1", "c2", "c3"]]
    reader = module.PathLineSentences(str(tmp_path))
    assert list(reader) == list(reader) == found
    limited = module.PathLineSentences(str(tmp_path), max_sentence_length=2, limit=2)
    assert list(limited) == [["a1"], ["b1"], ["b2"], ["c1", "c2"], ["c3"]]
    single = module.PathLineSentences(str(tmp_path / "b.txt"))
    assert list(single) == [["b1"], ["b2"], ["b3"]]
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        module.PathLineSentences(str(tmp_path / "none"))


@pytest.mark.parametrize("length", [1, 4, 25, 10000])
def test_text8_is_cut_without_regard_to_lines(module, path, length):
    words = TEXT.split()
    assert list(module.Text8Corpus(str(path), length)) == pieces([words], length)


def test_brown(module, tmp_path):
    (tmp_path / "ca01").write_text(
        "The/at-hl Jury/nn said/vbd ./.\n\nno tags a/b/c ,/, it/i It/PPS\n./. ''/''\n"
    )
    expected = [["the/at", "jury/nn", "said/vb"], ["it/i", "it/PP"]]
    reader = module.BrownCorpus(str(tmp_path))
    assert list(reader) == list(reader) == expected


# Ours


@pytest.mark.parametrize("length", [1, 3, 7, 10000, None])
@pytest.mark.parametrize("limit", [None, 3, 4])
@pytest.mark.parametrize("chunk_bytes", [1, 9, 1 << 20])
def test_encode_takes_the_files(path, monkeypatch, length, limit, chunk_bytes):
    monkeypatch.setattr("fastw2v.corpus.encode.CHUNK_BYTES", chunk_bytes)
    monkeypatch.setattr(line_sentences, "_CHUNK_BYTES", chunk_bytes)
    reader = LineSentence(path, length, limit)
    assert list(reader) == pieces(LINES[:limit], length or 99)
    check_same_corpus(reader)
    check_same_corpus(Text8Corpus(path, length))
    check_same_corpus(PathLineSentences(path.parent, length, limit))
    check_same_corpus(LineSentence(io.BytesIO(TEXT.encode()), length, limit))


def test_encode_does_not_iterate(path, monkeypatch):
    monkeypatch.setattr("fastw2v.corpus.sources.read_sentences", None)
    assert encode(LineSentence(path), min_count=1).sentences == 5


def test_a_subclass_that_changes_the_sentences_is_iterated(path):
    class Upper(LineSentence):
        def __iter__(self):
            for sentence in super().__iter__():
                yield [word.upper() for word in sentence]

    upper = [[word.upper() for word in line] for line in pieces(LINES, 10000)]
    assert list(Upper(path)) == upper
    assert "CAT" in encode(Upper(path), min_count=1).vocab
    check_same_corpus(Upper(path, 3, 4))


def test_a_whole_text():
    check_same_corpus(LineSentence(SAMPLE, 5))
    text8 = Text8Corpus(SAMPLE)
    check_same_corpus(text8)
    assert {len(sentence) for sentence in list(text8)[:-1]} == {10000}


@settings(max_examples=60, deadline=None)
@given(
    st.text("ab \n\t", max_size=60),
    st.integers(1, 6),
    st.integers(1, 10),
    st.none() | st.integers(0, 5),
)
def test_any_text_in_any_chunks(text, length, chunk_bytes, limit):
    lines = [line.split() for line in text.split("\n")][:limit]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line_sentences, "_CHUNK_BYTES", chunk_bytes)
        stream = io.BytesIO(text.encode())
        assert list(LineSentence(stream, length, limit)) == pieces(lines, length)
        assert list(Text8Corpus(stream, length)) == pieces([text.split()], length)


@pytest.mark.parametrize("suffix", [".xz", ".zst"])
def test_more_compressions(tmp_path, suffix):
    import pyarrow as pa

    path = tmp_path / f"text{suffix}"
    if suffix == ".xz":
        path.write_bytes(lzma.compress(TEXT.encode()))
    else:
        with pa.CompressedOutputStream(str(path), "zstd") as stream:
            stream.write(TEXT.encode())
    assert list(LineSentence(path)) == pieces(LINES, 10000)
    check_same_corpus(LineSentence(path, 3))


def test_text_streams(path):
    with path.open(encoding="utf-8") as stream:
        assert list(LineSentence(stream)) == pieces(LINES, 10000)


def test_iterating_is_lazy(tmp_path, monkeypatch):
    path = tmp_path / "text"
    path.write_text("a b\n" * 1000 + "\ud800", errors="surrogatepass")
    monkeypatch.setattr(line_sentences, "_CHUNK_BYTES", 100)
    reader = iter(LineSentence(path))
    assert next(reader) == ["a", "b"]
    with pytest.raises(CorpusError, match="not UTF-8"):
        list(reader)


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies(path, duplicate):
    for reader in (
        LineSentence(path, 3, 4),
        PathLineSentences(path.parent),
        Text8Corpus(path),
    ):
        assert list(duplicate(reader)) == list(reader)


def test_hidden_files_and_subfolders_are_left_out(tmp_path):
    (tmp_path / ".hidden").write_text("hidden")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CorpusError, match="holds no files"):
        PathLineSentences(tmp_path)
    (tmp_path / "seen").write_text("seen")
    assert list(PathLineSentences(tmp_path)) == [["seen"]]


def test_missing_files(tmp_path):
    reader = LineSentence(tmp_path / "no*e")
    (tmp_path / "none").write_text("x")
    for read in (list, encode):
        with pytest.raises(FileNotFoundError, match=r"no\*e"):
            read(reader)
    with pytest.raises(CorpusError, match="neither a file nor a folder"):
        BrownCorpus(tmp_path / "folder")


@pytest.mark.parametrize("value", [0, -1, 2.5, "3"])
def test_bad_numbers(path, value):
    with pytest.raises(ConfigError, match="max_sentence_length="):
        LineSentence(path, value)
    if value != 0:
        with pytest.raises(ConfigError, match="limit="):
            PathLineSentences(path.parent, 5, value)


def test_what_cannot_be_read_twice_is_refused(monkeypatch):
    read, write = os.pipe()
    with (
        os.fdopen(read, "rb") as stream,
        os.fdopen(write, "wb"),
        pytest.raises(CorpusError, match="read again"),
    ):
        LineSentence(stream)


def test_a_table_is_no_text(tmp_path):
    reader = LineSentence(tmp_path / "t.parquet")
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    for read in (list, encode):
        with pytest.raises(CorpusError, match="pass the path itself"):
            read(reader)


def test_making_a_reader_imports_nothing_heavy():
    import subprocess

    code = (
        "import sys; from fastw2v.corpus.line_sentences import LineSentence;"
        "LineSentence('x'); print('pyarrow' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
