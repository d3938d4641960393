"""`fastw2v distance`."""

from fastw2v.cli import options
from fastw2v.cli.session import all_known, lines_entered, print_neighbours
from fastw2v.vectors.formats.by_suffix import load_vectors


def distance(vectors: options.VectorsFile, topn: options.TopN = 40) -> None:
    """List the words nearest to those you enter, as word2vec.c's `distance` does.

    Each line of standard input is a query: one word, or several whose vectors are
    added up. A word without a vector is reported, and the next line is read. EXIT or
    the end of the input ends it.

    Example: fastw2v distance vectors.bin
    """
    kv = load_vectors(vectors)
    for words in lines_entered("Enter word or sentence (EXIT to break): "):
        if all_known(kv, words):
            print_neighbours("Cosine distance", kv.most_similar(words, topn=topn))
