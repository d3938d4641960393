"""Co-occurrence counts against loops in Python, and against themselves."""

import os
import threading
import time
from fractions import Fraction

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import fastw2v
from fastw2v.bundles import Text
from fastw2v.counts import CountConfig, blocks, count_cooccurrences
from fastw2v.counts.windows import scaled_windows
from fastw2v.errors import ConfigError, CorpusError
from fastw2v.kernels import cooccurrence as kernels
from fastw2v.reference import cooccurrence as reference

WEIGHTS = {
    "plain": lambda _, distance: Fraction(1),
    "harmonic": lambda _, distance: Fraction(1, distance),
    "linear": lambda window, distance: Fraction(window - distance + 1, window),
}
SIDES = {"both": (1, 1), "left": (1, 0), "right": (0, 1)}


def sentences_of(corpus):
    return [
        corpus.tokens[a:b].tolist()
        for a, b in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True)
    ]


def naive_counts(corpus, config):
    left, right = (side * config.window for side in SIDES[config.side])
    weight = WEIGHTS[config.weighting]
    return naive.cooccurrences(
        sentences_of(corpus), left, right, lambda d: weight(config.window, d)
    )


def as_dict(matrix):
    entries = matrix.tocoo()
    return dict(
        zip(
            zip(entries.row.tolist(), entries.col.tolist(), strict=True),
            entries.data.tolist(),
            strict=True,
        )
    )


def assert_same_bits(first, second):
    for name in ("indptr", "indices", "data"):
        ours, theirs = getattr(first, name), getattr(second, name)
        assert ours.dtype == theirs.dtype
        assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("weighting", WEIGHTS)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("window", [1, 3, 30])
def test_counts_equal_the_oracle(make_corpus, weighting, side, window):
    corpus = make_corpus([40, 1, 2, 300, 7], vocabulary=60)
    config = CountConfig(window=window, side=side, weighting=weighting, threads=2)
    found = count_cooccurrences(corpus, config)
    expected = naive_counts(corpus, config)
    counted = as_dict(found.matrix)
    assert counted.keys() == expected.keys()
    if window == 30 and weighting == "harmonic":  # beyond the exact denominators
        for pair, value in expected.items():
            assert counted[pair] == pytest.approx(float(value), rel=1e-8)
    else:
        assert counted == {pair: float(value) for pair, value in expected.items()}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from("abcdefg"), max_size=12), min_size=1, max_size=8
    ).filter(lambda lines: any(len(line) > 1 for line in lines)),
    st.integers(1, 6),
    st.sampled_from(list(SIDES)),
    st.sampled_from(list(WEIGHTS)),
)
def test_any_small_text_is_counted_as_by_hand(lines, window, side, weighting):
    corpus = fastw2v.encode(lines, min_count=1)
    config = CountConfig(window=window, side=side, weighting=weighting, threads=1)
    expected = {pair: float(n) for pair, n in naive_counts(corpus, config).items()}
    assert as_dict(count_cooccurrences(corpus, config).matrix) == expected


@pytest.fixture(scope="module")
def larger(make_corpus):
    rng = np.random.default_rng(5)
    return make_corpus(rng.integers(1, 60, 2000).tolist(), vocabulary=9000)


@pytest.mark.parametrize("options", [{}, {"weighting": "harmonic", "subsample": 1e-3}])
def test_same_bits_for_any_number_of_threads_and_any_memory(
    larger, options, tmp_path, monkeypatch
):
    one = count_cooccurrences(larger, CountConfig(threads=1, **options)).matrix
    for threads in range(2, 9):
        config = CountConfig(threads=threads, **options)
        assert_same_bits(one, count_cooccurrences(larger, config).matrix)
    # Blocks of one row or little more, found in several parts of the text.
    monkeypatch.setattr(blocks, "MIB", 1 << 12)
    monkeypatch.setattr(blocks, "_SPAN", 5000)
    monkeypatch.setattr(blocks, "_ENTRIES", 1)
    config = CountConfig(threads=2, memory=256, **options)
    small = count_cooccurrences(larger, config, folder=tmp_path)
    assert_same_bits(one, small.matrix)
    assert not list(tmp_path.iterdir())


def test_blocks_fit_the_memory(make_corpus):
    corpus = make_corpus([5000] * 40, vocabulary=5000)
    config = CountConfig(memory=64, threads=3)
    windows = scaled_windows(config, 1).windows
    counts = corpus.vocab.counts * 10
    cut = blocks.cut_rows(counts, windows, config)
    assert [a for a, _ in cut[1:]] == [b for _, b in cut[:-1]]
    assert (cut[0][0], cut[-1][1]) == (0, len(counts))
    needed = 8 * counts + 12 * np.minimum(10 * counts, len(counts))
    assert max(needed[a:b].sum() for a, b in cut if b > a + 1) < 64 * 2**20 / 6


