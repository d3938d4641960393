"""Give memory that is not needed any more back to the system."""

import ctypes
import mmap
import sys
from collections.abc import Iterator
from pathlib import Path

_IS_LINUX = sys.platform == "linux"


def release_memory() -> None:
    """Return the freed memory that the allocators of Arrow and C hold for reuse.

    Reading text frees a hundred megabytes or more, in pieces and by threads that have
    ended, and compiling some more; what is allocated after that, as in training, hardly
    ever reuses them.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if _IS_LINUX:
        # Of glibc alone; other C libraries of Linux do without.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def release_compiler() -> None:
    """Unmap LLVM's machine code, some 55 MB, which only compiling runs.

    If it is needed again, the system maps it anew, page by page, from the file or its
    cache of it.
    """
    if not _IS_LINUX:
        return
    libc = ctypes.CDLL(None)
    for first, stop in _code_of("libllvmlite"):
        # Code is never written to, so nothing is lost; a refusal costs nothing either.
        length = ctypes.c_size_t(stop - first)
        libc.madvise(ctypes.c_void_p(first), length, mmap.MADV_DONTNEED)


def _code_of(library: str) -> Iterator[tuple[int, int]]:
    """Yield the first address, and that behind the last, of a library's code."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    for line in maps.splitlines():
        addresses, permissions, *_, name = line.split(maxsplit=5)
        if permissions == "r-xp" and Path(name).name.startswith(library):
            first, stop = addresses.split("-")
            yield int(first, 16), int(stop, 16)
