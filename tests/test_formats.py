"""Vectors on disk: word2vec text and binary, fastw2v's own files."""

import gzip
import json
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from fastw2v import memory
from fastw2v.errors import FormatError, TooLargeError
from fastw2v.vectors.formats import word2vec_blocks, word2vec_writer
from fastw2v.vectors.formats.by_suffix import check_writable, load_vectors, save_vectors
from fastw2v.vectors.formats.native import load_context_vectors
from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = ["the", "</s>", "naïve", "日本", "a,b", '"', "#x", ":", "-0.5", "e"]
load = KeyedVectors.load_word2vec_format


def make(words=WORDS, dim=4, seed=0, counts=True):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((len(words), dim)).astype(np.float32)
    return KeyedVectors.from_arrays(
        words,
        rows,
        np.sort(rng.integers(0, 2**40, len(words)))[::-1] if counts else None,
    )


def assert_equal(found, expected):
    assert found.index_to_key == expected.index_to_key
    assert found.vectors.dtype == np.float32
    np.testing.assert_array_equal(found.vectors, expected.vectors)


def text_oracle(kv):
    lines = [f"{len(kv)} {kv.vector_size}"]
    lines += [" ".join([word, *map(repr, kv[word].tolist())]) for word in kv]
    return "\n".join(lines) + "\n"


def binary_oracle(kv, end=b"\n"):
    data = b"%d %d\n" % kv.vectors.shape
    for word in kv:
        data += (
            word.encode() + b" " + struct.pack(f"<{kv.vector_size}f", *kv[word]) + end
        )
    return data


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(word2vec_blocks, "BLOCK_BYTES", 37)
    monkeypatch.setattr(word2vec_writer, "BLOCK_ROWS", 3)


# --- word2vec, text and binary


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("dim", [1, 4])
@pytest.mark.usefixtures("small_blocks")
def test_round_trip(tmp_path, binary, suffix, dim):
    kv = make(dim=dim)
    path = tmp_path / f"v{suffix}"
    kv.save_word2vec_format(path, binary=binary)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == (suffix == ".gz")
    assert_equal(load(str(path), binary=binary), kv)
    assert_equal(
        load(path, binary=binary, limit=3),
        KeyedVectors.from_arrays(WORDS[:3], kv.vectors[:3]),
    )
    assert load(path, binary=binary, limit=99).index_to_key == WORDS


def test_written_binary_is_that_of_word2vec(tmp_path):
    kv = make()
    kv.save_word2vec_format(tmp_path / "v", binary=True)
    assert (tmp_path / "v").read_bytes() == binary_oracle(kv)


def test_padded_rows_are_written_without_padding(tmp_path):
    padded = np.arange(32, dtype=np.float32).reshape(2, 16)
    kv = KeyedVectors.from_arrays(["a", "b"], padded[:, :3])
    for binary in (False, True):
        kv.save_word2vec_format(tmp_path / "v", binary=binary)
        assert_equal(load(tmp_path / "v", binary=binary), kv)
    kv.save(tmp_path / "v")
    assert_equal(KeyedVectors.load(tmp_path / "v"), kv)


def test_written_text_is_shortest(tmp_path):
    numbers = np.array([[0.1, -2.5, 1e-5, 3e38, 1e-45, 16777216]], dtype=np.float32)
    KeyedVectors.from_arrays(["w"], numbers).save_word2vec_format(tmp_path / "v")
    header, row = (tmp_path / "v").read_text().splitlines()
    assert header == "1 6"
    fields = row.split(" ")
    assert [np.float32(field) for field in fields[1:]] == numbers[0].tolist()
    shortest = [len(np.format_float_scientific(x, trim="-")) for x in numbers[0]]
    assert all(len(f) <= n + 2 for f, n in zip(fields[1:], shortest, strict=True))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(codec="utf-8", exclude_characters=" \n"), min_size=1),
            st.floats(width=32, allow_nan=False, allow_infinity=False),
        ),
        unique_by=lambda pair: pair[0],
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
)
def test_any_words_and_numbers_round_trip(tmp_path, pairs, binary):
    words = [word for word, _ in pairs]
    rows = np.array([[x, -x] for _, x in pairs], dtype=np.float32)
    kv = KeyedVectors.from_arrays(words, rows)
    kv.save_word2vec_format(tmp_path / "v", binary=binary)
    found = load(tmp_path / "v", binary=binary)
    assert_equal(found, kv)
    np.testing.assert_array_equal(np.signbit(found.vectors), np.signbit(rows))


