"""Vectors are read by what is in the file; the name says nothing."""

import gzip
import tracemalloc

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.by_content import read_any
from fastw2v.vectors.keyed_vectors import KeyedVectors


def table(rows=30, dim=4, seed=1):
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return KeyedVectors.from_arrays([f"w{i}" for i in range(rows)], vectors)


def write(kv, path, kind):
    if kind == "native":
        kv.save(path)
    elif kind == "glove":
        kv.save_word2vec_format(path, write_header=False)
    else:
        kv.save_word2vec_format(path, binary=kind == "binary")


@pytest.mark.parametrize("name", ["vectors.bin", "vectors.txt", "vectors", "v.gz.x"])
@pytest.mark.parametrize("kind", ["native", "text", "binary", "glove"])
def test_any_format_under_any_name(tmp_path, kind, name):
    kv = table()
    write(kv, tmp_path / name, kind)
    back = read_any(tmp_path / name)
    assert list(back) == list(kv)
    np.testing.assert_array_equal(back.vectors, kv.vectors)


@pytest.mark.parametrize("kind", ["text", "binary", "glove"])
def test_compressed(tmp_path, kind):
    kv = table()
    write(kv, tmp_path / "plain", kind)
    (tmp_path / "packed").write_bytes(gzip.compress((tmp_path / "plain").read_bytes()))
    back = read_any(tmp_path / "packed")
    np.testing.assert_array_equal(back.vectors, kv.vectors)


@pytest.mark.parametrize("dim", [1, 2, 3000])
@pytest.mark.parametrize("seed", range(5))
def test_binary_of_few_or_many_numbers_is_not_taken_for_text(tmp_path, dim, seed):
    kv = table(rows=3, dim=dim, seed=seed)
    write(kv, tmp_path / "v", "binary")
    np.testing.assert_array_equal(read_any(tmp_path / "v").vectors, kv.vectors)


def test_rows_of_word2vec_end_in_a_blank(tmp_path):
    (tmp_path / "v").write_bytes(b"2 2\n</s> 0.5 -1.000000 \na 1.0 2.0 \n")
    kv = read_any(tmp_path / "v")
    assert list(kv) == ["</s>", "a"]
    assert kv["a"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"\x80\x04\x95junk", "looks like a pickle"),
        (b"no vectors here\n", "holds no vectors"),
        (b"the 24461\nand 6847\n", "holds no vectors"),
        (gzip.compress(b"no vectors here\n"), "holds no vectors"),
        (gzip.compress(b"2 2\na 1 2\nb 1 2\n")[:-9], "cut short"),
        (b"5 3\na 1 2 3\n", "promises 5 words"),
        (b"1 3\na 1 2 x\n", "line 2"),
        (b"1 3\na 1 20000\n", "line 2"),
    ],
)
def test_what_is_no_vectors_is_named(tmp_path, content, message):
    (tmp_path / "v").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        read_any(tmp_path / "v")


def test_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_any(tmp_path / "v")


def test_a_first_line_without_an_end_is_not_unpacked(tmp_path):
    path = tmp_path / "v.gz"
    path.write_bytes(gzip.compress(bytes(64 << 20)))
    tracemalloc.start()
    with pytest.raises(FormatError):
        read_any(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
