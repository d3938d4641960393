"""What holds for any config, corpus and vocabulary, and for a round trip of any file.

Text formats and encoded corpora have theirs in test_formats.py, test_encoded.py,
test_encode.py, test_vocab.py and test_word_counts.py.
"""

import bz2
import gzip
import lzma
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from fastw2v import DivergenceError, KeyedVectors, TrainConfig, encode, train
from fastw2v.counts import (
    CountConfig,
    SparseVectors,
    count_cooccurrences,
    pmi,
)
from fastw2v.models import Phrases, Word2Vec

# As they come in text: no white space, which separates them, and no surrogates.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]),
    min_size=1,
    max_size=6,
).filter(lambda word: word.split() == [word] and word[0] != "\ufeff")
SENTENCES = st.lists(
    st.lists(st.one_of(WORDS, st.sampled_from("abcde")), max_size=12),
    min_size=1,
    max_size=8,
).filter(lambda lists: max(map(len, lists)) > 1)

CONFIGS = st.builds(
    TrainConfig,
    dim=st.integers(1, 40),
    window=st.integers(1, 12),
    negatives=st.integers(1, 12),
    subsample=st.sampled_from([0.0, 1e-3, 0.1, 1e12]),
    noise_exponent=st.floats(-4, 4),
    epochs=st.integers(1, 2),
    learning_rate=st.floats(1e-3, 1.0),
    min_learning_rate=st.floats(0, 1e-3),
    decay=st.floats(0, 10),
    batching=st.sampled_from(["window", "pair"]),
    architecture=st.sampled_from(["skipgram", "cbow"]),
    hierarchical_softmax=st.booleans(),
    cbow_mean=st.booleans(),
    cbow_update=st.sampled_from(["word2vec", "exact"]),
    shrink_windows=st.booleans(),
    backend=st.just("numpy"),
    threads=st.just(1),
    seed=st.integers(0, 2**63 - 1),
)
FEW = settings(deadline=None, max_examples=40)


@given(CONFIGS)
def test_any_config_survives_the_round_trip(config):
    assert TrainConfig.from_dict(config.as_dict()) == config


@FEW
@given(SENTENCES, CONFIGS)
def test_any_corpus_trains_under_any_config(sentences, config):
    corpus = encode(sentences, min_count=1)
    try:
        result = train(corpus, config)
    except DivergenceError:
        assert config.learning_rate > 0.1
        return
    assert np.isfinite(result.vectors.vectors).all()
    assert result.vectors.index_to_key == list(corpus.vocab.words)
    for record in result.history.epochs:
        assert record.centers == len(corpus)
        assert record.kept <= record.centers


@FEW
@given(SENTENCES, st.integers(1, 20), st.sampled_from(["plain", "harmonic", "linear"]))
def test_any_corpus_is_counted(sentences, window, weighting):
    corpus = encode(sentences, min_count=1)
    config = CountConfig(window=window, weighting=weighting, threads=1)
    matrix = count_cooccurrences(corpus, config).matrix
    assert matrix.shape == (len(corpus.vocab),) * 2
    assert (abs(matrix - matrix.T) > 1e-9).nnz == 0  # windows of both sides
    assert np.isfinite(pmi(matrix).data).all()


PACKERS = {
    "": lambda data: data,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, "zstd", asbytes=True),
}


@FEW
@given(SENTENCES, st.sampled_from(sorted(PACKERS)))
def test_any_text_is_the_same_packed_and_plain(sentences, suffix):
    text = "\n".join(map(" ".join, sentences)).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t{suffix}"
        path.write_bytes(PACKERS[suffix](text))
        found = encode(path, min_count=1)
    assert found.fingerprint == encode(sentences, min_count=1).fingerprint


KEYS = st.one_of(st.text(max_size=5), st.integers(0, 2**62))
FLOATS = st.sampled_from([np.float16, np.float32, np.float64])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3))


@FEW
@given(st.lists(KEYS, unique=True, max_size=6), st.integers(1, 5), FLOATS, st.data())
def test_any_table_survives_the_round_trip(keys, dim, dtype, data):
    kv = KeyedVectors(dim, dtype=dtype)
    rows = np.random.default_rng(len(keys)).standard_normal((len(keys), dim))
    kv.add_vectors(keys, rows)
    notes = data.draw(st.lists(VALUES, min_size=len(keys), max_size=len(keys)))
    kv.expandos["note"] = np.array([*notes, None], dtype=object)[: len(keys)]
    kv.expandos["count"] = np.arange(len(keys))[::-1].copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v.safetensors"
        kv.save(path)
        found = KeyedVectors.load(path)
        assert found.index_to_key == kv.index_to_key
        assert found.vectors.dtype == dtype
        np.testing.assert_array_equal(found.vectors, kv.vectors)
        assert found.expandos["note"].tolist() == kv.expandos["note"].tolist()
        assert found.expandos["count"].tolist() == kv.expandos["count"].tolist()


@FEW
@given(SENTENCES, st.sampled_from([{}, {"hs": 1}, {"hs": 1, "negative": 0}, {"sg": 1}]))
def test_any_model_survives_the_round_trip(sentences, options):
    model = Word2Vec(sentences, vector_size=3, min_count=1, workers=1, **options)
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "m")
        found = Word2Vec.load(Path(folder) / "m")
        assert found.wv.index_to_key == model.wv.index_to_key
        for name in ("syn1", "syn1neg"):
            if hasattr(model, name):
                np.testing.assert_array_equal(
                    getattr(found, name), getattr(model, name)
                )
        # The random state too: both go on alike.
        for each in (model, found):
            each.train(sentences, total_examples=len(sentences), epochs=1)
        np.testing.assert_array_equal(found.wv.vectors, model.wv.vectors)


@FEW
@given(SENTENCES, st.sets(WORDS, max_size=2))
def test_any_phrases_survive_the_round_trip(sentences, connectors):
    phrases = Phrases(
        sentences * 2, min_count=1, threshold=0.1, connector_words=connectors
    )
    with tempfile.TemporaryDirectory() as folder:
        for found in (phrases, phrases.freeze()):
            found.save(Path(folder) / "p")
            again = type(found).load(Path(folder) / "p")
            assert [again[sentence] for sentence in sentences] == [
                found[sentence] for sentence in sentences
            ]


@FEW
@given(st.lists(st.text(max_size=5), unique=True, min_size=1, max_size=6), st.data())
def test_any_sparse_vectors_survive_the_round_trip(words, data):
    shape = (len(words), data.draw(st.integers(1, 5)))
    dense = np.array(
        data.draw(
            st.lists(
                st.floats(0, 9),
                min_size=shape[0] * shape[1],
                max_size=shape[0] * shape[1],
            )
        )
    ).reshape(shape)
    counts = np.arange(len(words))[::-1].copy()
    vectors = SparseVectors(words, sparse.csr_array(dense), counts)
    with tempfile.TemporaryDirectory() as folder:
        vectors.save(Path(folder) / "s.npz")
        found = SparseVectors.load(Path(folder) / "s.npz")
    assert list(found.words) == words
    np.testing.assert_array_equal(found.matrix.toarray(), dense)
