"""A text encoded in parts, by processes that share nothing but files.

Each part is counted alone, its words numbered by first appearance in it
(`count_part`). The counts of all parts, added in text order (`add_counts`), are those
of the whole text, in the order a single reader would have met the words. Then each
part is given the numbers of the vocabulary (`renumber_part`), and the parts are put one
behind the other. So the result is that of `corpus.encode`, byte for byte.

A step reads what others wrote and writes files whole or not at all, so one whose
process died can be done again.
"""

import shutil
import socket
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
import numpy.typing as npt

from fastw2v.corpus import storage
from fastw2v.corpus.encode import EncodeOptions, Progress, choose_words, count_source
from fastw2v.corpus.encoded import EncodedCorpus, seal
from fastw2v.corpus.packed_vocab import PackedVocab
from fastw2v.corpus.sources import Part, find_parts
from fastw2v.corpus.spool import Draft
from fastw2v.corpus.tally import Tally, numbers_of
from fastw2v.corpus.vocab import Vocab
from fastw2v.errors import CorpusError

PART_BYTES = 64 << 20
_ADDED_AT_ONCE = 8
_SHARE_IT = "put it on storage that every node sees under this path"


class Tasks(Protocol):
    """Runs functions elsewhere. A future may be an argument of the next function."""

    def start(self, function: Any, *arguments: Any) -> Any:
        """Return the future of what a function returns."""

    def start_pair(self, function: Any, *arguments: Any) -> Any:
        """Return two futures, of the two things a function returns."""

    def share(self, value: Any) -> Any:
        """Return a future of a value, to hand it to many."""

    def result(self, future: Any) -> Any:
        """Wait for it; raise what the function raised."""


class PartCounts(NamedTuple):
    """The words of a stretch of text by first appearance, and their counts."""

    words: list[str]  # the first is the empty string, which is no word
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Return what was counted, without the tally's dictionary."""
        return cls(list(tally.words), tally.counts.copy())


class PartFiles(NamedTuple):
    """Where the tokens of a part and the ends of its sentences are kept."""

    folder: Path
    number: int

    @property
    def counted(self) -> tuple[Path, Path]:
        """With the part's own numbers."""
        return self._pair("counted")

    @property
    def renumbered(self) -> tuple[Path, Path]:
        """With those of the vocabulary."""
        return self._pair("renumbered")

    def _pair(self, state: str) -> tuple[Path, Path]:
        stem = f"{self.number}.{state}"
        return (
            self.folder / f"{stem}.{storage.TOKENS}",
            self.folder / f"{stem}.{storage.OFFSETS}",
        )


class PartSizes(NamedTuple):
    """Lengths of the two arrays of a part."""

    tokens: int
    offsets: int


def encode_in_parts(
    source: object,
    options: EncodeOptions,
    tasks: Tasks,
    progress: Progress,
    target: Path,
    *,
    overwrite: bool,
) -> EncodedCorpus:
    """Encode files as `fastw2v.encode` does, by tasks that may run on other machines.

    Raises
    ------
    CorpusError
        As `fastw2v.encode` does; also if the source is not made of files, or a task
        does not find a file or the folder around `target`.
    """
    parts = find_parts(source, options.reading, PART_BYTES)
    with storage.new_folder(target, overwrite=overwrite) as folder:
        pieces = folder / "parts"
        pieces.mkdir()
        files = [PartFiles(pieces, number) for number in range(len(parts))]
        counts = _count(parts, files, options, tasks, progress)
        tally = _tally_of(tasks.result(_add_all(counts, tasks)))
        used, _ = choose_words(tally, options)
        vocab = used.unpack() if isinstance(used, PackedVocab) else used
        shared = tasks.share(vocab)
        renumbered = [
            tasks.start(renumber_part, *own, shared)
            for own in zip(files, counts, strict=True)
        ]
        _join(files, map(tasks.result, renumbered), folder)
        # With what tasks that were killed have left.
        shutil.rmtree(pieces)
        seal(folder, vocab, tally.tokens)
    return EncodedCorpus.load(target)


def _count(
    parts: Sequence[Part],
    files: Sequence[PartFiles],
    options: EncodeOptions,
    tasks: Tasks,
    progress: Progress,
) -> list[Any]:
    """Return futures of the counts of all parts, when those are counted."""
    shared = tasks.share(options._replace(vocab=None))
    started = [
        tasks.start_pair(count_part, part, own, shared)
        for part, own in zip(parts, files, strict=True)
    ]
    done, total = 0, sum(part.bytes for part in parts)
    for size, _ in started:
        done += tasks.result(size)
        progress(done, total)
    return [counts for _, counts in started]


