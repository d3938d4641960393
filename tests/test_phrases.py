"""Phrases: the same tests on gensim's and on ours, then what only ours promises."""

import copy
import io
import itertools
import logging
import math
import pickle
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from conftest import REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st

from fastw2v.corpus import bigrams
from fastw2v.corpus.line_sentences import LineSentence
from fastw2v.errors import ConfigError, CorpusError, FormatError
from fastw2v.models import phrase_files, phrase_finder
from fastw2v.models import phrases as ours

SAMPLE = REPOSITORY / "corpora" / "synthetic.txt"
SENTENCES = [
    ["the", "mayor", "of", "new", "york", "was", "there"],
    ["the", "united", "states", "of", "america", "and", "new", "york"],
    ["machine", "learning", "can", "be", "useful", "sometimes"],
    [
        "new",
        "york",
        "has",
        "a",
        "mayor",
        "and",
        "the",
        "united",
        "states",
        "of",
        "america",
        "has",
        "none",
    ],
    ["in", "new", "york", "the", "bank", "of", "america", "is", "of", "use"],
    ["new"],
    [],
    ["york", "new", "york", "new", "york"],
    ["the", "bank", "of", "america", "of", "the", "united", "states", "of", "america"],
]
CONNECTORS = frozenset({"of", "the", "and"})
SETTINGS = [
    {"min_count": 1, "threshold": 0.1},
    {"min_count": 1, "threshold": 1, "connector_words": CONNECTORS},
    {"min_count": 2, "threshold": 0.5, "connector_words": CONNECTORS, "delimiter": "~"},
    {"min_count": 1, "threshold": 0.4, "scoring": "npmi"},
    {"min_count": 1.5, "threshold": -1, "scoring": "npmi", "delimiter": " & "},
]


def by_count(
    worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count
):
    return bigram_count * corpus_word_count / len_vocab - min_count


@pytest.fixture(params=["fastw2v", "gensim"])
def module(request):
    if request.param == "gensim":
        return pytest.importorskip("gensim.models.phrases")
    return ours


@pytest.fixture
def gensim():
    return pytest.importorskip("gensim.models.phrases")


# Both back ends


@pytest.mark.parametrize("how", SETTINGS, ids=range(len(SETTINGS)))
def test_equal_to_gensim(gensim, how):
    own, other = ours.Phrases(SENTENCES, **how), gensim.Phrases(SENTENCES, **how)
    assert own.vocab == other.vocab
    assert own.corpus_word_count == other.corpus_word_count
    assert own.export_phrases() == other.export_phrases()
    assert own.find_phrases(SENTENCES) == other.find_phrases(SENTENCES)
    assert list(own[SENTENCES]) == list(other[SENTENCES])
    frozen, expected = own.freeze(), other.freeze()
    assert frozen.phrasegrams == expected.phrasegrams
    assert list(frozen[SENTENCES]) == list(expected[SENTENCES])
    for sentence in SENTENCES:
        analyzed = list(other.analyze_sentence(sentence))
        assert list(own.analyze_sentence(sentence)) == analyzed
        assert list(frozen.analyze_sentence(sentence)) == analyzed
        assert own[sentence] == frozen[sentence] == other[sentence]


words = st.sampled_from(["a", "b", "c", "of", "the", "a_b", "_", "d"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, max_size=9), max_size=12), st.sampled_from([1, 2]))
def test_any_sentences_are_counted_as_in_gensim(sentences, min_count):
    gensim = pytest.importorskip("gensim.models.phrases")
    how = {"min_count": min_count, "threshold": 0.3, "connector_words": CONNECTORS}
    own, other = ours.Phrases(sentences, **how), gensim.Phrases(sentences, **how)
    assert own.vocab == other.vocab
    assert str(own) == str(other)
    assert list(own[sentences]) == [own[sentence] for sentence in sentences]
    assert [own[s] for s in sentences] == [other[s] for s in sentences]


def test_a_whole_text_equals_gensim(gensim, monkeypatch):
    monkeypatch.setattr(ours, "CHUNK_BYTES", 100_000)
    monkeypatch.setattr(bigrams, "BLOCK_PAIRS", 30_000)
    how = {"min_count": 3, "threshold": 2, "connector_words": {"the", "of", "in", "a"}}
    own = ours.Phrases(LineSentence(SAMPLE), **how)
    lists = list(LineSentence(SAMPLE))
    other = gensim.Phrases(lists, **how)
    assert len(own._counter._runs) > 1  # several blocks were merged
    assert own.vocab == other.vocab
    exported = own.export_phrases()
    assert exported == other.export_phrases()
    assert len(exported) > 100
    assert list(own.freeze()[LineSentence(SAMPLE)]) == list(other.freeze()[lists])
    for source in (str(SAMPLE), SAMPLE, io.BytesIO(SAMPLE.read_bytes()), lists):
        again = ours.Phrases(source, **how)
        assert (again.vocab, again.export_phrases()) == (own.vocab, exported)


