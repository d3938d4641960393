"""Save and load: fastw2v's own files, and the formats of word2vec.c."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from fastw2v.checks import check_float
from fastw2v.vectors.array import floating
from fastw2v.vectors.formats.dispatch import read_stored
from fastw2v.vectors.formats.native import write_native
from fastw2v.vectors.formats.streams import PathLike, Source
from fastw2v.vectors.formats.word2vec_reader import (
    ReadOptions,
    read_word2vec,
    word2vec_blocks,
)
from fastw2v.vectors.formats.word2vec_writer import WriteOptions, write_word2vec
from fastw2v.vectors.table import VectorTable

# What `load` may be told about mapping, and whether arrays can then be written to.
MAP_MODES = {None: True, "c": True, "r": False}


class VectorFiles(VectorTable):
    """Files appear whole or not at all, and loading one never runs code in it."""

    def save(
        self,
        fname: Source,
        separately: Any = None,  # noqa: ARG002
        sep_limit: int = 0,  # noqa: ARG002
        ignore: Collection[str] = frozenset(),
        pickle_protocol: int = 4,  # noqa: ARG002
        *,
        context_vectors: npt.NDArray[np.float32] | None = None,
    ) -> None:
        """Write everything to one safetensors file, whole or not at all.

        Parameters
        ----------
        fname : str, PathLike or file open for writing bytes
        separately, sep_limit, pickle_protocol
            Taken for gensim's sake and unused: there is one file, and no pickle.
        ignore : collection of str
            What to leave out: ``expandos`` or any attribute in it, ``vectors_lockf``,
            ``metadata``. What `load` works out anew may be named as well.
        context_vectors : float32 array, shape (V, D), optional
            Output vectors of the same words; `formats.native.load_context_vectors`
            reads them.

        Raises
        ------
        ValueError
            ``ignore`` names what a file cannot be without, or context vectors have
            another shape than the vectors.
        TypeError
            A key is neither str nor int, or an attribute cannot be written.
        """
        if isinstance(ignore, str | bytes) or not isinstance(ignore, Collection):
            raise TypeError(f"ignore is {ignore!r:.80}: give a list of names")
        needed = {"vectors", "index_to_key", "key_to_index"} & set(ignore)
        if needed:
            raise ValueError(f"ignore names {sorted(needed)}: a file needs these")
        stored = self.stored
        kept = {k: v for k, v in stored.expandos.items() if k not in ignore}
        bare = "expandos" in ignore
        stored = replace(
            stored,
            counts=None if bare or "count" in ignore else stored.counts,
            expandos={} if bare else kept,
            lockf=None if "vectors_lockf" in ignore else stored.lockf,
            metadata={} if "metadata" in ignore else stored.metadata,
        )
        write_native(fname, stored, context_vectors)

    @classmethod
    def load(cls, fname: Source, mmap: str | None = None) -> Self:
        """Map a file written by `save`: vectors are read when they are used.

        Parameters
        ----------
        fname : str, PathLike or file open for reading bytes
            A file that is open is read whole.
        mmap : {None, "c", "r"}
            With "r" the vectors cannot be written to; methods that change them copy
            them first. Otherwise they can, and the file stays as it is: the system
            copies what is written, page by page. Some systems refuse that for a file
            larger than their memory, which "r" opens.

        Raises
        ------
        FormatError
            The file is in another format (the message names its loader) or damaged.
        ValueError
            ``mmap`` is none of these.
        """
        if mmap not in [*MAP_MODES]:  # a list, since what is given may have no hash
            raise ValueError(
                f"mmap is {mmap!r}: give None, 'c' or 'r'; a file is never written to"
            )
        return cls.from_stored(read_stored(fname, writable=MAP_MODES[mmap]))

    def save_word2vec_format(
        self,
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        total_vec: int | None = None,
        write_header: bool = True,
        prefix: str = "",
        append: bool = False,
        sort_attr: str = "count",
    ) -> None:
        """Write the format of word2vec.c; compressed if the name ends in .gz.

        Parameters
        ----------
        fname : str or PathLike
        fvocab : str or PathLike, optional
            Also write ``sort_attr`` there, one "word count" per line.
        binary : bool
            Rows of float32; else decimal numbers that read back as the same float.
        total_vec : int, optional
            The number of words to put in the header, if more are to be appended.
        write_header : bool
            False leaves out the first line, as in GloVe's files; text only, unless
            rows are appended.
        prefix : str
            Put before each word.
        append : bool
            Write behind what ``fname`` holds.
        sort_attr : str
            Rows are written by falling values of this attribute, in the order of the
            table where values are equal or there are no counts.

        Raises
        ------
        FormatError
            A word is empty, holds a space or newline, or is not valid Unicode.
        ValueError
            There is no attribute ``sort_attr``.
        """
        options = WriteOptions(
            binary, write_header, total_vec, prefix, append, fvocab, sort_attr
        )
        write_word2vec(fname, self.stored, options)

    @classmethod
    def load_word2vec_format(
        cls,
        fname: PathLike,
        fvocab: PathLike | None = None,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
        limit: int | None = None,
        datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Read word2vec, fastText .vec or GloVe vectors, gzip-compressed or not.

        Parameters
        ----------
        fname : str or PathLike
        fvocab : str or PathLike, optional
            File of "word count" lines. Without it the files do not say how often
            words occur, and ``count`` falls from V to 1, so that sorting by it keeps
            the order of the file.
        binary : bool
            Rows of float32 rather than of decimal numbers.
        encoding, unicode_errors : str
            As for ``bytes.decode``.
        limit : int, optional
            Read only the first words.
        datatype : NumPy dtype
            Of `vectors`: float16, float32 or float64.
        no_header : bool
            The file begins with a word, as GloVe's do; text only.

        Raises
        ------
        FormatError
            The content breaks the format; the message gives line or word. It is an
            EOFError too where the file is cut short, and a UnicodeDecodeError where
            a word is not in the encoding.

        Warns
        -----
        UserWarning
            A word comes twice; its first vector is kept.
        """
        options = ReadOptions(
            binary, limit, no_header, fvocab, encoding, unicode_errors,
            floating(datatype),
        )  # fmt: skip
        table = cls.from_stored(read_word2vec(fname, options))
        if table.counts is None:
            table.expandos["count"] = np.arange(len(table), 0, -1, dtype=np.int64)
        return table

    def intersect_word2vec_format(
        self,
        fname: PathLike,
        lockf: float = 0.0,
        binary: bool = False,
        encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> None:
        """Take over the vectors that a file has for words of the table.

        Parameters
        ----------
        fname : str or PathLike
            In a format of word2vec.c, gzip-compressed or not.
        lockf : float, 0 to 1000
            `vectors_lockf` of the rows taken over: 0 fixes them in later training, 1
            lets them learn as all others.
        binary, encoding, unicode_errors
            As for `load_word2vec_format`.

        Raises
        ------
        FormatError
            The content breaks the format; nothing was changed.
        ValueError
            Vectors have another length than those of the table.
        """
        check_float("lockf", lockf, 0.0, 1000.0)
        options = ReadOptions(
            binary=binary,
            encoding=encoding,
            unicode_errors=unicode_errors,
            dtype=self.vectors.dtype,
        )
        found: dict[int, npt.NDArray[Any]] = {}
        with word2vec_blocks(fname, options) as content:
            if content.plan.dim != self.vector_size:
                raise ValueError(
                    f"{fname} has vectors of {content.plan.dim} numbers, the table of "
                    f"{self.vector_size}: train with vector_size={content.plan.dim}"
                )
            for block in content.blocks:
                for word, vector in zip(block.words, block.vectors, strict=True):
                    row = self.key_to_index.get(word)
                    if row is not None:
                        found.setdefault(row, vector.copy())
        if not found:
            return
        rows = list(found)
        self._writable()[rows] = np.stack(list(found.values()))
        locks = self.vectors_lockf
        per_row = np.resize(locks, len(self)).astype(np.float32)
        per_row[rows] = lockf
        self.vectors_lockf = per_row
        self._drop_derived()
