"""Options of `fastw2v count` alone."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from fastw2v.counts.config import Side, Weighting

Method = Literal["counts", "ppmi", "svd"]

_COUNTING, _VECTORS = "Counting", "From counts to vectors"

Output = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        help="For --method svd a vectors file, as of `fastw2v train`; for counts and"
        " ppmi an .npz file, which SciPy's load_npz reads too.",
    ),
]
MethodOption = Annotated[
    Method,
    typer.Option(
        help="Raw counts, positive PMI (both sparse), or its truncated SVD.",
        rich_help_panel=_VECTORS,
    ),
]
SideOption = Annotated[
    Side, typer.Option(help="Where contexts stand.", rich_help_panel=_COUNTING)
]
WeightingOption = Annotated[
    Weighting,
    typer.Option(
        help="A context at distance d of a window L counts for 1, 1/d (GloVe), or"
        " (L-d+1)/L (word2vec on average).",
        rich_help_panel=_COUNTING,
    ),
]
Memory = Annotated[
    int,
    typer.Option(
        help="MiB to count with, besides the matrix.", rich_help_panel=_COUNTING
    ),
]
Folder = Annotated[
    Path | None,
    typer.Option(
        help="Keep the matrix in unnamed files in this folder, not in memory.",
        rich_help_panel=_COUNTING,
    ),
]
Shift = Annotated[
    float,
    typer.Option(
        help="k of shifted PPMI, max(PMI - log k, 0).", rich_help_panel=_VECTORS
    ),
]
Smoothing = Annotated[
    float,
    typer.Option(
        help="Exponent of the context distribution; 1 is none.",
        rich_help_panel=_VECTORS,
    ),
]
Power = Annotated[
    float,
    typer.Option(
        help="p in U S^p: the weight of the singular values, 0 to 1.",
        rich_help_panel=_VECTORS,
    ),
]
AddContext = Annotated[
    bool,
    typer.Option(
        "--add-context/--no-add-context",
        help="Add the context vectors to the word vectors.",
        rich_help_panel=_VECTORS,
    ),
]
