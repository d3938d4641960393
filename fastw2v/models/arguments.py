"""Arguments under several names, and limits of what may be given."""

import warnings
from collections.abc import Collection, Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from fastw2v.errors import ConfigError
from fastw2v.models.intake import Corpus

RENAMED = {"size": "vector_size", "iter": "epochs"}
_CORPUS_NAMES = ("sentences", "corpus_iterable")

LEAST_WHOLE = {
    "vector_size": 1,
    "window": 1,
    "epochs": 1,
    "workers": 1,
    "negative": 0,
    "hs": 0,
    "sg": 0,
}
# The largest alpha is that of `fastw2v.TrainConfig`.
REAL_LIMITS = {
    "alpha": (0.0, 100.0),
    "min_alpha": (0.0, 100.0),
    "sample": (0.0, 1e12),
    "min_count": (-1e18, 1e18),
    "max_vocab_size": (1.0, 1e18),
    "total_examples": (0.0, 1e18),
    "total_words": (0.0, 1e18),
}
# Whole numbers that may be None, with their limits.
OPTIONAL_WHOLE = {"max_final_vocab": (1, 1 << 62), "seed": (0, 2**32 - 1)}
OPTIONAL_REAL = {"max_vocab_size"}


def renamed(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return arguments with gensim 3's names replaced, and warn of each.

    Raises
    ------
    TypeError
        An argument is given under both names.
    """
    found: dict[str, Any] = {}
    for name, value in kwargs.items():
        new = RENAMED.get(name, name)
        if new != name:
            warnings.warn(
                f"{name} is called {new} since gensim 4: use {new}",
                DeprecationWarning,
                stacklevel=3,
            )
        if new in found:
            raise TypeError(f"{name} and {new} are the same argument: give one of them")
        found[new] = value
    return found


def take_sentences(given: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the corpus, under whatever name it was given, and the other arguments.

    Raises
    ------
    TypeError
        It was given twice.
    """
    others = {k: v for k, v in kwargs.items() if k not in _CORPUS_NAMES}
    named = [v for k, v in kwargs.items() if k in _CORPUS_NAMES and v is not None]
    found = [x for x in (given, *named) if x is not None]
    if len(found) > 1:
        raise TypeError(
            "sentences and corpus_iterable are the same argument: give one of them"
        )
    return (found[0] if found else None), others


def corpus_of(
    given: Any, corpus_file: Any, kwargs: dict[str, Any]
) -> tuple[Corpus, dict[str, Any]]:
    """Return the corpus given, checked, and the arguments that name none."""
    sentences, others = take_sentences(given, kwargs)
    return Corpus(sentences, corpus_file), others


def reject_unknown(
    function: str, kwargs: dict[str, Any], known: Collection[str] = ()
) -> None:
    """Raise TypeError if there is an argument that is not known."""
    unknown = [name for name in kwargs if name not in known]
    if unknown:
        raise TypeError(
            f"{function}() got an unexpected keyword argument {unknown[0]!r}"
        )


def check_numbers(values: dict[str, Any]) -> None:
    """Check hyper-parameters by name; names without a limit are let through.

    Raises
    ------
    ConfigError
        One is no number, or below its limit.
    """
    for name, least in LEAST_WHOLE.items():
        value = values.get(name, least)
        if not isinstance(value, Integral) or value < least:
            raise ConfigError(
                f"{name} is {value!r}: give a whole number, {least} or more"
            )
    for name, (low, high) in REAL_LIMITS.items():
        number = values.get(name, low)
        if number is None and name in OPTIONAL_REAL:
            continue
        # Written so that NaN fails too.
        if not (isinstance(number, Real) and low <= float(number) <= high):
            raise ConfigError(
                f"{name} is {number!r:.80}: give a number from {low:g} to {high:g}"
            )
    for name, (least, most) in OPTIONAL_WHOLE.items():
        value = values.get(name)
        if value is not None and not (
            isinstance(value, Integral) and least <= int(value) <= most
        ):
            raise ConfigError(
                f"{name} is {value!r:.80}: give a whole number from {least} to {most},"
                " or None"
            )


def check_hooks(trim_rule: Any, callbacks: Any) -> None:
    """Raise TypeError unless a rule can be called, and callbacks gone over."""
    if trim_rule is not None and not callable(trim_rule):
        raise TypeError(f"trim_rule is {trim_rule!r:.80}: give a function, or None")
    if isinstance(callbacks, str | bytes) or not isinstance(callbacks, Iterable):
        raise TypeError(f"callbacks are {callbacks!r:.80}: give a list of callbacks")


def check_counts(word_freq: Any) -> None:
    """Raise TypeError unless this is a mapping of words to counts, ConfigError if too large."""
    if not isinstance(word_freq, Mapping):
        raise TypeError(
            f"word_freq is {word_freq!r:.80}: give a dict of counts by word"
        )
    for word, count in word_freq.items():
        if not isinstance(count, Integral):
            raise TypeError(
                f"the count of {word!r:.80} is {count!r:.80}: give a whole number"
            )
        if not 0 <= int(count) < 1 << 62:
            raise ConfigError(
                f"the count of {word!r:.80} is {count}: give 0 or more, below 2**62"
            )
