"""Everything text can be read from, and every way that can go wrong."""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import encode
from fastw2v.corpus import readers
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.readers import last_whitespace_end, open_text_stream, read_chunks
from fastw2v.errors import CorpusError

TEXT = "the cat\nthe straße 漢字\n" * 50
SENTENCES = [line.split() for line in TEXT.splitlines()]
WHITESPACE = [chr(i) for i in range(0x3001) if chr(i).isspace()]


def zstd(data):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return sink.getvalue().to_pybytes()


COMPRESSORS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


def sentences(source, **how):
    corpus = encode(source, min_count=1, **how)
    return [corpus.sentence(i) for i in range(corpus.sentences)]


def write(path, data):
    path.write_bytes(data)
    return path


# Files


@pytest.mark.parametrize("as_path", [str, Path])
def test_plain_file(tmp_path, as_path):
    path = write(tmp_path / "a.txt", TEXT.encode())
    assert sentences(as_path(path)) == SENTENCES


@pytest.mark.parametrize("suffix", [*COMPRESSORS, ".GZ"])
def test_compressed_file(tmp_path, suffix):
    data = COMPRESSORS[suffix.lower()](TEXT.encode())
    assert sentences(write(tmp_path / f"a.txt{suffix}", data)) == SENTENCES


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_file_of_several_members(tmp_path, suffix):
    compress = COMPRESSORS[suffix]
    data = compress(b"a b c") + compress(b"d e\n") + compress(b"")
    assert sentences(write(tmp_path / f"a{suffix}", data)) == [["a", "b", "cd", "e"]]


@pytest.mark.parametrize("kept", [0, 3, 0.5, -1], ids=["none", "3", "half", "most"])
@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_truncated_compressed_file(tmp_path, suffix, kept):
    data = COMPRESSORS[suffix](os.urandom(500).hex().encode())
    cut = data[: int(len(data) * kept) if isinstance(kept, float) else kept]
    path = write(tmp_path / f"cut{suffix}", cut)
    with pytest.raises(CorpusError, match=f"cut{suffix}: damaged or cut short"):
        encode(path, min_count=1)


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_file_that_only_claims_to_be_compressed(tmp_path, suffix):
    path = write(tmp_path / f"plain{suffix}", b"this is plain text " * 9)
    with pytest.raises(CorpusError, match=f"plain{suffix}: damaged"):
        encode(path, min_count=1)


def test_offsets_of_bad_bytes_are_those_of_the_decompressed_text(tmp_path):
    path = write(tmp_path / "bad.gz", gzip.compress(b"good text " * 100 + b"\xe4 x"))
    with pytest.raises(CorpusError, match=r"bad\.gz: .*0xe4 at offset 1000 .*replace"):
        encode(path, min_count=1)


def test_bad_bytes_behind_a_byte_order_mark(tmp_path):
    path = write(tmp_path / "bad.txt", b"\xef\xbb\xbfab \xff")
    with pytest.raises(CorpusError, match="0xff at offset 6 "):
        encode(path, min_count=1)


def test_a_file_ends_its_sentence_and_its_token(tmp_path):
    first = write(tmp_path / "a", b"a b")
    second = write(tmp_path / "b", b"c d")
    assert sentences([first, second]) == [["a", "b"], ["c", "d"]]


def test_each_file_may_have_a_byte_order_mark(tmp_path):
    paths = [write(tmp_path / name, b"\xef\xbb\xbfa b") for name in "xy"]
    assert sentences(paths) == [["a", "b"], ["a", "b"]]
    assert sentences(io.BytesIO("a \ufeffb".encode())) == [["a", "\ufeffb"]]


def test_an_empty_file_contributes_nothing(tmp_path):
    empty, full = write(tmp_path / "a", b""), write(tmp_path / "b", b"x y")
    assert sentences([empty, full, empty]) == [["x", "y"]]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(TEXT.encode(),))
    writer.start()
    seen = []
    assert sentences(pipe, progress=lambda *s: seen.append(s)) == SENTENCES
    writer.join()
    assert {total for _, total in seen} == {None}


# Paths


