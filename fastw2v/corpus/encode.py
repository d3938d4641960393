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
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_choice, check_int
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
from fastw2v.release import release_memory

# The module that reads text imports pyarrow (0.2 s), so it waits for a text.
if TYPE_CHECKING:
    from fastw2v.corpus.sources import Reading, Source

CHUNK_BYTES = 4 << 20  # larger ones are no faster; each takes ten times its size
_MOST = 1 << 62  # words; more than any text has
DEFAULT_LIMITS = Limits(min_count=5, max_vocab=None)
Progress = Callable[[int, int | None], object]


class EncodeOptions(NamedTuple):
    """How a text is to be encoded, with the meanings of `fastw2v.encode`'s parameters."""

    limits: Limits = DEFAULT_LIMITS
    vocab: Vocab | None = None
    column: str | None = None
    encoding_errors: EncodingErrors = "strict"
    threads: int | None = None

    @property
    def reading(self) -> "Reading":
        """How the source is to be read."""
        from fastw2v.corpus.sources import Reading

        return Reading(self.column, self.encoding_errors, CHUNK_BYTES)

    def check(self) -> None:
        """Raise the errors of `fastw2v.encode` for values out of their ranges."""
        check_int("min_count", self.limits.min_count, 0, _MOST)
        if self.limits.max_vocab is not None:
            check_int("max_vocab", self.limits.max_vocab, 1, _MOST)
        if self.threads is not None:
            check_int("threads", self.threads, 1, 4096)
        check_choice("encoding_errors", self.encoding_errors, get_args(EncodingErrors))
        if self.vocab is not None:
            _check_vocab(self.vocab, self.limits)


def encode_to_memory(
    source: object, options: EncodeOptions, progress: Progress
) -> EncodedCorpus:
    """Encode a text as `fastw2v.encode` does without `output`."""
    from fastw2v.corpus.sources import open_source

    opened = open_source(source, options.reading)
    tokens, offsets = BytesIO(), BytesIO()
    draft = Draft(tokens, offsets)
    forecast = Forecast(opened.bytes_total)

    def watch(bytes_read: int, bytes_total: int | None) -> None:
        progress(bytes_read, bytes_total)
        forecast.look(draft.tokens, bytes_read)

    used, raw_tokens = _number(opened, draft, options, watch)
    release_memory()
    return EncodedCorpus(
        np.frombuffer(tokens.getvalue(), np.int32),
        np.frombuffer(offsets.getvalue(), np.int64),
        used,
        raw_tokens,
    )


def encode_to_folder(
    source: object,
    options: EncodeOptions,
    progress: Progress,
    target: Path,
    *,
    overwrite: bool,
) -> EncodedCorpus:
    """Encode a text as `fastw2v.encode` does with `output`."""
    from fastw2v.corpus.sources import open_source

    opened = open_source(source, options.reading)
    with storage.new_folder(target, overwrite=overwrite) as folder:
        with (
            (folder / storage.TOKENS).open("w+b") as token_file,
            (folder / storage.OFFSETS).open("w+b") as offset_file,
        ):
            draft = Draft(token_file, offset_file)
            used, raw_tokens = _number(opened, draft, options, progress)
        seal(folder, used, raw_tokens)
    release_memory()
    return EncodedCorpus.load(target)


def _number(
    source: "Source", draft: Draft, options: EncodeOptions, progress: Progress
) -> tuple[Vocab, int]:
    """Fill `draft` from the source; return the vocabulary and the raw tokens."""
    used, raw_tokens = _count(source, draft, options, progress)
    return used.unpack() if isinstance(used, PackedVocab) else used, raw_tokens


def _count(
    source: "Source", draft: Draft, options: EncodeOptions, progress: Progress
) -> tuple[Vocab | PackedVocab, int]:
    """Do so, and let go of all words that were counted."""
    threads = available_cpus() if options.threads is None else options.threads
    tally = count_source(source, draft, threads, progress)
    used, numbers = choose_words(tally, options)
    draft.renumber(numbers)
    return used, tally.tokens


def count_source(
    source: "Source", draft: Draft, threads: int, progress: Progress
) -> Tally:
    """Count the words of a source, and add its tokens by their numbers in the tally."""
    tally = Tally()
    for chunk, bytes_read in counted_in_order(source, threads):
        numbers = tally.add(chunk.words, chunk.counts)
        draft.append(numbers[chunk.codes], chunk.ends)
        progress(bytes_read, source.bytes_total)
    # Where lines do not end sentences, the end of the text ends the last one.
    draft.append(np.zeros(0, np.int32), np.zeros(1, np.int64))
    return tally


def choose_words(
    tally: Tally, options: EncodeOptions
) -> tuple[Vocab | PackedVocab, npt.NDArray[np.int32]]:
    """Return the words that are kept, and the number in them of each word counted."""
    if options.vocab is not None:
        return options.vocab, tally.numbers_in(options.vocab)
    return tally.most_frequent(options.limits)


def _check_vocab(vocab: Vocab, limits: Limits) -> None:
    if not isinstance(vocab, Vocab):
        raise TypeError(f"vocab is a {type(vocab).__name__}: give a Vocab")
    if limits != DEFAULT_LIMITS:
        raise ConfigError(
            f"min_count={limits.min_count} and max_vocab={limits.max_vocab} do not "
            "apply to a given vocab: leave them out, or cut the vocab"
        )
    if not len(vocab) or vocab.counts[-1] < 1:
        raise CorpusError(
            f"the vocab has {len(vocab)} words, the rarest with count "
            f"{vocab.counts[-1:]}: give words that count at least 1"
        )
