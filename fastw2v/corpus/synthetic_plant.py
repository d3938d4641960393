"""What the generated corpus plants, as files an evaluation can ask.

Both follow from the grammar alone: they hold for a text of any size and seed.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import TypeVar

from fastw2v.corpus.synthetic_grammar import Topic, load_grammar

Item = TypeVar("Item")
Pair = tuple[str, str, float]
"""Two words and their planted similarity, 0 to 10."""

ROWS_IN_PAIRS = 12
"""Rows of each relation that enter the word pairs."""

GROUP_WORDS = 6
"""Words that belong together in an outlier question."""

CATEGORY_WORDS = 8
"""Words of each category."""


def questions() -> Iterator[tuple[str, list[tuple[str, str, str, str]]]]:
    """Sections of planted analogies: a name, and its questions a : b = c : d.

    Any two rows of a relation make two questions. As in the analogy file of word2vec,
    names of syntactic sections start with ``gram``.
    """
    for relation in load_grammar().relations:
        rows = permutations(relation.pairs, 2)
        yield relation.section, [(*first, *second) for first, second in rows]


def word_pairs() -> Iterator[Pair]:
    """Word pairs with their planted similarity, 0 (unrelated) to 10.

    The score falls with the share of their contexts that two words are given in common:

    ===== ============================================================
    9     same topic, same part of speech
    8     same topic, another part of speech
    7     both sides of one row: all but the role (king, queen)
    6     same side of two rows: the role alone (king, prince)
    4     sister topics of one theme, same part of speech
    1     topics of different themes, same part of speech
    0     nothing but the common words of the language
    ===== ============================================================
    """
    grammar = load_grammar()
    for relation in grammar.relations:
        for row, following in _neighbours(relation.pairs[:ROWS_IN_PAIRS]):
            yield *row, 7.0
            yield row[0], following[0], 6.0
            yield row[1], following[1], 6.0
    for theme in grammar.themes:
        for topic, sister in _neighbours(theme):
            yield from _within(topic)
            yield from _across(topic, sister, 4.0)
    for theme, other in _neighbours(grammar.themes):
        yield from _across(theme[0], other[1], 1.0)
        yield theme[0]["thing"][1], other[1]["verb"][1], 0.0
    for relation, theme in zip(grammar.relations, grammar.themes, strict=False):
        rows = zip(relation.pairs, theme[0]["thing"], strict=False)
        yield from ((row[0], thing, 0.0) for row, thing in rows)


def outliers() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Words that do not belong to a group, each with the group.

    A group is of things of one topic. To each there are two outliers from the other
    topic of its theme, which lends it words, and two from another theme.
    """
    themes = load_grammar().themes
    for theme, following in _neighbours(themes):
        for topic, sister in _neighbours(theme):
            group = topic["thing"][:GROUP_WORDS]
            strangers = (*sister["thing"][:2], *following[0]["thing"][2:4])
            yield from ((stranger, group) for stranger in strangers)


def categories() -> Iterator[tuple[str, str]]:
    """Topics, each named by its first thing, with things that belong to them."""
    for theme in load_grammar().themes:
        for topic in theme:
            things = topic["thing"]
            yield from ((things[0], word) for word in things[:CATEGORY_WORDS])


def labelled_sentences(count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Sentences about the topics, each with the first thing of its topic as label.

    The topics take turns. The sentences are drawn from the grammar that the corpus is
    drawn from, so another seed than the corpus has makes others.
    """
    grammar = load_grammar()
    topics = [topic for theme in grammar.themes for topic in theme]
    scenes = grammar.scenes[-len(topics) :]
    rng = random.Random(seed)
    for place in range(count):
        turn = place % len(topics)
        yield topics[turn]["thing"][0], scenes[turn].sentence(rng)


def _neighbours(items: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Each item with the next one, the last with the first."""
    return zip(items, (*items[1:], items[0]), strict=True)


def _within(topic: Topic) -> Iterator[Pair]:
    things, verbs = topic["thing"], topic["verb"]
    yield things[0], things[1], 9.0
    yield things[2], things[3], 9.0
    yield verbs[0], verbs[1], 9.0
    yield things[0], verbs[0], 8.0
    yield things[1], topic["adjective"][0], 8.0
    yield topic["person"][0], things[2], 8.0


def _across(topic: Topic, other: Topic, score: float) -> Iterator[Pair]:
    """Things of two topics, one rank apart so that (a, b) and (b, a) differ."""
    for rank in range(2):
        yield topic["thing"][rank], other["thing"][rank + 1], score
