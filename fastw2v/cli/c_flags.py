"""Command lines in the style of word2vec.c: `-min-count 5`, one dash, always a value.

The flags of a command are the fields of a frozen dataclass:

    @dataclass(frozen=True)
    class Flags:
        train: Path = flag("Text to read.")
        min_count: int = flag("Drop words that occur fewer times.", 5, low=0)
        scores: Path | None = flag("Also write the scores there.", None)

    def command(flags: Flags) -> None:
        '''Say what it does, in the words that --help prints.'''

    register(app, Flags, command)

A field's type says how its value is read (int, float, bool as 0 or 1, Path, str; with
`| None` where the default is None), its name how the flag is spelled: `min_count` is
`-min-count`, and `-min_count`, `--min-count` as well. A field without default must be
given. `argument(...)` in place of `flag(...)` is a word without a dash, in order.
"""

import dataclasses
import difflib
import inspect
import math
import textwrap
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import typer

from fastw2v.errors import ConfigError

_METAVARS = {int: "N", float: "X", bool: "0|1", Path: "FILE", str: "TEXT"}
_HELP_WORDS = {"-h", "-help", "--help"}
_WIDTH = 80

Flags = TypeVar("Flags")


class _Meta(NamedTuple):
    """What a field says beside its name, type and default."""

    help: str
    low: float | None
    high: float | None
    name: str | None
    metavar: str | None
    is_argument: bool


class _Word(NamedTuple):
    """One flag or argument of a command."""

    field: str
    name: str
    """As messages spell it: "-min-count", or "FILE" for an argument."""
    kind: type
    default: object
    meta: _Meta

    @property
    def metavar(self) -> str:
        return self.meta.metavar or _METAVARS[self.kind]

    @property
    def is_required(self) -> bool:
        return self.default is dataclasses.MISSING


def flag(
    help: str,
    default: object = dataclasses.MISSING,
    *,
    low: float | None = None,
    high: float | None = None,
    name: str | None = None,
    metavar: str | None = None,
) -> Any:
    """Declare a flag; the value of a field of the flags' dataclass.

    Parameters
    ----------
    help : str
        One or two sentences for ``--help``, which adds the default.
    default : optional
        The value when the flag is left out; without it the flag must be given.
    low, high : float, optional
        The smallest and largest value of a number.
    name : str, optional
        How the flag is spelled where the field's name will not do, as "minCount".
    metavar : str, optional
        What stands for the value in the help text, where FILE, N, ... say too little.
    """
    meta = _Meta(help, low, high, name, metavar, is_argument=False)
    return _field(default, meta)


def argument(
    help: str,
    default: object = dataclasses.MISSING,
    *,
    low: float | None = None,
    high: float | None = None,
    metavar: str | None = None,
) -> Any:
    """Declare a word without a dash; parameters as for `flag`."""
    return _field(default, _Meta(help, low, high, None, metavar, is_argument=True))


def _field(default: object, meta: _Meta) -> Any:
    return dataclasses.field(default=default, metadata={"c_flag": meta}, kw_only=True)


def register(
    app: typer.Typer, flags: type[Flags], run: Callable[[Flags], None]
) -> None:
    """Make a command of `run`, whose name and docstring are the command's.

    Without arguments, or with ``-h``, ``-help`` or ``--help``, it prints its help.
    """

    def command(ctx: typer.Context) -> None:
        if not ctx.args or _HELP_WORDS & set(ctx.args):
            print(help_text(flags, name, inspect.getdoc(run) or ""))
            return
        try:
            parsed = parse(flags, ctx.args)
        except ConfigError as error:
            ctx.fail(str(error))
        run(parsed)

    name = run.__name__.replace("_", "-")
    settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    app.command(
        name, help=inspect.getdoc(run), add_help_option=False, context_settings=settings
    )(command)