def test_folder_gives_its_own_files_in_name_order(tmp_path):
    for name in ("b.txt", "a.txt", "c.txt", ".hidden"):
        write(tmp_path / name, name.encode())
    (tmp_path / "aa").mkdir()
    write(tmp_path / "aa" / "deep.txt", b"deep")
    assert sentences(tmp_path) == [["a.txt"], ["b.txt"], ["c.txt"]]


def test_pattern(tmp_path):
    for name in ("b1.txt", "a1.txt", "a2.md"):
        write(tmp_path / name, name.encode())
    (tmp_path / "folder.txt").mkdir()
    assert sentences(str(tmp_path / "*.txt")) == [["a1.txt"], ["b1.txt"]]
    assert sentences([tmp_path / "b*", tmp_path / "a?.md"]) == [["b1.txt"], ["a2.md"]]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path):
    write(tmp_path / "a[1].txt", b"this")
    write(tmp_path / "a1.txt", b"other")
    assert sentences(tmp_path / "a[1].txt") == [["this"]]


@pytest.mark.parametrize(
    "source", ["{}/missing.txt", "{}/*.missing", "{}/folder", ["{}/missing.txt"]]
)
def test_a_path_to_nothing_names_it(tmp_path, source):
    (tmp_path / "folder").mkdir()
    filled = [s.format(tmp_path) for s in ([source] if type(source) is str else source)]
    with pytest.raises(FileNotFoundError, match=filled[0].rsplit("/", 1)[1][1:]):
        encode(filled if type(source) is list else filled[0])


@pytest.mark.parametrize(
    "source",
    ["a whole text " * 1000, "a line\nand another", ["a b c", "d e f"], ["the", "cat"]],
    ids=["long", "lines", "list of lines", "one sentence"],
)
def test_text_in_place_of_a_path_is_told_how_to_pass_it(source):
    with pytest.raises(FileNotFoundError, match="StringIO") as error:
        encode(source)
    assert len(str(error.value)) < 500


def test_an_encoded_folder_is_not_text(tmp_path):
    corpus = encode([["a"]], min_count=1)
    corpus.save(tmp_path / "enc")
    with pytest.raises(CorpusError, match=r"already encoded.*load"):
        encode(tmp_path / "enc")


# Not UTF-8 text


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        ("text".encode("utf-16"), "UTF-16"),
        (b"\xfe\xff\0t\0e", "UTF-16"),
        (gzip.compress(b"text"), r"\.gz"),
        (bz2.compress(b"text"), r"\.bz2"),
        (lzma.compress(b"text"), r"\.xz"),
        (zstd(b"text"), r"\.zst"),
        (b"PK\x03\x04zip", "unpack"),
    ],
    ids=["utf-16-le", "utf-16-be", "gz", "bz2", "xz", "zst", "zip"],
)
def test_binary_data_is_recognised(tmp_path, data, hint):
    for source in (write(tmp_path / "a.txt", data), io.BytesIO(data)):
        with pytest.raises(CorpusError, match=hint):
            encode(source, min_count=1, encoding_errors="replace")


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_tables_without_their_suffix_are_recognised(tmp_path, suffix):
    path = save_table(tmp_path / "t", pa.table({"x": ["a"]}), suffix)
    path = path.rename(tmp_path / "t.txt")
    with pytest.raises(CorpusError, match=rf"t\.txt is not .*\{suffix}"):
        encode(path, min_count=1, encoding_errors="replace")


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather"])
@pytest.mark.parametrize("data", [b"", b"this is only text\n" * 9, b"PAR1", b"ARROW1"])
def test_text_with_the_suffix_of_a_table(tmp_path, suffix, data):
    path = write(tmp_path / f"x{suffix}", data)
    with pytest.raises(CorpusError, match=rf"x\{suffix}: not a readable"):
        encode(path, min_count=1)


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".feather", ".stream"])
def test_truncated_table(tmp_path, suffix):
    table = pa.table({"x": [os.urandom(50).hex() for _ in range(100)]})
    path = save_table(tmp_path / "t", table, suffix)
    write(path, path.read_bytes()[:-700])
    with pytest.raises(CorpusError, match="not a readable"):
        encode(path, min_count=1)