def test_text_as_others_write_it(tmp_path):
    kv = make()
    plain = text_oracle(kv)
    path = tmp_path / "v.vec"
    for text in (
        plain,
        plain.replace("\n", " \n"),  # word2vec.c and fastText end rows with a space
        plain.replace("\n", "\r\n"),
        plain.replace(" ", "  ").replace("\n", "\n\n"),
        plain.rstrip("\n"),
        plain + "\n\n",
    ):
        path.write_bytes(text.encode())
        assert_equal(load(path), kv)


# What str.split, str.splitlines or str.strip would cut at, but no file of vectors does.
ODD_SPACES = (
    "\t\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u200b\u3000\ufeff"
)


@pytest.mark.parametrize("end", ["\n", " \n", "\r\n", " \r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.usefixtures("small_blocks")
def test_words_with_odd_spaces(tmp_path, end, last, header):
    words = ["the"]  # a file that begins with U+FEFF may be read without it
    for space in ODD_SPACES:
        words += [space, f"a{space}b", f"{space}c", f"d{space}"]
    kv = make(words, dim=2)
    lines = text_oracle(kv).split("\n")[:-1]
    text = end.join(lines if header else lines[1:]) + (end if last else "")
    path = tmp_path / "v.vec"
    path.write_bytes(text.encode())
    assert_equal(load(path, no_header=not header), kv)
    kv.save_word2vec_format(tmp_path / "w", tmp_path / "counts", binary=True)
    found = load(tmp_path / "w", tmp_path / "counts", binary=True)
    assert_equal(found, kv)
    np.testing.assert_array_equal(found.counts, kv.counts)


@pytest.mark.usefixtures("small_blocks")
def test_words_with_spaces_in_text(tmp_path):
    words = ["a", "('1', '2')", ". . .", "at x@y.z", "b", "c  d", "3"]
    kv = make(words, dim=2)
    kv.save_word2vec_format(tmp_path / "v.txt")
    assert_equal(load(tmp_path / "v.txt"), kv)


@pytest.mark.parametrize("word", ["b 1", "b -1e3", " b", "b ", "b nan", "b\nc"])
def test_words_that_text_cannot_tell_from_numbers(tmp_path, word):
    with pytest.raises(FormatError, match="could not be read back"):
        make(["a", word], dim=2).save_word2vec_format(tmp_path / "v.txt")
    assert not (tmp_path / "v.txt").exists()


@pytest.mark.parametrize(
    "options", [{"binary": True}, {"write_header": False}, {"fvocab": "counts"}]
)
def test_spaces_are_refused_where_the_end_of_a_word_is_unknown(
    tmp_path, monkeypatch, options
):
    monkeypatch.chdir(tmp_path)
    kv = make(["a b"])
    with pytest.raises(FormatError, match="could not be read back"):
        kv.save_word2vec_format("v", **options)


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.usefixtures("small_blocks")
def test_binary_as_others_write_it(tmp_path, end):
    kv = make()
    path = tmp_path / "v.bin"
    path.write_bytes(binary_oracle(kv, end))
    assert_equal(load(path, binary=True), kv)
    # Some old files put the newline before each word.
    path.write_bytes(binary_oracle(kv, end).replace(b"the ", b"\nthe "))
    assert_equal(load(path, binary=True), kv)


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.usefixtures("small_blocks")
def test_glove_text_without_header(tmp_path, suffix):
    kv = make()
    path = tmp_path / f"v{suffix}"
    kv.save_word2vec_format(path, write_header=False)
    assert_equal(load(path, no_header=True), kv)
    assert len(load(path, no_header=True, limit=2)) == 2
    with pytest.raises(FormatError, match=r"not a header.*no_header=True"):
        load(path)
    kv.save_word2vec_format(path)
    with pytest.raises(FormatError, match="drop no_header"):
        load(path, no_header=True)


def test_counts_beside_the_vectors(tmp_path):
    kv = make()
    kv.save_word2vec_format(tmp_path / "v", tmp_path / "counts")
    assert (tmp_path / "counts").read_text().split("\n")[0] == f"the {kv.counts[0]}"
    found = load(tmp_path / "v", tmp_path / "counts", limit=5)
    np.testing.assert_array_equal(found.counts, kv.counts[:5])
    assert load(tmp_path / "v").counts.tolist() == list(range(len(WORDS), 0, -1))
    (tmp_path / "counts").write_text("the 5\n")
    with pytest.raises(FormatError, match="no count for the word '</s>'"):
        load(tmp_path / "v", tmp_path / "counts")
    (tmp_path / "counts").write_text("the five\n")
    with pytest.raises(FormatError, match="line 1 is not 'word count'"):
        load(tmp_path / "v", tmp_path / "counts")
    with pytest.raises(ValueError, match="no counts to write"):
        make(counts=False).save_word2vec_format(tmp_path / "w", tmp_path / "counts")
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.usefixtures("small_blocks")
def test_first_of_repeated_words_wins(tmp_path, binary):
    kv = KeyedVectors.from_arrays(
        list("abcdef"), np.arange(12, dtype=np.float32).reshape(6, 2)
    )
    path = tmp_path / "v"
    kv.save_word2vec_format(path, binary=binary)
    path.write_bytes(path.read_bytes().replace(b"d ", b"a ").replace(b"f ", b"b "))
    with pytest.warns(
        UserWarning, match="2 of 6 words come again, such as 'a'"
    ) as seen:
        found = load(path, binary=binary)
    assert seen[0].filename == __file__
    assert_equal(
        found, KeyedVectors.from_arrays(list("abce"), kv.vectors[[0, 1, 2, 4]])
    )


@pytest.mark.parametrize(
    ("binary", "word"),
    [
        (True, "a b"),
        *((kind, w) for kind in (False, True) for w in ("a\nb", "", "\ud800")),
    ],
)
def test_words_that_could_not_be_read_back_are_refused(tmp_path, binary, word):
    path = tmp_path / "v"
    path.write_text("precious")
    kv = KeyedVectors.from_arrays(["ok", word], np.ones((2, 2), np.float32))
    with pytest.raises(FormatError, match="the word ") as caught:
        kv.save_word2vec_format(path, binary=binary)
    assert repr(word) in str(caught.value)
    assert path.read_text() == "precious"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("binary", [False, True])
def test_words_that_are_not_utf8(tmp_path, binary):
    path = tmp_path / "v"
    make(["ok", "xx"]).save_word2vec_format(path, binary=binary)
    path.write_bytes(path.read_bytes().replace(b"xx ", b"x\xff "))
    place = "word 2" if binary else "line 3"
    with pytest.raises(FormatError, match=f"{place} is not utf-8.*unicode_errors"):
        load(path, binary=binary)
    assert load(path, binary=binary, unicode_errors="ignore").index_to_key[1] == "x"
    assert load(path, binary=binary, encoding="latin-1").index_to_key[1] == "xÿ"


TEXT = "3 2\na 1.25 2\nb 3 4\nc 5 6\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1 is not a header"),
        ("3\n", "line 1 is not a header"),
        ("-3 2\n", "line 1 is not a header"),
        ("3 0\n", "promises 0 dimensions"),
        ("3 2\na 1 2\nb 3 4\n", "promises 3 words of 2 numbers, but"),
        ("3 2\na 1.5 2.5\nb 3.5 4.5\n", "ends after 2 of 3 words.*limit=2"),
        (TEXT.replace("3 2", "2 2", 1), r"line 4: data after the 2 words.*limit=2"),
        (TEXT.replace("3 4", "3"), "line 3 has 1 numbers after its word, 2 expected"),
        (TEXT.replace("3 4", "3 4 5"), "line 3 has 3 numbers"),
        (TEXT.replace("b", "b 1e3"), "line 3 has 3 numbers"),
        (TEXT.replace("b", " b"), "line 3 has 3 numbers"),
        (TEXT.replace("2\nb 3", "2 3\nb", 1), "line 2 has 3 numbers"),
        (TEXT.replace("3 4", "3 x4"), "line 3: .*'x4'"),
        (TEXT.replace("3 4", "3 nan"), r"line 3 \('b'\) holds NaN"),
        (TEXT.replace("5 6", "5 1e99"), r"line 4 \('c'\) holds NaN or infinity"),
        (TEXT.replace("3 2", "4 2", 1), "ends after 3 of 4|promises 4 words"),
        (TEXT.replace("3 2", "3 3", 1), "line 2 has 2 numbers.*3 expected|promises 3"),
        (TEXT.replace("3 2", "3 1", 1), "line 2 has 2 numbers after its word, 1 exp"),
        (f"{10**15} 2\na 1 2\n", "promises 1000000000000000 words"),
        (f"1 {10**15}\na 1 2\n", "promises 10{15} dimensions"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_bad_text(tmp_path, text, message, compressed):
    path = tmp_path / "v"
    path.write_bytes(gzip.compress(text.encode()) if compressed else text.encode())
    if compressed and "dimensions" not in message and message.startswith("promises"):
        message = r"ends after \d of|line 2 has 2 numbers"  # the size is not known
    with pytest.raises(FormatError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


BINARY = binary_oracle(make(["aa", "bb", "cc"], dim=2))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BINARY[:-9], "ends after 2 of 3 words.*limit=2|promises 3 words"),
        (BINARY[:20], "promises 3 words of 2 numbers, but|ends after 1 of 3"),
        (BINARY.replace(b"3 2", b"2 2", 1), "after word 2: data after the 2 words"),
        (BINARY.replace(b"bb ", b"bbb"), "ends after|after word|NaN|is not utf-8"),
        (
            binary_oracle(make(["aa"], dim=1))[:-5] + b"\0\0\xc0\x7f",
            r"word 1 \('aa'\) holds",
        ),
        (b"1 20000\n" + b"x" * 200_000, "longer than 65536 bytes.*binary=False"),
        (b"%d 2\n" % 10**15 + BINARY[4:], "promises 10{15} words|ends after 3 of"),
        (b"1 %d\n" % 10**15 + BINARY[4:], "promises 10{15} dimensions"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_bad_binary(tmp_path, data, message, compressed):
    path = tmp_path / "v"
    path.write_bytes(gzip.compress(data) if compressed else data)
    with pytest.raises(FormatError, match=message) as caught:
        load(path, binary=True)
    assert str(path) in str(caught.value)


def test_what_is_there_of_a_cut_file_can_be_read(tmp_path):
    kv = make()
    for binary in (False, True):
        kv.save_word2vec_format(tmp_path / "v", binary=binary)
        (tmp_path / "v").write_bytes((tmp_path / "v").read_bytes()[:-30])
        assert len(load(tmp_path / "v", binary=binary, limit=8)) == 8


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
@pytest.mark.parametrize("header", [b"100000000 10000", b"100000 1000"])
def test_a_lying_header_allocates_nothing(tmp_path, binary, pack, header):
    path = tmp_path / "v"
    path.write_bytes(pack(header + b"\na 1 2\n"))
    tracemalloc.start()
    with pytest.raises(FormatError):
        load(path, binary=binary)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_wrong_reader_is_told(tmp_path):
    kv = make(dim=50)
    kv.save_word2vec_format(tmp_path / "t")
    kv.save_word2vec_format(tmp_path / "b", binary=True)
    with pytest.raises(FormatError, match=r"promises|binary"):
        load(tmp_path / "t", binary=True)
    with pytest.raises(FormatError, match="binary"):
        load(tmp_path / "b")


def test_cut_gzip(tmp_path):
    path = tmp_path / "v.gz"
    make(dim=50).save_word2vec_format(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FormatError, match="damaged or cut short"):
        load(path)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"binary": True, "no_header": True},
            NotImplementedError,
            "no_header=True fits text only",
        ),
        ({"limit": 0}, ValueError, "limit is 0; it must be from 1"),
        ({"limit": True}, ValueError, "limit is True, a bool"),
        ({"encoding": "no such"}, ValueError, "encoding is 'no such'"),
        ({"unicode_errors": 3}, ValueError, "with errors 3"),
        ({"datatype": np.int32}, TypeError, "int32 cannot be searched"),
    ],
)
def test_bad_options(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        load(tmp_path / "v", **options)
    with pytest.raises(ValueError, match="nothing can read"):
        make().save_word2vec_format(tmp_path / "v", binary=True, write_header=False)


def test_gensim_reads_ours_and_we_read_theirs(tmp_path):
    gensim_kv = pytest.importorskip("gensim.models.keyedvectors")
    kv = make(["the", "naïve", "日本"], dim=7)
    theirs = gensim_kv.KeyedVectors(7)
    theirs.add_vectors(kv.index_to_key, kv.vectors)
    path = str(tmp_path / "v")
    for binary in (False, True):
        kv.save_word2vec_format(path, binary=binary)
        found = gensim_kv.KeyedVectors.load_word2vec_format(path, binary=binary)
        assert_equal(found, kv)
        theirs.save_word2vec_format(path, binary=binary)
        assert_equal(load(path, binary=binary), kv)


# --- fastw2v's own format


def test_native_round_trip(tmp_path):
    kv = make()
    kv.metadata.update({"format": "mine", "version": "7"})
    kv.metadata["config"] = json.dumps({"dim": 4, "note": "ü\n"})
    path = tmp_path / "v.safetensors"
    kv.save(path)
    found = KeyedVectors.load(str(path))
    assert_equal(found, kv)
    np.testing.assert_array_equal(found.counts, kv.counts)
    assert found.metadata == kv.metadata
    assert found.counts.dtype == np.int64
    make(counts=False).save(path)
    again = KeyedVectors.load(path)
    assert again.counts is None
    assert again.metadata == {}
    # The older map still shows the file it was made from.
    np.testing.assert_array_equal(found.counts, kv.counts)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters()), unique=True, max_size=8))
