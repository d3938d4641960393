"""Queries from the command line, or one a line from standard input."""

import sys
from collections.abc import Callable, Iterable

import typer

from fastw2v.cli.output import EXIT_ERROR, print_error, print_json, print_table
from fastw2v.errors import Fastw2vError

Answers = list[tuple[str, float]]


def queries_of(words: list[str], per_query: int | None) -> Iterable[list[str]]:
    """Yield the words given, in groups; without any, each line of standard input.

    `per_query` words make a group; None takes all words of a line as one group.
    """
    if words:
        size = per_query or len(words)
        yield from (words[i : i + size] for i in range(0, len(words), size))
    else:
        yield from (line.split() for line in sys.stdin or () if not line.isspace())


def answer_each(
    queries: Iterable[list[str]], answer: Callable[[list[str]], None]
) -> None:
    """Answer every query that can be answered; end with exit code 1 if one cannot."""
    failures = 0
    for query in queries:
        try:
            answer(query)
        except (KeyError, Fastw2vError) as error:  # an unknown word, or too few
            failures += 1
            print_error(error)
    if failures:
        raise typer.Exit(EXIT_ERROR)


def show_answers(query: str, answers: Answers, *, json: bool) -> None:
    """Print the neighbours found for one query."""
    if json:
        found = [{"word": word, "similarity": float(s)} for word, s in answers]
        print_json({"query": query, "answers": found})
    else:
        print_table((query, "similarity"), [(w, f"{s:.4f}") for w, s in answers])