def test_phrases_of_phrases_equal_gensim(gensim):
    """Longer phrases, by a second pass; then words hold the delimiter."""
    found = []
    for module in (ours, gensim):
        how = {"min_count": 1, "threshold": 0.5}
        once = module.Phrases(SENTENCES, **how)
        twice = module.Phrases(once[SENTENCES], **how)
        joined = [twice[once[sentence]] for sentence in SENTENCES]
        found.append((dict(twice.vocab), joined, list(twice[once[SENTENCES]])))
    assert found[0] == found[1]
    assert any(word.count("_") > 1 for word in itertools.chain(*found[0][1]))


def test_add_vocab_counts_more(module):
    how = {"min_count": 1, "threshold": 0.5}
    whole = module.Phrases(SENTENCES, **how)
    parts = module.Phrases(**how)
    assert len(parts.vocab) == 0
    assert parts["new", "york"] == ["new", "york"]
    for sentence in SENTENCES:
        parts.add_vocab([sentence])
    assert parts.vocab == whole.vocab
    assert parts.corpus_word_count == whole.corpus_word_count
    assert parts.export_phrases() == whole.export_phrases()


def test_its_own_sentences_may_be_added(module):
    model = module.Phrases(SENTENCES, 1, 0.5)
    joined = [list(sentence) for sentence in model[SENTENCES]]
    expected = module.Phrases(SENTENCES, 1, 0.5)
    expected.add_vocab(joined)
    model.add_vocab(model[SENTENCES])
    assert model.vocab == expected.vocab
    assert model.export_phrases() == expected.export_phrases()


def test_a_custom_scorer(module):
    model = module.Phrases(SENTENCES, 1, 3, scoring=by_count)
    assert model.scoring is by_count
    assert model["new", "york"] == ["new_york"]
    assert model.export_phrases() == {
        phrase: by_count(0, 0, count, len(model.vocab), 1, model.corpus_word_count)
        for phrase, count in model.vocab.items()
        if "_" in phrase and count * model.corpus_word_count / len(model.vocab) > 4
    }


@pytest.mark.parametrize("scorer", ["original_scorer", "npmi_scorer"])
@pytest.mark.parametrize(
    "counts", [(5, 7, 3, 100, 2, 1000), (5, 7, 1, 9, 2, 50), (0, 7, 1, 9, 2, 50)]
)
def test_scorers(module, gensim, scorer, counts):
    got = getattr(module, scorer)(*counts)
    assert got == getattr(gensim, scorer)(*counts)
    a, b, ab, vocab, min_count, total = counts
    if scorer == "original_scorer" and a:
        assert got == pytest.approx((ab - min_count) / (a * b) * vocab)
    elif scorer == "npmi_scorer" and ab >= min_count:
        expected = -math.log(ab * total / (a * b)) / math.log(ab / total)
        assert got == pytest.approx(expected)
    else:
        assert got == -math.inf


@pytest.mark.parametrize(
    "how",
    [
        {"min_count": 0},
        {"min_count": -1},
        {"threshold": 0},
        {"threshold": -1},
        {"threshold": 1.1, "scoring": "npmi"},
        {"threshold": -1.1, "scoring": "npmi"},
        {"scoring": "unknown"},
        {"scoring": lambda worda_count, wordb_count: 1.0},
    ],
    ids=str,
)
def test_parameters_out_of_range(module, how):
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
        module.Phrases(SENTENCES, **how)


def test_transforming_a_corpus_is_lazy_and_starts_anew(module):
    taken = []

    class Corpus:
        def __iter__(self):
            for sentence in SENTENCES:
                taken.append(sentence)
                yield sentence

    frozen = module.Phrases(SENTENCES, 1, 0.5).freeze()
    joined = frozen[Corpus()]
    assert len(taken) <= 1  # one item is looked at, to tell a corpus from a sentence
    first = list(joined)
    assert first == list(joined) == [frozen[sentence] for sentence in SENTENCES]
    assert any("new_york" in sentence for sentence in first)
    assert len(module.Phrases(SENTENCES, 1, 0.5)[SENTENCES]) == len(SENTENCES)


