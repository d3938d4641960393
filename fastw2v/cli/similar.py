"""`fastw2v similar`."""

from typing import Annotated

import typer

from fastw2v.cli import options
from fastw2v.cli.queries import answer_each, queries_of, show_answers
from fastw2v.vectors.formats.by_suffix import load_vectors


def similar(
    vectors: options.VectorsFile,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Words; without any, each line of standard input."),
    ] = None,
    topn: options.TopN = 10,
    json: options.Json = False,
) -> None:
    """List the words nearest to each given word, by cosine similarity.

    An unknown word is reported, the others are answered; the exit code is then 1.

    Example: fastw2v similar vectors.safetensors paris river
    """
    kv = load_vectors(vectors)

    def answer(query: list[str]) -> None:
        (word,) = query
        show_answers(word, kv.most_similar(word, topn=topn), json=json)

    lines = queries_of(words or [], per_query=1)
    answer_each(([word] for line in lines for word in line), answer)
