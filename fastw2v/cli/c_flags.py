"""Command lines in the style of word2vec.c: `-min-count 5`, one dash, always a value.

The flags of a command are the fields of a frozen dataclass:

    @dataclass(frozen=True, kw_only=True)
    class Flags:
        train: Annotated[Path, Flag("Text to read.")]
        min_count: Annotated[int, Flag("Drop words that occur fewer times.", low=0)] = 5
        scores: Annotated[Path | None, Flag("Also write the scores there.")] = None

    def command(flags: Flags) -> None:
        '''Say what it does, in the words that --help prints.'''

    register(app, Flags, command)

A field's type says how its value is read (int, float, bool as 0 or 1, Path, str; with
`| None` where the default is None), its name how the flag is spelled: `min_count` is
`-min-count`, and `-min_count`, `--min-count` as well. A field without default must be
given. `Argument` in place of `Flag` is a word without a dash; arguments come in order.
"""

import dataclasses
import difflib
import inspect
import math
import textwrap
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import typer

from fastw2v.errors import ConfigError

_METAVARS = {int: "N", float: "X", bool: "0|1", Path: "FILE", str: "TEXT"}
_HELP_WORDS = {"-h", "-help", "--help"}
_WIDTH = 80

Flags = TypeVar("Flags")


@dataclass(frozen=True, kw_only=True)
class _Wording:
    """What a field says beside its name, type and default.

    Parameters
    ----------
    help : str
        One or two sentences for ``--help``, which adds the default.
    low, high : float, optional
        The smallest and largest value of a number.
    metavar : str, optional
        What stands for the value in the help text, where FILE, N, ... say too little.
    name : str, optional
        How a flag is spelled where the field's name will not do, as "minCount".
    """

    help: str = dataclasses.field(kw_only=False)
    low: float = -math.inf
    high: float = math.inf
    metavar: str | None = None
    name: str | None = None


class Flag(_Wording):
    """A flag with its value, in any place of the command line."""


class Argument(_Wording):
    """A word without a dash."""


class _Word(NamedTuple):
    """One flag or argument of a command."""

    field: str
    name: str  # as messages spell it: "-min-count", or "FILE" for an argument
    kind: type
    default: object
    wording: _Wording

    @property
    def metavar(self) -> str:
        return self.wording.metavar or _METAVARS[self.kind]

    @property
    def is_required(self) -> bool:
        return self.default is MISSING

    @property
    def is_argument(self) -> bool:
        return isinstance(self.wording, Argument)


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
    positions = iter([word for word in declared if word.is_argument])
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
    arguments = [w for w in declared if w.is_argument]
    dashed = [w for w in declared if not w.is_argument]
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
    text = word.wording.help
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
    hints = typing.get_type_hints(flags, include_extras=True)
    for field in dataclasses.fields(flags):
        kind, wording = typing.get_args(hints[field.name])
        if isinstance(kind, types.UnionType):
            (kind,) = set(typing.get_args(kind)) - {types.NoneType}
        name = "-" + (wording.name or field.name.replace("_", "-"))
        if isinstance(wording, Argument):
            name = wording.metavar or field.name.upper()
        yield _Word(field.name, name, kind, field.default, wording)


def _normal(text: str) -> str:
    """Return a flag with one dash in front and hyphens for underscores."""
    if not text.startswith("-"):
        return text
    return "-" + text.removeprefix("-").removeprefix("-").replace("_", "-")


def _unknown(text: str, by_name: dict[str, _Word]) -> typing.NoReturn:
    known = [name for name, word in by_name.items() if not word.is_argument]
    close = difflib.get_close_matches(_normal(text), known, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    raise ConfigError(f"unknown flag {text}; {hint}")


def _surplus(text: str) -> typing.NoReturn:
    raise ConfigError(
        f"{text!r} is one word too many: a value stands behind its flag, -flag value"
    )


def _read(word: _Word, text: str) -> object:
    """Return the value a text stands for."""
    if word.kind is bool:
        if text not in {"0", "1"}:
            raise ConfigError(f"{word.name} is {text!r}; give 0 for no or 1 for yes")
        return text == "1"
    if word.kind in {str, Path}:
        if not text:
            raise ConfigError(f"{word.name} is empty; give a {word.metavar}")
        return word.kind(text)
    low, high = word.wording.low, word.wording.high
    wanted = "a whole number" if word.kind is int else "a number"
    wanted += f" from {low:g}" * math.isfinite(low)
    wanted += f" up to {high:g}" * math.isfinite(high)
    try:
        value = word.kind(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and low <= value <= high):
        raise ConfigError(f"{word.name} is {text!r}; give {wanted}")
    return value
