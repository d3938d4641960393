"""`fastw2v compute-accuracy`."""

import sys
from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.vectors.evaluate import evaluate_analogies
from fastw2v.vectors.formats.by_suffix import load_vectors
from fastw2v.vectors.scores import AnalogiesResult, SectionScore, together

_SEMANTIC_SECTIONS = 5
"""Those that word2vec.c calls semantic: the first of questions-words.txt."""


def compute_accuracy(
    vectors: options.VectorsFile,
    threshold: Annotated[
        int,
        typer.Argument(min=0, help="Use only so many most frequent words; 0 is all."),
    ] = 0,
) -> None:
    """Score vectors on analogy questions, as word2vec.c's `compute-accuracy` does.

    Reads ": section" lines and questions of four words from standard input, without
    regard to case. Questions with a word that has no vector are left out. The first
    five sections count as semantic, the others as syntactic; `fastw2v evaluate` goes
    by their names and takes several files.

    Example: fastw2v compute-accuracy vectors.bin 30000 < questions-words.txt
    """
    kv = load_vectors(vectors)
    questions = sys.stdin.buffer
    print_accuracy(evaluate_analogies(kv, questions, restrict_vocab=threshold or None))


def print_accuracy(result: AnalogiesResult) -> None:
    """Print the lines of word2vec.c: sections, running totals, questions seen."""
    sections = result.sections
    for end, section in enumerate(sections, 1):
        print(f"{section.name}:")
        print(
            f"ACCURACY TOP1: {_percent(section.correct, section.total)} %"
            f"  ({section.correct} / {section.total})"
        )
        print(
            f"Total accuracy: {_accuracy(sections[:end])} %"
            f"   Semantic accuracy: {_accuracy(sections[:end][:_SEMANTIC_SECTIONS])} %"
            f"   Syntactic accuracy: {_accuracy(sections[_SEMANTIC_SECTIONS:end])} % "
        )
    seen, skipped = result.all.total, result.all.skipped
    print(
        f"Questions seen / total: {seen} {seen + skipped}"
        f"   {_percent(seen, seen + skipped)} % "
    )


def _accuracy(sections: tuple[SectionScore, ...]) -> str:
    score = together("", sections)
    return _percent(score.correct, score.total)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "nan"
