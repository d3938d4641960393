"""The folder for the embedding projector."""

import numpy as np
import pytest

from fastw2v.errors import FormatError
from fastw2v.vectors.formats import projector
from fastw2v.vectors.formats.projector import save_projector
from fastw2v.vectors.keyed_vectors import KeyedVectors

WORDS = ["the", "naïve", "日本", "#hash", "$"]


def table(words=WORDS, counts=None):
    rows = np.random.default_rng(1).standard_normal((len(words), 3))
    return KeyedVectors.from_arrays(words, rows.astype(np.float32), counts)


def test_numbers_and_words_line_up(tmp_path, monkeypatch):
    monkeypatch.setattr(projector, "BLOCK_ROWS", 2)
    kv = table(counts=[9, 8, 7, 6, 5])
    assert save_projector(kv, tmp_path / "new", count=4) == 4
    numbers = np.loadtxt(tmp_path / "new" / "vectors.tsv", delimiter="\t")
    np.testing.assert_allclose(numbers, kv.vectors[:4], rtol=1e-5)
    lines = (tmp_path / "new" / "metadata.tsv").read_text(encoding="utf-8")
    assert lines == "word\tcount\nthe\t9\nnaïve\t8\n日本\t7\n#hash\t6\n"
    config = (tmp_path / "new" / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "vectors.tsv"' in config
    assert 'metadata_path: "metadata.tsv"' in config


def test_words_alone_have_no_header(tmp_path):
    save_projector(table(), tmp_path, words=["$", "the"])
    assert (tmp_path / "metadata.tsv").read_text(encoding="utf-8") == "$\nthe\n"


def test_all_files_or_none(tmp_path, monkeypatch):
    (tmp_path / "vectors.tsv").write_text("older")
    monkeypatch.setattr(projector, "CONFIG", "\N{EURO SIGN}")  # cannot be written
    with pytest.raises(UnicodeEncodeError):
        save_projector(table(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.tsv"]
    assert (tmp_path / "vectors.tsv").read_text() == "older"


@pytest.mark.parametrize("word", ["a\tb", "a\nb", "a\rb", ""])
def test_words_that_a_table_cannot_hold(tmp_path, word):
    with pytest.raises(FormatError, match="a table cannot hold"):
        save_projector(table(["x", word]), tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_bad_requests(tmp_path):
    with pytest.raises(FormatError, match="no word is left"):
        save_projector(table(), tmp_path / "new", words=[])
    with pytest.raises(KeyError, match="'x'"):
        save_projector(table(), tmp_path / "new", words=["x"])
    with pytest.raises(FileNotFoundError):
        save_projector(table(), tmp_path / "no" / "such")
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        save_projector(table(), tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
