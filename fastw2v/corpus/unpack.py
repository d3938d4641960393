"""From a published archive or table to one text file of ours."""

import csv
import gzip
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path, PurePosixPath
from typing import IO, Literal, cast

from fastw2v.errors import DownloadError

_BLOCK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    UnicodeDecodeError,
    csv.Error,
)
"""What the standard library raises for content that is not what it should be."""


@dataclass(frozen=True)
class Packing:
    """How a published file is packed.

    Parameters
    ----------
    kind : {"plain", "gzip", "zip", "tar"}
        ``tar`` may be compressed in any way.
    members : str
        Which members of a zip or tar file are wanted: a pattern for the end of their
        path. Several are joined in the order of the archive.
    """

    kind: Literal["plain", "gzip", "zip", "tar"]
    members: str = ""


PLAIN = Packing("plain")


@dataclass(frozen=True)
class PairTable:
    """Layout of a published table of word pairs.

    The first line names the columns, the first two columns hold the words.

    Parameters
    ----------
    delimiter : str
        Between two columns.
    score_column : int
        Number of the column with the score, from 0.
    """

    delimiter: str
    score_column: int


def unpack(
    packed: Path, target: Path, packing: Packing, table: PairTable | None = None
) -> None:
    """Write the wanted content of a download as one file.

    Parameters
    ----------
    packed, target : Path
        The download, and the file to write.
    packing : Packing
        How the download is packed.
    table : PairTable or None
        Turn word pairs of this layout into lines of word, word, score (tabs between).

    Raises
    ------
    DownloadError
        If the archive or the table is damaged or lacks what is wanted.
    """
    try:
        with target.open("wb") as out:
            parts = 0
            for content in _contents(packed, packing):
                parts += 1
                if table is None:
                    shutil.copyfileobj(content, out, _BLOCK)
                else:
                    out.writelines(_pair_lines(content, table))
    except _DAMAGE as error:
        raise DownloadError(
            f"{packed} is not a whole {packing.kind} file ({error}): fetch it again, "
            "or from another address"
        ) from error
    if parts == 0:
        raise DownloadError(
            f"{packed} holds no {packing.members!r}: fetch it from another address"
        )


def _contents(packed: Path, packing: Packing) -> Iterator[IO[bytes]]:
    """Wanted members, each open for reading until the next one is asked for."""
    if packing.kind == "zip":
        with zipfile.ZipFile(packed) as archive:
            for name in archive.namelist():
                if _wanted(name, packing):
                    with archive.open(name) as member_content:
                        yield member_content
    elif packing.kind == "tar":
        # Read as a stream: going back in a compressed archive would unpack it anew.
        with tarfile.open(packed, "r|*") as archive:
            for member in archive:
                extracted = archive.extractfile(member)
                if extracted and _wanted(member.name, packing):
                    yield extracted
    elif packing.kind == "gzip":
        with gzip.open(packed, "rb") as unzipped:
            yield cast("IO[bytes]", unzipped)
    else:
        with packed.open("rb") as content:
            yield content


def _wanted(name: str, packing: Packing) -> bool:
    return PurePosixPath(name).match(packing.members)


def _pair_lines(content: IO[bytes], table: PairTable) -> Iterator[bytes]:
    text = TextIOWrapper(content, encoding="utf-8-sig", newline="")
    rows = csv.reader(text, delimiter=table.delimiter)
    next(rows, None)
    for row in rows:
        try:
            first, second, score = row[0], row[1], float(row[table.score_column])
        except (IndexError, ValueError) as error:
            raise DownloadError(
                f"line {rows.line_num} of the word pairs reads {row}, expected two "
                "words and a score: fetch it from another address"
            ) from error
        yield f"{first}\t{second}\t{score}\n".encode()
    text.detach()
