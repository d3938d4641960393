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
    json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Count and number the words of a text once, to train on it many times.

    Writes a folder that `fastw2v train` reads in place of the text: numbered
    tokens (memory-mapped), sentence ends, vocabulary and checksums.

    Example: fastw2v encode wiki.txt.zst -o wiki.encoded --min-count 10
    """
    corpus = encode_sources(
        sources,
        TextOptions(min_count, max_vocab, column, encoding_errors, threads),
        output=output,
        overwrite=overwrite,
        quiet=quiet or json,
    )
    note(f"written to {output}", quiet=quiet or json)
    if json:
        print_json({"output": str(output), **corpus_facts(corpus)})
