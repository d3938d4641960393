"""Evaluation by rated word pairs and analogy questions."""

import dataclasses
import json

import numpy as np
import pytest

from fastw2v.errors import ConfigError, FormatError, VectorsError
from fastw2v.vectors.evaluate import (
    analogies,
    evaluate_analogies,
    evaluate_categories,
    evaluate_outliers,
    evaluate_sentences,
    evaluate_word_pairs,
    holds_analogies,
)
from fastw2v.vectors.keyed_vectors import KeyedVectors


@pytest.fixture
def kv():
    rng = np.random.default_rng(11)
    # Case variants, some ahead of and some behind the plain spelling.
    words = ["Paris", "paris", "FRANCE", "rome", "Rome", "italy", "berlin", "germany"]
    words += [f"w{i}" for i in range(40)] + ["France", "BERLIN", "W3", "straße"]
    return KeyedVectors.from_arrays(
        words, rng.standard_normal((len(words), 4)).astype(np.float32)
    )


def write(folder, text):
    path = folder / "questions"
    path.write_text(text, encoding="utf-8")
    return path


def fold(word, case_insensitive):
    return word.upper() if case_insensitive else word


def first_row(kv, word, restrict, case_insensitive):
    for row, other in enumerate(kv.index_to_key[:restrict]):
        if fold(other, case_insensitive) == fold(word, case_insensitive):
            return row
    return None


def unit(kv, row):
    vector = kv.vectors[row].astype(np.float64)
    return vector / np.sqrt(sum(x * x for x in vector))


def answer(kv, question, restrict, case_insensitive):
    """Return whether 3CosAdd is right, None if a word is unknown; by plain loops."""
    rows = [first_row(kv, word, restrict, case_insensitive) for word in question]
    if None in rows:
        return None
    a, b, c = (unit(kv, row) for row in rows[:3])
    banned = {fold(word, case_insensitive) for word in question[:3]}
    best, best_score = None, -np.inf
    for row, word in enumerate(kv.index_to_key[:restrict]):
        score = float((b - a + c) @ unit(kv, row))
        if fold(word, case_insensitive) not in banned and score > best_score:
            best, best_score = word, score
    return fold(best, case_insensitive) == fold(question[3], case_insensitive)


def plausible_questions(kv, count, seed):
    """Draw questions of which about half are answered right."""
    rng = np.random.default_rng(seed)
    words = [*kv.index_to_key, "unknown"]
    questions = []
    for _ in range(count):
        a, b, c, d = (words[i] for i in rng.integers(0, len(words), 4))
        if rng.random() < 0.6 and "unknown" not in {a, b, c}:
            d = kv.most_similar([b, c], [a], topn=1)[0][0]
        questions.append((a, b, c, rng.choice([d, d.upper(), d.lower()])))
    return questions


