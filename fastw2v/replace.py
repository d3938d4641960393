"""Files that appear whole or not at all."""

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
    """
    target = check_path("the file", path).resolve()
    if target.is_dir():
        raise IsADirectoryError(f"{path} is a folder: give a file name inside it")
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
    system. After an error it is removed and an older file at ``path`` is untouched.
    Raises as `check_target` does.
    """
    target = check_target(path)
    temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        temporary.touch()
        mode = temporary.stat().st_mode
        yield temporary
        temporary.chmod(mode)  # the user's default, whatever a library chose
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
