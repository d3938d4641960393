"""Reading sentences: numbers, counts, pruning, and texts for training."""

import random
import weakref
from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v.models import raw_text
from fastw2v.models.intake import Corpus, Memory, content_hash, texts
from fastw2v.models.raw_text import Pruning, number_sentences
from fastw2v.models.training_text import in_ranks, rank

corpora = st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=12)


def sentences_of(text):
    parts = np.split(text.tokens, text.offsets[1:-1]) if text.sentences else []
    return [[text.words[i] for i in part] for part in parts]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(corpora, st.integers(1, 9))
def test_numbered_sentences_read_back(sentences, batch):
    before = raw_text._BATCH_TOKENS
    raw_text._BATCH_TOKENS = batch
    try:
        text = number_sentences(iter(sentences))
    finally:
        raw_text._BATCH_TOKENS = before
    assert sentences_of(text) == sentences
    assert text.words == list(dict.fromkeys(chain(*sentences)))
    assert dict(zip(text.words, text.counts.tolist(), strict=True)) == Counter(
        chain(*sentences)
    )


def test_words_forgotten_while_reading():
    rng = random.Random(1)
    letters = [f"w{min(int(rng.paretovariate(0.8)), 400)}" for _ in range(5000)]
    sentences = [letters[i : i + 10] for i in range(0, 5000, 10)]
    text = number_sentences(sentences, Pruning(200, lambda _w, n, least: n >= least))
    truth = Counter(letters)
    assert len(text.words) <= 210
    assert len(text.tokens) == 5000
    kept = [text.words[i] for i in text.tokens if i >= 0]
    assert Counter(kept) == dict(zip(text.words, text.counts.tolist(), strict=True))
    assert all(text.counts[i] <= truth[w] for i, w in enumerate(text.words))
    assert {w for w, _ in truth.most_common(5)} <= set(text.words)


def test_reports_come_before_every_so_many_sentences():
    seen = []
    number_sentences(
        [["a", "b"], [], ["a"], ["c"]], None, lambda *x: seen.append(x), report_every=2
    )
    assert seen == [(0, 0, 0), (2, 2, 2)]


def test_words_of_many_kinds():
    text = number_sentences([np.array(["x", "y"]), (1, "x"), [np.int64(1), ("a", 2)]])
    assert text.words == ["x", "y", 1, ("a", 2)]
    assert [type(word) for word in text.words] == [str, str, int, tuple]
    assert text.counts.tolist() == [2, 1, 2, 1]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(corpora, st.permutations("abcd"))
def test_training_text_has_the_known_words_by_rank(sentences, words):
    counts = np.array([3, 9, 9, 1])
    ranking = rank(words, counts)
    rows = {word: row for row, word in enumerate(words)}
    text = in_ranks(number_sentences(sentences), rows, ranking)
    known = [[w for w in s if w in rows] for s in sentences]
    assert text.raw_words == sum(map(len, sentences))
    assert text.sentences == len(sentences)
    assert list(ranking.vocab.words) == [words[1], words[2], words[0], words[3]]
    if max(map(len, known), default=0) < 2:
        assert text.corpus is None
        return
    found = [text.corpus.sentence(i) for i in range(text.corpus.sentences)]
    assert found == [s for s in known if s]


def test_rows_in_order_are_not_copied():
    ranking = rank(["a", "b", "c"], np.array([5, 5, 2]))
    matrix = np.ones((3, 2))
    assert ranking.take(matrix) is matrix


def test_rows_out_of_order_go_back_where_they_were():
    ranking = rank(["a", "b", "c"], np.array([1, 5, 2]))
    matrix = np.arange(6.0).reshape(3, 2)
    expected = matrix * 2
    ranking.put_back(matrix, ranking.take(matrix) * 2)
    assert np.array_equal(matrix, expected)


# --- what is read again


def test_hashes_of_lists():
    def of(source):
        return content_hash(Corpus(source))

    source = [["a", "b"], ["c"]]
    assert of(source) == of([["a", "b"], ["c"]]) is not None
    for other in ([["a"], ["b", "c"]], [["c"], ["a", "b"]], [["b", "a"], ["c"]]):
        assert of(other) != of(source)
    assert of(iter(source)) is of([iter("ab")]) is of([[["a"]]]) is None


def test_a_text_is_given_again_only_where_it_has_changed():
    corpus = Corpus([["a", "b"]])
    first, *others = texts(corpus, None, 3, unchanged=False)
    assert sentences_of(first) == [["a", "b"]]
    assert others == [None, None]
    memory = Memory.of(corpus, first, content_hash(corpus))
    (again,) = texts(Corpus([["a", "b"]]), memory, 1, unchanged=False)
    assert again is first
    (other,) = texts(Corpus([["a", "c"]]), memory, 1, unchanged=False)
    assert sentences_of(other) == [["a", "c"]]


def test_a_text_is_let_go_once_it_has_been_given():
    given = texts(Corpus([["a", "b"]]), None, 2, unchanged=False)
    tokens = weakref.ref(next(given).tokens)
    assert tokens() is None
    assert next(given) is None


def test_the_memory_of_another_corpus_is_of_no_use():
    other = [["x", "y"]]
    memory = Memory.of(Corpus(other), number_sentences(other), None)
    (text,) = texts(Corpus([["a", "b"]]), memory, 1, unchanged=True)
    assert text.words == ["a", "b"]


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_files_without_words(tmp_path, content):
    path = tmp_path / "text.txt"
    path.write_text(content)
    text = Corpus(None, path).read()
    assert (text.sentences, text.words, len(text.tokens)) == (0, [], 0)


def test_errors_of_files_are_not_taken_for_emptiness(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"ab \xff\xfe cd\n")
    with pytest.raises(ValueError, match="UTF-8"):
        Corpus(None, path).read()
