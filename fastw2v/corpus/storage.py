"""The folder of an encoded corpus: header, checksums, safe replacement.

``header.json`` tells what the other files hold: ``tokens.bin`` (int32),
``offsets.bin`` (int64), both as plain arrays, and ``vocabulary.json``.
"""

import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from fastw2v.errors import CorpusError, FormatError

HEADER, TOKENS, OFFSETS = "header.json", "tokens.bin", "offsets.bin"
VOCABULARY = "vocabulary.json"
DATA_FILES = (TOKENS, OFFSETS, VOCABULARY)
_FORMAT, _VERSION = "fastw2v encoded corpus", 1
_LONGEST_HEADER = 1 << 16  # bytes
_AGAIN = "encode the text again"


@dataclass(frozen=True)
class Header:
    """What ``header.json`` says of the other files.

    Parameters
    ----------
    tokens, sentences, vocabulary : int
        Sizes: N, S and V, all at least 1.
    raw_tokens : int
        Tokens of the text before rare words were dropped.
    blake2b : mapping of str to str
        Checksum of each data file (BLAKE2b, 32 bytes, in hex).
    """

    tokens: int
    sentences: int
    vocabulary: int
    raw_tokens: int
    blake2b: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Write ``header.json``, which makes the folder an encoded corpus."""
        document = {
            "format": _FORMAT,
            "version": _VERSION,
            "byte_order": sys.byteorder,
            **asdict(self),
        }
        (folder / HEADER).write_text(json.dumps(document, indent=2), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read ``header.json`` and check every value in it.

        Raises
        ------
        FormatError
            If it is missing, damaged, or written for another version or machine.
        """
        path = folder / HEADER
        document = _read_document(path)
        if document is None or document.get("format") != _FORMAT:
            raise FormatError(
                f"{path} is not the header of an encoded corpus: {_AGAIN}"
            )
        for key, expected in (("version", _VERSION), ("byte_order", sys.byteorder)):
            if document.get(key) != expected:
                raise FormatError(
                    f"{path}: {key} is {document.get(key)!r:.40}, this fastw2v and "
                    f"machine read {expected!r}: {_AGAIN}"
                )
        sizes: dict[str, int] = {}
        for key in ("tokens", "sentences", "vocabulary", "raw_tokens"):
            value = document.get(key)
            if type(value) is not int or not 1 <= value < 1 << 60:
                raise FormatError(
                    f"{path}: {key} is {value!r:.40}, not a number of at least 1: {_AGAIN}"
                )
            sizes[key] = value
        sums = document.get("blake2b")
        if not isinstance(sums, dict) or not all(
            isinstance(sums.get(name), str) for name in DATA_FILES
        ):
            raise FormatError(f"{path}: no checksum of each data file: {_AGAIN}")
        return cls(**sizes, blake2b={name: sums[name] for name in DATA_FILES})


def is_encoded_folder(folder: Path) -> bool:
    """Tell whether `folder` has the header of an encoded corpus, of any version."""
    document = _read_document(folder / HEADER)
    return document is not None and document.get("format") == _FORMAT


@contextmanager
def new_folder(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a temporary folder beside `target`; it becomes `target` at the end.

    If anything goes wrong the temporary folder is removed and `target` is left
    as it was.

    Raises
    ------
    CorpusError
        If `target` exists and is not to be, or must not be, replaced.
    FileNotFoundError
        If the folder around `target` does not exist.
    """
    target = target.resolve()
    _check_replaceable(target, overwrite=overwrite)
    partial = _sibling(target, "partial")
    partial.mkdir()
    try:
        yield partial
        _check_replaceable(target, overwrite=overwrite)
        _move_into_place(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def checksum(data: Path | npt.NDArray[Any] | bytes) -> str:
    """Return the BLAKE2b checksum of a file, array or bytes, in hex."""
    if isinstance(data, Path):
        with data.open("rb") as file:
            return hashlib.file_digest(file, _blake2b).hexdigest()
    return _blake2b(data).hexdigest()


def map_array(path: Path, dtype: npt.DTypeLike, length: int) -> npt.NDArray[Any]:
    """Map a data file into memory, after checking its size.

    Raises
    ------
    FormatError
        If the file does not hold exactly `length` elements.
    """
    expected = length * np.dtype(dtype).itemsize
    if not path.is_file() or path.stat().st_size != expected:
        found = f"{path.stat().st_size} bytes" if path.is_file() else "missing"
        raise FormatError(
            f"{path} is {found}, the header promises {expected} bytes: {_AGAIN}"
        )
    return np.asarray(np.memmap(path, dtype, mode="r"))


def verify_checksums(folder: Path, header: Header) -> None:
    """Compare each data file with its checksum.

    Raises
    ------
    FormatError
        If a file has changed since it was written.
    """
    for name, expected in header.blake2b.items():
        found = checksum(folder / name)
        if found != expected:
            raise FormatError(
                f"{folder / name} has changed: its checksum is {found}, the header "
                f"says {expected!r:.70}: {_AGAIN}"
            )


def _blake2b(data: Any = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=32)


def _read_document(path: Path) -> dict[str, Any] | None:
    """Return a JSON object from a small file, None if it is not one."""
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_LONGEST_HEADER))
    except (OSError, ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _check_replaceable(target: Path, *, overwrite: bool) -> None:
    if not target.parent.is_dir():
        raise FileNotFoundError(f"no folder {target.parent}: create it first")
    if not os.path.lexists(target):
        return
    if not is_encoded_folder(target):
        raise CorpusError(
            f"{target} exists and is not an encoded corpus, so it is never replaced: "
            "choose another folder"
        )
    if not overwrite:
        raise CorpusError(
            f"{target} exists: pass overwrite=True (--overwrite) to replace it, or "
            "choose another folder"
        )


def _move_into_place(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    replaced = _sibling(target, "replaced")
    target.rename(replaced)
    try:
        partial.rename(target)
    except BaseException:
        replaced.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _sibling(target: Path, purpose: str) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}.{purpose}")
