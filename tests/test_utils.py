"""gensim.utils: the same tests on gensim's, then what only ours promises."""

import bz2
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v import utils as ours
from fastw2v.corpus.line_sentences import LineSentence
from fastw2v.errors import ConfigError, CorpusError

TEXT = "Grüße, naïve Café! foo_bar 3com x2y a1 B_ _private Ω漢字 don't supercalifragilistic"
texts = st.text("aBé_1 9.Ω'\n-漢", max_size=40) | st.text(max_size=20)


@pytest.fixture(params=["fastw2v", "gensim"])
def module(request):
    if request.param == "gensim":
        return pytest.importorskip("gensim.utils")
    return ours


# Both back ends


def test_rules(module):
    assert (module.RULE_DEFAULT, module.RULE_DISCARD, module.RULE_KEEP) == (0, 1, 2)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(None, [False, True]), (0, [False, True]), (1, [False] * 2), (2, [True] * 2)],
)
def test_keep_vocab_item(module, rule, expected):
    seen = []

    def trim(word, count, min_count):
        seen.append((word, count, min_count))
        return rule

    trim_rule = None if rule is None else trim
    kept = [module.keep_vocab_item("w", count, 5, trim_rule) for count in (4, 5)]
    assert kept == expected
    assert seen == ([] if rule is None else [("w", 4, 5), ("w", 5, 5)])


def test_simple_preprocess(module):
    assert module.simple_preprocess(TEXT) == [
        "grüße", "naïve", "café", "foo_bar", "com", "b_", "ω漢字", "don",
    ]  # fmt: skip
    assert module.simple_preprocess(TEXT.encode(), deacc=True, min_len=3, max_len=5) == [
        "gruße", "naive", "cafe", "com", "ω漢字", "don",
    ]  # fmt: skip
    assert module.simple_preprocess(b"abc\xff def") == ["abc", "def"]


def test_tokenize(module):
    assert list(module.tokenize("Ab c1d Éf")) == ["Ab", "c", "d", "Éf"]
    for how in ("lowercase", "to_lower", "lower"):
        assert list(module.tokenize("Ab Éf", **{how: True})) == ["ab", "éf"]
    assert list(
        module.tokenize("Éf".encode("latin-1"), encoding="latin-1", deacc=True)
    ) == ["Ef"]
    with pytest.raises(UnicodeDecodeError):
        list(module.tokenize(b"\xff"))


def test_deaccent(module):
    assert (
        module.deaccent("Šéf chomutovských komunistů") == "Sef chomutovskych komunistu"
    )
    assert module.deaccent("Grüße".encode()) == "Gruße"


def test_conversions(module):
    for name in ("to_unicode", "any2unicode"):
        convert = getattr(module, name)
        assert (
            convert("ä") == convert("ä".encode()) == convert(b"\xe4", "latin-1") == "ä"
        )
        assert convert(b"a\xff", errors="ignore") == "a"
    for name in ("to_utf8", "any2utf8"):
        convert = getattr(module, name)
        assert convert("ä") == convert("ä".encode()) == b"\xc3\xa4"
        assert convert(b"\xe4", encoding="latin-1") == b"\xc3\xa4"


@pytest.mark.parametrize(
    ("suffix", "read"),
    [("", bytes), (".gz", gzip.decompress), (".bz2", bz2.decompress)],
)
def test_save_as_line_sentence(module, tmp_path, suffix, read):
    path = tmp_path / f"text{suffix}"
    sentences = [["a", "ä"], [], ["漢字"]]
    module.save_as_line_sentence(iter(sentences), str(path))
    assert read(path.read_bytes()).decode() == "a ä\n\n漢字\n"
    assert list(LineSentence(path)) == [["a", "ä"], ["漢字"]]


def test_repeat_corpus(module):
    corpus = [["a"], ["b"], ["c"]]
    for reps in (0, 2, 3, 7):
        repeated = module.RepeatCorpus(corpus, reps)
        assert list(repeated) == list(repeated) == (corpus * 3)[:reps]
    repeated = module.RepeatCorpusNTimes(corpus, 3)
    assert list(repeated) == list(repeated) == corpus * 3
    assert (
        list(module.RepeatCorpus([], 3)) == list(module.RepeatCorpusNTimes([], 3)) == []
    )


# Ours


@settings(max_examples=200, deadline=None)
@given(texts, st.booleans())
def test_texts_are_split_as_gensim_does(text, flag):
    gensim = pytest.importorskip("gensim.utils")
    assert list(ours.tokenize(text, lower=flag)) == list(
        gensim.tokenize(text, lower=flag)
    )
    assert ours.simple_preprocess(text, flag) == gensim.simple_preprocess(text, flag)
    assert ours.deaccent(text) == gensim.deaccent(text)


def test_nothing_is_left_of_a_failed_save(tmp_path):
    path = tmp_path / "text"
    path.write_text("old")
    for sentences in ([["a"], "b c"], [["a"], ["b", 3]]):
        with pytest.raises((CorpusError, TypeError)):
            ours.save_as_line_sentence(sentences, path)
        assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ConfigError, match="choose a name"):
        ours.save_as_line_sentence([["a"]], tmp_path / "x.zst")
    with pytest.raises(FileNotFoundError, match="does not exist"):
        ours.save_as_line_sentence([["a"]], tmp_path / "no" / "x")


def test_xz(tmp_path):
    ours.save_as_line_sentence([["a", "b"]], tmp_path / "x.xz")
    assert list(LineSentence(tmp_path / "x.xz")) == [["a", "b"]]


@pytest.mark.parametrize("repeat", [ours.RepeatCorpus, ours.RepeatCorpusNTimes])
def test_a_corpus_that_ends_for_good(repeat):
    repeated = repeat(iter([["a"], ["b"]]), 9)
    with pytest.raises(CorpusError, match="only once"):
        list(repeated)
    assert list(ours.RepeatCorpus(iter([["a"], ["b"]]), 2)) == [["a"], ["b"]]
    with pytest.raises(ConfigError, match="-1"):
        repeat([], -1)


def test_a_reader_may_be_repeated():
    reader = LineSentence(io.BytesIO(b"a b\nc"))
    assert list(ours.RepeatCorpus(reader, 3)) == [["a", "b"], ["c"], ["a", "b"]]