def test_one_sentence_in_any_form(module):
    frozen = module.Phrases(SENTENCES, 1, 0.5).freeze()
    for sentence in (["new", "york"], ("new", "york"), iter(["new", "york"])):
        assert frozen[sentence] == ["new_york"]
    assert frozen[[]] == frozen[iter([])] == []
    with pytest.raises(TypeError):
        frozen[5]


def test_a_generator_of_sentences(module):
    model = module.Phrases((sentence for sentence in SENTENCES), 1, 0.5)
    whole = [model[sentence] for sentence in SENTENCES]
    assert list(model[(sentence for sentence in SENTENCES)]) == whole


def test_words_are_joined_once_from_left_to_right(module):
    model = module.Phrases([["x", "x", "x"]] * 9, 1, 0.01)
    assert model[["x"] * 5] == ["x_x", "x_x", "x"]
    assert list(model[[["x"] * 5, ["x"] * 4]]) == [
        ["x_x", "x_x", "x"],
        ["x_x", "x_x"],
    ]


def test_attributes_and_text(module):
    model = module.Phrases(SENTENCES, 2, 3, delimiter="-", connector_words=CONNECTORS)
    frozen = model.freeze()
    for each in (model, frozen):
        assert (each.min_count, each.threshold, each.delimiter) == (2, 3, "-")
        assert each.connector_words == CONNECTORS
        assert each.scoring is module.original_scorer
    assert str(model) == (
        f"Phrases<{len(model.vocab)} vocab, min_count=2, threshold=3, "
        "max_vocab_size=40000000>"
    )
    assert str(frozen) == (
        f"FrozenPhrases<{len(frozen.phrasegrams)} phrases, min_count=2, threshold=3>"
    )
    assert repr(model).startswith("<")
    assert module.Phraser is module.FrozenPhrases
    assert module.ENGLISH_CONNECTOR_WORDS == ours.ENGLISH_CONNECTOR_WORDS


def test_score_candidate(module):
    model = module.Phrases(SENTENCES, 1, 1, connector_words=CONNECTORS)
    scores = model.export_phrases()
    candidate = ("states", "america", ["of"])
    expected = ("states_of_america", scores["states_of_america"])
    assert model.score_candidate(*candidate) == expected
    assert model.freeze().score_candidate(*candidate) == expected
    for other in (("states", "america", []), ("states", "nowhere", ["of"])):
        assert model.score_candidate(*other) == (None, None)
        assert model.freeze().score_candidate(*other) == (None, None)


def test_the_vocabulary_stays_within_its_size(module):
    model = module.Phrases(SENTENCES, 1, 0.1, max_vocab_size=5)
    assert len(model.vocab) <= 5


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies(module, duplicate):
    model = module.Phrases(SENTENCES, 1, 1, scoring=by_count)
    again = duplicate(model)
    assert again.vocab == model.vocab
    again.add_vocab(SENTENCES)
    assert len(again.vocab) == len(model.vocab)
    assert again.corpus_word_count == 2 * model.corpus_word_count
    frozen = duplicate(model.freeze())
    assert frozen.phrasegrams == model.export_phrases()
    assert list(frozen[SENTENCES]) == list(model[SENTENCES])


@pytest.mark.parametrize("freeze", [False, True])
def test_save_and_load(module, tmp_path, freeze):
    model = module.Phrases(SENTENCES, 1, 1, connector_words=CONNECTORS)
    path = str(tmp_path / "model")
    if freeze:
        model.freeze().save(path)
        again = module.FrozenPhrases.load(path)
        assert again.phrasegrams == model.export_phrases()
    else:
        model.save(path)
        again = module.Phrases.load(path)
        assert again.vocab == model.vocab
        assert again.export_phrases() == model.export_phrases()
    assert list(again[SENTENCES]) == list(model[SENTENCES])
    assert str(again) == str(model.freeze() if freeze else model)
    assert again.connector_words == CONNECTORS
    assert again.scoring is module.original_scorer
    if not freeze:
        again.add_vocab(SENTENCES)
        assert again.vocab["new_york"] == 2 * model.vocab["new_york"]


# Ours


