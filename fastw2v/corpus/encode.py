"""Text to numbered tokens in one pass.

Worker threads split chunks of text and number each by a dictionary of its own
(`chunks`). The main thread, in text order, merges these dictionaries into one
numbering by first appearance (`numbering`, `tally`), so that the result depends
neither on the number of threads nor on where the chunks were cut. At the end rare words are dropped
and the others renumbered by falling count, or as in a vocabulary given.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from fastw2v.checks import (
    check_bool,
    check_callable,
    check_choice,
    check_int,
    check_path,
)
from fastw2v.config import EncodingErrors
from fastw2v.corpus import storage
from fastw2v.corpus.encoded import EncodedCorpus, seal
from fastw2v.corpus.forecast import Forecast
from fastw2v.corpus.numbering import counted_in_order
from fastw2v.corpus.packed_vocab import PackedVocab
from fastw2v.corpus.spool import Draft
from fastw2v.corpus.tally import Limits, Tally
from fastw2v.corpus.vocab import Vocab
from fastw2v.cpus import available_cpus
from fastw2v.errors import ConfigError, CorpusError

# The module that reads text imports pyarrow (0.2 s), so it waits for encode().
if TYPE_CHECKING:
    from fastw2v.corpus.sources import Source

CHUNK_BYTES = 4 << 20  # larger ones are no faster; each takes ten times its size
_MOST = 1 << 62  # words; more than any text has
_DEFAULT_LIMITS = Limits(min_count=5, max_vocab=None)
Progress = Callable[[int, int | None], object]


def encode(
    source: object,
    *,
    min_count: int = _DEFAULT_LIMITS.min_count,
    max_vocab: int | None = _DEFAULT_LIMITS.max_vocab,
    vocab: Vocab | None = None,
    column: str | None = None,
    encoding_errors: EncodingErrors = "strict",
    threads: int | None = None,
    output: str | Path | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> EncodedCorpus:
    r"""Read text once and return it as numbered tokens.

    Parameters
    ----------
    source : path(s), open file, iterable of token lists, or Arrow column
        - A path, a glob pattern, a folder (its files in name order), or a list
          of these; ``"-"`` is the standard input. Text may be plain, ``.gz``,
          ``.bz2``, ``.xz`` or ``.zst``; ``.parquet``, ``.arrow`` and
          ``.feather`` files are tables.
        - An open binary or text file.
        - An iterable of sentences, each a list, tuple or 1-d NumPy array of
          str; generators are read once. Empty strings are no words. A 1-d
          NumPy array of str is an array of lines.
        - An Arrow array, chunked array or table, or a pandas or polars one. A
          column of strings holds lines to split, a column of lists sentences
          that are split already. Nulls are skipped.
    min_count : int
        Words that occur less often are dropped.
    max_vocab : int, optional
        Keep at most this many words, the most frequent.
    vocab : Vocab, optional
        Number the words by this vocabulary, of another text perhaps, and drop
        all others; takes the place of `min_count` and `max_vocab`. The result
        has this very vocabulary, with its counts: those decide on subsampling
        and noise, not the counts in this text. None may be 0.
    column : str, optional
        Column of a table; not needed if only one holds text.
    encoding_errors : {"strict", "replace"}
        Whether bytes that are not UTF-8 raise, or are read as U+FFFD.
    threads : int, optional
        Worker threads; all cores by default. The result is the same for any.
    output : path, optional
        Write the corpus into this folder while reading, so that memory holds
        only the vocabulary and a few chunks; the result is mapped from there.
    overwrite : bool
        Replace `output` if it is an encoded corpus.
    progress : callable, optional
        Called in this thread as ``progress(bytes_read, bytes_total)`` after
        each chunk; `bytes_total` is None where unknown, and `bytes_read` is 0
        for an iterable.

    Returns
    -------
    EncodedCorpus
        Words are numbered by falling count, ties by first appearance; or as in
        `vocab`.

    Raises
    ------
    FileNotFoundError
        If a path, pattern or folder leads to no file.
    CorpusError
        If the text cannot be read, or no word is left.
    ConfigError
        If a number is out of its range, or limits are given beside `vocab`.
    TypeError
        If `vocab` is something else.

    Notes
    -----
    Tokens are separated by whitespace as in ``str.split()``. A sentence ends
    only at "\n", at the end of a file, cell or token list; it is never cut. A
    sentence left with no word is left out, so `offsets` rises strictly. A UTF-8
    byte-order mark at the start of a file is skipped.
    """
    from fastw2v.corpus.sources import Reading, open_source
    from fastw2v.release import release_memory

    choice = _checked_choice(vocab, _checked_limits(min_count, max_vocab))
    threads = _checked_threads(threads)
    check_choice("encoding_errors", encoding_errors, get_args(EncodingErrors))
    check_bool("overwrite", overwrite)
    report = _ignore if progress is None else progress
    check_callable("progress", report)
    opened = open_source(source, Reading(column, encoding_errors, CHUNK_BYTES))
    if output is None:
        tokens, offsets = BytesIO(), BytesIO()
        draft = Draft(tokens, offsets)
        forecast = Forecast(opened.bytes_total)

        def watch(bytes_read: int, bytes_total: int | None) -> None:
            report(bytes_read, bytes_total)
            forecast.look(draft.tokens, bytes_read)

        used, raw_tokens = _number(opened, draft, choice, threads, watch)
        release_memory()
        return EncodedCorpus(
            np.frombuffer(tokens.getvalue(), np.int32),
            np.frombuffer(offsets.getvalue(), np.int64),
            used,
            raw_tokens,
        )
    target = check_path("output", output)
    with storage.new_folder(target, overwrite=overwrite) as folder:
        with (
            (folder / storage.TOKENS).open("w+b") as token_file,
            (folder / storage.OFFSETS).open("w+b") as offset_file,
        ):
            draft = Draft(token_file, offset_file)
            used, raw_tokens = _number(opened, draft, choice, threads, report)
        seal(folder, used, raw_tokens)
    release_memory()
    return EncodedCorpus.load(target)


def _ignore(_read: int, _total: int | None) -> None:
    """Show no progress."""


def _number(
    source: "Source",
    draft: Draft,
    choice: Limits | Vocab,
    threads: int,
    report: Progress,
) -> tuple[Vocab, int]:
    """Fill `draft` from the source; return the vocabulary and the raw tokens."""
    used, raw_tokens = _count(source, draft, choice, threads, report)
    return used.unpack() if isinstance(used, PackedVocab) else used, raw_tokens


def _count(
    source: "Source",
    draft: Draft,
    choice: Limits | Vocab,
    threads: int,
    report: Progress,
) -> tuple[Vocab | PackedVocab, int]:
    """Do so, and let go of all words that were counted."""
    tally = Tally()
    for chunk, bytes_read in counted_in_order(source, threads):
        numbers = tally.add(chunk.words, chunk.counts)
        draft.append(numbers[chunk.codes], chunk.ends)
        report(bytes_read, source.bytes_total)
    # Where lines do not end sentences, the end of the text ends the last one.
    draft.append(np.zeros(0, np.int32), np.zeros(1, np.int64))
    vocab: Vocab | PackedVocab
    if isinstance(choice, Vocab):
        vocab, numbers = choice, tally.numbers_in(choice)
    else:
        vocab, numbers = tally.most_frequent(choice)
    draft.renumber(numbers)
    return vocab, tally.tokens


def _checked_limits(min_count: int, max_vocab: int | None) -> Limits:
    check_int("min_count", min_count, 0, _MOST)
    if max_vocab is not None:
        check_int("max_vocab", max_vocab, 1, _MOST)
    return Limits(min_count, max_vocab)


def _checked_choice(vocab: Vocab | None, limits: Limits) -> Limits | Vocab:
    """Return what decides which words are kept."""
    if vocab is None:
        return limits
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab is a {type(vocab).__name__}: give a Vocab")
    if limits != _DEFAULT_LIMITS:
        raise ConfigError(
            f"min_count={limits.min_count} and max_vocab={limits.max_vocab} do not "
            "apply to a given vocab: leave them out, or cut the vocab"
        )
    if not len(vocab) or vocab.counts[-1] < 1:
        raise CorpusError(
            f"the vocab has {len(vocab)} words, the rarest with count "
            f"{vocab.counts[-1:]}: give words that count at least 1"
        )
    return vocab


def _checked_threads(threads: int | None) -> int:
    if threads is None:
        return available_cpus()
    check_int("threads", threads, 1, 4096)
    return threads
