"""Every loader of files as a function of bytes, for fuzzing and for replaying.

A loader may refuse a file by one of the errors it documents, or read it; then what it
returns must be consistent. Anything else, a hang or a crash among them, is a finding.
"""

import gzip
import json
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from fastw2v import EncodedCorpus, KeyedVectors, encode
from fastw2v.corpus.word_counts import read_word_counts
from fastw2v.errors import ConfigError, CorpusError, FormatError
from fastw2v.models import Phrases, Word2Vec
from fastw2v.models.phrases import FrozenPhrases
from fastw2v.vectors.formats.by_content import read_any
from fastw2v.vectors.formats.gensim_arrays import load_beside
from fastw2v.vectors.formats.labelled import Columns, read_labelled
from fastw2v.vectors.formats.questions import read_pairs, read_sections
from fastw2v.vectors.formats.run_record import read_run
from fastw2v.vectors.formats.sparse import read_sparse
from fastw2v.vectors.formats.tensors import Damaged
from fastw2v.vectors.formats.word_groups import read_categories, read_outliers

SENTENCES = [["to", "be", "or", "not", "to", "be"], ["be", "that", "as", "it", "is"]]
WORDS = ["to", "be", "größer", "or"]
DATA = Path(__file__).resolve().parent.parent / "data"


class Loader(NamedTuple):
    """How a format is read.

    Parameters
    ----------
    read : callable
        Takes the bytes and a folder to write them to, and looks at all that was read.
    refusals : tuple of exception classes
        What it may raise.
    seeds : callable
        Takes an empty folder and gives good files.
    """

    read: Callable[[bytes, Path], object]
    refusals: tuple[type[Exception], ...]
    seeds: Callable[[Path], Iterator[bytes]]


def load(name: str, data: bytes, folder: Path) -> bool:
    """Give a loader these bytes; return whether it read them."""
    loader = LOADERS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            loader.read(data, folder)
        except loader.refusals:
            return False
    return True