def parse(flags: type[Flags], words: Sequence[str]) -> Flags:
    """Read a command line.

    Raises
    ------
    ConfigError
        A flag is unknown, comes twice, has no value or one that does not fit, or one
        that must be given is missing.
    """
    declared = list(_declared(flags))
    by_name = {_normal(word.name): word for word in declared}
    positions = iter([word for word in declared if word.meta.is_argument])
    values: dict[str, object] = {}
    rest = iter(words)
    for text in rest:
        if text.startswith("-") and text != "-":
            word = by_name.get(_normal(text)) or _unknown(text, by_name)
            value = next(rest, None)
            if value is None or (value[:1] == "-" and _normal(value) in by_name):
                raise ConfigError(
                    f"{word.name} needs a value, {word.metavar}, after it"
                )
        else:
            word, value = next(positions, None) or _surplus(text), text
        if word.field in values:
            raise ConfigError(f"{word.name} is given twice: leave one out")
        values[word.field] = _read(word, value)
    missing = [w.name for w in declared if w.is_required and w.field not in values]
    if missing:
        raise ConfigError(f"missing {' and '.join(missing)}; --help says what they are")
    return flags(**values)


def help_text(flags: type[Any], name: str, about: str) -> str:
    """Return usage, `about` and one entry per flag; an "Example:" in `about` is last."""
    declared = list(_declared(flags))
    arguments = [w for w in declared if w.meta.is_argument]
    dashed = [w for w in declared if not w.meta.is_argument]
    needed = [f"{w.name} {w.metavar}" for w in dashed if w.is_required]
    usage = [w.name if w.is_required else f"[{w.name}]" for w in arguments] + needed
    if len(needed) < len(dashed):
        usage.append("[-flag value ...]")
    text, example, last = about.partition("Example:")
    parts = [f"Usage: fastw2v {name} {' '.join(usage)}", text.strip()]
    entries = [(w.name, w) for w in arguments]
    entries += [(f"{w.name} {w.metavar}", w) for w in dashed]
    width = max(len(left) for left, _ in entries) + 4
    parts.append("\n".join(_entry(left, word, width) for left, word in entries))
    if example:
        parts.append(example + last)
    return "\n\n".join(parts)


def _entry(left: str, word: _Word, width: int) -> str:
    text = word.meta.help
    if not word.is_required and word.default is not None:
        shown = int(word.default) if word.kind is bool else word.default  # type: ignore[call-overload]
        text += f" (default {shown})"
    lead = f"  {left}".ljust(width)
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * width,
        break_on_hyphens=False,
    )


def _declared(flags: type[Any]) -> Iterator[_Word]:
    hints = typing.get_type_hints(flags)
    for field in dataclasses.fields(flags):
        meta: _Meta = field.metadata["c_flag"]
        kind = hints[field.name]
        if isinstance(kind, types.UnionType):
            (kind,) = set(typing.get_args(kind)) - {types.NoneType}
        name = "-" + (meta.name or field.name.replace("_", "-"))
        if meta.is_argument:
            name = meta.metavar or field.name.upper()
        yield _Word(field.name, name, kind, field.default, meta)


def _normal(text: str) -> str:
    """Return a flag with one dash in front and hyphens for underscores."""
    if not text.startswith("-"):
        return text
    return "-" + text.removeprefix("-").removeprefix("-").replace("_", "-")


def _unknown(text: str, by_name: dict[str, _Word]) -> typing.NoReturn:
    known = [name for name, word in by_name.items() if not word.meta.is_argument]
    close = difflib.get_close_matches(_normal(text), known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    raise ConfigError(f"unknown flag {text}; {hint}")


def _surplus(text: str) -> typing.NoReturn:
    raise ConfigError(
        f"{text!r} is one word too many: a value stands behind its flag, -flag value"
    )


def _read(word: _Word, text: str) -> object:
    """Return the value a text stands for."""
    name, (_, low, high, *_) = word.name, word.meta
    if word.kind is bool:
        if text not in {"0", "1"}:
            raise ConfigError(f"{name} is {text!r}; give 0 for no or 1 for yes")
        return text == "1"
    if word.kind in {str, Path}:
        if not text:
            raise ConfigError(f"{name} is empty; give a {word.metavar}")
        return word.kind(text)
    what = "whole number" if word.kind is int else "number"
    try:
        value = word.kind(text)
    except ValueError:
        raise ConfigError(f"{name} is {text!r}; give a {what}") from None
    above = low is None or value >= low
    below = high is None or value <= high
    if not (math.isfinite(value) and above and below):
        limits = [f"from {low:g}"] * (low is not None)
        limits += [f"up to {high:g}"] * (high is not None)
        raise ConfigError(f"{name} is {text}; give a {' '.join([what, *limits])}")
    return value
