"""Hashes of downloaded files: published ones, and ones recorded at first use.

A hash is written ``algorithm:hexadecimal``. The record of ``text8.txt`` is the file
``text8.txt.sha256`` beside it, which ``sha256sum --check`` understands.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from fastw2v.errors import DownloadError


def file_hash(path: Path, algorithm: str) -> str:
    """Hash of a file's content, as ``algorithm:hexadecimal``."""
    with path.open("rb") as content:
        return f"{algorithm}:{hashlib.file_digest(content, algorithm).hexdigest()}"


def check_file(path: Path, expected: Iterable[str]) -> None:
    """Compare a file with every hash known for it.

    Raises
    ------
    DownloadError
        At the first hash that differs.
    """
    for known in expected:
        algorithm, _, _ = known.partition(":")
        found = file_hash(path, algorithm)
        if found != known:
            raise DownloadError(
                f"{path} has the hash {found}, expected {known}: delete the file to "
                "fetch it anew, or its .sha256 record too if the publisher changed it"
            )


def recorded_hash(path: Path) -> str | None:
    """Hash recorded beside a file when it was first fetched, if there is one."""
    record = _record(path)
    if not record.exists():
        return None
    return f"sha256:{record.read_text(encoding='utf-8').split()[0]}"


def write_record(path: Path) -> None:
    """Record a file's hash beside it."""
    _, _, digits = file_hash(path, "sha256").partition(":")
    _record(path).write_text(f"{digits}  {path.name}\n", encoding="utf-8")


def _record(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")
