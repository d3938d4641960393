"""encode() against five lines of Python, however the text is cut."""

import io
import random
import re
import subprocess
import sys
import threading
from collections import Counter
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import encode
from fastw2v.corpus.chunks import _split_lines
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.corpus.spool import Draft
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import ConfigError, CorpusError

WHITESPACE = [chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()]
# NUL, a zero-width space and U+FEFF are ordinary characters to str.split().
LETTERS = [*"aaabbcé", "я", "漢", "😀", "\0", "\u200b", "\u0301", '"', "\\"]


def oracle(sentences, min_count, max_vocab=None):
    counts = Counter(word for words in sentences for word in words)
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    kept = dict([(w, c) for w, c in ranked if c >= min_count][:max_vocab])
    left = [[word for word in words if word in kept] for words in sentences]
    return kept, [words for words in left if words], sum(counts.values())


def split_lines(text):
    return [line.split() for line in text.split("\n")]


def content(corpus):
    words = dict(zip(corpus.vocab.words, corpus.vocab.counts.tolist(), strict=True))
    sentences = [corpus.sentence(i) for i in range(corpus.sentences)]
    return words, sentences, corpus.raw_tokens


def assert_encodes(source, sentences, min_count=1, max_vocab=None, **how):
    expected = oracle(sentences, min_count, max_vocab)
    if not expected[0]:
        with pytest.raises(CorpusError):
            encode(source, min_count=min_count, max_vocab=max_vocab, **how)
        return
    corpus = encode(source, min_count=min_count, max_vocab=max_vocab, **how)
    assert content(corpus) == expected
    assert list(corpus.vocab.words) == list(expected[0])  # the order, too


def chunk_bytes(size):
    return mock.patch("fastw2v.corpus.encode.CHUNK_BYTES", size)


def blocks(size):
    return mock.patch.object(Draft.renumber, "__defaults__", (size,))


texts = st.lists(
    st.one_of(
        st.sampled_from(LETTERS),
        st.sampled_from(WHITESPACE),
        st.sampled_from(["\n", " ", "\r\n", "\n\n", "  ", "word"]),
        st.sampled_from(LETTERS).map(lambda c: c * 50),
    ),
    max_size=60,
).map("".join)
cutting = st.tuples(st.integers(1, 80), st.integers(1, 4), st.integers(1, 30))
limits = st.tuples(st.integers(0, 3), st.none() | st.integers(1, 5))


@settings(deadline=None, derandomize=True, max_examples=300)
@given(texts, cutting, limits)
def test_text_equals_str_split_wherever_it_is_cut(text, cut, limit):
    size, threads, block = cut
    with chunk_bytes(size), blocks(block):
        source = io.BytesIO(text.encode())
        assert_encodes(source, split_lines(text), *limit, threads=threads)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.lists(st.sampled_from([*LETTERS, "a b", "", "\n"]))), cutting)
def test_token_lists_are_taken_as_they_are(sentences, cut):
    size, threads, block = cut
    expected = [[token for token in words if token] for words in sentences]
    with chunk_bytes(size * 8), blocks(block):
        assert_encodes((s for s in sentences), expected, threads=threads)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.sampled_from([*"ab \n\xff\xe2\x80\xa8\xed\xa0\xf0\x9f"])), cutting)
def test_bytes_that_are_not_utf8(characters, cut):
    data = "".join(characters).encode("latin-1")
    size, threads, _ = cut
    with chunk_bytes(size):
        replaced = data.decode(errors="replace")
        assert_encodes(
            io.BytesIO(data),
            split_lines(replaced),
            encoding_errors="replace",
            threads=threads,
        )
        try:
            data.decode()
        except UnicodeDecodeError as error:
            with pytest.raises(CorpusError, match=f"offset {error.start} "):
                encode(io.BytesIO(data), min_count=1, threads=threads)


@pytest.mark.parametrize("space", WHITESPACE, ids=lambda c: f"U+{ord(c):04X}")
def test_every_unicode_whitespace_separates(space):
    text = f"{space}a{space}b{space * 3}c{space}"
    assert_encodes(io.BytesIO(text.encode()), split_lines(text))