@pytest.mark.parametrize("side", SIDES)
def test_kernel_equals_reference(larger, side):
    config = CountConfig(side=side, weighting="linear", threads=1)
    text = Text(larger.tokens, larger.offsets)
    windows = scaled_windows(config, int(larger.vocab.counts[0])).windows
    rows, columns, sums = reference.count_rows(text, windows, (3, 400))
    found = count_cooccurrences(larger, config).matrix[3:400].tocoo()
    assert (found.row + 3).tolist() == rows.tolist()
    assert found.col.tolist() == columns.tolist()
    assert (found.data * config.window).round().astype(int).tolist() == sums.tolist()


def test_a_real_text_against_the_oracle(shared_file):
    """The first sentences of the sample, window 5, whole vocabulary."""
    import lzma

    with lzma.open(shared_file("corpora/enwiki15_100mb.txt.xz"), "rt") as file:
        lines = [file.readline().split() for _ in range(1500)]
    corpus = fastw2v.encode(lines, min_count=2)
    config = CountConfig(threads=2)
    expected = {p: float(n) for p, n in naive_counts(corpus, config).items()}
    assert as_dict(count_cooccurrences(corpus, config).matrix) == expected


def test_symmetric_windows_give_a_symmetric_matrix(larger):
    matrix = count_cooccurrences(larger, CountConfig(weighting="harmonic")).matrix
    assert (matrix != matrix.T).nnz == 0
    assert matrix.has_sorted_indices


def test_left_and_right_are_each_others_transpose(larger):
    left = count_cooccurrences(larger, CountConfig(side="left")).matrix
    right = count_cooccurrences(larger, CountConfig(side="right")).matrix
    both = count_cooccurrences(larger, CountConfig()).matrix
    assert (left != right.T).nnz == 0
    assert (left + right != both).nnz == 0


def test_subsampling_drops_tokens_before_windows_open(make_corpus):
    corpus = make_corpus([30, 1, 200, 17], vocabulary=40)
    config = CountConfig(subsample=0.01, seed=7, threads=1, window=2)
    keep = keep_probabilities(corpus, 0.01)
    key = naive.stream_key(7, 1)
    kept = []
    for start, stop in zip(corpus.offsets[:-1], corpus.offsets[1:], strict=True):
        kept.append(
            [
                int(corpus.tokens[i])
                for i in range(start, stop)
                if (naive.draw(key, i) >> 40) * 2.0**-24 < keep[corpus.tokens[i]]
            ]
        )
    assert 0 < sum(map(len, kept)) < len(corpus)
    expected = naive.cooccurrences(kept, 2, 2, lambda _: 1)
    assert as_dict(count_cooccurrences(corpus, config).matrix) == expected


def keep_probabilities(corpus, threshold):
    share = corpus.vocab.counts / len(corpus)
    return np.minimum(np.sqrt(threshold / share) + threshold / share, 1).astype("f4")


def test_sums_fit_63_bits_whatever_the_text():
    windows = scaled_windows(CountConfig(window=22, weighting="harmonic"), 10**9)
    assert windows.scale == 232_792_560
    assert windows.largest < 2**62
    large = scaled_windows(CountConfig(window=9000, weighting="harmonic"), 2**40)
    assert large.largest <= 2**62
    assert (large.windows.weights[9001:] >= 1).all()
    assert scaled_windows(CountConfig(), 2**31).largest > 2**31


@pytest.mark.parametrize("vocabulary", [1, 64, 65, 4097, 70_000])
def test_rows_of_any_width_come_in_order(vocabulary):
    """Every word once, in an order that is not theirs; also above 65 536."""
    tokens = (np.arange(vocabulary) * 48_271 % vocabulary).astype(np.int32)
    if vocabulary == 1:
        tokens = np.zeros(5, np.int32)
    lines = [[str(token) for token in tokens]]
    corpus = fastw2v.encode(lines, min_count=1)
    config = CountConfig(window=3, threads=1)
    matrix = count_cooccurrences(corpus, config).matrix
    again = sparse.csr_array((matrix.data, matrix.indices, matrix.indptr))
    assert again.has_canonical_format  # SciPy has looked for itself
    assert as_dict(matrix) == naive_counts(corpus, config)