def test_native_words_may_hold_anything(tmp_path, words):
    words += ["a\nb", "\0", "\ud800x"][len(words) % 3 :]
    words = list(dict.fromkeys(words))
    kv = KeyedVectors.from_arrays(words, np.ones((len(words), 2), np.float32))
    kv.save(tmp_path / "v")
    found = KeyedVectors.load(tmp_path / "v")
    assert found.index_to_key == words
    assert [found.stored.words[i] for i in range(len(words))] == words
    assert found.stored.words[1:] == words[1:]


def test_native_is_readable_with_safetensors_alone(tmp_path):
    kv = make()
    context = np.ones_like(kv.vectors)
    kv.save(tmp_path / "v", context_vectors=context)
    tensors = load_file(tmp_path / "v")
    np.testing.assert_array_equal(tensors["vectors"], kv.vectors)
    np.testing.assert_array_equal(tensors["context_vectors"], context)
    words = np.split(tensors["word_bytes"], tensors["word_ends"])[:-1]
    assert [word.tobytes().decode() for word in words] == WORDS


def test_context_vectors(tmp_path):
    kv = make()
    padded = np.arange(160, dtype=np.float32).reshape(10, 16)
    kv.save(tmp_path / "v", context_vectors=padded[:, :4])
    np.testing.assert_array_equal(load_context_vectors(tmp_path / "v"), padded[:, :4])
    kv.save(tmp_path / "v")
    with pytest.raises(FormatError, match="no context vectors"):
        load_context_vectors(tmp_path / "v")
    with pytest.raises(ValueError, match=r"shape \(10, 16\), the vectors \(10, 4\)"):
        kv.save(tmp_path / "v", context_vectors=padded)


def resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_loading_maps_the_file(tmp_path):
    rows = np.ones((100, 160_000), dtype=np.float32)  # 64 MB
    KeyedVectors.from_arrays([f"w{i}" for i in range(100)], rows).save(tmp_path / "v")
    del rows
    before = resident_bytes()
    kv = KeyedVectors.load(tmp_path / "v")
    assert kv["w7"][123] == 1
    assert resident_bytes() - before < 16_000_000


def rewrite(path, tensor, field, value):
    """Change one field in the header of a safetensors file, or drop a whole entry."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    if field is None:
        del header[tensor]
    else:
        header[tensor][field] = value
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])


@pytest.mark.parametrize(
    ("tensor", "field", "value", "message"),
    [
        ("vectors", None, None, "no tensor 'vectors'"),
        ("vectors", "dtype", "I32", "tensor 'vectors' is 'I32'"),
        ("vectors", "shape", [40], r"of shape \(40,\)"),
        ("vectors", "shape", [10, 5], "does not fit bytes"),
        ("vectors", "shape", [2**40, 2**40], "does not fit bytes"),
        ("vectors", "shape", [-10, -4], "bad sizes"),
        ("vectors", "shape", [10.0, 4], "bad sizes"),
        ("vectors", "shape", None, "bad entry"),
        ("vectors", "data_offsets", [0], "bad entry"),
        ("vectors", "data_offsets", [10**9, 10**9 + 160], "does not fit bytes"),
        ("vectors", "shape", [20, 2], "words and vectors differ"),
        ("vectors", "shape", [10, 0], "does not fit bytes"),
        ("counts", "dtype", "I32", "tensor 'counts' is 'I32'"),
        ("__metadata__", "x", 3, "the metadata is not text"),
        ("__metadata__", None, None, "no 'fastw2v.vectors' in its header"),
        ("__metadata__", "fastw2v.vectors", "{", "bad 'fastw2v.vectors'"),
        ("__metadata__", "fastw2v.vectors", "[1]", "bad 'fastw2v.vectors'"),
        (
            "__metadata__",
            "fastw2v.vectors",
            '{"version": 2, "metadata": {}}',
            "version 2 is not 1",
        ),
    ],
    ids=str,
)
def test_headers_that_lie(tmp_path, tensor, field, value, message):
    path = tmp_path / "v"
    make().save(path)
    rewrite(path, tensor, field, value)
    with pytest.raises(FormatError, match=message):
        KeyedVectors.load(path)


@pytest.mark.parametrize(
    "ends", [[3, 2, 5], [1, 2, 3], [-1, 2, 5], [2, 9, 5], [1, 2, 2**62]]
)
def test_word_ends_that_lie(tmp_path, ends):
    path = tmp_path / "v"
    make(["aa", "bb", "c"]).save(path)
    good = np.array([2, 4, 5]).tobytes()
    assert path.read_bytes().count(good) == 1
    path.write_bytes(path.read_bytes().replace(good, np.array(ends).tobytes()))
    with pytest.raises(
        FormatError, match=r"word ends out of order|after the last word"
    ):
        KeyedVectors.load(path)


@pytest.mark.parametrize("keep", [0, 5, 8, 30, -1])
def test_cut_native_file(tmp_path, keep):
    path = tmp_path / "v"
    make().save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FormatError, match="is no file of fastw2v vectors"):
        KeyedVectors.load(path)


def test_damaged_words_come_to_light_on_use(tmp_path):
    path = tmp_path / "v"
    make(["aa", "qqq"]).save(path)
    path.write_bytes(path.read_bytes().replace(b"qqq", b"q\xffq"))
    with pytest.raises(FormatError, match="word 1 is not UTF-8"):
        _ = KeyedVectors.load(path).index_to_key


@pytest.mark.parametrize(
    ("name", "loader"),
    [
        ("text", r"load_word2vec_format\(path, binary=False\)"),
        ("binary", r"load_word2vec_format\(path, binary=True\)"),
        ("packed.gz", "load_word2vec_format"),
        ("glove", r"load_word2vec_format\(path, no_header=True\)"),
        ("pickle", "a pickle, which could run code"),
        ("noise", "write it again"),
    ],
)
def test_other_formats_are_sent_to_their_loader(tmp_path, name, loader):
    kv, path = make(dim=50), tmp_path / name
    if name == "pickle":
        path.write_bytes(b"\x80\x04\x95" + bytes(50))
    elif name == "noise":
        path.write_bytes(bytes(range(100)))
    else:
        kv.save_word2vec_format(
            path, binary=name == "binary", write_header=name != "glove"
        )
    with pytest.raises(FormatError, match=loader) as caught:
        KeyedVectors.load(path)
    assert "\n" not in str(caught.value)


# --- any format


SUFFIXES = [".safetensors", ".txt", ".vec", ".bin", ".txt.gz", ".vec.gz", ".bin.gz"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_by_suffix(tmp_path, suffix):
    kv, path = make(), tmp_path / f"v.1{suffix.upper()}"
    save_vectors(kv, path)
    assert_equal(load_vectors(path), kv)


@pytest.mark.parametrize("name", ["v", "v.gz", "v.npy", "bin"])
def test_unknown_suffix(tmp_path, name):
    message = f"the format of '{name}' is unknown"
    with pytest.raises(FormatError, match=message):
        save_vectors(make(), tmp_path / name)
    with pytest.raises(FormatError, match=message):
        check_writable(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load_vectors(tmp_path / name)
    (tmp_path / name).touch()
    with pytest.raises(FormatError, match="it is empty"):
        load_vectors(tmp_path / name)


@pytest.mark.parametrize("suffix", [".safetensors", ".txt", ".bin.gz"])
def test_writing_is_all_or_nothing(tmp_path, suffix, monkeypatch):
    kv, path = make(), tmp_path / f"v{suffix}"
    save_vectors(kv, path)
    before, mode = path.read_bytes(), path.stat().st_mode

    def fail(*_args, **_kwargs):
        raise OSError("disk full")

    def fail_later(*_args):
        yield b"the first piece"
        fail()

    with monkeypatch.context() as patch:
        patch.setattr("fastw2v.vectors.formats.native.tensor_pieces", fail_later)
        patch.setattr(word2vec_writer, "_text_rows", fail)
        patch.setattr(word2vec_writer, "_binary_rows", fail)
        with pytest.raises(OSError, match="disk full"):
            save_vectors(make(seed=1), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    plain = tmp_path / "plain"
    plain.touch()
    assert mode == plain.stat().st_mode
    save_vectors(kv, path)
    assert path.read_bytes() == before  # the same vectors give the same file


@pytest.mark.parametrize("suffix", [".safetensors", ".txt", ".bin"])
def test_bad_targets(tmp_path, suffix):
    missing, folder = tmp_path / "missing" / f"v{suffix}", tmp_path / f"folder{suffix}"
    folder.mkdir()
    for attempt in (check_writable, lambda path: save_vectors(make(), path)):
        with pytest.raises(FileNotFoundError, match=r"folder .*missing does not exist"):
            attempt(missing)
        with pytest.raises(IsADirectoryError, match="is a folder"):
            attempt(folder)
    check_writable(tmp_path / f"v{suffix}")
    assert list(tmp_path.iterdir()) == [folder]
    with pytest.raises(FileNotFoundError):
        load_vectors(tmp_path / f"nothing{suffix}")


# --- limits of what a file may make a reader take


def test_a_line_without_an_end_is_refused_before_it_fills_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(word2vec_blocks, "MAX_LINE_BYTES", 3 << 20)
    path = tmp_path / "v.gz"
    path.write_bytes(gzip.compress(b"1 2\n" + b"0" * (64 << 20)))
    tracemalloc.start()
    with pytest.raises(FormatError, match=r"line 2 is longer than \d+ bytes: .*binary"):
        load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("header", [b"0 %d\n", b"1 %d\n"])
def test_no_header_may_ask_for_rows_beyond_any_use(tmp_path, binary, header):
    (tmp_path / "v").write_bytes(header % 2**62)
    with pytest.raises(FormatError, match="promises 4611686018427387904 dimensions"):
        load(tmp_path / "v", binary=binary)


def test_more_rows_than_memory_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "_ALWAYS_FITS", 0)
    monkeypatch.setattr(memory, "free_memory", lambda _: 1000)
    make(dim=50).save_word2vec_format(tmp_path / "v.gz")
    make(dim=50).save_word2vec_format(tmp_path / "v")
    for name in ("v", "v.gz"):
        with pytest.raises(TooLargeError, match=r"words of 50 numbers.* limit=\.\.\."):
            load(tmp_path / name)
    assert len(load(tmp_path / "v.gz", limit=4)) == 4


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"\xff 3\n", "line 1 is not utf-8"),
        (b"a 12345678901234567890\n", "line 1 is not 'word count'"),
        (b"a -1\n", "line 1 is not 'word count'"),
        (b"\n", "line 1 is not 'word count'"),
        (b"x" * 200_000 + b" 1\n", "line 1 is not 'word count'"),
    ],
)
def test_counts_beside_the_vectors_that_are_none(tmp_path, line, message):
    make().save_word2vec_format(tmp_path / "v")
    (tmp_path / "counts").write_bytes(line)
    with pytest.raises(FormatError, match=message):
        load(tmp_path / "v", tmp_path / "counts")
