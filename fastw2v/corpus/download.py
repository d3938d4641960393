"""One file from an address to the disk, whole or not at all.

pooch does the work: it downloads to a temporary file, compares the hash and only then
gives the file its name. Added here: ``file:`` addresses, exact progress, and a check of
the bytes received against the bytes announced.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fastw2v.errors import DownloadError

Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far and the bytes expected (None if unknown)."""

_BLOCK = 1 << 18


def cache_folder() -> Path:
    """Name the folder where the operating system keeps such downloads."""
    return Path(_pooch().os_cache("fastw2v"))


def download(
    address: str, target: Path, known_hash: str | None, progress: Progress | None
) -> None:
    """Fetch one file unless a complete copy is already there.

    Parameters
    ----------
    address : str
        ``http:``, ``https:`` or ``file:``.
    target : Path
        Appears only when the download is complete and its hash is right.
    known_hash : str or None
        ``algorithm:hexadecimal``; None accepts any content.
    progress : callable or None
        Hears of every block received.

    Raises
    ------
    DownloadError
        If pooch is missing, or the file cannot be fetched whole.
    """
    pooch = _pooch()
    try:
        with _quiet(pooch.get_logger()):
            pooch.retrieve(
                address,
                known_hash,
                fname=target.name,
                path=target.parent,
                downloader=_Downloader(pooch, _Meter(progress)),
            )
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise DownloadError(
            f"cannot fetch {address} ({reason}): try again, or give another address"
        ) from error


def _pooch() -> Any:
    # Imported here because it is an extra, wanted by downloads alone.
    try:
        import pooch
    except ImportError as error:
        raise DownloadError(
            'downloads need pooch, which is not installed: pip install "fastw2v[fetch]"'
        ) from error
    return pooch


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from writing to stderr: telling people is up to the caller."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


class _Meter:
    """A progress bar in pooch's sense, which reports to a callable.

    pooch sets ``total`` (0 if unknown), calls ``update`` per block with the size it
    asked for rather than the size it got, and at the end ``reset`` and ``update`` with
    the total: received bytes are capped at the total for that reason.
    """

    def __init__(self, report: Progress | None) -> None:
        self.total = 0
        self._received = 0
        self._report = report

    def update(self, size: int) -> None:
        self._received += size
        if self.total:
            self._received = min(self._received, self.total)
        if self._report is not None:
            self._report(self._received, self.total or None)

    def reset(self) -> None:
        self._received = 0

    def close(self) -> None:
        """Nothing is held open."""


class _Downloader:
    """pooch's downloader protocol for web and ``file:`` addresses."""

    def __init__(self, pooch: Any, meter: _Meter) -> None:
        self._pooch = pooch
        self._meter = meter

    def __call__(self, address: str, output_file: str, _: object) -> None:
        if urlsplit(address).scheme == "file":
            self._copy(Path(url2pathname(urlsplit(address).path)), Path(output_file))
        else:
            self._from_web(address, output_file)
        received, announced = Path(output_file).stat().st_size, self._meter.total
        if announced and received != announced:
            raise OSError(f"received {received} of {announced} bytes")

    def _from_web(self, address: str, output_file: str) -> None:
        fetch = self._pooch.HTTPDownloader(
            progressbar=self._meter,
            chunk_size=_BLOCK,
            # Text sent compressed would not have the announced size once decoded.
            headers={"Accept-Encoding": "identity"},
        )
        fetch(address, output_file, None)

    def _copy(self, source: Path, target: Path) -> None:
        with source.open("rb") as content, target.open("wb") as out:
            self._meter.total = source.stat().st_size
            while block := content.read(_BLOCK):
                out.write(block)
                self._meter.update(len(block))