def render(sections):
    lines = ["# a comment", ""]
    for name, questions in sections.items():
        lines += [f": {name}", *(" ".join(question) for question in questions)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("restrict", [None, 30])
def test_analogies_equal_loops(tmp_path, monkeypatch, kv, case_insensitive, restrict):
    monkeypatch.setattr(analogies, "BATCH_QUESTIONS", 7)
    sections = {
        "capitals": plausible_questions(kv, 500, 1),
        "gram1-plural": plausible_questions(kv, 500, 2),
        "none": [("x", "y", "z", "x")],
    }
    result = evaluate_analogies(
        kv,
        write(tmp_path, render(sections)),
        restrict_vocab=restrict,
        case_insensitive=case_insensitive,
    )
    for part, (name, questions) in zip(result.sections, sections.items(), strict=True):
        expected = [answer(kv, q, restrict, case_insensitive) for q in questions]
        assert part.name == name
        assert part.correct == expected.count(True)
        assert part.total == expected.count(True) + expected.count(False)
        assert part.skipped == expected.count(None)
    first, second, third = result.sections
    assert first.correct > 5
    assert first.total - first.correct > 5
    assert result.all.correct == first.correct + second.correct
    assert result.all.skipped == first.skipped + second.skipped + 1
    assert (result.semantic.total, result.syntactic.total) == (
        first.total,
        second.total,
    )
    assert result.accuracy == result.all.correct / result.all.total
    assert third.accuracy is None
    assert (
        json.loads(json.dumps(result.as_dict()))["sections"][0]["correct"]
        == first.correct
    )


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("restrict", [300_000, 30])
def test_analogies_agree_with_gensim(tmp_path, kv, case_insensitive, restrict):
    gensim_kv = pytest.importorskip("gensim.models.keyedvectors")
    sections = {str(i): plausible_questions(kv, 40, i) for i in range(3)}
    path = write(tmp_path, render(sections).replace("# a comment\n\n", ""))
    theirs = gensim_kv.KeyedVectors(4)
    theirs.add_vectors(kv.index_to_key, kv.vectors)
    score, found = theirs.evaluate_word_analogies(str(path), restrict, case_insensitive)
    ours = evaluate_analogies(
        kv, path, restrict_vocab=restrict, case_insensitive=case_insensitive
    )
    for part, section in zip(ours.sections, found, strict=False):
        assert part.correct == len(section["correct"])
        assert part.total == len(section["correct"]) + len(section["incorrect"])
    assert ours.accuracy == pytest.approx(score)


def answer_cosmul(kv, question):
    """Return whether 3CosMul is right, with shifted cosines; by plain loops."""
    rows = [first_row(kv, word, None, False) for word in question]
    a, b, c = (unit(kv, row) for row in rows[:3])
    scores = {}
    for row in set(range(len(kv))) - set(rows[:3]):
        near = [(1 + float(v @ unit(kv, row))) / 2 for v in (a, b, c)]
        scores[row] = near[1] * near[2] / (near[0] + 1e-6)
    return max(scores, key=scores.get) == rows[3]


def test_analogies_by_cosmul_equal_loops(tmp_path, kv):
    rng = np.random.default_rng(4)
    questions = []
    for _ in range(60):
        a, b, c, d = (kv.index_to_key[i] for i in rng.choice(len(kv), 4, False))
        if rng.random() < 0.5:
            d = kv.most_similar_cosmul([b, c], [a], topn=1)[0][0]
        questions.append((a, b, c, d))
    result = evaluate_analogies(
        kv,
        write(tmp_path, render({"s": questions})),
        case_insensitive=False,
        method="3CosMul",
    )
    expected = [answer_cosmul(kv, question) for question in questions]
    assert result.items.values[:, 0].tolist() == expected
    assert 5 < result.all.correct < 60
    assert result.as_dict()["method"] == "3CosMul"


def test_there_is_no_other_method(tmp_path, kv):
    path = write(tmp_path, ": a\nParis FRANCE rome italy\n")
    with pytest.raises(ConfigError, match="'3CosDiv'"):
        evaluate_analogies(kv, path, method="3CosDiv")


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.ones((3, 4)), "all 3 vectors are the same"),
        (np.zeros((3, 4)), "all 3 vectors are the same"),
        (np.ones((1, 4)), "hold 1 words"),
        (np.ones((0, 4)), "hold 0 words"),
    ],
)
def test_vectors_that_tell_nothing_apart(tmp_path, vectors, message):
    words = ["a", "b", "c"][: len(vectors)]
    kv = KeyedVectors.from_arrays(words, vectors.astype(np.float32))
    for measure, text in (
        (evaluate_analogies, ": s\na b c a\n"),
        (evaluate_word_pairs, "a\tb\t1\nb\tc\t2\n"),
        (evaluate_outliers, "a\tb\tc\n"),
        (evaluate_categories, "x\ta\ny\tb\ny\tc\n"),
        (evaluate_sentences, "x\ta\ny\tb\ny\tc\n"),
    ):
        with pytest.raises(VectorsError, match=message):
            measure(kv, write(tmp_path, text))


def test_analogies_leave_the_vectors_alone(tmp_path, kv):
    before = dict(kv.key_to_index), list(kv.index_to_key), kv.vectors.copy()
    evaluate_analogies(kv, write(tmp_path, ": a\nParis FRANCE rome italy\n"))
    assert (kv.key_to_index, kv.index_to_key) == before[:2]
    np.testing.assert_array_equal(kv.vectors, before[2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line"),
        ("# only a comment\n\n", "no line"),
        (": empty\n", "none of its 0 questions"),
        (": a\nx y z x\n", "none of its 1 questions"),
        ("Paris France Rome Italy\n", "line 1 stands before any heading"),
        (": a\n\n#\nParis France Rome\n", "line 4 has 3 words"),
        (": a\nParis France Rome Italy Berlin\n", "line 2 has 5 words"),
    ],
)
def test_bad_question_files(tmp_path, kv, text, message):
    with pytest.raises(FormatError, match=message) as caught:
        evaluate_analogies(kv, write(tmp_path, text))
    assert "\n" not in str(caught.value)


def pearson(x, y):
    mx, my = sum(x) / len(x), sum(y) / len(y)
    top = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return top / (sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y)) ** 0.5


def ranks(values):
    """Rank from 1, equal values sharing the mean of their ranks."""
    return [
        1 + sum(v < value for v in values) + (sum(v == value for v in values) - 1) / 2
        for value in values
    ]


