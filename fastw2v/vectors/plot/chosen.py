"""The words of a picture."""

from collections.abc import Iterable, Sequence

from fastw2v.checks import check_whole
from fastw2v.errors import ConfigError
from fastw2v.vectors.given import check_many
from fastw2v.vectors.table import VectorTable

MOST_WORDS = 20_000
"""Of one picture; t-SNE of more takes many minutes, and nobody sees them."""


def chosen_words(kv: VectorTable, words: Sequence[str] | None, count: int) -> list[str]:
    """Return the words to draw, each once: those named, or the `count` first.

    Raises
    ------
    ConfigError
        No word is named, `count` is below 1, or there are too many.
    KeyError
        Words have no vector; the message lists them.
    """
    check_whole("count", count)
    if words is None:
        if count < 1:
            raise ConfigError(f"count is {count}: draw 1 word or more")
        words = [str(word) for word in list(kv)[:count]]
    check_many("words", words)
    if not words:
        raise ConfigError("no word is named: name some, or give a count")
    chosen = list(dict.fromkeys(words))
    if len(chosen) > MOST_WORDS:
        raise ConfigError(
            f"{len(chosen):,} words are to be drawn: draw {MOST_WORDS:,} at most"
        )
    check_known(kv, chosen)
    return chosen


def check_known(kv: VectorTable, words: Iterable[str]) -> None:
    """Raise a KeyError that lists the words without a vector."""
    unknown = [word for word in words if word not in kv]
    if unknown:
        listed = ", ".join(map(repr, unknown[:20]))
        raise KeyError(
            f"{len(unknown)} words have no vector, {listed}: leave them out, or check "
            "their spelling"
        )
