"""Saving and loading whole tables, and what they share with word2vec files."""

import gzip
import io

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = ["the", "a", "naïve", "x"]


def make(dim=3):
    rows = np.random.default_rng(0).standard_normal((len(WORDS), dim))
    return KeyedVectors.from_arrays(WORDS, rows, [9, 7, 7, 1])


def codes(*rows):
    column = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        column[i] = np.array(row, np.uint8)
    return column


def assert_equal(found, expected):
    assert found.index_to_key == expected.index_to_key
    assert found.vectors.dtype == expected.vectors.dtype
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    np.testing.assert_array_equal(found.counts, expected.counts)


def test_all_attributes_are_kept(tmp_path):
    kv = make()
    columns = {
        "sample_int": np.array([1, 2, 3, 2**32 - 1], np.uint32),
        "share": np.array([0.1, 0.2, 0.3, 0.4]),
        "known": np.array([True, False, True, True]),
        "place": np.eye(4, 2, dtype=np.float16),
        "code": codes([0, 1], [], [1], [1, 0, 1]),
        "tag": np.array(["noun", None, "\ud800", "ü"], dtype=object),
        "letter": np.array(list("abcd")),
    }
    kv.expandos.update(columns)
    kv.vectors_lockf = np.array([0, 1, 0.5, 1], np.float32)
    kv.save(tmp_path / "v")
    found = KeyedVectors.load(tmp_path / "v")
    assert_equal(found, kv)
    assert found.expandos.keys() == {"count", *columns}
    for name, column in columns.items():
        assert len(found.expandos[name]) == 4
        if name == "code":
            for row, expected in zip(found.expandos[name], column, strict=True):
                assert row.dtype == np.uint8
                assert row.tolist() == expected.tolist()
        else:
            assert found.expandos[name].tolist() == column.tolist()
        if column.dtype.kind != "U":
            assert found.expandos[name].dtype == column.dtype
    assert found.vectors_lockf.tolist() == [0, 1, 0.5, 1]
    found.set_vecattr("the", "share", 5.0)
    found.expandos["count"][0] = 1


def test_what_need_not_be_kept(tmp_path):
    kv = make()
    kv.expandos["tag"] = np.array([object()] * 4)
    with pytest.raises(TypeError, match=r"'tag' cannot be saved.*name it in ignore"):
        kv.save(tmp_path / "v")
    assert list(tmp_path.iterdir()) == []
    kv.metadata["note"] = "x"
    kv.save(tmp_path / "v", ignore=["tag", "norms", "metadata"])
    found = KeyedVectors.load(tmp_path / "v")
    assert_equal(found, kv)
    assert found.expandos.keys() == {"count"}
    assert found.metadata == {}
    kv.vectors_lockf = np.zeros(1, np.float32)
    kv.save(tmp_path / "v", ignore={"expandos"})
    found = KeyedVectors.load(tmp_path / "v")
    assert (found.expandos, found.vectors_lockf.tolist()) == ({}, [0])
    with pytest.raises(ValueError, match=r"ignore names \['vectors'\]"):
        kv.save(tmp_path / "v", ignore=["vectors"])


def test_counts_that_are_not_whole_are_kept(tmp_path):
    kv = make()
    kv.expandos["count"] = np.array([0.5, 2, 1, 4])
    kv.save(tmp_path / "v")
    assert KeyedVectors.load(tmp_path / "v").expandos["count"].tolist() == [
        0.5,
        2,
        1,
        4,
    ]
    kv.save_word2vec_format(tmp_path / "v.txt")
    found = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    assert found.index_to_key == ["x", "a", "naïve", "the"]


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_dtypes_are_kept(tmp_path, dtype):
    kv = KeyedVectors(3, dtype=dtype)
    kv.add_vectors(WORDS, make().vectors)
    kv.save(tmp_path / "v")
    found = KeyedVectors.load(tmp_path / "v")
    assert_equal(found, kv)
    assert found.most_similar("the") == kv.most_similar("the")


