"""The generated corpus: its bytes, its English, and what it plants."""

import hashlib
import re
import sys
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from fastw2v.corpus import synthetic
from fastw2v.corpus.synthetic import SAMPLE_TOKENS, generate, write_corpus
from fastw2v.corpus.synthetic_grammar import load_grammar
from fastw2v.corpus.synthetic_plant import (
    categories,
    labelled_sentences,
    outliers,
    questions,
    word_pairs,
)
from fastw2v.errors import ConfigError

SAMPLE = Path(__file__).parents[1] / "corpora"
FILES = (
    "synthetic.txt",
    "questions.txt",
    "pairs.tsv",
    "outliers.tsv",
    "categories.tsv",
    "sentences.tsv",
)
REACH = 5


@pytest.fixture(scope="module")
def sentences() -> list[list[str]]:
    text = (SAMPLE / "synthetic.txt").read_text(encoding="ascii")
    return [line.split() for line in text.splitlines()]


@pytest.fixture(scope="module")
def counts(sentences: list[list[str]]) -> Counter[str]:
    return Counter(chain.from_iterable(sentences))


def test_committed_sample_is_what_the_generator_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "argv", ["synthetic", "--output", str(tmp_path)])
    synthetic.main()
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_readme_states_size_and_hash_of_the_sample(name: str):
    content = (SAMPLE / name).read_bytes()
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}`"))
    assert hashlib.sha256(content).hexdigest() in row
    assert f"{len(content):,}" in row


def test_sample_is_small_enough_to_commit():
    assert sum((SAMPLE / name).stat().st_size for name in FILES) < 1 << 20


@pytest.mark.parametrize("tokens", [1, 9, 5000])
def test_size_is_reached_by_the_last_sentence(tokens: int):
    made = list(generate(tokens))
    size = sum(map(len, made))
    assert size >= tokens > size - len(made[-1])


def test_text_depends_on_the_seed_alone():
    assert list(generate(2000, seed=3)) == list(generate(2000, seed=3))
    assert list(generate(2000, seed=3)) != list(generate(2000, seed=4))


def test_longer_text_begins_with_the_shorter():
    short = list(generate(1000))
    assert list(generate(3000))[: len(short)] == short


@pytest.mark.parametrize(("tokens", "seed"), [(0, 1), (-5, 1), (10, -1)])
def test_bad_request_writes_nothing(tokens: int, seed: int, tmp_path: Path):
    folder = tmp_path / "new"
    with pytest.raises(ConfigError):
        write_corpus(folder, tokens, seed)
    assert not folder.exists()


def test_failed_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write_corpus(tmp_path, 100)
    before = (tmp_path / "synthetic.txt").read_bytes()

    def broken(*_: object):
        yield ["half"]
        raise KeyboardInterrupt

    monkeypatch.setattr(synthetic, "_until", broken)
    with pytest.raises(KeyboardInterrupt):
        write_corpus(tmp_path, 100, seed=2)
    assert (tmp_path / "synthetic.txt").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_words_are_lower_case_letters(counts: Counter[str]):
    assert [word for word in counts if not re.fullmatch("[a-z]+", word)] == []


def test_a_and_an_stand_where_english_has_them(sentences: list[list[str]]):
    following = {"a": Counter[str](), "an": Counter[str]()}
    for words in sentences:
        for word, after in pairwise(words):
            if word in following:
                following[word][after] += 1
    assert not [word for word in following["a"] if word[0] in "aeio"]
    assert not [word for word in following["an"] if word[0] not in "aeiouh"]
    assert {"useful", "hospital"} <= set(following["a"])
    assert {"heir", "honest", "unjust"} <= set(following["an"])
    assert not set(following["a"]) & set(following["an"])


def test_size_of_vocabulary_and_sentences(
    sentences: list[list[str]], counts: Counter[str]
):
    assert counts.total() == pytest.approx(SAMPLE_TOKENS, abs=20)
    assert 1500 < len(counts) < 3000
    assert sum(count < 5 for count in counts.values()) < 0.01 * len(counts)
    lengths = np.array([len(words) for words in sentences])
    assert 8 < lengths.mean() < 12
    assert lengths.min() <= 6
    assert lengths.max() >= 15
    assert len({tuple(words) for words in sentences}) > 0.75 * len(sentences)


@pytest.mark.parametrize("head", [100, 300, 1000, 1500])
def test_frequencies_follow_zipf(head: int, counts: Counter[str]):
    frequency = [count for _, count in counts.most_common(head)]
    rank = np.arange(1, head + 1)
    slope, _ = np.polyfit(np.log(rank), np.log(frequency), 1)
    assert -1.15 < slope < -0.75


def test_planted_words_are_common_enough_to_learn(counts: Counter[str]):
    for relation in load_grammar().relations:
        for word in chain.from_iterable(relation.pairs):
            assert counts[word] >= 25, word


def test_no_word_stands_in_two_relations():
    relations = load_grammar().relations
    planted = [word for relation in relations for row in relation.pairs for word in row]
    assert len(planted) == len(set(planted))


def test_questions_file_has_the_form_of_word2vecs():
    lines = (SAMPLE / "questions.txt").read_text(encoding="ascii").splitlines()
    sections = [line for line in lines if line.startswith(": ")]
    assert [line[2:] for line in sections] == [name for name, _ in questions()]
    assert sum(line.startswith(": gram") for line in lines) == 3
    assert all(len(set(line.split())) == 4 for line in lines if line[0] != ":")
    assert len(lines) == len(set(lines))
    assert len(lines) > 2000


def test_word_pairs_are_graded_and_known(counts: Counter[str]):
    pairs = list(word_pairs())
    assert len({frozenset(pair[:2]) for pair in pairs}) == len(pairs)
    assert all(counts[first] and counts[second] for first, second, _ in pairs)
    grades = Counter(score for *_, score in pairs)
    assert set(grades) == {0, 1, 4, 6, 7, 8, 9}
    assert min(grades.values()) >= 20


@pytest.fixture(scope="module")
def unit_rows(sentences: list[list[str]], counts: Counter[str]) -> np.ndarray:
    """Rows of positive pointwise mutual information, of length one: no training."""
    number = {word: row for row, word in enumerate(counts)}
    gap = [-1] * REACH
    stream = np.concatenate([[number[word] for word in s] + gap for s in sentences])
    together = np.zeros((len(counts), len(counts)))
    for distance in range(1, REACH + 1):
        first, second = stream[:-distance], stream[distance:]
        inside = (first >= 0) & (second >= 0)
        closeness = (REACH + 1 - distance) / REACH
        np.add.at(together, (first[inside], second[inside]), closeness)
    together += together.T
    noise = together.sum(axis=0) ** 0.75
    expected = together.sum(axis=1, keepdims=True) * (noise / noise.sum())
    information = np.log(np.maximum(together / expected, 1.0))
    return information / np.linalg.norm(information, axis=1, keepdims=True)


@pytest.mark.parametrize("section", [name for name, _ in questions()])
def test_analogies_are_in_the_text(
    section: str, unit_rows: np.ndarray, counts: Counter[str]
):
    number = {word: row for row, word in enumerate(counts)}
    asked = np.array([[number[word] for word in q] for q in dict(questions())[section]])
    a, b, c = (unit_rows[asked[:, place]] for place in range(3))
    closeness = (b - a + c) @ unit_rows.T
    np.put_along_axis(closeness, asked[:, :3], -np.inf, axis=1)
    assert np.mean(closeness.argmax(axis=1) == asked[:, 3]) > 0.9


def test_similarities_are_in_the_text(unit_rows: np.ndarray, counts: Counter[str]):
    number = {word: row for row, word in enumerate(counts)}
    pairs = list(word_pairs())
    cosines = [
        unit_rows[number[first]] @ unit_rows[number[second]]
        for first, second, _ in pairs
    ]
    assert spearmanr(cosines, [score for *_, score in pairs]).statistic > 0.8


def topic_of() -> dict[str, str]:
    """The first thing of the topic of each thing."""
    topics = (topic for theme in load_grammar().themes for topic in theme)
    return {word: topic["thing"][0] for topic in topics for word in topic["thing"]}


def test_outliers_are_of_another_topic():
    topic = topic_of()
    asked = list(outliers())
    assert len(asked) == len(set(asked)) == 80
    for outlier, group in asked:
        assert len({topic[word] for word in group}) == 1
        assert topic[outlier] != topic[group[0]]


def test_categories_are_topics():
    topic = topic_of()
    members = list(categories())
    assert len(set(members)) == 160
    assert all(topic[word] == category for category, word in members)


def test_labelled_sentences_are_of_their_topic_and_not_of_the_text(
    sentences: list[list[str]],
):
    topics = [topic for theme in load_grammar().themes for topic in theme]
    own = {topic["thing"][0]: set(chain(*topic.values())) for topic in topics}
    labelled = list(labelled_sentences(400, seed=2))
    assert Counter(label for label, _ in labelled) == dict.fromkeys(own, 20)
    assert sum(not own[label].isdisjoint(words) for label, words in labelled) > 380
    seen = set(map(tuple, sentences))
    assert sum(tuple(words) in seen for _, words in labelled) < 4
    assert labelled != list(labelled_sentences(400, seed=3))
