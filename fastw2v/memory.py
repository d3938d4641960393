"""How much memory this process may still take, and refusing what needs more."""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fastw2v.errors import TooLargeError

_SYSTEM = Path("/")
# Never worth a look: less than Python and the libraries take themselves.
_ALWAYS_FITS = 1 << 26
# Names of a group's limit, usage and statistics, and what the last are prefixed with.
_VERSION_2 = ("memory.max", "memory.current", "")
_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_")


def check_memory(what: str, needed: int, remedy: str) -> None:
    """Refuse work that would not fit, before any of it is begun.

    Parameters
    ----------
    what : str
        What takes the memory, the subject of the message.
    needed : int
        Bytes, about.
    remedy : str
        What to do about it.

    Raises
    ------
    TooLargeError
        The machine, or the cgroup of the process, has less left. (A system that does
        not tell refuses nothing.)
    """
    if needed <= _ALWAYS_FITS:
        return
    free = free_memory(_SYSTEM)
    if free is not None and needed > free:
        raise TooLargeError(
            f"{what} would take {_shown(needed)} of memory, and {_shown(free)} are free"
            f" for this process: {remedy}"
        )


def free_memory(system: Path) -> int | None:
    """Return the bytes this process can still take; None where nothing says so.

    Parameters
    ----------
    system : Path
        The root folder, of which ``proc`` and ``sys`` are read.
    """
    known = [_machine(system), *_groups(system)]
    return min((free for free in known if free is not None), default=None)


def _machine(system: Path) -> int | None:
    """Return what can be taken without driving others out, and what can be swapped."""
    try:
        text = (system / "proc/meminfo").read_text(encoding="ascii")
        kib = {name: int(rest.split()[0]) for name, rest in _pairs(text, ":")}
        return (kib["MemAvailable"] + kib.get("SwapFree", 0)) * 1024
    except (OSError, ValueError, KeyError, IndexError):
        pass
    try:  # all there is, taken or not
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _groups(system: Path) -> Iterator[int | None]:
    """Go over what is left in the process's cgroup and those around it."""
    try:
        lines = (system / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        folder = system / "sys/fs/cgroup" / ("memory" if controllers else "")
        own = PurePosixPath(path.lstrip("/"))
        for group in (own, *own.parents):
            yield _left_in(folder / group, _VERSION_1 if controllers else _VERSION_2)


def _left_in(group: Path, names: tuple[str, str, str]) -> int | None:
    """Return a group's limit less what it uses; files it has read can be dropped."""
    limit, usage, prefix = names
    try:
        left = int((group / limit).read_text()) - int((group / usage).read_text())
        parts = dict(_pairs((group / "memory.stat").read_text(), " "))
        kinds = ("inactive_file", "active_file")
        return max(0, left + sum(int(parts[prefix + kind]) for kind in kinds))
    except (OSError, ValueError, KeyError):  # no such group, or "max"
        return None


def _pairs(text: str, separator: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, rest = line.partition(separator)
        yield name, rest


def _shown(size: int) -> str:
    return f"{size / (1 << 30):.2f} GiB"
