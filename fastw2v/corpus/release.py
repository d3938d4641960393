"""Give freed memory back to the system."""

import ctypes
import sys


def release_memory() -> None:
    """Return the freed memory that the allocators of Arrow and C hold for reuse.

    Reading text frees a hundred megabytes or more, in pieces and by threads that have
    ended, and compiling some more; what is allocated after that, as in training, hardly
    ever reuses them.
    """
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:
        arrow.default_memory_pool().release_unused()
    if sys.platform == "linux":
        # Of glibc alone; other C libraries of Linux do without.
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