def test_keys_that_are_numbers(tmp_path):
    kv = KeyedVectors(3)
    kv.add_vectors([7, "7", np.int64(3)], make().vectors[:3])
    kv.save(tmp_path / "v")
    found = KeyedVectors.load(tmp_path / "v")
    assert found.index_to_key == [7, "7", 3]
    np.testing.assert_array_equal(found[7], kv.vectors[0])
    kv.save_word2vec_format(tmp_path / "w", write_header=True)
    with pytest.warns(UserWarning, match="come again, such as '7'"):
        found = KeyedVectors.load_word2vec_format(tmp_path / "w")
    assert found.index_to_key == ["7", "3"]
    kv.index_to_key[0] = ("x", 1)
    with pytest.raises(TypeError, match=r"\('x', 1\) is tuple and cannot be saved"):
        kv.save(tmp_path / "v")


def test_rows_set_aside_are_not_saved(tmp_path):
    kv = KeyedVectors(3, count=9)
    kv.add_vectors(WORDS, make().vectors, extras={"count": [9, 7, 7, 1]})
    kv.save(tmp_path / "v")
    assert_equal(KeyedVectors.load(tmp_path / "v"), make())
    kv.save_word2vec_format(tmp_path / "v")
    assert_equal(KeyedVectors.load_word2vec_format(tmp_path / "v"), make_ranked())


def make_ranked():
    kv = make()
    kv.expandos["count"] = np.arange(4, 0, -1)
    return kv


def test_open_files(tmp_path):
    kv, memory = make(), io.BytesIO(b"head")
    memory.seek(4)
    kv.save(memory)
    memory.seek(4)
    found = KeyedVectors.load(memory)
    assert_equal(found, kv)
    found["the"] = [1, 2, 3]
    with (tmp_path / "v").open("wb") as stream:
        kv.save(stream)
    assert_equal(KeyedVectors.load(tmp_path / "v"), kv)
    with pytest.raises(FormatError, match="is no file of fastw2v vectors"):
        KeyedVectors.load(io.BytesIO(b"nothing"))


@pytest.mark.parametrize("mmap", [None, "c", "r"])
def test_a_mapped_table_can_be_changed_and_the_file_stays(tmp_path, mmap):
    make().save(tmp_path / "v")
    before = (tmp_path / "v").read_bytes()
    kv = KeyedVectors.load(tmp_path / "v", mmap=mmap)
    assert kv.vectors.flags.writeable == (mmap != "r")
    if mmap == "r":
        with pytest.raises(ValueError, match="read-only"):
            kv.vectors[0] = 1
    else:
        kv.vectors[0] = 1
        assert kv["the"].tolist() == [1, 1, 1]
    kv["a"] = [3, 0, 4]
    assert kv.most_similar("a", topn=1)
    kv.set_vecattr("a", "count", 100)
    kv.unit_normalize_all()
    np.testing.assert_allclose(kv["a"], [0.6, 0, 0.8], rtol=1e-6)
    kv.sort_by_descending_frequency()
    assert kv.index_to_key[0] == "a"
    assert (tmp_path / "v").read_bytes() == before
    with pytest.raises(ValueError, match="a file is never written to"):
        KeyedVectors.load(tmp_path / "v", mmap="r+")


def edit(path, old, new):
    data = path.read_bytes()
    assert data.count(old) == 1
    assert len(old) == len(new)
    path.write_bytes(data.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"code\\": \\"ragged', b'"code\\": \\"rugged', "'code' is of kind 'rugged'"),
        (b'"tag\\": \\"json', b'"tug\\": \\"json', r"no tensor 'expando\.tug'"),
        (b'"code\\": \\"ragged\\"', b'"code\\": \\"json\\"  ', "is not JSON"),
        (b'["n", "v"]', b'["n", "v"}', "is not JSON"),
        (b'["n", "v"]', b'{"n": "v"}', "is not a list"),
        (b'["n", "v"]', b'["n, \\"v"]', "and words differ in number"),
        (
            np.array([2, 3]).tobytes(),
            np.array([4, 3]).tobytes(),
            "ends of 'expando.code' are out of order",
        ),
    ],
)
def test_attributes_that_lie(tmp_path, old, new, message):
    kv = KeyedVectors.from_arrays(["the", "a"], np.ones((2, 2)))
    kv.expandos = {"code": codes([5, 6], [7]), "tag": np.array(["n", "v"], object)}
    kv.save(tmp_path / "v")
    edit(tmp_path / "v", old, new)
    with pytest.raises(FormatError, match=message):
        KeyedVectors.load(tmp_path / "v")