def parquet_of_two_rows_that_tells_of(rows):
    """Change the one byte of the footer that holds the number of rows."""
    file = io.BytesIO()
    pa.parquet.write_table(pa.table({"x": ["a b", "c d"]}), file)
    data = file.getvalue()
    for at in range(len(data)):
        changed = data[:at] + bytes([2 * rows]) + data[at + 1 :]
        with contextlib.suppress(pa.ArrowException, OSError):
            told = pa.parquet.read_metadata(io.BytesIO(changed))
            if (told.num_rows, told.row_group(0).num_rows) == (rows, 2):
                return changed
    raise LookupError("the footer has no such byte")


@pytest.mark.parametrize("rows", [0, 1, 3, 60])
def test_a_table_that_lies_about_its_rows(tmp_path, rows):
    path = write(tmp_path / "t.parquet", parquet_of_two_rows_that_tells_of(rows))
    with pytest.raises(CorpusError, match=rf"\(.*of {rows}\): write or fetch"):
        encode(path, min_count=1)


@pytest.mark.parametrize("offsets", [[0, 7, 1 << 30], [0, 70, 10], [0, -7, 10]])
def test_offsets_that_leave_a_column_are_refused(tmp_path, offsets):
    file = io.BytesIO()
    table = pa.table({"x": ["abc def", "ghi"]})
    pa.feather.write_feather(table, file, compression="uncompressed")
    right, wrong = (
        np.array(each, np.int32).tobytes() for each in ([0, 7, 10], offsets)
    )
    assert file.getvalue().count(right) == 1
    path = write(tmp_path / "t.feather", file.getvalue().replace(right, wrong))
    with pytest.raises(CorpusError, match=r"not a readable.*[Oo]ffset"):
        encode(path, min_count=1)


# Open files


@pytest.mark.parametrize("kind", ["binary", "text", "unbuffered", "gzip"])
def test_open_file(tmp_path, kind):
    path = write(tmp_path / "a", TEXT.encode())
    openers = {
        "binary": lambda: path.open("rb"),
        "text": lambda: path.open(encoding="utf-8"),
        "unbuffered": lambda: path.open("rb", buffering=0),
        "gzip": lambda: gzip.GzipFile(write(path, gzip.compress(TEXT.encode()))),
    }
    with openers[kind]() as stream:
        assert sentences(stream) == SENTENCES
        assert not stream.closed


def test_open_file_is_read_from_where_it_stands():
    stream = io.BytesIO(b"skipped a b")
    stream.seek(8)
    assert sentences(stream) == [["a", "b"]]


def test_text_stream_with_a_bad_byte_names_the_file(tmp_path):
    path = write(tmp_path / "latin1", "süß".encode("latin-1"))
    with (
        path.open(encoding="utf-8") as stream,
        pytest.raises(CorpusError, match="latin1: not UTF-8"),
    ):
        encode(stream)


def test_text_stream_with_a_lone_surrogate():
    with pytest.raises(CorpusError, match="not UTF-8"):
        encode(io.StringIO("a \ud800 b"))


@pytest.mark.parametrize("stdin", [io.TextIOWrapper(io.BytesIO(b"a b")), None])
def test_standard_input(monkeypatch, stdin):
    monkeypatch.setattr("sys.stdin", stdin or io.StringIO("a b"))
    assert sentences("-") == [["a", "b"]]


# Token lists


@pytest.mark.parametrize(
    "source",
    [
        [["a", "b"], ["c"]],
        (("a", "b"), ("c",)),
        [np.array(["a", "b"]), np.array(["c"], dtype=object)],
        np.array([["a", "b"], ["c", ""]]),
        iter([["a", "b"], [], ("c",)]),
    ],
    ids=["lists", "tuples", "arrays", "2-d array", "generator"],
)
def test_token_lists(source):
    assert sentences(source) == [["a", "b"], ["c"]]


