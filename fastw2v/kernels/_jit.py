"""The one compile profile; no other module spells njit."""

import functools
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import FunctionCache

from fastw2v.errors import ConfigError

# Everything that lets LLVM vectorise sums and fuse multiply-adds, but neither
# "nnan" nor "ninf": the driver finds divergence with isfinite, which must not
# be optimised away.
_FASTMATH = {"reassoc", "contract", "nsz", "arcp", "afn"}

# Numba counts the references to each array of a bundle whenever one is passed on or
# unpacked: atomic additions, some hundred for a window, to counts that all threads
# share. Callers hold the arrays for as long as a kernel runs, so nothing need be counted.
_UNCOUNTED: dict[str, Any] = {"_nrt": False, "no_cfunc_wrapper": True}

# Opt-in: writing beside the package, or into the user's cache folder, is for the user
# to allow.
_CACHE = os.environ.get("FASTW2V_CACHE", "") == "1"

JIT_IS_ON = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]


class _SourceCache(FunctionCache):
    """Numba's cache on disk, which by itself does not notice an edit in a helper's file.

    Here the sources of all kernels, and the versions of what compiles them, are part of
    every entry's key, so what is found was compiled from what would be compiled now.
    """

    def _index_key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return (*super()._index_key(sig, codegen), source_fingerprint())


@functools.cache
def source_fingerprint() -> str:
    """Return a hash of all that the kernels' machine code follows from."""
    package = Path(__file__).parent
    bundles = package.parent.glob("*bundles.py")
    sources = [*sorted(package.glob("*.py")), *sorted(bundles)]
    parts = [source.read_bytes() for source in sources]
    parts += [
        v.encode() for v in (sys.version, numba.__version__, llvmlite.__version__)
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a serial kernel for other kernels: no GIL, no Python objects, IEEE NaN.

    Those that call it take it in: as calls, with every array and bundle passed field
    by field on the stack, the small functions cost more than the work they do. Python
    cannot call it (see `entry_kernel`): what that needs holds the whole body again,
    twice, and took more than a third of the time to compile.
    """
    return _compiled(function, **_UNCOUNTED, forceinline=True, no_cpython_wrapper=True)


def entry_kernel(function: Callable[..., Any]) -> Any:
    """Compile a serial kernel that Python calls."""
    return _compiled(function, **_UNCOUNTED)


def allocating_kernel(function: Callable[..., Any]) -> Any:
    """Compile what makes arrays, for parallel kernels."""
    return _compiled(function)


def ordered_kernel(function: Callable[..., Any]) -> Any:
    """Compile a serial kernel whose sums stay in the order they are written.

    For sums over numbers that lie anywhere: LLVM would gather them into vectors, which
    takes more than twice as long as one after the other (docs/counts.md).
    """
    return _compiled(function, **_UNCOUNTED, fastmath={"contract"})


def exact_kernel(*types: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a serial kernel that rounds each operation, as NumPy does.

    At once, and for arguments of these types alone: read-only arrays have a type of
    their own, for which it would be compiled again.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        if not JIT_IS_ON:
            return function
        dispatcher = _compiled(function, **_UNCOUNTED, fastmath=False)
        dispatcher.compile(types)
        dispatcher.disable_compile()
        return dispatcher

    return compiled


def parallel_kernel(function: Callable[..., Any]) -> Any:
    """Compile a `prange` loop over serial kernels."""
    return _compiled(function, parallel=True)


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    profile: dict[str, Any] = {"fastmath": _FASTMATH, "nogil": True} | options
    dispatcher: Any = numba.njit(error_model="numpy", **profile)(function)
    if _CACHE and JIT_IS_ON:
        dispatcher._cache = _SourceCache(function)
    return dispatcher


prange = numba.prange


@contextmanager
def parallel_threads(threads: int) -> Iterator[None]:
    """Let parallel kernels called inside use this many threads.

    Raises
    ------
    ConfigError
        Numba was started with fewer.
    """
    limit: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]
    if threads > limit:
        raise ConfigError(
            f"threads is {threads}, but Numba was started with {limit}; use"
            f" backend='threads' or set NUMBA_NUM_THREADS={threads} before the start"
        )
    before = numba.get_num_threads()
    numba.set_num_threads(threads)
    try:
        yield
    finally:
        numba.set_num_threads(before)
