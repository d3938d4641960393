"""`fastw2v evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.output import print_json, print_table
from fastw2v.vectors.evaluate import (
    evaluate_analogies,
    evaluate_word_pairs,
    holds_analogies,
)
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.scores import AnalogiesResult, PairsResult


def evaluate(
    vectors: options.VectorsFile,
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Analogy questions (': section' lines, four words a line) or word"
            " pairs (two words and a score, tab-separated); told apart by content."
        ),
    ],
    restrict_vocab: Annotated[
        int, typer.Option(min=1, help="Use only this many most frequent words.")
    ] = 300_000,
    case_sensitive: Annotated[
        bool, typer.Option("--case-sensitive", help="Do not fold upper and lower case.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Score vectors on analogy questions and on human word similarities.

    Example: fastw2v evaluate vectors.safetensors questions-words.txt wordsim353.tsv
    """
    kv = load_vectors(vectors)
    results: dict[str, AnalogiesResult | PairsResult] = {}
    for file in files:
        measure = evaluate_analogies if holds_analogies(file) else evaluate_word_pairs
        results[str(file)] = measure(
            kv,
            file,
            restrict_vocab=restrict_vocab,
            case_insensitive=not case_sensitive,
        )
    if json:
        print_json({name: result.as_dict() for name, result in results.items()})
        return
    for name, result in results.items():
        if isinstance(result, AnalogiesResult):
            _print_analogies(name, result)
        else:
            _print_pairs(name, result)


def _print_analogies(name: str, result: AnalogiesResult) -> None:
    scores = [*result.sections, result.semantic, result.syntactic, result.all]
    rows = [
        (
            score.name,
            "-" if score.accuracy is None else f"{score.accuracy:.1%}",
            f"{score.correct}",
            f"{score.total}",
            f"{score.skipped}",
        )
        for score in scores
    ]
    print_table((name, "accuracy", "correct", "answered", "skipped"), rows)


def _print_pairs(name: str, result: PairsResult) -> None:
    print_table(
        (name, "correlation", "p-value"),
        [
            (
                "spearman",
                f"{result.spearman.statistic:.4f}",
                f"{result.spearman.p_value:.1e}",
            ),
            (
                "pearson",
                f"{result.pearson.statistic:.4f}",
                f"{result.pearson.p_value:.1e}",
            ),
        ],
    )
    print(f"{result.pairs} pairs used, {result.oov_share:.1%} with unknown words")
