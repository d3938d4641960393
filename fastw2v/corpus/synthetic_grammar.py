"""The grammar of the generated corpus: scenes, slots and what they plant.

Reads ``synthetic_grammar.toml``. A *scene* is a set of sentence patterns with the slots
they are filled from; what it plants lies in which words its slots hold.
"""

import random
import tomllib
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate, chain
from typing import Any

GRAMMAR_FILE = "synthetic_grammar.toml"
SISTER_SHARE = 0.04
"""Weight of a word in the other topic of its theme, relative to its own topic."""

AN_BEFORE = ("a", "e", "i", "o", "u", "heir", "honest")
A_BEFORE = ("uni", "us")
"""Beginnings of words that take "an", and the exceptions that keep "a"."""


class Choice:
    """Alternatives drawn in proportion to their weights.

    Parameters
    ----------
    alternatives : sequence of str
        Words and ``<slots>`` with spaces between them; may be empty.
    weights : sequence of float, same length
        Positive, not necessarily summing to one.
    """

    def __init__(self, alternatives: Sequence[str], weights: Sequence[float]) -> None:
        self._alternatives = [text.split() for text in alternatives]
        self._running = list(accumulate(weights))

    def draw(self, rng: random.Random) -> list[str]:
        """One alternative, as its words and slots."""
        return self._alternatives[
            bisect(self._running, rng.random() * self._running[-1])
        ]


@dataclass(frozen=True)
class Scene:
    """Sentence patterns and the slots they are filled from."""

    patterns: Choice
    slots: Mapping[str, Choice]

    def sentence(self, rng: random.Random) -> list[str]:
        """One sentence: a pattern with every slot filled, slots within slots too."""
        words = list(self._fill(self.patterns.draw(rng), rng))
        for place, following in enumerate(words[1:]):
            if words[place] == "a" and _takes_an(following):
                words[place] = "an"
        return words

    def _fill(self, tokens: Sequence[str], rng: random.Random) -> Iterator[str]:
        for token in tokens:
            if token.startswith("<"):
                yield from self._fill(self.slots[token[1:-1]].draw(rng), rng)
            else:
                yield token


def _takes_an(word: str) -> bool:
    return word.startswith(AN_BEFORE) and not word.startswith(A_BEFORE)


@dataclass(frozen=True)
class Relation:
    """A planted analogy section: every (left, right) pair takes the same step."""

    section: str
    pairs: tuple[tuple[str, str], ...]


Topic = Mapping[str, tuple[str, ...]]
"""Part of speech ("person", "thing", "verb", "adjective") -> words, common first."""


@dataclass(frozen=True)
class Grammar:
    """All scenes with their shares of the sentences, and what they plant.

    Parameters
    ----------
    scenes : tuple of Scene, length S
    weights : tuple of float, length S
    relations : tuple of Relation
    themes : tuple of tuple of Topic
        Topics of one theme now and then borrow each other's words.
    """

    scenes: tuple[Scene, ...]
    weights: tuple[float, ...]
    relations: tuple[Relation, ...]
    themes: tuple[tuple[Topic, ...], ...]

    def sentences(self, rng: random.Random) -> Iterator[list[str]]:
        """Sentences without end."""
        running = list(accumulate(self.weights))
        while True:
            scene = self.scenes[bisect(running, rng.random() * running[-1])]
            yield scene.sentence(rng)


@cache
def load_grammar() -> Grammar:
    """Read the grammar that comes with the package."""
    source = resources.files(__package__).joinpath(GRAMMAR_FILE)
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    common = {name: _zipf(words.split()) for name, words in table["lists"].items()} | {
        name: _even(texts) for name, texts in table["rules"].items()
    }
    themes = tuple(
        tuple(_topic(topic) for topic in theme.values())
        for theme in table["topic"]["themes"].values()
    )
    plain = Scene(_even(table["plain"]["patterns"]), common)
    weighted = [
        (plain, float(table["plain"]["weight"])),
        *chain.from_iterable(_pair_scenes(part, common) for part in table["pairs"]),
        *_topic_scenes(table["topic"], themes, common),
    ]
    return Grammar(
        scenes=tuple(scene for scene, _ in weighted),
        weights=tuple(weight for _, weight in weighted),
        relations=tuple(_relation(part) for part in table["pairs"]),
        themes=themes,
    )


def _zipf(words: Sequence[str], share: float = 1.0) -> Choice:
    return Choice(words, [share / (rank + 2) for rank in range(len(words))])


def _even(texts: Sequence[str]) -> Choice:
    return Choice(texts, [1.0] * len(texts))


def _topic(words: Mapping[str, str]) -> Topic:
    return {part: tuple(text.split()) for part, text in words.items()}


def _relation(part: Mapping[str, Any]) -> Relation:
    words = (row.split()[0].split("/") for row in part["rows"])
    return Relation(part["section"], tuple((left, right) for left, right in words))


def _pair_scenes(
    part: Mapping[str, Any], common: Mapping[str, Choice]
) -> Iterator[tuple[Scene, float]]:
    """Two scenes per row: same patterns, same row words, each side's own roles."""
    patterns = _even(part["patterns"])
    columns = part["columns"].split()
    sides = [
        {role: _even(texts[side]) for role, texts in part["roles"].items()}
        for side in (0, 1)
    ]
    for row in part["rows"]:
        pair, *shared = row.split()
        for word, roles in zip(pair.split("/"), sides, strict=True):
            cells = zip(columns, [word, *shared], strict=True)
            own = {column: _even([cell]) for column, cell in cells}
            share = part["weight"] / (2 * len(part["rows"]))
            yield Scene(patterns, {**common, **roles, **own}), share


def _topic_scenes(
    part: Mapping[str, Any],
    themes: Sequence[Sequence[Topic]],
    common: Mapping[str, Choice],
) -> Iterator[tuple[Scene, float]]:
    """One scene per topic, with a few words of the other topics of its theme."""
    patterns = _even(part["patterns"])
    share = part["weight"] / sum(len(theme) for theme in themes)
    for theme in themes:
        for topic in theme:
            sisters = [other for other in theme if other is not topic]
            own = {name: _with_sisters(name, topic, sisters) for name in topic}
            yield Scene(patterns, {**common, **own}), share


def _with_sisters(part: str, topic: Topic, sisters: Sequence[Topic]) -> Choice:
    shares = [(topic, 1.0), *((sister, SISTER_SHARE) for sister in sisters)]
    words = [word for source, _ in shares for word in source[part]]
    weights = [
        share / (rank + 2)
        for source, share in shares
        for rank in range(len(source[part]))
    ]
    return Choice(words, weights)