def test_a_token_may_hold_blanks_when_the_caller_split():
    assert sentences([["New York", "a\nb"]]) == [["New York", "a\nb"]]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ((line for line in ["a b", "c d"]), r"sentence 0 is 'a b' of type str.*split"),
        ([["a"], "b c"], r"sentence 1 is 'b c' of type str.*split"),
        ({"a", "b"}, "of type str"),
        ([["a"], None], "sentence 1 is None of type NoneType"),
        ([1, 2], "sentence 0 is 1 of type int"),
        ([["a"], ["b", 3]], "sentence 1 holds 3 of type int"),
        ([["a"], [], ["b", b"c"]], "sentence 2 holds b'c' of type bytes"),
        ([["a", None]], "holds None"),
        (np.arange(4), "int"),
        (np.arange(4).reshape(2, 2), "sentence 0 holds 0 of type int"),
        ([np.array([["a"]])], "of type ndarray"),
        ([["a", "\ud800"]], "not valid Unicode"),
        (7, "cannot read text from a int"),
        (None, "cannot read text from a NoneType"),
        (b"a b c", "BytesIO"),
    ],
)
def test_what_is_no_sentence_is_never_trained_on(source, message):
    with pytest.raises(CorpusError, match=message):
        encode(source, min_count=1)


# Columns


def save_table(stem, table, suffix):
    path = stem.with_suffix(".arrow" if suffix == ".stream" else suffix)
    if suffix == ".parquet":
        pa.parquet.write_table(table, path, row_group_size=7)
    elif suffix == ".feather":
        pa.feather.write_feather(table, path, compression="lz4", chunksize=7)
    else:
        opener = pa.ipc.new_stream if suffix == ".stream" else pa.ipc.new_file
        with opener(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=7)
    return path


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".arrow", ".stream"])
@pytest.mark.parametrize("kind", ["lines", "lists"])
def test_table_file(tmp_path, monkeypatch, suffix, kind):
    monkeypatch.setattr("fastw2v.corpus.columns._BATCH_ROWS", 7)
    rows = [" ".join(s) for s in SENTENCES] if kind == "lines" else SENTENCES
    table = pa.table({"number": range(len(rows)), "text": rows})
    path = save_table(tmp_path / "t", table, suffix)
    seen = []
    found = sentences(path, progress=lambda *state: seen.append(state))
    assert found == sentences(path, column="text") == SENTENCES
    assert len(seen) > 5
    assert seen[0][0] < seen[-1][1] / 2
    assert seen[-1][1] - 8 <= seen[-1][0] <= seen[-1][1] == path.stat().st_size


LINES = ["", "a b\nc", None, " d ", "e"]
LISTS = [["a", "b"], None, ["c", None], [], [""], ["d e"]]


@pytest.mark.parametrize(
    "type_",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    ids=str,
)
def test_columns_of_lines(type_):
    column = pa.array(["skip", *LINES], pa.string()).cast(type_)[1:]
    expected = [["a", "b"], ["c"], ["d"], ["e"]]
    assert sentences(column) == expected
    assert sentences(pa.chunked_array([column, column[:0], column])) == expected * 2
    assert sentences(pa.table({"x": column})) == expected
    assert sentences(pa.record_batch({"x": column, "y": [0] * 5})) == expected


@pytest.mark.parametrize(
    "type_",
    [
        pa.list_(pa.string()),
        pa.large_list(pa.large_string()),
        pa.list_(pa.string_view()),
        pa.list_(pa.dictionary(pa.int8(), pa.string())),
    ],
    ids=str,
)
def test_columns_of_token_lists(type_):
    column = pa.array([["skip"], *LISTS]).cast(type_)[1:]
    expected = [["a", "b"], ["c"], ["d e"]]
    assert sentences(column) == expected
    assert sentences(pa.table({"x": column})) == expected


def test_fixed_size_lists_and_list_views():
    rows = [["a", "b"], None, ["c", "d"]]
    for type_ in (pa.list_(pa.string(), 2), pa.list_view(pa.string())):
        assert sentences(pa.array(rows, type_)) == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize("dtype", [str, object, np.dtypes.StringDType()])
def test_numpy_array_of_lines(dtype):
    lines = np.array(["a b\nc", "", "d"], dtype=dtype)
    assert sentences(lines) == [["a", "b"], ["c"], ["d"]]


def test_columns_are_sliced_into_chunks(monkeypatch):
    monkeypatch.setattr("fastw2v.corpus.encode.CHUNK_BYTES", 100)
    seen = []
    found = sentences(
        pa.array(TEXT.splitlines()), progress=lambda *state: seen.append(state)
    )
    assert found == SENTENCES
    assert len(seen) > 10
    assert seen[-1][0] == seen[-1][1]


