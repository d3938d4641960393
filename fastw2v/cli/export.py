"""`fastw2v export`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.output import note, print_json
from fastw2v.vectors.formats.by_suffix import check_writable, load_vectors, save_vectors


def export(
    vectors: options.VectorsFile,
    output: Annotated[
        Path, typer.Argument(help="File to write, in the format of its suffix.")
    ],
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Convert vectors between formats, chosen by suffix.

    Example: fastw2v export vectors.safetensors vectors.txt.gz
    """
    check_writable(output)
    kv = load_vectors(vectors)
    save_vectors(kv, output)
    note(f"{len(kv):,} vectors written to {output}", quiet=quiet or json)
    if json:
        print_json({"output": str(output), "words": len(kv), "dim": kv.vector_size})