# --- word2vec files


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_appending_is_all_or_nothing(tmp_path, binary, suffix, monkeypatch):
    kv, path = make(), tmp_path / f"v{suffix}"
    kv.save_word2vec_format(path, binary=binary, total_vec=8, prefix="*")
    before = path.read_bytes()

    def fail(*_args):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        for name in ("_text_rows", "_binary_rows"):
            patch.setattr(f"fastw2v.vectors.formats.word2vec_writer.{name}", fail)
        for target in (path, tmp_path / "new"):
            with pytest.raises(OSError, match="disk full"):
                kv.save_word2vec_format(
                    target, binary=binary, write_header=False, append=True
                )
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    kv.save_word2vec_format(path, binary=binary, write_header=False, append=True)
    found = KeyedVectors.load_word2vec_format(path, binary=binary)
    assert found.index_to_key == [f"*{word}" for word in WORDS] + WORDS


def test_unknown_attribute_to_sort_by(tmp_path):
    with pytest.raises(ValueError, match=r"no attribute 'rank' to sort by.*\[\]"):
        make().save_word2vec_format(tmp_path / "v", sort_attr="rank")
    assert list(tmp_path.iterdir()) == []


def test_cut_compressed_file_is_an_end_of_file(tmp_path):
    make(dim=50).save_word2vec_format(tmp_path / "v.gz")
    data = (tmp_path / "v.gz").read_bytes()
    (tmp_path / "v.gz").write_bytes(data[:-100])
    with pytest.raises(EOFError, match="cut short") as caught:
        KeyedVectors.load_word2vec_format(tmp_path / "v.gz")
    assert isinstance(caught.value, FormatError)
    lines = gzip.decompress(data).splitlines(keepends=True)
    (tmp_path / "v.gz").write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(EOFError, match="ends after 3 of 4 words"):
        KeyedVectors.load_word2vec_format(tmp_path / "v.gz")


def test_words_in_another_encoding_are_two_errors_in_one(tmp_path):
    (tmp_path / "v").write_bytes(b"1 2\nx\xff 1 2\n")
    with pytest.raises(FormatError, match="line 2 is not utf-8") as caught:
        KeyedVectors.load_word2vec_format(tmp_path / "v")
    assert isinstance(caught.value, UnicodeDecodeError)
    assert (caught.value.encoding, caught.value.start) == ("utf-8", 1)


def test_ranks_are_no_counts_where_they_would_be_saved(tmp_path):
    make().save_word2vec_format(tmp_path / "v.txt")
    assert load_vectors(tmp_path / "v.txt").counts is None


@pytest.mark.parametrize("binary", [False, True])
def test_intersecting(tmp_path, binary):
    source, path = make(), tmp_path / "v"
    source.save_word2vec_format(path, binary=binary)
    kv = KeyedVectors.from_arrays(["new", "x", "the"], np.ones((3, 3)), [3, 2, 1])
    kv.vectors_lockf = np.array([0.5], np.float32)
    kv.most_similar("x")
    kv.intersect_word2vec_format(path, lockf=0.25, binary=binary)
    assert kv.index_to_key == ["new", "x", "the"]
    np.testing.assert_array_equal(kv.vectors[0], [1, 1, 1])
    np.testing.assert_array_equal(kv.vectors[1:], source[["x", "the"]])
    assert kv.vectors_lockf.tolist() == [0.5, 0.25, 0.25]
    assert kv.similarity("x", "the") == pytest.approx(source.similarity("x", "the"))
    assert kv.most_similar("x", topn=None)[2] == pytest.approx(
        source.similarity("x", "the"), abs=1e-6
    )


def test_intersecting_changes_all_or_nothing(tmp_path):
    make().save_word2vec_format(tmp_path / "v")
    kv = KeyedVectors.from_arrays(["x", "the"], np.ones((2, 3)))
    path = tmp_path / "cut"
    path.write_bytes((tmp_path / "v").read_bytes()[:-20])
    with pytest.raises(FormatError):
        kv.intersect_word2vec_format(path)
    assert (kv.vectors == 1).all()
    kv.index_to_key, kv.vectors = ["x"], np.ones((1, 2))
    with pytest.raises(ValueError, match="3 numbers, the table of 2"):
        kv.intersect_word2vec_format(tmp_path / "v")
    other = KeyedVectors.from_arrays(["other"], np.ones((1, 3)))
    other.intersect_word2vec_format(tmp_path / "v")
    assert other.vectors_lockf.tolist() == [1]
