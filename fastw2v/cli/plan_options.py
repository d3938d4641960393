"""Options of `fastw2v plan` alone."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cluster.config import SyncDtype

_TEXT, _CLUSTER = "Text", "Cluster"

Workers = Annotated[
    int, typer.Option("--workers", "-w", help="Nodes.", rich_help_panel=_CLUSTER)
]
Source = Annotated[
    Path | None,
    typer.Argument(metavar="[FOLDER]", help="Made by `fastw2v encode`."),
]
Tokens = Annotated[
    int | None,
    typer.Option(
        help="Without a folder: tokens of the text, rare words left out.",
        rich_help_panel=_TEXT,
    ),
]
Words = Annotated[
    int | None,
    typer.Option(
        help="Without a folder: words of the vocabulary, taken to follow Zipf's law.",
        rich_help_panel=_TEXT,
    ),
]
Network = Annotated[
    float,
    typer.Option(
        help="Gbit/s that a node can send, and receive at the same time.",
        rich_help_panel=_CLUSTER,
    ),
]
Speed = Annotated[
    float | None,
    typer.Option(help="Tokens/s that one node trains.", rich_help_panel=_CLUSTER),
]
Measure = Annotated[
    bool,
    typer.Option(
        "--measure",
        help="Find --speed by training some seconds here, on --threads.",
        rich_help_panel=_CLUSTER,
    ),
]
RoundTokens = Annotated[
    int | None,
    typer.Option(
        help="Tokens each worker trains between two merges.",
        show_default="for 32 W^2 rounds, at most 1 000 000",
        rich_help_panel=_CLUSTER,
    ),
]
SyncRows = Annotated[
    int | None,
    typer.Option(
        help="Rows merged after every round.",
        show_default="round tokens (W - 1) / 36",
        rich_help_panel=_CLUSTER,
    ),
]
SyncDtypeOption = Annotated[
    SyncDtype,
    typer.Option(help="What deltas are sent as.", rich_help_panel=_CLUSTER),
]
Overlap = Annotated[
    bool,
    typer.Option("--overlap", help="Merge while training.", rich_help_panel=_CLUSTER),
]
