"""Queries from the command line, or one a line from standard input."""

import sys
from collections.abc import Iterable

from fastw2v.cli.output import print_json, print_table

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


def show_answers(query: str, answers: Answers, *, json: bool) -> None:
    """Print the neighbours found for one query."""
    if json:
        found = [{"word": word, "similarity": float(s)} for word, s in answers]
        print_json({"query": query, "answers": found})
    else:
        print_table((query, "similarity"), [(w, f"{s:.4f}") for w, s in answers])
