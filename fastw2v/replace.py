"""Files that appear whole or not at all."""

import errno
import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastw2v.checks import check_path


def check_target(path: str | os.PathLike[str]) -> Path:
    """Return the real path behind ``path`` if a file can be put there.

    Raises
    ------
    FileNotFoundError
        The folder does not exist.
    IsADirectoryError
        ``path`` is a folder.
    FileExistsError
        ``path`` is a device, a pipe or a socket, which a rename would replace.
    """
    target = check_path("the file", path).resolve()
    if target.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give a file name inside it")
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{path} is no ordinary file: give the name of a file")
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"cannot write {path}: the folder {target.parent} does not exist, create it"
        )
    return target


def check_can_write(path: str | os.PathLike[str]) -> None:
    """Find out before hours of work whether a file can be put there.

    Raises
    ------
    OSError
        The folder does not exist or takes no file, or ``path`` is a folder.
    """
    folder = check_target(path).parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path that becomes ``path`` when the block ends well.

    It lies in the same folder, because a rename is atomic only within one file
    system. Content and name are on disk when the block has ended, so a power cut
    leaves the old file or the new one. After an error the temporary file is removed
    and an older file at ``path`` is untouched. Raises as `check_target` does.
    """
    target = check_target(path)
    temporary = target.with_name(f"{_stem(target)}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.touch()
        mode = temporary.stat().st_mode
        yield temporary
        temporary.chmod(mode)  # the user's default, whatever a library chose
        _sync(temporary)
        temporary.replace(target)
        _sync_names(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Remove what killed processes left of ``path``; no other may be writing it."""
    target = Path(path).resolve()
    for temporary in target.parent.glob(f"{_stem(target)}.*.tmp"):
        temporary.unlink(missing_ok=True)


def _stem(target: Path) -> str:
    # Of the name, so that leftovers are known; a hash, so that it is short.
    return "." + hashlib.blake2b(os.fsencode(target.name), digest_size=8).hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file is on disk."""
    # Windows syncs only what could be written to.
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_names(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where systems offer that."""
    if os.name == "nt":
        return
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.EBADF}:
            raise
