"""Checks of single parameters; each error names the value, the range and the type."""

import math
from numbers import Integral, Real

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
    if value not in choices:
        allowed = ", ".join(repr(choice) for choice in choices)
        raise ConfigError(f"{name} is {value!r}; it must be one of {allowed}")
