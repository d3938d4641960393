"""A small English-looking corpus whose analogies and similarities are planted.

Three kinds of scenes (``synthetic_grammar.toml``) share the sentences out:

- a *pair* scene plants an analogy: both words of a row such as ``king/queen`` stand
  among the same words of that row (crown, palace, ...) and among the words of their own
  side (he, his, beard against she, her, skirt), so that the step from the left word to
  the right one is the same in every row;
- a *topic* scene plants similarity: words of one topic occur together;
- a *plain* scene supplies the common words of the language.

The text depends on the size and the seed alone: every draw comes from
``random.Random(seed).random()``, whose sequence Python keeps from version to version,
and weights are made by division and addition only.

``python -m fastw2v.corpus.synthetic --tokens 170000 --seed 1 --output corpora/``
writes the sample that comes with the project.
"""

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

from fastw2v.corpus.synthetic_grammar import load_grammar
from fastw2v.corpus.synthetic_plant import (
    categories,
    labelled_sentences,
    outliers,
    questions,
    word_pairs,
)
from fastw2v.errors import ConfigError
from fastw2v.replace import replacing

TEXT_FILE = "synthetic.txt"
QUESTIONS_FILE = "questions.txt"
PAIRS_FILE = "pairs.tsv"
OUTLIERS_FILE = "outliers.tsv"
CATEGORIES_FILE = "categories.tsv"
SENTENCES_FILE = "sentences.tsv"
SAMPLE_TOKENS = 170_000
"""Size of the sample that comes with the project."""
LABELLED_SENTENCES = 400


def generate(tokens: int, seed: int = 1) -> Iterator[list[str]]:
    """Sentences of the planted corpus.

    Parameters
    ----------
    tokens : int
        Size to reach; the sentence that reaches it is the last one.
    seed : int
        Another seed gives other sentences with the same structure.

    Returns
    -------
    iterator of list of str
        The words of each sentence: lower-case letters only, no punctuation.

    Raises
    ------
    ConfigError
        If ``tokens`` is below 1 or ``seed`` is negative.
    """
    if tokens < 1:
        raise ConfigError(f"tokens is {tokens}; ask for at least 1")
    if seed < 0:
        raise ConfigError(f"seed is {seed}; choose 0 or more")
    return _until(tokens, load_grammar().sentences(random.Random(seed)))


def write_corpus(folder: Path | str, tokens: int, seed: int = 1) -> None:
    """Write the text and what vectors of it can be judged by.

    Parameters
    ----------
    folder : path
        Made if missing. Receives ``synthetic.txt`` (a sentence a line),
        ``questions.txt`` (``: section`` headers, four words a line), and separated by
        tabs ``pairs.tsv`` (word, word, score from 0 to 10), ``outliers.tsv`` (outlier,
        words of the group), ``categories.tsv`` (category, word) and ``sentences.tsv``
        (label, sentence).
    tokens, seed : int
        As in `generate`.

    Raises
    ------
    ConfigError
        If ``tokens`` or ``seed`` is out of range; nothing is written then.
    """
    sentences = generate(tokens, seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_lines(folder / TEXT_FILE, (" ".join(words) for words in sentences))
    _write_lines(folder / QUESTIONS_FILE, _question_lines())
    labelled = labelled_sentences(LABELLED_SENTENCES, seed + 1)
    tables: dict[str, Iterable[tuple[object, ...]]] = {
        PAIRS_FILE: word_pairs(),
        OUTLIERS_FILE: ((outlier, *group) for outlier, group in outliers()),
        CATEGORIES_FILE: categories(),
        SENTENCES_FILE: ((label, " ".join(words)) for label, words in labelled),
    }
    for name, rows in tables.items():
        _write_lines(folder / name, ("\t".join(map(str, row)) for row in rows))


def _until(tokens: int, sentences: Iterator[list[str]]) -> Iterator[list[str]]:
    while tokens > 0:
        sentence = next(sentences)
        tokens -= len(sentence)
        yield sentence


def _question_lines() -> Iterator[str]:
    for section, rows in questions():
        yield f": {section}"
        yield from (" ".join(row) for row in rows)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    """Replace a file only once its successor is whole; the same bytes anywhere."""
    with (
        replacing(path) as part,
        part.open("w", encoding="ascii", newline="\n") as text,
    ):
        text.writelines(f"{line}\n" for line in lines)


def main() -> None:
    """Write the corpus as the command line asks."""
    parser = argparse.ArgumentParser(description="Write the generated corpus.")
    parser.add_argument("--tokens", type=int, default=SAMPLE_TOKENS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="a folder")
    options = parser.parse_args()
    write_corpus(options.output, options.tokens, options.seed)


if __name__ == "__main__":
    main()
