"""How results, notes and progress appear: results on stdout, the rest on stderr."""

import json
import logging
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143


def print_json(value: Any) -> None:
    """Print one JSON object; NaN and infinities, which JSON lacks, become null."""
    print(json.dumps(_plain(value), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print columns aligned by their longest cell, columns of numbers to the right."""
    columns = list(zip(*rows, strict=True)) or [()] * len(header)
    widths = [
        max(map(len, (title, *column)))
        for title, column in zip(header, columns, strict=True)
    ]
    aligns = [
        str.rjust if i and all(map(_is_number, column)) else str.ljust
        for i, column in enumerate(columns)
    ]
    for row in (header, *rows):
        cells = [
            align(cell, width)
            for cell, width, align in zip(row, widths, aligns, strict=True)
        ]
        print("  ".join(cells).rstrip())


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.lstrip("-")[:1].isdigit()


def note(message: str, *, quiet: bool) -> None:
    """Tell the person at the terminal something that is not the result."""
    if not quiet:
        print(message, file=sys.stderr)


def print_error(error: BaseException) -> None:
    """Say in one line what went wrong."""
    if isinstance(error, KeyError):
        message = error.args[0]  # str() would be its repr
    elif isinstance(error, OSError) and error.filename is not None:
        message = f"{error.filename}: {error.strerror}"
    else:
        message = str(error)
    line = " ".join(str(message).split()) or type(error).__name__
    print(f"fastw2v: error: {line}", file=sys.stderr)


@contextmanager
def log_lines(*, quiet: bool) -> Iterator[None]:
    """Send the package's log lines to standard error, time in front.

    Warnings are shown even when quiet.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("fastw2v")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


@contextmanager
def byte_bar(
    description: str, *, quiet: bool
) -> Iterator[Callable[[int, int | None], None] | None]:
    """Give a callable (bytes done, bytes in all or None) that draws a bar.

    Gives None, for "no progress", when quiet or not on a terminal.
    """
    from rich.progress import DownloadColumn, TransferSpeedColumn

    with _bar(
        description, DownloadColumn(), TransferSpeedColumn(), quiet=quiet
    ) as draw:
        yield draw


@contextmanager
def share_bar(
    description: str, *, quiet: bool
) -> Iterator[Callable[[int, int | None], None] | None]:
    """Give a callable (steps done, steps in all) that draws a bar with percents.

    Gives None, for "no progress", when quiet or not on a terminal.
    """
    from rich.progress import TaskProgressColumn

    with _bar(description, TaskProgressColumn(), quiet=quiet) as draw:
        yield draw


@contextmanager
def _bar(
    description: str, *columns: Any, quiet: bool
) -> Iterator[Callable[[int, int | None], None] | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        *columns,
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    task = bar.add_task(description, total=None)
    with bar:
        yield lambda done, total: bar.update(task, completed=done, total=total)
