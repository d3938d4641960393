"""`fastw2v fetch`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.output import byte_bar, note, print_json, print_table
from fastw2v.corpus import catalog


def fetch(
    name: Annotated[
        str | None,
        typer.Argument(help="What to fetch; without a name, list what there is."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where to.",
            show_default=f"${catalog.FOLDER_VARIABLE}, else the user's cache folder",
        ),
    ] = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Download a public corpus or evaluation file, checked and unpacked.

    The path is printed. A broken download leaves nothing under the final name; a
    second call uses what is there. Needs pooch, which the extra named fetch installs.

    Example: fastw2v fetch text8
    """
    if name is None:
        _print_catalog(json=json)
        return
    with byte_bar(name, quiet=quiet or json) as progress:
        path = catalog.fetch(name, folder, progress=progress)
    note(catalog.CATALOG[name].summary, quiet=quiet or json)
    if json:
        print_json({"name": name, "path": str(path)})
    else:
        print(path)


def _print_catalog(*, json: bool) -> None:
    entries = catalog.CATALOG.values()
    if json:
        print_json(
            [
                {
                    "name": e.name,
                    "summary": e.summary,
                    "licence": e.licence,
                    "address": e.address,
                    "bytes": e.size,
                }
                for e in entries
            ]
        )
        return
    print_table(
        ("name", "MB", "what"),
        [(e.name, f"{e.size / 1e6:,.2f}", e.summary) for e in entries],
    )