def written(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def table() -> KeyedVectors:
    rows = np.arange(12, dtype=np.float32).reshape(4, 3)
    return KeyedVectors.from_arrays(WORDS, rows, [4, 3, 2, 1], metadata={"a": "b"})


def look_at(kv: KeyedVectors) -> None:
    """Use all of a table of vectors."""
    assert kv.vectors.shape == (len(kv), kv.vector_size)
    words = kv.index_to_key
    assert len(words) == len(kv)
    assert all(len(values) == len(kv) for values in kv.expandos.values())
    assert len(kv.vectors_lockf) in {1, len(kv)}
    kv.vectors.sum()
    if len(set(words)) == len(words) and words:
        assert kv.get_index(words[-1]) == len(words) - 1
        with suppress(ValueError):  # of a vector that is not finite, or too long
            kv.most_similar(words[0], topn=2)


# --- vectors


def read_native(data: bytes, folder: Path) -> None:
    kv = KeyedVectors.load(written(data, folder, "v.safetensors"))
    look_at(kv)
    kv.save(folder / "again.safetensors")


def native_seeds(folder: Path) -> Iterator[bytes]:
    kv = table()
    kv.save(folder / "v", context_vectors=kv.vectors)
    yield (folder / "v").read_bytes()
    ragged = np.empty(4, dtype=object)
    ragged[:] = [np.arange(n) for n in range(4)]
    kv.expandos |= {"code": ragged, "note": np.array(["a", None, "b", 1], dtype=object)}
    kv.vectors_lockf = np.ones(4, dtype=np.float32)
    kv.index_to_key = ["to", 7, "größer", "or"]
    kv.save(folder / "v")
    yield (folder / "v").read_bytes()


def read_model(data: bytes, folder: Path) -> None:
    model = Word2Vec.load(written(data, folder, "m.model"))
    look_at(model.wv)
    str(model)


def model_seeds(folder: Path) -> Iterator[bytes]:
    for options in ({"negative": 2}, {"negative": 0, "hs": 1, "comment": "x"}):
        model = Word2Vec(SENTENCES, vector_size=3, min_count=1, workers=1, **options)
        model.save(folder / "m")
        yield (folder / "m").read_bytes()


def read_word2vec(**options) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        path = written(data, folder, "v.txt")
        look_at(KeyedVectors.load_word2vec_format(path, **options))

    return read


def word2vec_seeds(**options) -> Callable[[Path], Iterator[bytes]]:
    def seeds(folder: Path) -> Iterator[bytes]:
        table().save_word2vec_format(folder / "v", **options)
        yield (folder / "v").read_bytes()
        yield gzip.compress((folder / "v").read_bytes(), mtime=0)

    return seeds


def read_with_counts(data: bytes, folder: Path) -> None:
    table().save_word2vec_format(folder / "v.txt")
    counts = written(data, folder, "counts.txt")
    look_at(KeyedVectors.load_word2vec_format(folder / "v.txt", fvocab=counts))


def counts_seeds(folder: Path) -> Iterator[bytes]:
    table().save_word2vec_format(folder / "v", fvocab=folder / "counts")
    yield (folder / "counts").read_bytes()
    yield b"</s> 0\n" + (folder / "counts").read_bytes()


def read_any_vectors(data: bytes, folder: Path) -> None:
    look_at(read_any(written(data, folder, "v")))


def any_seeds(folder: Path) -> Iterator[bytes]:
    for name in ("text", "binary", "native", "gensim"):
        yield from LOADERS[name].seeds(folder)


def read_gensim_file(data: bytes, folder: Path) -> None:
    look_at(KeyedVectors.load(written(data, folder, "g.model")))


def gensim_seeds(_: Path) -> Iterator[bytes]:
    for path in sorted(DATA.glob("gensim/*.model")):
        yield path.read_bytes()


def read_array_beside(data: bytes, folder: Path) -> None:
    """The first byte chooses between .npy and .npz."""
    path = written(data[1:], folder, "a.npz" if data[:1] == b"z" else "a.npy")
    assert load_beside(str(path), None).nbytes <= 1032 * len(data)


def array_seeds(folder: Path) -> Iterator[bytes]:
    np.save(folder / "a.npy", np.ones((4, 3), np.float32))
    yield b"y" + (folder / "a.npy").read_bytes()
    np.savez_compressed(folder / "a.npz", val=np.ones((4, 3), np.float32))
    yield b"z" + (folder / "a.npz").read_bytes()


def read_sparse_file(data: bytes, folder: Path) -> None:
    stored = read_sparse(written(data, folder, "s.npz"))
    assert len(stored.words) == stored.matrix.shape[0] == len(stored.counts)
    stored.matrix.sum()


def sparse_seeds(folder: Path) -> Iterator[bytes]:
    from scipy.sparse import csr_array

    from fastw2v.counts.sparse_vectors import SparseVectors

    matrix = csr_array(np.eye(4, dtype=np.float32))
    SparseVectors(WORDS, matrix, np.array([4, 3, 2, 1])).save(folder / "s.npz")
    yield (folder / "s.npz").read_bytes()


# --- models


def read_phrases(data: bytes, folder: Path) -> None:
    """The first byte chooses between the two classes."""
    kind = FrozenPhrases if data[:1] == b"f" else Phrases
    found = kind.load(written(data[1:], folder, "p"))
    assert list(found[["to", "be", "or", "not"]])
    found.save(folder / "again")


def phrases_seeds(folder: Path) -> Iterator[bytes]:
    phrases = Phrases(
        SENTENCES * 3, min_count=1, threshold=0.1, connector_words={"or", "as"}
    )
    phrases.save(folder / "p")
    yield b"p" + (folder / "p").read_bytes()
    phrases.freeze().save(folder / "p")
    yield b"f" + (folder / "p").read_bytes()


# --- text


def read_encoded(data: bytes, folder: Path) -> None:
    """The files of the folder, separated by two bytes that none of them needs."""
    parts = [*data.split(b"\xfe\xfd"), b"", b"", b""]
    names = ("header.json", "vocabulary.json", "tokens.bin", "offsets.bin")
    for name, part in zip(names, parts, strict=False):
        (folder / name).write_bytes(part)
    corpus = EncodedCorpus.load(folder)
    assert corpus.tokens.max() < len(corpus.vocab)
    for number in range(min(corpus.sentences, 50)):
        corpus.sentence(number)
    assert corpus.fingerprint


def encoded_seeds(folder: Path) -> Iterator[bytes]:
    encode(SENTENCES, min_count=1, output=folder / "c")
    names = ("header.json", "vocabulary.json", "tokens.bin", "offsets.bin")
    yield b"\xfe\xfd".join((folder / "c" / name).read_bytes() for name in names)


TEXT_SUFFIXES = ["", ".gz", ".bz2", ".xz", ".zst"]
TABLE_SUFFIXES = [".parquet", ".arrow", ".feather"]


def read_text(suffixes: list[str]) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        suffix = suffixes[data[0] % len(suffixes)] if data else ""
        path = written(data[1:], folder, f"t{suffix}")
        corpus = encode(path, min_count=1, threads=1)
        assert corpus.vocab.counts.sum() == len(corpus) == corpus.raw_tokens

    return read


def text_seeds(_: Path) -> Iterator[bytes]:
    import bz2
    import lzma

    import pyarrow as pa

    text = "to be or\nnot to\u3000be größer\r\n".encode()
    packed = [text, gzip.compress(text, mtime=0), bz2.compress(text)]
    packed += [lzma.compress(text), pa.compress(text, "zstd", asbytes=True)]
    yield from (bytes([number]) + data for number, data in enumerate(packed))


def table_seeds(folder: Path) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import feather, parquet

    lists = pa.table({"tokens": SENTENCES, "n": [1, 2]})
    lines = pa.table({"text": [" ".join(words) for words in SENTENCES]})
    for tab in (lists, lines):
        parquet.write_table(tab, folder / "t", compression="none")
        yield b"\0" + (folder / "t").read_bytes()
        feather.write_feather(tab, str(folder / "t"), compression="uncompressed")
        yield b"\1" + (folder / "t").read_bytes()


def read_judged(data: bytes, folder: Path) -> None:
    """The first byte chooses the kind of file that vectors are judged by."""
    path = written(data[1:], folder, "q.txt")
    kind = data[0] % 5 if data else 0
    if kind == 0:
        read_sections(path, case_insensitive=True)
    elif kind == 1:
        read_pairs(path, "\t", case_insensitive=False)
    elif kind == 2:
        read_outliers(path, case_insensitive=False)
    elif kind == 3:
        read_categories(path, case_insensitive=True)
    else:
        read_labelled(path, Columns(), None, case_insensitive=False)


def judged_seeds(_: Path) -> Iterator[bytes]:
    yield b"\0: capitals\nparis france rome italy\n# a comment\n"
    yield b"\1a\tb\t3.5\nc\td\t1\n"
    yield b"\2x\ta\tb\tc\n"
    yield b"\2a\nb\nc\n\nx\n"
    yield b"\3animal\tcat\nplant\ttree\n"
    yield b"\4label\ttext\tsplit\n1\tgood film\ttrain\n0\tbad film\ttest\n"


def read_counts(data: bytes, folder: Path) -> None:
    found = read_word_counts(written(data, folder, "counts.txt"))
    assert len(found.vocab) > 0


def read_record(data: bytes, folder: Path) -> None:
    read_run(written(data, folder, "run.json"))


def record_seeds(_: Path) -> Iterator[bytes]:
    record = {"config": {"dim": 3}, "history": {"epochs": [{"loss": 1.5}]}}
    yield json.dumps(record).encode()


LOADERS = {
    "native": Loader(read_native, (FormatError,), native_seeds),
    # gensim's program tell by AttributeError that a file holds vectors alone.
    "model": Loader(read_model, (FormatError, AttributeError), model_seeds),
    "text": Loader(read_word2vec(), (FormatError,), word2vec_seeds()),
    "binary": Loader(
        read_word2vec(binary=True), (FormatError,), word2vec_seeds(binary=True)
    ),
    "glove": Loader(
        read_word2vec(no_header=True),
        (FormatError,),
        word2vec_seeds(write_header=False),
    ),
    "counts-beside": Loader(read_with_counts, (FormatError,), counts_seeds),
    "any": Loader(read_any_vectors, (FormatError,), any_seeds),
    "gensim": Loader(read_gensim_file, (FormatError,), gensim_seeds),
    "array-beside": Loader(read_array_beside, (Damaged,), array_seeds),
    "sparse": Loader(read_sparse_file, (FormatError,), sparse_seeds),
    "phrases": Loader(read_phrases, (FormatError, ConfigError), phrases_seeds),
    "encoded": Loader(read_encoded, (FormatError,), encoded_seeds),
    "corpus-text": Loader(read_text(TEXT_SUFFIXES), (CorpusError,), text_seeds),
    "corpus-table": Loader(read_text(TABLE_SUFFIXES), (CorpusError,), table_seeds),
    "judged-by": Loader(read_judged, (FormatError,), judged_seeds),
    "word-counts": Loader(read_counts, (FormatError, CorpusError), counts_seeds),
    "run-record": Loader(read_record, (FormatError,), record_seeds),
}
