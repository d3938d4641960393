"""What the tools that came with word2vec.c share: a prompt, and how answers look."""

import sys
from collections.abc import Iterator, Sequence

from fastw2v.vectors.keyed_vectors import KeyedVectors
from fastw2v.vectors.nearest import Scored

_EXIT = "EXIT"
_RULE = "-" * 72


def lines_entered(prompt: str) -> Iterator[list[str]]:
    """Yield the words of each line of standard input, up to EXIT or its end.

    The prompt is shown on a terminal only. Blank lines are passed over.
    """
    lines = _typed(prompt) if sys.stdin.isatty() else sys.stdin
    for line in lines:
        if line.strip() == _EXIT:
            return
        if words := line.split():
            yield words
            sys.stdout.flush()  # for a program that asks through a pipe


def _typed(prompt: str) -> Iterator[str]:
    while True:
        try:
            yield input(prompt)
        except EOFError:
            print()
            return


def all_known(kv: KeyedVectors, words: Sequence[str]) -> bool:
    """Print the rank of each word; stop and return False at one without a vector."""
    for word in words:
        row = kv.get_index(word, -1)
        print(f"\nWord: {word}  Position in vocabulary: {row}")
        if row < 0:
            print("Out of dictionary word!")
            return False
    return True


def print_neighbours(measure: str, found: Scored) -> None:
    """Print words and cosines in the columns of word2vec.c's tools."""
    print(f"\n{'Word':>50}{measure:>22}\n{_RULE}")
    for word, score in found:
        print(f"{word:>50}\t\t{score:f}")
