"""Command lines in the style of word2vec.c."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from fastw2v.cli import c_flags
from fastw2v.cli.c_flags import Argument, Flag, parse
from fastw2v.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Flags:
    train: Annotated[Path, Flag("Text to read.")]
    min_count: Annotated[int, Flag("Drop words that occur fewer times.", low=0)] = 5
    alpha: Annotated[float, Flag("Step size at the first word.", low=0, high=1)] = 0.025
    binary: Annotated[bool, Flag("Write binary vectors.")] = False
    save_vocab: Annotated[Path | None, Flag("Also write the vocabulary there.")] = None
    min_n: Annotated[int, Flag("Shortest piece.", name="minn")] = 3
    threshold: Annotated[int, Argument("Words to use.", low=0)] = 30000


def read(line):
    return parse(Flags, line.split())


def test_defaults_and_types():
    flags = read("-train text.txt")
    assert flags == Flags(train=Path("text.txt"))
    flags = read("-train t -min-count 2 -alpha .5 -binary 1 -save-vocab v -minn 4 7")
    assert flags == Flags(
        train=Path("t"),
        min_count=2,
        alpha=0.5,
        binary=True,
        save_vocab=Path("v"),
        min_n=4,
        threshold=7,
    )
    assert flags.binary is True
    assert type(flags.min_count) is int


@pytest.mark.parametrize(
    "spelling", ["-min-count", "-min_count", "--min-count", "--min_count"]
)
def test_hyphens_and_underscores(spelling):
    assert read(f"-train t {spelling} 9").min_count == 9


def test_values_may_look_like_flags():
    assert read("-train - -save-vocab -odd-name").save_vocab == Path("-odd-name")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("-train t -mincount 3", "unknown flag -mincount; did you mean -min-count?"),
        ("-train t -zzz 3", "unknown flag -zzz; known: -train, -min-count, "),
        ("-train t -THRESHOLD 3", "unknown flag -THRESHOLD"),
        ("-min-count 3", "missing -train; --help"),
        ("-train", "-train needs a value, FILE"),
        ("-train -min_count 3", "-train needs a value, FILE"),
        ("-train t -train u", "-train is given twice"),
        ("-train t -min-count 3 -min_count 3", "-min-count is given twice"),
        ("-train t 1 2", "'2' is one word too many"),
        ("-train t 1.5", "THRESHOLD is '1.5'; give a whole number"),
        ("-train t -min-count 1e3", "-min-count is '1e3'; give a whole number"),
        ("-train t -min-count -1", "-min-count is '-1'; give a whole number from 0"),
        ("-train t -alpha 2", "-alpha is '2'; give a number from 0 up to 1"),
        ("-train t -alpha nan", "-alpha is 'nan'; give a number from 0 up to 1"),
        ("-train t -alpha x", "-alpha is 'x'; give a number"),
        ("-train t -binary yes", "-binary is 'yes'; give 0 for no or 1 for yes"),
    ],
)
def test_what_does_not_fit_is_named(line, message):
    with pytest.raises(ConfigError) as error:
        read(line)
    assert message in str(error.value)


def test_an_empty_file_name_is_refused():
    with pytest.raises(ConfigError, match="-train is empty"):
        parse(Flags, ["-train", ""])


@pytest.fixture
def app():
    def show_flags(flags: Flags) -> None:
        """Show what was given.

        More words on it.

        Example: fastw2v show-flags -train text.txt
        """
        typer.echo(flags)

    app = typer.Typer()
    c_flags.register(app, Flags, show_flags)
    app.command()(lambda: None)  # with a single command there would be no names
    return lambda *words: CliRunner().invoke(app, ["show-flags", *words])


@pytest.mark.parametrize("words", [[], ["--help"], ["-help"], ["-train", "t", "-h"]])
def test_help(app, words):
    result = app(*words)
    assert result.exit_code == 0
    usage, about, more, flags, example = result.output.split("\n\n")
    assert usage == (
        "Usage: fastw2v show-flags [THRESHOLD] -train FILE [-flag value ...]"
    )
    assert (about, more) == ("Show what was given.", "More words on it.")
    assert flags.splitlines()[:3] == [
        "  THRESHOLD         Words to use. (default 30000)",
        "  -train FILE       Text to read.",
        "  -min-count N      Drop words that occur fewer times. (default 5)",
    ]
    assert "-binary 0|1       Write binary vectors. (default 0)" in flags
    assert "-save-vocab FILE  Also write the vocabulary there.\n" in flags
    assert example == "Example: fastw2v show-flags -train text.txt\n"


def test_the_command_gets_its_flags(app):
    result = app("-train", "t", "-alpha", "1", "5")
    assert result.output.strip() == str(Flags(train=Path("t"), alpha=1.0, threshold=5))


def test_wrong_usage_ends_with_2(app):
    result = app("-trian", "t")
    assert result.exit_code == 2
    assert "did you mean -train?" in " ".join(result.output.split())
