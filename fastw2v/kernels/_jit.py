"""The one compile profile; no other module spells njit."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba

from fastw2v.errors import ConfigError

# Everything that lets LLVM vectorise sums and fuse multiply-adds, but neither
# "nnan" nor "ninf": the driver finds divergence with isfinite, which must not
# be optimised away.
_FASTMATH = {"reassoc", "contract", "nsz", "arcp", "afn"}

# Off unless asked for: Numba's cache does not notice an edit in a helper's file
# and would run, and benchmark, stale machine code.
_CACHE = os.environ.get("FASTW2V_CACHE", "") == "1"

JIT_IS_ON = not numba.config.DISABLE_JIT  # type: ignore[attr-defined]


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a serial kernel: no GIL, no Python objects, IEEE NaN and Inf.

    Kernels that call it take it in: as calls, with every array and bundle passed field
    by field on the stack, the small functions cost more than the work they do.
    """
    return numba.njit(
        nogil=True,
        fastmath=_FASTMATH,
        error_model="numpy",
        cache=_CACHE,
        forceinline=True,
    )(function)


def parallel_kernel(function: Callable[..., Any]) -> Any:
    """Compile a `prange` loop over serial kernels."""
    return numba.njit(
        nogil=True, parallel=True, fastmath=_FASTMATH, error_model="numpy", cache=_CACHE
    )(function)


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
