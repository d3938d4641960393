"""`fastw2v word-analogy`."""

from fastw2v.cli import options
from fastw2v.cli.session import all_known, lines_entered, print_neighbours
from fastw2v.vectors.formats.by_suffix import load_vectors


def word_analogy(vectors: options.VectorsFile, topn: options.TopN = 40) -> None:
    """Answer "A is to B as C is to ?", as word2vec.c's `word-analogy` does.

    Each line of standard input is a query of three words, A B C; the answers are the
    words nearest to B - A + C. A word without a vector is reported, and the next line
    is read. EXIT or the end of the input ends it.

    Example: fastw2v word-analogy vectors.bin
    """
    kv = load_vectors(vectors)
    for words in lines_entered("Enter three words (EXIT to break): "):
        if len(words) != 3:
            print(f"{len(words)} words were entered; an analogy takes three: A B C")
        elif all_known(kv, words):
            a, b, c = words
            print_neighbours("Distance", kv.analogy(a, b, c, topn=topn))
