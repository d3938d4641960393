"""`fastw2v analogy`."""

from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.queries import answer_each, queries_of, show_answers
from fastw2v.errors import Fastw2vError
from fastw2v.vectors.formats.by_suffix import load_vectors


def analogy(
    vectors: options.VectorsFile,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="A B C; without any, three words a line from stdin."),
    ] = None,
    topn: options.TopN = 10,
    json: options.Json = False,
) -> None:
    """Answer "A is to B as C is to ?" by the words nearest to B - A + C.

    A line that cannot be answered is reported, the others are answered; the exit
    code is then 1.

    Example: fastw2v analogy vectors.safetensors france paris italy
    """
    kv = load_vectors(vectors)

    def answer(query: list[str]) -> None:
        if len(query) != 3:
            raise Fastw2vError(
                f"an analogy takes 3 words, not {len(query)}: {' '.join(query)!r}"
            )
        a, b, c = query
        answers = kv.analogy(a, b, c, topn=topn)
        show_answers(f"{a} : {b} = {c} : ?", answers, json=json)

    answer_each(queries_of(words or [], per_query=None), answer)
