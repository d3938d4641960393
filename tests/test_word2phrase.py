"""word2phrase: the text it writes, against plain loops."""

import gzip
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import good, run

from fastw2v.corpus import word2phrase as module
from fastw2v.corpus.word2phrase import word2phrase
from fastw2v.errors import CorpusError

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"


def naive(text: bytes, min_count, threshold) -> bytes:
    """Do it word by word: count all, then go through the lines."""
    lines = [
        [word for word in re.split(rb"[ \t]", line) if word]
        for line in text.replace(b"\r", b"").split(b"\n")
    ]
    words = [word for line in lines for word in line]
    counts = Counter(words)
    counts.update(a + b"_" + b for a, b in pairwise(words))
    single = np.float32
    written = []
    for line in lines:
        before, out = None, b""
        for word in line:
            joined = False
            if before is not None:
                a, b, ab = (counts[w] for w in (before, word, before + b"_" + word))
                score = single(ab - min_count) / single(a) / single(b)
                score *= single(len(words))
                joined = min(a, b, ab) >= min_count and score > single(threshold)
            out += (b"_" if joined else b" ") + word
            before = None if joined else word
        written.append(out)
    return b"\n".join(written)


@pytest.fixture
def join(tmp_path):
    def join(text: bytes, **how) -> bytes:
        (tmp_path / "in").write_bytes(text)
        word2phrase(tmp_path / "in", tmp_path / "out", **how)
        return (tmp_path / "out").read_bytes()

    return join


@pytest.mark.parametrize("chunk_bytes", [20, 1000, 4 << 20])
@pytest.mark.parametrize(("min_count", "threshold"), [(5, 100), (2, 20), (1, 0)])
def test_a_whole_text(join, monkeypatch, chunk_bytes, min_count, threshold):
    monkeypatch.setattr(module, "CHUNK_BYTES", chunk_bytes)
    text = SAMPLE.read_bytes()[: 1000 * chunk_bytes][:200_000]
    written = join(text, min_count=min_count, threshold=threshold)
    assert written == naive(text, min_count, threshold)
    assert b"_" in written


words = st.sampled_from([b"a", b"b", b"a_b", b"\xff", b"\xc2\xa0", b"c"])
blanks = st.sampled_from([b" ", b"\n", b"\t", b"  ", b"\r\n", b"\n\n", b" \n "])


@settings(max_examples=100, deadline=None)
@given(st.lists(words | blanks, max_size=40), st.integers(1, 9))
def test_any_text_in_any_chunks(tmp_path_factory, parts, chunk_bytes):
    text = b"a " + b"".join(parts)
    folder = tmp_path_factory.mktemp("any")
    (folder / "in").write_bytes(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHUNK_BYTES", chunk_bytes)
        result = word2phrase(folder / "in", folder / "out", min_count=1, threshold=0.5)
    written = (folder / "out").read_bytes()
    assert written == naive(text, 1, 0.5)
    assert result.words == len(re.findall(rb"[^ \t\n\r]+", text.replace(b"\r", b"")))


def test_joined_words_are_not_joined_again(join):
    assert join(b"x x x x x\n" * 9, min_count=1, threshold=0.1) == b" x_x x_x x\n" * 9


def test_line_ends_are_kept(join):
    text = b"a b\n\n\na b\n"
    assert join(text, threshold=1) == b" a b\n\n\n a b\n"
    assert join(b"\n\nlong" + b"g" * 99, threshold=1) == b"\n\n long" + b"g" * 99


def test_no_phrase_goes_over_a_line_end(join):
    assert b"_" not in join(b"a\nb\n" * 50, min_count=1, threshold=0.01)


def test_the_command(tmp_path):
    result = good("word2phrase", "-train", SAMPLE, "-output", tmp_path / "out", "-min_count", 2, "-threshold", 30)  # fmt: skip
    assert "170,007 words" in result.stderr
    assert result.stdout == ""
    assert (tmp_path / "out").read_bytes() == naive(SAMPLE.read_bytes(), 2, 30)
    quiet = good(
        "word2phrase", "-train", SAMPLE, "-output", tmp_path / "out", "-debug", 0
    )
    assert quiet.output == ""


def test_compressed_text(tmp_path):
    (tmp_path / "in.gz").write_bytes(gzip.compress(b"a b\n" * 9))
    good("word2phrase", "-train", tmp_path / "in.gz", "-output", tmp_path / "out.gz", "-min-count", 1, "-threshold", 0.1)  # fmt: skip
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b" a_b\n" * 9


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["-train", "{}/none", "-output", "{}/out"], 1, "none"),
        (["-train", "{}/text", "-output", "{}/no/out"], 1, "does not exist"),
        (["-train", "{}/text", "-output", "{}/text"], 1, "would be replaced"),
        (["-train", "{}/blank", "-output", "{}/out"], 1, "holds no words"),
        (["-train", "{}/text"], 2, "missing -output"),
        (
            ["-train", "{}/text", "-output", "{}/out", "-min-count", "0"],
            2,
            "-min-count",
        ),
        (["-train", "{}/text", "-size", "100"], 2, "unknown flag -size"),
    ],
)
def test_errors(tmp_path, words, code, message):
    (tmp_path / "text").write_text("a b c")
    (tmp_path / "blank").write_text(" \n \t\n")
    before = sorted(tmp_path.iterdir())
    result = run("word2phrase", *(word.format(tmp_path) for word in words))
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "text").read_text() == "a b c"


def test_an_older_output_stays_after_an_error(tmp_path):
    (tmp_path / "in.gz").write_bytes(gzip.compress(b"a b c\n" * 9999)[:-9])
    (tmp_path / "out").write_text("older")
    with pytest.raises(CorpusError, match="damaged"):
        word2phrase(tmp_path / "in.gz", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "older"
    assert len(list(tmp_path.iterdir())) == 2