def test_counts_are_those_of_loops():
    """Against plain loops, with chunks and blocks of a few tokens."""
    expected = Counter()
    for sentence in SENTENCES:
        plain = [i for i, word in enumerate(sentence) if word not in CONNECTORS]
        expected.update(sentence[i] for i in plain)
        spans = itertools.pairwise(plain)
        expected.update("_".join(sentence[i : j + 1]) for i, j in spans)
    text = "\n".join(map(" ".join, SENTENCES)).encode()
    for size in (1, 7, 40):
        model = ours.Phrases(connector_words=CONNECTORS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ours, "CHUNK_BYTES", size)
            patch.setattr(bigrams, "BLOCK_PAIRS", size)
            model.add_vocab(io.BytesIO(text))
        assert model.vocab == expected


def test_batches_do_not_matter(monkeypatch):
    frozen = ours.Phrases(SENTENCES, 1, 0.5, connector_words=CONNECTORS).freeze()
    whole = list(frozen[SENTENCES])
    for size in (1, 5, 20):
        monkeypatch.setattr(phrase_finder, "BATCH_TOKENS", size)
        assert list(frozen[SENTENCES]) == whole


def test_the_second_pass_is_exported_by_its_words():
    """gensim splits "new_york_city" at the delimiter and scores "new" with "city"."""
    text = [["new_york", "city", "x"], ["y", "new_york", "city"]] * 5
    model = ours.Phrases(text, 1, 0.5)
    assert model.freeze()["new_york", "city"] == model["new_york", "city"]
    assert model["new_york", "city"] == ["new_york_city"]


def test_dropped_words_are_the_rarest():
    common = [["a", "b"]] * 50 + [["c", "d"]] * 20
    rare = [[f"x{i}", f"y{i}"] for i in range(100)]
    model = ours.Phrases(common + rare, 1, 0.1, max_vocab_size=6)
    assert model.vocab == {"a": 50, "b": 50, "a_b": 50, "c": 20, "d": 20, "c_d": 20}
    assert model.min_reduce == 2
    assert ours.Phrases(common, 1, 0.1, max_vocab_size=6).min_reduce == 1


def test_a_corpus_that_can_be_read_once_says_so():
    joined = ours.Phrases(SENTENCES, 1, 1)[iter(SENTENCES)]
    assert len(list(joined)) == len(SENTENCES)
    with pytest.raises(CorpusError, match="only once"):
        list(joined)
    with pytest.raises(TypeError):
        len(joined)


@pytest.mark.parametrize("sentences", ["no such file", ["new york", "is big"]])
def test_text_in_place_of_token_lists(sentences):
    with pytest.raises((CorpusError, FileNotFoundError), match=r"split|path"):
        ours.Phrases(sentences)


def test_a_sentence_that_was_not_split():
    model = ours.Phrases(SENTENCES, 1, 1)
    with pytest.raises(CorpusError, match="split it"):
        model["new york"]
    with pytest.raises(CorpusError, match=r"sentence 1 .*split it"):
        list(model[[["new"], "york"]])
    with pytest.raises(CorpusError, match=r"sentence 0 .*split"):
        model.add_vocab(line for line in ["new york"])
    with pytest.raises(CorpusError, match="must be a str"):
        model.add_vocab([["new", 7]])


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"max_vocab_size": 0}, "max_vocab_size is 0"),
        ({"progress_per": 0}, "progress_per is 0"),
        ({"connector_words": "of"}, "connector_words is 'of', a str"),
        ({"delimiter": b"_"}, "delimiter is b'_'"),
        ({"min_count": math.nan}, "min_count is nan"),
        ({"threshold": math.nan}, "threshold is nan"),
        ({"scoring": None}, "scoring is None"),
        ({"scoring": lambda a, **rest: 0}, "worda_count, wordb_count"),
        ({"scoring": "mine"}, "'default', 'npmi'"),
    ],
)
def test_messages(how, message):
    with pytest.raises(ConfigError, match=message):
        ours.Phrases(**how)


def test_a_scorer_may_take_the_rest():
    model = ours.Phrases(
        SENTENCES, 1, 3, scoring=lambda bigram_count, **_: bigram_count
    )
    assert model.export_phrases() == {
        p: n for p, n in model.vocab.items() if "_" in p and n > 3
    }


def test_after_an_error_words_and_pairs_fit_together(monkeypatch):
    monkeypatch.setattr(ours, "CHUNK_BYTES", 16)  # one token a batch
    model = ours.Phrases(min_count=1, threshold=0.1)
    with pytest.raises(CorpusError, match="sentence 5"):
        model.add_vocab([["a", "b"]] * 5 + ["a b"])
    counted = model.vocab["a"]
    assert model.vocab == {"a": counted, "b": counted, "a_b": counted}
    model.add_vocab([["a", "b"]])
    assert model.vocab["a_b"] == counted + 1