def some_pairs(kv, count, seed=5):
    rng = np.random.default_rng(seed)
    words = [*kv.index_to_key, "unknown"]
    drawn = rng.integers(0, len(words), (count, 2))
    return [(words[i], words[j], int(rng.integers(0, 20)) / 2) for i, j in drawn]


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("dummy", [True, False])
@pytest.mark.parametrize("restrict", [None, 30])
def test_pairs_equal_loops(tmp_path, kv, case_insensitive, dummy, restrict):
    pairs = some_pairs(kv, 60)
    ratings, cosines, unknown = [], [], 0
    for a, b, rating in pairs:
        i, j = (first_row(kv, word, restrict, case_insensitive) for word in (a, b))
        known = i is not None and j is not None
        unknown += not known
        if known or dummy:
            ratings.append(rating)
            cosines.append(float(unit(kv, i) @ unit(kv, j)) if known else 0.0)
    text = "# w1 w2\n\n" + "".join(f"{a}\t{b}\t{r}\n" for a, b, r in pairs)
    result = evaluate_word_pairs(
        kv,
        write(tmp_path, text),
        restrict_vocab=restrict,
        case_insensitive=case_insensitive,
        dummy_for_unknown=dummy,
    )
    assert unknown
    assert result.pairs == len(ratings)
    assert result.oov_share == pytest.approx(unknown / 60)
    assert result.pearson.statistic == pytest.approx(
        pearson(ratings, cosines), abs=1e-6
    )
    spearman = pearson(ranks(ratings), ranks([round(c, 6) for c in cosines]))
    assert result.spearman[0] == pytest.approx(spearman, abs=5e-3)
    assert 0 <= result.spearman.p_value <= 1
    as_dict = json.loads(json.dumps(result.as_dict()))
    assert as_dict["pearson"]["p_value"] == result.pearson.p_value


@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("dummy", [True, False])
def test_pairs_agree_with_gensim(tmp_path, kv, case_insensitive, dummy):
    gensim_kv = pytest.importorskip("gensim.models.keyedvectors")
    path = write(
        tmp_path, "".join(f"{a}\t{b}\t{r}\n" for a, b, r in some_pairs(kv, 80))
    )
    theirs = gensim_kv.KeyedVectors(4)
    theirs.add_vectors(kv.index_to_key, kv.vectors)
    expected = theirs.evaluate_word_pairs(
        str(path), case_insensitive=case_insensitive, dummy4unknown=dummy
    )
    ours = evaluate_word_pairs(
        kv, path, case_insensitive=case_insensitive, dummy_for_unknown=dummy
    )
    assert tuple(ours.pearson) == pytest.approx(tuple(expected[0]), abs=1e-6)
    # Equal cosines may differ in their last bit, which moves ranks a little.
    assert tuple(ours.spearman) == pytest.approx(tuple(expected[1]), abs=5e-3)
    assert ours.oov_share * 100 == pytest.approx(expected[2])


@pytest.mark.parametrize(("delimiter", "mark"), [(",", ","), (None, "  "), (" ", " ")])
def test_delimiters(tmp_path, kv, delimiter, mark):
    text = "Paris\trome\t3\nitaly\tberlin\t5\nw1\tw2\t1.5\n"
    expected = evaluate_word_pairs(kv, write(tmp_path, text))
    path = write(tmp_path, text.replace("\t", mark).replace("\n", "\r\n"))
    assert evaluate_word_pairs(kv, path, delimiter=delimiter) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no line"),
        ("a b 3\n", r"line 1 is not two words and a number, separated by '\\t'"),
        ("w1\tw2\t1\nw1\tw2\n", "line 2 is not two words"),
        ("w1\tw2\t1\t7\n", "line 1 is not two words"),
        ("word1\tword2\trating\n", "put # before"),
        ("w1\tw2\tnan\n", "line 1 is not"),
        ("x\ty\t1\nz\ty\t2\n", "0 of 2 pairs have vectors"),
        ("w1\tw2\t1\nz\ty\t2\n", "1 of 2 pairs have vectors"),
        ("w1\tw2\t4\nw1\tw5\t4\n", "differ in both rating and cosine"),
        ("w1\tw2\t4\nw2\tw1\t5\n", "differ in both rating and cosine"),
    ],
)
def test_bad_pair_files(tmp_path, kv, text, message):
    with pytest.raises(FormatError, match=message) as caught:
        evaluate_word_pairs(kv, write(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"), [("# x\n\n: a\n", True), ("a\tb\t1\n: a\n", False)]
)
def test_holds_analogies(tmp_path, text, expected):
    assert holds_analogies(write(tmp_path, text)) is expected


def test_files_that_are_not_utf8(tmp_path, kv):
    (tmp_path / "questions").write_bytes(b": \xff\n")
    for call in (evaluate_analogies, evaluate_word_pairs):
        with pytest.raises(FormatError, match="is not UTF-8"):
            call(kv, str(tmp_path / "questions"))


def test_results_are_frozen(tmp_path, kv):
    result = evaluate_analogies(kv, write(tmp_path, ": a\nParis FRANCE rome italy\n"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.sections = ()


def test_public_sets(shared_file):
    questions = shared_file("eval/questions-words.txt")
    text = questions.read_text(encoding="utf-8")
    words = dict.fromkeys(text.lower().split())
    rows = np.random.default_rng(0).standard_normal((len(words), 8))
    kv = KeyedVectors.from_arrays(list(words), rows.astype(np.float32))
    result = evaluate_analogies(kv, questions)
    assert (result.all.total, result.all.skipped) == (19544, 0)
    assert (result.semantic.total, result.syntactic.total) == (8869, 10675)
    for name, pairs in (("wordsim353.tsv", 353), ("simlex999.tsv", 999)):
        rated = evaluate_word_pairs(
            kv, shared_file(f"eval/{name}"), dummy_for_unknown=True
        )
        assert rated.pairs == pairs