def test_no_other_character_separates():
    others = [chr(i) for i in range(0xD800) if not chr(i).isspace()]
    text = " ".join(f"a{character}b" for character in others)
    corpus = encode(io.BytesIO(text.encode()), min_count=1)
    assert len(corpus) == len(others)


def test_ties_keep_the_order_of_first_appearance_across_chunks():
    words = [f"w{i}" for i in range(1000)]
    random.Random(1).shuffle(words)
    text = " ".join(words)
    with chunk_bytes(40):
        corpus = encode(io.BytesIO(text.encode()), min_count=1, threads=4)
    assert corpus.vocab.words == words
    assert corpus.tokens.tolist() == list(range(1000))


def test_one_line_of_many_chunks_stays_one_sentence():
    with chunk_bytes(1000):
        corpus = encode(io.BytesIO(b"a b c " * 50_000), min_count=1)
    assert corpus.sentences == 1
    assert corpus.offsets.tolist() == [0, 150_000]


@pytest.mark.parametrize("letter", ["x", "\u2010"], ids=["ascii", "like whitespace"])
def test_a_token_of_a_thousand_chunks_is_one_token(letter):
    # In quadratic time this would take minutes.
    token = letter * (10_000_000 // len(letter.encode()))
    with chunk_bytes(10_000):
        corpus = encode(io.BytesIO(f"a {token} b\n{token}".encode()), min_count=1)
    assert corpus.sentence(0) == ["a", token, "b"]
    assert corpus.vocab.words[0] == token


def test_empty_lines_and_emptied_sentences_make_no_sentence():
    text = "\n\na a b\n\n  \t\nrare\na b\n\n"
    corpus = encode(io.StringIO(text), min_count=2)
    assert [corpus.sentence(i) for i in range(2)] == [["a", "a", "b"], ["a", "b"]]
    assert corpus.offsets.tolist() == [0, 3, 5]
    assert corpus.raw_tokens == 6


def test_carriage_returns_are_blanks():
    corpus = encode(io.BytesIO(b"a b\r\nc\rd\r\n"), min_count=1)
    assert content(corpus)[1] == [["a", "b"], ["c", "d"]]


def test_max_vocab_takes_the_most_frequent():
    corpus = encode(io.BytesIO(b"a b b c c d"), min_count=1, max_vocab=3)
    assert corpus.vocab.words == ["b", "c", "a"]
    assert corpus.raw_tokens == 6


@settings(deadline=None, derandomize=True, max_examples=100)
@given(texts, st.lists(st.sampled_from(LETTERS), unique=True, min_size=1), cutting)
def test_a_given_vocabulary_numbers_its_words_and_drops_all_others(text, words, cut):
    size, threads, block = cut
    vocab = Vocab(words, np.arange(len(words), 0, -1))
    numbers = [[words.index(w) for w in s if w in words] for s in split_lines(text)]
    expected = [sentence for sentence in numbers if sentence]
    with chunk_bytes(size), blocks(block):
        source = io.BytesIO(text.encode())
        if not expected:
            with pytest.raises(CorpusError, match=r"no words|none of the \d+ words"):
                encode(source, vocab=vocab, threads=threads)
            return
        corpus = encode(source, vocab=vocab, threads=threads)
    ends = corpus.offsets[1:-1]
    assert [part.tolist() for part in np.split(corpus.tokens, ends)] == expected
    assert corpus.raw_tokens == sum(map(len, split_lines(text)))
    assert corpus.vocab is vocab


def test_a_given_vocabulary_keeps_its_counts_on_disk_too(tmp_path):
    vocab = Vocab(["b", "a", "z"], np.array([900, 7, 1]))
    encode(io.BytesIO(b"a a a b\nnew b"), vocab=vocab, output=tmp_path / "enc")
    corpus = EncodedCorpus.load(tmp_path / "enc", verify=True)
    assert content(corpus) == (
        {"b": 900, "a": 7, "z": 1},
        [["a", "a", "a", "b"], ["b"]],
        6,
    )


def test_encoding_again_with_the_vocabulary_found_gives_the_same_corpus():
    text = " ".join(random.Random(5).choices("aaabbcdefgh\n", k=2_000)).encode()
    once = encode(io.BytesIO(text), min_count=100)
    again = encode(io.BytesIO(text), vocab=once.vocab)
    assert again.fingerprint == once.fingerprint


def test_the_empty_string_is_no_word_even_where_a_vocabulary_has_it():
    corpus = encode([["", "a", ""]], vocab=Vocab(["", "a"], np.array([5, 2])))
    assert corpus.tokens.tolist() == [1]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"min_count": 2}, ConfigError, "min_count=2 .*leave them out"),
        ({"max_vocab": 2}, ConfigError, "max_vocab=2 .*leave them out"),
        ({"vocab": ["a"]}, TypeError, "vocab is a list"),
        ({"vocab": Vocab([], np.zeros(0, np.int64))}, CorpusError, "0 words"),
        ({"vocab": Vocab(["a", "b"], np.array([1, 0]))}, CorpusError, "at least 1"),
    ],
)
def test_a_vocabulary_that_cannot_be_used_is_refused_before_reading(
    options, error, message
):
    stream = io.BytesIO(b"a b c")
    with pytest.raises(error, match=message):
        encode(stream, **{"vocab": Vocab(["a"], np.array([1])), **options})
    assert stream.tell() == 0


