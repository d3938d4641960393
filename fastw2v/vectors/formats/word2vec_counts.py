"""Read the counts that word2vec.c writes beside its vectors: lines "word count"."""

import numpy as np
import numpy.typing as npt

from fastw2v.errors import FormatError
from fastw2v.vectors.formats.streams import PathLike, open_stream
from fastw2v.vectors.formats.word2vec_blocks import MAX_WORD_BYTES, decode_word

# All such numbers fit an int64.
MAX_DIGITS = 18
MAX_LINE_BYTES = MAX_WORD_BYTES + MAX_DIGITS + 3


def read_counts(
    path: PathLike, words: list[str], encoding: str, unicode_errors: str
) -> npt.NDArray[np.int64]:
    """Return the counts of the given words, shape (V,).

    Raises
    ------
    FormatError
        A line is something else, or a word has none.
    """
    counts: dict[str, int] = {}
    with open_stream(path) as (stream, _):
        number = 0
        while line := stream.readline(MAX_LINE_BYTES):
            number += 1
            word, _, count = line.rstrip().rpartition(b" ")
            place = f"{path}: line {number}"
            if not count.isdigit() or len(count) > MAX_DIGITS:
                raise FormatError(
                    f"{place} is not 'word count' ({line[:40]!r}): mend it"
                )
            counts[decode_word(word, place, encoding, unicode_errors)] = int(count)
    try:
        return np.array([counts[word] for word in words], dtype=np.int64)
    except KeyError as error:
        raise FormatError(
            f"{path} has no count for the word {error}: give the vocabulary file that "
            "belongs to the vectors"
        ) from error
