"""`fastw2v info`."""

import platform
from pathlib import Path
from typing import Annotated, Any

import typer

from fastw2v.cli import options
from fastw2v.cli.corpora import corpus_facts
from fastw2v.cli.output import print_json, print_table
from fastw2v.corpus.encoded import EncodedCorpus
from fastw2v.cpus import available_cpus
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.version import __version__


def info(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A vectors file or an encoded folder; without one, the installation."
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Say what a file holds, or what fastw2v runs on here.

    Example: fastw2v info vectors.safetensors
    """
    if path is None:
        facts = _installation()
    elif EncodedCorpus.is_saved_at(path):
        corpus = EncodedCorpus.load(path)
        facts = {**corpus_facts(corpus), "fingerprint": corpus.fingerprint}
    else:
        facts = _vectors(path)
    if json:
        print_json(facts)
    else:
        print_table(
            (str(path or "fastw2v"), ""), [(k, _text(v)) for k, v in facts.items()]
        )


def _text(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _vectors(path: Path) -> dict[str, Any]:
    kv = load_vectors(path)
    return {
        "words": len(kv),
        "dim": kv.vector_size,
        "first words": " ".join(kv.index_to_key[:8]),
        **kv.metadata,
    }


def _installation() -> dict[str, Any]:
    import llvmlite.binding
    import numba
    import numpy as np
    import pyarrow as pa

    return {
        "fastw2v": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "pyarrow": pa.__version__,
        "processor": llvmlite.binding.get_host_cpu_name(),
        "usable cores": available_cpus(),
    }