@pytest.mark.parametrize("text", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_source_without_words(text):
    with pytest.raises(CorpusError, match="no words"):
        encode(io.BytesIO(text))


def test_a_vocabulary_emptied_by_min_count_names_the_limit_and_the_remedy():
    with pytest.raises(CorpusError, match=r"min_count=5 .* 3 times.*lower min_count"):
        encode(io.BytesIO(b"a a a b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_count", -1),
        ("min_count", True),
        ("max_vocab", 0),
        ("threads", 0),
        ("threads", 10**9),
        ("encoding_errors", "no"),
        ("encoding_errors", {}),
    ],
)
def test_numbers_out_of_range_are_refused_before_reading(name, value):
    stream = io.BytesIO(b"a b c")
    with pytest.raises(ConfigError, match=f"{name} is {value!r}"):
        encode(stream, **{name: value})
    assert stream.tell() == 0


@pytest.mark.parametrize("threads", [1, 4])
def test_output_folder_equals_memory(tmp_path, threads):
    text = " ".join(random.Random(2).choices("abcdefgh\n", k=20_000)).encode()
    in_memory = encode(io.BytesIO(text), min_count=1)
    with chunk_bytes(1000), blocks(777):
        on_disk = encode(
            io.BytesIO(text), min_count=1, threads=threads, output=tmp_path / "enc"
        )
    assert content(on_disk) == content(in_memory)
    assert on_disk.fingerprint == in_memory.fingerprint
    assert EncodedCorpus.load(tmp_path / "enc", verify=True).sentences > 100
    assert [path.name for path in tmp_path.iterdir()] == ["enc"]


def test_output_never_replaces_what_is_there(tmp_path):
    stream = io.BytesIO(b"a b c")
    (tmp_path / "enc").mkdir()
    with pytest.raises(CorpusError, match="never replaced"):
        encode(stream, min_count=1, output=tmp_path / "enc", overwrite=True)
    assert stream.tell() == 0


