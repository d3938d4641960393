"""Vocabulary files: what is written comes back, what cannot be read is named."""

import subprocess

import numpy as np
import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import encode
from fastw2v.corpus.readers import count_line_ends
from fastw2v.corpus.vocab import Vocab
from fastw2v.corpus.word_counts import (
    WordCounts,
    read_word_counts,
    write_numbered_words,
    write_word_counts,
)
from fastw2v.errors import CorpusError, FormatError

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"
# No blanks, which no word of a text has; and no surrogates, which UTF-8 has not.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Z", "C"]), min_size=1)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.dictionaries(WORDS, st.integers(1, 10**12), min_size=1),
    st.integers(0, 10**6),
)
def test_what_is_written_comes_back(tmp_path_factory, counts, line_ends):
    path = tmp_path_factory.mktemp("counts") / "vocab.txt"
    counts.pop("</s>", None)
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    words, numbers = [w for w, _ in ranked], [c for _, c in ranked]
    if not words:
        return
    vocab = Vocab(words, np.array(numbers, dtype=np.int64))
    write_word_counts(path, WordCounts(vocab, line_ends))
    back = read_word_counts(path)
    assert list(back.vocab.words) == words
    assert back.vocab.counts.tolist() == numbers
    assert back.line_ends == line_ends


def test_the_bytes_are_those_of_word2vec(tmp_path):
    vocab = Vocab(["é", "b"], np.array([7, 5]))
    write_word_counts(tmp_path / "v", WordCounts(vocab, 3))
    assert (tmp_path / "v").read_bytes() == "</s> 3\né 7\nb 5\n".encode()


def test_the_file_is_that_of_the_c_program(tmp_path, c_program):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    corpus = encode(SAMPLE)
    write_word_counts(ours, WordCounts(corpus.vocab, count_line_ends(SAMPLE)))
    command = [c_program("word2vec"), "-train", str(SAMPLE), "-save-vocab", str(theirs)]
    subprocess.run(command, check=True, capture_output=True)
    assert ours.read_bytes() == theirs.read_bytes()


def test_lines_are_sorted_and_rare_words_left_out(tmp_path):
    path = tmp_path / "v"
    path.write_text("rare 2\n</s> 0\nb 7\n\na\t7 \r\ntop 90\nnever 0\n")
    found = read_word_counts(path, min_count=3)
    assert list(found.vocab.words) == ["top", "b", "a"]
    assert found.line_ends == 0
    assert list(read_word_counts(path, 0).vocab.words) == ["top", "b", "a", "rare"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"word", "line 2 is not a word and its count"),
        (b"word 1 2", "line 2"),
        (b"word one", "line 2"),
        (b"word -1", "line 2"),
        (b"word 99999999999999999999", "line 2"),
        (b"\xff 3", "line 2"),
        (b"first 3", "line 2 repeats the word 'first'"),
    ],
)
def test_lines_that_cannot_be(tmp_path, line, message):
    path = tmp_path / "v"
    path.write_bytes(b"first 9\n" + line + b"\n")
    with pytest.raises(FormatError, match=message):
        read_word_counts(path)


@pytest.mark.parametrize("text", ["", "</s> 9\n", "a 2\n"])
def test_a_file_that_leaves_no_word(tmp_path, text):
    path = tmp_path / "v"
    path.write_text(text)
    with pytest.raises(CorpusError, match="at least 5: lower min_count"):
        read_word_counts(path, min_count=5)


def test_a_failed_write_leaves_the_older_file(tmp_path):
    path = tmp_path / "classes"
    write_numbered_words(path, ["a", "b"], [1, 0])
    with pytest.raises(ValueError, match="zip"):
        write_numbered_words(path, ["c", "d"], [1])
    assert path.read_text() == "a 1\nb 0\n"
    assert [p.name for p in tmp_path.iterdir()] == ["classes"]


def test_line_ends_are_counted_in_compressed_text_too(tmp_path):
    import gzip

    data = b"a\n\nb c\r\n" * 1000 + b"last"
    (tmp_path / "t.txt").write_bytes(data)
    (tmp_path / "t.txt.gz").write_bytes(gzip.compress(data))
    assert count_line_ends(tmp_path / "t.txt") == 3000
    assert count_line_ends(tmp_path / "t.txt.gz") == 3000
