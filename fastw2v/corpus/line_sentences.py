"""Sentences of text files as gensim's readers give them: restartable, lists of str.

Each object both iterates over lists of tokens and says which text it reads and where
its sentences end, so that `encode` and `Phrases` read the text itself, in their own
fast way, and get the same sentences.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from fastw2v.errors import ConfigError, CorpusError

# Imports pyarrow (0.2 s).
if TYPE_CHECKING:
    from fastw2v.corpus.pieces import Cut

LONGEST = 10_000  # gensim's default for max_sentence_length
_CHUNK_BYTES = 1 << 20

Source = str | os.PathLike[str] | IO[Any]


class FileSentences:
    """Base of the readers: an iterable that starts anew each time.

    Iterating gives lists of str, split at white space, and leaves out lines without
    words.

    Parameters
    ----------
    source : path or seekable open file
        Plain text, ``.gz``, ``.bz2``, ``.xz`` or ``.zst``.
    max_sentence_length : int or None
        Longer sentences are cut into pieces of this many words; None never cuts.
    limit : int or None
        Read only so many lines of each file.

    Raises
    ------
    ConfigError
        A number is out of its range.
    CorpusError
        `source` is an open file that cannot be read again from its start. While
        reading: what `fastw2v.encode` raises.
    FileNotFoundError
        While reading, if there is no such file.
    """

    _at_lines = True

    def __init__(
        self, source: Source, max_sentence_length: int | None, limit: int | None
    ) -> None:
        _check_at_least("max_sentence_length", max_sentence_length, 1)
        _check_at_least("limit", limit, 0)
        if not (isinstance(source, (str, os.PathLike)) or hasattr(source, "seekable")):
            raise TypeError(
                f"{source!r:.80}, a {type(source).__name__}, is no text: give a path or an"
                " open file"
            )
        if not (isinstance(source, (str, os.PathLike)) or source.seekable()):
            raise CorpusError(
                f"{source!r} cannot be read again from its start: pass a path, or "
                "io.BytesIO with the text"
            )
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit

    @property
    def cut(self) -> "Cut":
        """Where sentences end."""
        from fastw2v.corpus.pieces import Cut

        return Cut(self.max_sentence_length, self._at_lines)

    @property
    def gives_its_text(self) -> bool:
        """Whether the sentences are those of the text, not changed by a subclass."""
        return type(self).__iter__ is FileSentences.__iter__

    def text(self) -> Sequence[Path] | IO[Any]:
        """Return what to read: paths, or an open file at its start."""
        if isinstance(self.source, (str, os.PathLike)):
            return [_existing_file(self.source)]
        self.source.seek(0)
        return self.source

    def __iter__(self) -> Iterator[list[str]]:
        from fastw2v.corpus.chunks import decode_text
        from fastw2v.corpus.sources import text_chunks

        words: list[str] = []  # of the sentence under way
        for chunk in text_chunks(self.text(), _CHUNK_BYTES, self.limit):
            # Not by Arrow: where lists of str are wanted, str.split() is faster.
            text = decode_text(chunk)
            *ended, rest = text.split("\n") if self._at_lines else [text]
            for line in ended:
                words += line.split()
                yield from self._pieces(words)
                words = []
            words += rest.split()
            *whole, words = self._pieces(words) or [[]]
            yield from whole
        if words:
            yield words

    def _pieces(self, words: list[str]) -> list[list[str]]:
        """Return a sentence in pieces, none of them empty."""
        length = self.max_sentence_length or max(1, len(words))
        return [words[i : i + length] for i in range(0, len(words), length)]


class LineSentence(FileSentences):
    """The lines of one file.

    Parameters as for `FileSentences`; those of gensim's class of this name.
    """

    def __init__(
        self,
        source: Source,
        max_sentence_length: int | None = LONGEST,
        limit: int | None = None,
    ) -> None:
        super().__init__(source, max_sentence_length, limit)


class PathLineSentences(FileSentences):
    """The lines of the files of a folder, in name order; or of a single file.

    Subfolders, and names that begin with a dot, are left out. `input_files` has the
    paths. Parameters as for `FileSentences`; those of gensim's class of this name.

    Raises
    ------
    CorpusError
        `source` is neither a folder with files nor a file.
    """

    def __init__(
        self,
        source: str | os.PathLike[str],
        max_sentence_length: int | None = LONGEST,
        limit: int | None = None,
    ) -> None:
        super().__init__(source, max_sentence_length, limit)
        self.input_files = [str(path) for path in _files_of(Path(source))]

    def text(self) -> Sequence[Path]:
        """Return the paths of the files."""
        return [_existing_file(path) for path in self.input_files]


class Text8Corpus(FileSentences):
    """A text without lines, such as text8, in pieces of `max_sentence_length` words.

    Parameters as for `FileSentences`; those of gensim's class of this name.
    """

    _at_lines = False

    def __init__(
        self, fname: Source, max_sentence_length: int | None = LONGEST
    ) -> None:
        super().__init__(fname, max_sentence_length, limit=None)
        self.fname = fname


class BrownCorpus:
    """The Brown corpus as nltk has it: a folder of files of word/TAG tokens.

    Iterating gives lists of lower-case word and first two letters of the tag, as in
    ``"jury/nn"``; tokens whose tag does not begin with two letters are left out.

    Parameters
    ----------
    dirname : path
        The folder.

    Raises
    ------
    CorpusError
        `dirname` holds no files.
    """

    def __init__(self, dirname: str | os.PathLike[str]) -> None:
        self.dirname = dirname
        _files_of(Path(dirname))

    def __iter__(self) -> Iterator[list[str]]:
        for line in PathLineSentences(self.dirname, max_sentence_length=None):
            words = [word for token in line if (word := _brown_word(token))]
            if words:
                yield words


def _brown_word(token: str) -> str | None:
    word, slash, tag = token.partition("/")
    kind = tag[:2]
    if not slash or "/" in tag or not kind.isalpha():
        return None
    return f"{word.lower()}/{kind}"


def _existing_file(source: str | os.PathLike[str]) -> Path:
    """Return the path of a text file; names with ``*`` in them are names."""
    from fastw2v.corpus.columns import SUFFIXES  # imports pyarrow

    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(f"no file {source}: check the path")
    if path.suffix.lower() in SUFFIXES:
        raise CorpusError(
            f"{source} is a table, not lines of text: pass the path itself in place of "
            "a reader"
        )
    return path


def _files_of(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise CorpusError(f"{path} is neither a file nor a folder: check the path")
    files = sorted(p for p in path.iterdir() if p.name[0] != "." and p.is_file())
    if not files:
        raise CorpusError(f"the folder {path} holds no files: check the path")
    return files


def _check_at_least(name: str, value: object, low: int) -> None:
    if value is not None and (not isinstance(value, int) or value < low):
        raise ConfigError(f"{name}={value!r}: give {low} or more, or None for no limit")
