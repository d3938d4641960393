"""Options and arguments of `fastw2v evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options

_SETS = "Sets to judge by (each option may be given several times)"
_LABELS = "Sentences with labels"

Json = options.Json

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="VECTORS [SET...]",
        help="A vectors file, then analogy questions (': section' lines, four words"
        " a line) or word pairs (two words and a score, tab-separated), told apart"
        " by content. With --compare all are vectors files.",
    ),
]
Compare = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Put several vectors files side by side, with differences to the first.",
    ),
]
Analogies = Annotated[
    list[Path] | None,
    typer.Option(help="Analogy questions.", rich_help_panel=_SETS),
]
Pairs = Annotated[
    list[Path] | None,
    typer.Option(
        help="Word pairs: two words and a score, tab-separated.",
        rich_help_panel=_SETS,
    ),
]
Outliers = Annotated[
    list[Path] | None,
    typer.Option(
        help="Outlier questions: a file or folder in the form of the 8-8-8 set, or"
        " lines of an outlier and the words of a group, tab-separated.",
        rich_help_panel=_SETS,
    ),
]
Categories = Annotated[
    list[Path] | None,
    typer.Option(
        help="Words to cluster: category and word, tab-separated.",
        rich_help_panel=_SETS,
    ),
]
Sentences = Annotated[
    list[Path] | None,
    typer.Option(
        help="Sentences to classify: label and text, tab-separated, or train, dev or"
        " test in front of them, or a first line that names the columns.",
        rich_help_panel=_SETS,
    ),
]
LabelColumn = Annotated[
    str, typer.Option(help="Name of the column of labels.", rich_help_panel=_LABELS)
]
TextColumn = Annotated[
    str, typer.Option(help="Name of the column of text.", rich_help_panel=_LABELS)
]
SplitColumn = Annotated[
    str,
    typer.Option(
        help="Name of the column of train, dev, test.", rich_help_panel=_LABELS
    ),
]
MergeLabels = Annotated[
    str | None,
    typer.Option(
        help="Classes made of labels, such as '0 1, 3 4' for two of five; sentences"
        " with other labels are left out.",
        rich_help_panel=_LABELS,
    ),
]
Cosmul = Annotated[
    bool, typer.Option("--cosmul", help="Answer analogies by 3CosMul too.")
]
RestrictVocab = Annotated[
    int, typer.Option(min=1, help="Use only this many most frequent words.")
]
CaseSensitive = Annotated[
    bool, typer.Option("--case-sensitive", help="Do not fold upper and lower case.")
]
Bootstrap = Annotated[
    int, typer.Option(min=0, help="Rounds for the 95 % intervals; 0 for none.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of the bootstrap.")]
Plot = Annotated[
    Path | None,
    typer.Option(help="Draw the report to this .png, .svg or .pdf file too."),
]
