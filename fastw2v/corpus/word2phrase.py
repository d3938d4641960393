r"""word2phrase: join the words of phrases in a text file.

What the C tool of this name does (Mikolov et al. 2013b, section 4): score
(ab - min_count) N / (a b) of neighbours a, b in a text of N words, in float32, and join
those that score more than the threshold. One pass: a joined word is not joined again.

Same output, byte by byte, but for three things. Words are never cut (there at 59
bytes), the last word is kept if no line end follows (dropped there), and memory is the
only limit on the vocabulary. As there, pairs across line ends count, though none is
joined; a word that has "_" in it counts as a pair that is joined; "\r" is left out.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fastw2v.corpus.bigrams import BigramCounter
from fastw2v.corpus.chunks import CountedChunk, split_bytes
from fastw2v.corpus.numbering import counted_in_order
from fastw2v.corpus.pair_runs import Keys, make_keys
from fastw2v.corpus.phrase_counts import PhraseCounts
from fastw2v.corpus.pieces import Cut
from fastw2v.corpus.readers import last_blank_end, open_text_file, read_chunks
from fastw2v.corpus.sources import Job, Source
from fastw2v.corpus.text_writer import writing_text
from fastw2v.cpus import available_cpus
from fastw2v.errors import CorpusError

CHUNK_BYTES = 4 << 20

Progress = Callable[[int, int | None], object]


class Result(NamedTuple):
    """What was done."""

    words: int  # in the text
    vocabulary: int  # words and pairs that occur often enough
    joined: int  # pairs that were joined


def word2phrase(
    text: Path,
    output: Path,
    *,
    min_count: int = 5,
    threshold: float = 100.0,
    progress: Progress = lambda *_: None,
) -> Result:
    """Write a text with the words of its phrases joined by "_".

    Parameters
    ----------
    text : Path
        Any encoding in which blanks are those of ASCII; plain, ``.gz``, ``.bz2``,
        ``.xz`` or ``.zst``. Read twice.
    output : Path
        Appears whole or not at all.
    min_count : int, at least 1
        Rarer words and pairs are not joined.
    threshold : float
        Score to exceed; higher means fewer phrases.
    progress : callable
        Called as ``progress(bytes_read, bytes_total)``, of two readings.

    Raises
    ------
    CorpusError
        The text cannot be read, or only once, or holds no words.
    FileNotFoundError, IsADirectoryError
        `text` is no file, or `output` has no folder or is one.
    """
    if not text.is_file():
        raise FileNotFoundError(f"no file {text}: the text must be a file, read twice")
    size = text.stat().st_size
    with writing_text(output) as stream:
        counter = BigramCounter()
        counter.add(
            Source(_jobs(text), 2 * size, Cut(at_lines=False)),
            available_cpus(),
            progress,
        )
        if not counter.total_words:
            raise CorpusError(f"{text} holds no words: check that it is the text")
        counts = PhraseCounts(counter, "_")
        joiner = _Joiner(counter, _phrases(counter, counts, min_count, threshold))
        held = b""
        for chunk, done in counted_in_order(
            Source(_jobs(text), size), available_cpus()
        ):
            stream.write(held)
            held = joiner.join(chunk)
            progress(size + done, 2 * size)
        # What is read ends its last line, whether or not the file does.
        stream.write(held.removesuffix(b"\n"))
    return Result(counter.total_words, counts.frequent(min_count), joiner.joined)


def _jobs(path: Path) -> Iterator[Job]:
    with open_text_file(path) as text:
        for chunk in read_chunks(text, CHUNK_BYTES, last_blank_end):
            yield Job(partial(split_bytes, chunk), text.position())


def _phrases(
    counter: BigramCounter, counts: PhraseCounts, min_count: int, threshold: float
) -> Keys:
    """Return the keys of the pairs to join, in order."""
    first, last, both = counts.candidates()
    single = np.float32
    scores = (both - min_count).astype(single) / first.astype(single)
    scores = scores / last.astype(single) * single(counts.total_words)
    often = np.minimum(np.minimum(first, last), both) >= min_count
    return counter.pairs().keys[often & (scores > single(threshold))]


class _Joiner:
    """Joins the phrases of consecutive chunks."""

    def __init__(self, counter: BigramCounter, phrases: Keys) -> None:
        self.joined = 0
        self._counter = counter
        self._phrases = phrases
        # The word before this chunk, if a phrase may begin with it.
        self._before = np.zeros(0, dtype=np.int32)

    def join(self, chunk: CountedChunk) -> bytes:
        r"""Return the text of a chunk: before each word "_" or, if not joined, " "."""
        known = map(self._counter.number, chunk.words)
        numbers = np.fromiter((n or 0 for n in known), np.int32, len(chunk.words))
        joined = self._choose(numbers[chunk.codes], chunk.ends)
        self.joined += int(joined.sum())
        line_ends = np.bincount(chunk.ends, minlength=len(joined) + 1)
        most = int(line_ends.max())
        leads = [b"\n" * n + mark for n in range(most + 1) for mark in (b" ", b"_")]
        words = [word.encode("utf-8", "surrogateescape") for word in chunk.words]
        pieces = pc.binary_join_element_wise(
            _binary(leads).take(2 * line_ends[:-1] + joined),
            _binary(words).take(chunk.codes),
            pa.scalar(b"", pa.large_binary()),
        )
        # Behind one another in memory, they are the text.
        _, ends, data = pieces.buffers()
        size = int(np.frombuffer(ends, np.int64)[len(pieces)]) if len(pieces) else 0
        text = data[:size].to_pybytes() if size else b""
        return text + b"\n" * int(line_ends[-1])

    def _choose(
        self, tokens: npt.NDArray[np.int32], ends: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Tell for each token whether it is joined to the one before it."""
        lead = len(self._before)
        tokens, ends = np.concatenate([self._before, tokens]), ends + lead
        keys = make_keys(tokens[:-1].astype(np.uint64), tokens[1:])
        at = np.minimum(np.searchsorted(self._phrases, keys), len(self._phrases) - 1)
        hits = np.zeros(len(tokens) + 1, dtype=bool)  # at the second word of a pair
        if len(self._phrases):
            hits[1:-1] = self._phrases[at] == keys
        hits[ends] = False
        # Of pairs that share words every other one is taken, from the left.
        places = np.arange(len(hits))
        run_start = np.maximum.accumulate(np.where(hits, 0, places))
        joined = hits & ((places - run_start) % 2 == 1)
        is_open = len(tokens) > 0 and len(tokens) not in ends[-1:]
        may_begin = is_open and not joined[len(tokens) - 1]
        self._before = tokens[-1:] if may_begin else tokens[:0]
        return np.asarray(joined[lead : len(tokens)])


def _binary(values: list[bytes]) -> Any:
    return pa.array(values, pa.large_binary())