def _add_all(counts: list[Any], tasks: Tasks) -> Any:
    """Return the future of the counts of the whole text; a few are added at a time."""
    if not counts:
        return tasks.share(PartCounts.of(Tally()))
    while len(counts) > 1:
        groups = range(0, len(counts), _ADDED_AT_ONCE)
        counts = [
            tasks.start(add_counts, *counts[i : i + _ADDED_AT_ONCE]) for i in groups
        ]
    return counts[0]


def count_part(
    part: Part, files: PartFiles, options: EncodeOptions
) -> tuple[int, PartCounts]:
    """Count and number a part alone; return also how many bytes of text it is.

    Raises
    ------
    CorpusError
        As `fastw2v.encode` does, or what is to be read or written is not visible here.
    """
    _check_visible(part, files.folder)
    with _new_draft(*files.counted) as draft:
        tally = count_source(part.open(options.reading), draft, 1, _ignore)
    return part.bytes, PartCounts.of(tally)


def add_counts(*counts: PartCounts) -> PartCounts:
    """Return the counts of several stretches that follow each other."""
    return PartCounts.of(_tally_of(*counts))


def renumber_part(files: PartFiles, counts: PartCounts, vocab: Vocab) -> PartSizes:
    """Give the tokens of a part the numbers of `vocab`; drop those it does not have."""
    tokens, offsets = files.counted
    with _new_draft(*files.renumbered) as draft:
        _append(draft, tokens, offsets, _sizes(tokens, offsets))
        draft.renumber(numbers_of(counts.words, vocab))
    return _sizes(*files.renumbered)


def _join(files: Iterable[PartFiles], sizes: Iterable[PartSizes], folder: Path) -> None:
    """Put the parts behind each other, and remove them."""
    with (
        (folder / storage.TOKENS).open("w+b") as tokens,
        (folder / storage.OFFSETS).open("w+b") as offsets,
    ):
        draft = Draft(tokens, offsets)
        for own, size in zip(files, sizes, strict=True):
            _append(draft, *own.renumbered, size)
            for path in (*own.counted, *own.renumbered):
                path.unlink()


def _tally_of(*counts: PartCounts) -> Tally:
    tally = Tally()
    for words, numbers in counts:
        tally.add(words, numbers)
    return tally


@contextmanager
def _new_draft(tokens: Path, offsets: Path) -> Iterator[Draft]:
    """Give an empty draft whose files take their names when it is complete."""
    # Not `replacing`, which would wait for the disk: nobody reads them after a crash.
    unique = f".{uuid.uuid4().hex}"
    written = [path.with_name(path.name + unique) for path in (tokens, offsets)]
    with written[0].open("w+b") as token_file, written[1].open("w+b") as offset_file:
        yield Draft(token_file, offset_file)
    for path, complete in zip(written, (tokens, offsets), strict=True):
        path.replace(complete)


def _append(draft: Draft, tokens: Path, offsets: Path, sizes: PartSizes) -> None:
    if sizes.tokens:  # nothing cannot be mapped
        ends = storage.map_array(offsets, np.int64, sizes.offsets)[1:]
        draft.append(storage.map_array(tokens, np.int32, sizes.tokens), ends)


def _sizes(tokens: Path, offsets: Path) -> PartSizes:
    return PartSizes(tokens.stat().st_size // 4, offsets.stat().st_size // 8)


def _check_visible(part: Part, folder: Path) -> None:
    """Raise `CorpusError` unless this machine sees the same files as the first one."""
    node = socket.gethostname()
    try:
        size = part.path.stat().st_size
    except OSError as error:
        raise CorpusError(
            f"{part.path}: {error.strerror} on node {node}: {_SHARE_IT}"
        ) from error
    if size != part.size:
        raise CorpusError(
            f"{part.path} has {size} bytes on node {node} and {part.size} where encoding"
            f" began: {_SHARE_IT}"
        )
    if not folder.is_dir():
        raise CorpusError(
            f"{folder.parent.parent}, the folder of the output, is another one on node {node}:"
            f" {_SHARE_IT}"
        )


def _ignore(_read: int, _total: int | None) -> None:
    """Show no progress."""