def test_output_replaces_an_encoded_corpus_when_asked(tmp_path):
    folder = tmp_path / "enc"
    encode(io.BytesIO(b"a b c"), min_count=1, output=folder)
    with pytest.raises(CorpusError, match="overwrite=True"):
        encode(io.BytesIO(b"d"), min_count=1, output=folder)
    corpus = encode(io.BytesIO(b"d"), min_count=1, output=folder, overwrite=True)
    assert corpus.vocab.words == ["d"]
    assert [path.name for path in tmp_path.iterdir()] == ["enc"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interruption_leaves_nothing_behind(tmp_path, error):
    def interrupt(*_):
        raise error

    with chunk_bytes(10), pytest.raises(error):
        encode(
            io.BytesIO(b"a b c " * 100),
            min_count=1,
            output=tmp_path / "enc",
            progress=interrupt,
        )
    assert list(tmp_path.iterdir()) == []
    assert not [t for t in threading.enumerate() if "ThreadPool" in t.name]


def test_an_error_in_a_worker_stops_the_reading():
    stream = io.BytesIO(b"a b c \xff " + b"d " * 1_000_000)
    with chunk_bytes(100), pytest.raises(CorpusError, match="0xff at offset 6 "):
        encode(stream, min_count=1)
    assert stream.tell() < 10_000


def test_an_error_of_the_callers_iterable_reaches_the_caller():
    def sentences():
        yield ["a"]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        encode(sentences(), min_count=1)


def test_only_a_bounded_number_of_chunks_is_in_flight():
    read, counted = [0], []

    class Stream(io.BytesIO):
        def read(self, size=-1):
            read[0] += 1
            return super().read(size)

    def progress(*_):
        counted.append(read[0] - len(counted))

    with chunk_bytes(100):
        encode(Stream(b"word " * 10_000), min_count=1, threads=2, progress=progress)
    assert len(counted) > 400
    assert max(counted) <= 2 + 3  # threads, one waiting, one read, the head


def test_progress_comes_from_this_thread_and_ends_at_the_total(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"a b c d " * 1000)
    seen = []

    def progress(bytes_read, bytes_total):
        assert threading.current_thread() is threading.main_thread()
        seen.append((bytes_read, bytes_total))

    with chunk_bytes(500):
        encode([path, path], min_count=1, progress=progress)
    assert [total for _, total in seen] == [16_000] * len(seen)
    done = [bytes_read for bytes_read, _ in seen]
    assert done == sorted(done)
    assert done[-1] == 16_000
    assert len(done) > 20


def test_arrow_reading_beyond_its_buffer_does_no_harm():
    text = " a b "
    offsets = np.array([0, len(text)], dtype=np.int64)
    beyond = text.encode() + b"\xff\xff\xff"
    line = pa.LargeStringArray.from_buffers(
        1, pa.py_buffer(offsets), pa.py_buffer(beyond)
    )
    tokens, ends = _split_lines(line)
    assert tokens.to_pylist() == ["", "a", "b", ""]
    assert ends.tolist() == [4]


def test_result_is_read_only():
    corpus = encode(io.BytesIO(b"a b"), min_count=1)
    for array in (corpus.tokens, corpus.offsets, corpus.vocab.counts):
        assert type(array) is np.ndarray
        assert not array.flags.writeable


@pytest.mark.parametrize("name", ["german_10mb.txt.xz", "russian_9mb.txt.xz"])
def test_real_text(name, shared_file):
    path = shared_file(f"corpora/{name}")
    import lzma

    text = lzma.decompress(path.read_bytes()).decode()
    kept, sentences, raw_tokens = oracle(split_lines(text), 5)
    with chunk_bytes(1 << 20):
        corpus = encode(path, threads=3)
    assert corpus.raw_tokens == raw_tokens
    assert corpus.vocab.words == list(kept)
    assert corpus.vocab.counts.tolist() == list(kept.values())
    assert corpus.sentences == len(sentences)
    index = corpus.vocab.index
    flat = [index[word] for words in sentences for word in words]
    assert corpus.tokens.tolist() == flat
    assert np.diff(corpus.offsets).tolist() == [len(words) for words in sentences]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_text(tmp_path):
    """Peak memory without the mapped result, which the system may page out."""
    code = (
        "import sys, fastw2v, fastw2v.corpus.encode as e;"
        "e.CHUNK_BYTES = 1 << 20; e.EncodedCorpus.load = lambda folder: None;"
        "fastw2v.encode(sys.argv[1], output=sys.argv[2], threads=2);"
        "print(open('/proc/self/status').read())"
    )
    words = " ".join(random.Random(3).choices([f"w{i}" for i in range(999)], k=10_000))
    peaks = []
    for copies in (300, 1500):
        path = tmp_path / f"{copies}.txt"
        path.write_text(f"{words}\n" * copies)
        run = [sys.executable, "-c", code, str(path), str(tmp_path / f"{copies}.enc")]
        done = subprocess.run(run, capture_output=True, text=True, check=True)
        peaks.append(int(re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)[0]) / 1000)
    # MB; text and tokens grew by 106, and the allocator varies by tens.
    assert peaks[1] - peaks[0] < 106 / 2, peaks
