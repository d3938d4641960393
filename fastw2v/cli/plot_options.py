"""Options and arguments of the commands under `fastw2v plot`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.vectors.plot.projection import ProjectionMethod

VectorsFile = options.VectorsFile
Quiet = options.Quiet
Json = options.Json

VectorsFiles = Annotated[
    list[Path], typer.Argument(metavar="VECTORS...", help="Files of vectors.")
]
Output = Annotated[
    Path,
    typer.Option(
        "--output", "-o", help="Picture to write; .png, .svg or .pdf says of what kind."
    ),
]
Folder = Annotated[
    Path, typer.Option("--output", "-o", help="Folder to write; made if missing.")
]
Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[WORD...]", help="Words; without any, --count of them."),
]
SomeWords = Annotated[list[str], typer.Argument(metavar="WORD...", help="Words.")]
Pairs = Annotated[
    list[str],
    typer.Argument(metavar="WORD:WORD...", help="Pairs of words, such as man:king."),
]
Runs = Annotated[
    list[Path],
    typer.Argument(metavar="RUN...", help="What `fastw2v train --json` printed."),
]
Count = Annotated[int, typer.Option(min=1, help="So many most frequent words.")]
Method = Annotated[
    ProjectionMethod,
    typer.Option(help="Principal components, t-SNE, or UMAP (pip install umap-learn)."),
]
SkipUnknown = Annotated[
    bool,
    typer.Option("--skip-unknown", help="Leave words out that have no vector."),
]
Raw = Annotated[
    bool,
    typer.Option("--raw", help="Do not bring vectors to length one first."),
]
Seed = Annotated[int, typer.Option(min=0, help="Of t-SNE and UMAP.")]
Title = Annotated[str | None, typer.Option(help="Above the picture.")]
