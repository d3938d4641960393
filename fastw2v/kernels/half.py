"""Numbers of 16 bits from numbers of 32, and back, by the processor's own instructions.

NumPy converts one at a time, in some ten times as long; Numba has no such type, so the
kernels see the bits as integers.
"""

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastw2v.kernels._jit import JIT_IS_ON, exact_kernel

# Elsewhere LLVM calls a library that need not be there.
_IS_X86 = llvmlite.binding.get_process_triple().startswith("x86_64")
_HAS_HALF = not _IS_X86 or llvmlite.binding.get_host_cpu_features().get("f16c", False)

_ROWS, _HALVES = types.float32[:, ::1], types.uint16[:, ::1]
_READ_ROWS = types.Array(types.float32, 2, "C", readonly=True)
_READ_HALVES = types.Array(types.uint16, 2, "C", readonly=True)


@intrinsic
def _rounded(typing_context, value):
    """Return the bits of the nearest number of 16 bits, the even one of two."""

    def emit(context, builder, signature, args):
        half = builder.fptrunc(args[0], ir.HalfType())
        return builder.bitcast(half, ir.IntType(16))

    return types.uint16(types.float32), emit


@intrinsic
def _widened(typing_context, bits):
    """Return the number of these 16 bits."""

    def emit(context, builder, signature, args):
        half = builder.bitcast(args[0], ir.HalfType())
        return builder.fpext(half, ir.FloatType())

    return types.float32(types.uint16), emit


if JIT_IS_ON and _HAS_HALF:

    @exact_kernel(_READ_ROWS, _HALVES)
    def _narrow(rows, halves):
        for i in range(rows.shape[0]):
            for j in range(rows.shape[1]):
                halves[i, j] = _rounded(rows[i, j])

    @exact_kernel(_READ_HALVES, _ROWS)
    def _widen(halves, rows):
        for i in range(rows.shape[0]):
            for j in range(rows.shape[1]):
                rows[i, j] = _widened(halves[i, j])

    def narrow(rows, halves):
        """Put float32 rows, (n, P), into float16 rows; too large a number is infinite."""
        _narrow(rows, halves.view(np.uint16))

    def widen(halves, rows):
        """Put float16 rows, (n, P), into float32 rows."""
        _widen(halves.view(np.uint16), rows)

else:

    def narrow(rows, halves):
        """Put float32 rows, (n, P), into float16 rows; too large a number is infinite."""
        with np.errstate(over="ignore"):
            halves[:] = rows

    def widen(halves, rows):
        """Put float16 rows, (n, P), into float32 rows."""
        rows[:] = halves
