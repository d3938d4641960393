"""Damaged and lying files, for every loader: refused, or read as far as they hold."""

import bz2
import gzip
import lzma
import random
import re
import time
import tracemalloc
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pytest
from fuzz.loaders import LOADERS, load

from fastw2v import CorpusError, EncodedCorpus, FormatError, KeyedVectors, encode
from fastw2v.corpus.word_counts import read_word_counts
from fastw2v.counts import SparseVectors
from fastw2v.models import Phrases, Word2Vec
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.formats.questions import read_pairs, read_sections
from fastw2v.vectors.formats.run_record import read_run

MOST_BYTES = 32 << 20
LONGEST_SECONDS = 10
# Of each good file.
CUTS = 12
CHANGES = 20
# What could ask for memory; watching it takes several times as long.
WATCHED = {"a number that lies", "of no format"}

# Where the format says how much there is, nothing that is cut off may pass.
SELF_CHECKING = {"native", "model", "binary", "gensim", "sparse", "phrases", "encoded",
                 "array-beside", "any"}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    """Return good files by loader."""
    found = {}
    for name, loader in LOADERS.items():
        found[name] = list(loader.seeds(tmp_path_factory.mktemp(name)))
    return found


def cuts(data, _seeds):
    step = max(1, len(data) // CUTS)
    yield from (data[:keep] for keep in range(0, len(data), step))


def changed_bytes(data, _seeds):
    chance = random.Random(len(data))
    for _ in range(CHANGES):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] = chance.randrange(256)
        yield bytes(changed)


def lying_numbers(data, _seeds):
    """Each number in text made huge; each aligned 4 or 8 bytes made the largest."""
    for found in islice(re.finditer(rb"\d+", data), CUTS):
        for lie in (b"0", b"-1", b"4294967296", b"999999999999999999", b"9" * 40):
            yield data[: found.start()] + lie + data[found.end() :]
    for width in (4, 8):
        step = max(width, len(data) // CUTS // width * width)
        for at in range(0, len(data) - width, step):
            yield data[:at] + b"\xff" * (width - 1) + b"\x7f" + data[at + width :]


def other_formats(_data, seeds):
    for others in seeds.values():
        yield from others


def no_format(data, _seeds):
    chance = random.Random(1)
    yield b""
    yield bytes(1 << 12)
    yield chance.randbytes(1 << 12)
    yield "ünïcödé\n".encode("utf-16")
    yield "größe 1\n".encode("latin-1") * 100
    yield b"\n" * 1000
    yield data[:1] + bytes(1 << 12)
    yield data * 2
    yield b"[" * 100_000
    yield data[:1] + b'{"a":' * 50_000


def repeated_lines(data, _seeds):
    """Words that come twice, lines that are blank or have spaces and tabs more."""
    lines = data.splitlines(keepends=True)
    for at, line in enumerate(lines[:CUTS]):
        for more in (line, b"\n", b" " + line, line.replace(b" ", b"  "), b"\t" + line):
            yield b"".join([*lines[: at + 1], more, *lines[at + 1 :]])


CLASSES = {
    "cut short": cuts,
    "a byte changed": changed_bytes,
    "a number that lies": lying_numbers,
    "of another format": other_formats,
    "of no format": no_format,
    "lines repeated or spaced": repeated_lines,
}


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("name", LOADERS)
def test_damaged_files(name, kind, seeds, tmp_path):
    load(name, seeds[name][0], tmp_path)  # what is imported and compiled first
    inputs = [bad for good in seeds[name] for bad in CLASSES[kind](good, seeds)]
    began = time.perf_counter()
    if kind in WATCHED:
        tracemalloc.start()
    try:
        passed = sum(load(name, data, tmp_path) for data in inputs)
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    assert time.perf_counter() - began < LONGEST_SECONDS + len(inputs) / 20
    if kind == "cut short" and name in SELF_CHECKING:
        assert passed == 0


PACKERS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_small_text_that_unpacks_to_one_endless_word(tmp_path, suffix, monkeypatch):
    path = tmp_path / f"t{suffix}"
    path.write_bytes(PACKERS[suffix](b"a" * (1 << 28)))
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    with pytest.raises(CorpusError, match=r"no whitespace in .*is this text"):
        encode(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200 << 20


@pytest.mark.parametrize("filling", [b"\0", b"a ", b"1 2\n"])
def test_small_vectors_that_unpack_to_large_ones(tmp_path, filling):
    path = tmp_path / "v.gz"
    path.write_bytes(gzip.compress(b"1 2\n" + filling * ((1 << 26) // len(filling))))
    for read in (load_vectors, KeyedVectors.load_word2vec_format, KeyedVectors.load):
        tracemalloc.start()
        with pytest.raises(FormatError):
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100 << 20


READERS = {
    "KeyedVectors.load": KeyedVectors.load,
    "load_word2vec_format": KeyedVectors.load_word2vec_format,
    "load_vectors": load_vectors,
    "Word2Vec.load": Word2Vec.load,
    "Phrases.load": Phrases.load,
    "SparseVectors.load": SparseVectors.load,
    "EncodedCorpus.load": EncodedCorpus.load,
    "read_word_counts": read_word_counts,
    "read_run": read_run,
    "read_sections": lambda path: read_sections(path, case_insensitive=True),
    "read_pairs": lambda path: read_pairs(path, None, case_insensitive=True),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_what_is_no_file_at_all(read, tmp_path):
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder", tmp_path / "missing", tmp_path / "folder" / "no"):
        with pytest.raises((OSError, FormatError)) as caught:
            read(path)
        assert str(path) in str(caught.value)


def test_a_folder_without_a_file_or_in_place_of_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no files"):
        encode(tmp_path)
    for target in (tmp_path, tmp_path / "no" / "folder.txt"):
        kv = KeyedVectors(2)
        with pytest.raises(OSError, match=re.escape(str(target))):
            kv.save(target)
        with pytest.raises(OSError, match=re.escape(str(target))):
            kv.save_word2vec_format(target)


def test_as_many_are_tried_as_the_documents_say(seeds):
    page = (Path(__file__).parent.parent / "docs" / "reliability.md").read_text()
    for kind, produce in CLASSES.items():
        told = int(
            re.search(rf"\| {kind} \| over ([\d,]+) \|", page)[1].replace(",", "")
        )
        goods = [good for files in seeds.values() for good in files]
        tried = sum(1 for good in goods for _ in produce(good, seeds))
        assert told <= tried < 1.5 * told, kind