def test_text_of_one_word_co_occurs_with_itself():
    corpus = fastw2v.encode([["a"] * 10], min_count=1)
    matrix = count_cooccurrences(corpus, CountConfig(window=2)).matrix
    assert matrix.toarray().tolist() == [[34]]


def test_wrong_counts_of_the_vocabulary_do_no_harm():
    """Kernels write where counts say, so these are taken from the tokens."""
    corpus = fastw2v.encode([["a", "b", "a", "b", "a", "c"]], min_count=1)
    wrong = fastw2v.Vocab(corpus.vocab.words, np.array([4, 2, 0]))
    mended = fastw2v.EncodedCorpus(corpus.tokens, corpus.offsets, wrong, 6)
    expected = count_cooccurrences(corpus).matrix
    assert_same_bits(expected, count_cooccurrences(mended).matrix)


def test_progress_reaches_all_tokens(larger):
    seen = []
    count_cooccurrences(
        larger, CountConfig(threads=2), progress=lambda *a: seen.append(a)
    )
    assert [total for _, total in seen] == [len(larger)] * len(seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == len(larger)


BAD = {
    "window": 0,
    "side": "up",
    "weighting": "steep",
    "subsample": -1.0,
    "seed": -1,
    "threads": 0,
    "memory": 1,
}


@pytest.mark.parametrize("name", BAD)
def test_a_parameter_out_of_range_is_named(name):
    with pytest.raises(ConfigError, match=f"{name} is"):
        CountConfig(**{name: BAD[name]})


def test_nothing_to_count_is_said():
    corpus = fastw2v.encode([["a"], ["b"]], min_count=1)
    with pytest.raises(CorpusError, match="none of the 2 sentences"):
        count_cooccurrences(corpus)
    corpus = fastw2v.encode([["a", "b"] * 50], min_count=1)
    with pytest.raises(CorpusError, match="raise subsample"):
        count_cooccurrences(corpus, CountConfig(subsample=1e-12))


def test_wrong_arguments_are_refused(larger, tmp_path):
    with pytest.raises(TypeError, match="corpus is a list"):
        count_cooccurrences([["a", "b"]])
    with pytest.raises(TypeError, match="config is a dict"):
        count_cooccurrences(larger, {})
    with pytest.raises(FileNotFoundError, match="create it"):
        count_cooccurrences(larger, folder=tmp_path / "nowhere")


@pytest.mark.skipif(os.name != "posix", reason="signals as a terminal sends them")
def test_an_interruption_stops_the_workers(larger, tmp_path, monkeypatch):
    import _thread

    find = blocks.BlockCounter._find
    calls = []

    def slow(self, rows, stop):
        calls.append(rows)
        if len(calls) == 2:
            time.sleep(0.3)  # until the main thread waits
            _thread.interrupt_main()
        for _ in range(200):
            stop.check()
            time.sleep(0.05)
        return find(self, rows, stop)

    count_cooccurrences(larger, CountConfig(threads=1))  # compiles
    compiled = threading.active_count()
    monkeypatch.setattr("fastw2v.counts.cooccurrence._compile", lambda: None)
    monkeypatch.setattr(blocks.BlockCounter, "_find", slow)
    with pytest.raises(KeyboardInterrupt):
        count_cooccurrences(larger, CountConfig(threads=2), folder=tmp_path)
    assert threading.active_count() <= compiled
    assert not list(tmp_path.iterdir())


def test_an_error_in_a_worker_reaches_the_caller(larger, monkeypatch):
    def broken(*_):
        raise MemoryError("no room")

    monkeypatch.setattr("fastw2v.counts.cooccurrence._compile", lambda: None)
    monkeypatch.setattr(blocks.BlockCounter, "_find", broken)
    with pytest.raises(MemoryError, match="no room"):
        count_cooccurrences(larger, CountConfig(threads=2))


def test_places_hold_what_they_are_given():
    """Windows of 10 000 tokens and positions far above 2**31."""
    assert 1 << kernels.SIDE_BITS > 10_000
    assert 2**33 << (2 * kernels.SIDE_BITS) < 2**63


def test_counts_beyond_int32_are_int64(monkeypatch):
    import fastw2v.counts.cooccurrence as module

    scaled = scaled_windows(CountConfig(), 10)
    monkeypatch.setattr(
        module, "scaled_windows", lambda *_: scaled._replace(largest=2**31)
    )
    corpus = fastw2v.encode([["a", "b"] * 20], min_count=1)
    assert count_cooccurrences(corpus).matrix.dtype == np.int64
    monkeypatch.undo()
    assert count_cooccurrences(corpus).matrix.dtype == np.int32