def test_changed_parameters_count():
    model = ours.Phrases(SENTENCES, 1, 1e6)
    assert list(model[SENTENCES]) == SENTENCES
    model.threshold = 0.5
    assert list(model[SENTENCES]) == [model[sentence] for sentence in SENTENCES]
    model.add_vocab([["machine", "learning"]] * 9)
    assert ["machine_learning"] in list(model[[["machine", "learning"]]])
    frozen = model.freeze()
    frozen.phrasegrams = {"a_b": 2.0}
    assert list(frozen[[["a", "b"], ["new", "york"]]]) == [["a_b"], ["new", "york"]]


def test_the_vocabulary_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        ours.Phrases(SENTENCES).vocab["new"] = 7


def test_progress_is_logged(caplog):
    with caplog.at_level(logging.INFO, "fastw2v"):
        ours.Phrases(SENTENCES, progress_per=2)
    assert "9 sentences, 60 words" in caplog.text


@pytest.mark.parametrize("columns", [["a b c", "a b"], [["a", "b", "c"], ["a", "b"]]])
def test_columns(columns):
    model = ours.Phrases(pa.array(columns))
    assert model.vocab == {"a": 2, "b": 2, "c": 1, "a_b": 2, "b_c": 1}


def test_empty_tokens_are_no_words():
    model = ours.Phrases([["", "a", "b", ""], [""]], 1, 0.1)
    assert model.vocab == {"a": 1, "b": 1, "a_b": 1}
    assert model.corpus_word_count == 2
    assert model["", "a", "", "b"] == ["", "a", "", "b"]
    assert list(model[[["", "a", "", "b"]]]) == [["", "a", "", "b"]]


# Files


def test_a_custom_scorer_must_be_passed_again(tmp_path):
    path = tmp_path / "model"
    model = ours.Phrases(SENTENCES, 1, 3, scoring=by_count)
    for each in (model, model.freeze()):
        each.save(path)
        with pytest.raises(ConfigError, match=r"'test_phrases\.by_count'"):
            type(each).load(path)
        again = type(each).load(path, scoring=by_count)
        assert list(again[SENTENCES]) == list(model[SENTENCES])
        assert again.scoring is by_count


def test_parameters_may_be_numpy_numbers(tmp_path):
    how = {"min_count": np.float32(1.5), "threshold": np.float64(2)}
    ours.Phrases(SENTENCES, max_vocab_size=np.int64(99), **how).save(tmp_path / "m")
    assert ours.Phrases.load(tmp_path / "m").max_vocab_size == 99


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "model"
    model = ours.Phrases(SENTENCES, 1, 1)
    model.save(path)
    with pytest.raises(FormatError, match=r"'Phrases': use Phrases\.load"):
        ours.FrozenPhrases.load(path)
    model.freeze().save(path)
    with pytest.raises(FormatError, match=r"use FrozenPhrases\.load"):
        ours.Phrases.load(path)
    path.write_bytes(pickle.dumps(model))
    for cls in (ours.Phrases, ours.FrozenPhrases):
        with pytest.raises(FormatError, match="pickles"):
            cls.load(path)
        with pytest.raises(FileNotFoundError):
            cls.load(tmp_path / "none")


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "model"
    model = ours.Phrases(SENTENCES, 1, 1)
    model.save(path)
    before = path.read_bytes()
    model.progress_per = object()
    with pytest.raises(TypeError):
        model.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_parameter_that_is_none_is_refused(tmp_path, monkeypatch):
    written = phrase_files._parameters
    monkeypatch.setattr(
        phrase_files, "_parameters", lambda *given: written(*given) | {"unknown": 1}
    )
    ours.Phrases(SENTENCES, 1, 1).save(tmp_path / "model")
    with pytest.raises(FormatError, match="bad parameters"):
        ours.Phrases.load(tmp_path / "model")


def test_damaged_files_are_refused_or_read_as_they_are(tmp_path):
    """Any byte may be wrong; nothing but an error of ours comes of it."""
    path = tmp_path / "model"
    ours.Phrases(SENTENCES, 1, 1, connector_words=CONNECTORS).save(path)
    data = path.read_bytes()
    rng = np.random.default_rng(1)
    refused = 0
    for at in rng.integers(0, len(data), 300):
        path.write_bytes(data[:at] + bytes([rng.integers(256)]) + data[at + 1 :])
        try:
            model = ours.Phrases.load(path)
        except (FormatError, ConfigError):
            refused += 1
        else:
            model.export_phrases()
            dict(model.vocab)
    assert refused > 100