class Foreign:
    """A data frame of another library, as the Arrow protocol shows it."""

    def __init__(self, data):
        self._data = data

    def __arrow_c_stream__(self, requested_schema=None):
        return self._data.__arrow_c_stream__(requested_schema)


def test_data_frames_of_other_libraries():
    column = pa.chunked_array([["a b", "c"]])
    frame = Foreign(pa.table({"n": [1, 2], "text": column}))
    assert sentences(frame) == [["a", "b"], ["c"]]
    assert sentences(Foreign(column)) == [["a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (None, r"2 columns .*column=.*title \(string\), words \(list<.*n \(int64\)"),
        ("body", r"no column 'body': choose from title \(string\)"),
        ("n", "int64 is not text"),
    ],
)
@pytest.mark.parametrize("suffix", [None, ".parquet", ".arrow"])
def test_choice_of_a_column(tmp_path, suffix, column, message):
    table = pa.table({"title": ["t"], "words": [["a"]], "n": [1]})
    source = save_table(tmp_path / "t", table, suffix) if suffix else table
    with pytest.raises(CorpusError, match=message):
        encode(source, column=column)
    assert sentences(source, column="words") == [["a"]]


@pytest.mark.parametrize("source", [pa.array([1, 2]), pa.table({"x": [1.5]})])
def test_columns_without_text(source):
    with pytest.raises(CorpusError, match=r"0 columns of text|not text"):
        encode(source)


def test_column_of_what_has_no_columns(tmp_path):
    text = write(tmp_path / "a.txt", b"a b")
    for source in (text, io.BytesIO(b"a"), [["a"]], pa.array(["a"])):
        with pytest.raises(CorpusError, match=r"column='x', but .*drop it"):
            encode(source, column="x")


def test_columns_that_lie_about_being_utf8():
    offsets = pa.py_buffer(np.array([0, 2], dtype=np.int32))
    column = pa.StringArray.from_buffers(1, offsets, pa.py_buffer(b"a\xff"))
    lists = pa.ListArray.from_arrays([0, 1], column)
    for source in (column, lists):
        with pytest.raises(CorpusError, match="not UTF-8"):
            encode(source, min_count=1)


def test_empty_columns():
    for source in (pa.array([], pa.string()), pa.table({"x": pa.array([], "string")})):
        with pytest.raises(CorpusError, match="no words"):
            encode(source)


# Cutting


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from([*WHITESPACE, "a", "é", "\u2010", "漢"])).map("".join),
    st.integers(1, 40),
)
def test_chunks_join_to_the_text_and_end_in_whitespace(text, size):
    data = text.encode()
    chunks = list(read_chunks(open_text_stream(io.BytesIO(data)), size))
    assert b"".join(chunk.data for chunk in chunks) == data + b"\n"
    for chunk in chunks:
        assert data[chunk.start :].startswith(chunk.data.removesuffix(b"\n"))
        assert chunk.data.decode()[-1].isspace()


@pytest.mark.parametrize("space", WHITESPACE, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("before", [0, 1, 4094, 4095, 4096, 4097, 50_000])
def test_last_whitespace_is_found_wherever_it_lies(space, before):
    block = b"x" * 10 + space.encode() + b"y" * before
    assert last_whitespace_end(block) == len(block) - before
    assert last_whitespace_end(b"y" * before) == 0


def test_binary_data_without_whitespace_ends_in_an_error(monkeypatch):
    monkeypatch.setattr(readers, "LONGEST_TOKEN", 1000)
    text = open_text_stream(io.BytesIO(b"x" * 5000))
    with pytest.raises(CorpusError, match=r"no whitespace in \d+ bytes from offset 0"):
        list(read_chunks(text, 100))


def test_pipes_that_give_little_at_a_time_still_make_whole_chunks():
    class Dripping(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    stream = Dripping(b"word " * 1000)
    chunks = list(read_chunks(open_text_stream(stream), 1000))
    assert len(chunks) == 5


def test_the_result_is_an_encoded_corpus():
    assert isinstance(encode([["a"]], min_count=1), EncodedCorpus)
