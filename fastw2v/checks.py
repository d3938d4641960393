"""Checks of single parameters; each error names the value, the range and the type."""

import codecs
import math
import os
from numbers import Integral, Real
from pathlib import Path

from fastw2v.errors import ConfigError


def check_int(name: str, value: object, low: int, high: int) -> None:
    """Raise `ConfigError` unless `value` is an int from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ConfigError(
            f"{name} is {value!r}, a {type(value).__name__}; give an int"
            f" from {low} to {high}"
        )
    if not low <= int(value) <= high:
        raise ConfigError(f"{name} is {value}; it must be from {low} to {high}")


def check_float(name: str, value: object, low: float, high: float) -> None:
    """Raise `ConfigError` unless `value` is a finite number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ConfigError(
            f"{name} is {value!r}, a {type(value).__name__}; give a number"
            f" from {low:g} to {high:g}"
        )
    if not (math.isfinite(value) and low <= float(value) <= high):
        raise ConfigError(f"{name} is {value}; it must be from {low:g} to {high:g}")


def check_bool(name: str, value: object) -> None:
    """Raise `ConfigError` unless `value` is True or False."""
    if not isinstance(value, bool):
        raise ConfigError(
            f"{name} is {value!r}, a {type(value).__name__}; give True or False"
        )


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise `ConfigError` unless `value` is one of `choices`."""
    if not isinstance(value, str) or value not in choices:
        allowed = ", ".join(repr(choice) for choice in choices)
        raise ConfigError(f"{name} is {value!r}; it must be one of {allowed}")


def check_path(name: str, value: object) -> Path:
    """Return a path as one; raise `TypeError` if the value is none."""
    if not isinstance(value, str | os.PathLike):
        raise TypeError(
            f"{name} is {value!r:.80}, a {type(value).__name__}; give a path: a str or a"
            " pathlib.Path"
        )
    try:
        return Path(value)
    except TypeError as error:  # a PathLike of bytes
        raise TypeError(f"{name} is {value!r:.80}; give a path of str") from error


def check_callable(name: str, value: object) -> None:
    """Raise `TypeError` unless `value` can be called."""
    if not callable(value):
        raise TypeError(
            f"{name} is {value!r:.80}, a {type(value).__name__}; give a function"
        )


def check_codec(encoding: object, errors: object) -> None:
    """Raise `ConfigError` unless text can be decoded by these, as ``bytes.decode`` has it."""
    try:
        codecs.lookup_error(errors)  # type: ignore[arg-type]
        b"a".decode(encoding)  # type: ignore[arg-type]
    except UnicodeDecodeError:  # of more bytes a character
        pass
    except (LookupError, TypeError, ValueError) as error:
        raise ConfigError(
            f"encoding is {encoding!r:.80} with errors {errors!r:.80}, which are unknown"
            f" ({error}); give names as bytes.decode takes them, such as 'utf-8' and"
            " 'strict'"
        ) from error


def check_whole(name: str, value: object) -> None:
    """Raise `TypeError` unless `value` is a whole number; True and False are none."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(
            f"{name} is {value!r:.80}, a {type(value).__name__}; give a whole number"
        )


def check_text(name: str, value: object) -> None:
    """Raise `TypeError` unless `value` is a str."""
    if not isinstance(value, str):
        raise TypeError(
            f"{name} is {value!r:.80}, a {type(value).__name__}; give a str"
        )


def check_number(name: str, value: object) -> None:
    """Raise `ConfigError` unless `value` is a number; NaN is none, infinity is one."""
    if not isinstance(value, Real) or math.isnan(value):
        raise ConfigError(
            f"{name} is {value!r:.80}, a {type(value).__name__}; give a number"
        )
