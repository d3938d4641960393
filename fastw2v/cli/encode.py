"""`fastw2v encode`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.corpora import TextOptions, corpus_facts, encode_sources
from fastw2v.cli.output import note, print_json

_TEXT = TextOptions()


def encode(
    sources: options.Sources,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")],
    min_count: options.MinCount = _TEXT.min_count,
    max_vocab: options.MaxVocab = _TEXT.max_vocab,
    column: options.Column = _TEXT.column,
    encoding_errors: options.EncodingErrorsOption = _TEXT.encoding_errors,
    threads: options.Threads = _TEXT.threads,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an encoded folder there.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            callback=options.check_cluster,
            help="Let the nodes of a Ray cluster read parts of the files: auto is the"
            " cluster this machine belongs to, local:N are N processes here. All nodes"
            " must see the files and the output folder under the same paths.",
            show_default="none",
        ),
    ] = None,
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Count and number the words of a text once, to train on it many times.

    Writes a folder that `fastw2v train` reads in place of the text: numbered
    tokens (memory-mapped), sentence ends, vocabulary and checksums. The folder is
    the same, byte for byte, with any number of threads and on any cluster.

    Example: fastw2v encode wiki.txt.zst -o wiki.encoded --min-count 10
    """
    corpus = encode_sources(
        sources,
        TextOptions(min_count, max_vocab, column, encoding_errors, threads),
        output=output,
        overwrite=overwrite,
        cluster=cluster,
        quiet=quiet or json,
    )
    note(f"written to {output}", quiet=quiet or json)
    if json:
        print_json({"output": str(output), **corpus_facts(corpus)})
