"""Emitting LLVM code for lines of 16 numbers and for rows made of them.

Any processor will do, since LLVM splits a vector into what the host has, and any
float type, since a line is 16 numbers whatever their size.
"""

from llvmlite import binding, ir
from numba.core import cgutils, types

from fastw2v.bundles import BLOCK_LINES, LINE

INTP = ir.IntType(64)
INT = ir.IntType(32)


def lanes(kind, values):
    """Return a vector of known integers."""
    return ir.Constant(ir.VectorType(kind, LINE), list(values))


def _lines_in_registers() -> int:
    """Return how many accumulators of a line fit the registers beside operands."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 8
    return 4 if features.get("avx") else 2


_LINES = _lines_in_registers()


class Emitter:
    """Emits the code of one call: knows the arrays' types and the row length."""

    def __init__(self, context, builder, signature, args, matrix):
        """`matrix` is the position of a 2-D argument whose rows are to be walked."""
        self.context = context
        self.builder = builder
        self.types = signature.args
        self.args = args
        self.width = builder.extract_value(self.array(matrix).shape, 1)
        self.number = self.array(matrix).data.type.pointee
        self.vector = ir.VectorType(self.number, LINE)

    @property
    def tail(self):
        """Lines of a row beyond its whole blocks: the last argument's length."""
        return len(self.types[-1])

    def array(self, position):
        """Return an array argument."""
        kind = self.types[position]
        return self.context.make_array(kind)(
            self.context, self.builder, self.args[position]
        )

    def integer(self, position):
        """Return an integer argument as intp."""
        kind = self.types[position]
        return self.context.cast(self.builder, self.args[position], kind, types.intp)

    def span(self, position):
        """Return both ends of a (first, stop) argument."""
        item = self.types[position].dtype
        return [
            self.context.cast(
                self.builder,
                self.builder.extract_value(self.args[position], end),
                item,
                types.intp,
            )
            for end in (0, 1)
        ]

    def entry(self, position, *indices):
        """Return the address of one entry of an array argument."""
        array = self.array(position)
        offset = indices[0]
        for axis, index in enumerate(indices[1:], start=1):
            length = self.builder.extract_value(array.shape, axis)
            offset = self.builder.add(self.builder.mul(offset, length), index)
        return self.builder.gep(array.data, [offset], inbounds=True)

    def row(self, position, index):
        """Return the address where a row of a matrix argument starts."""
        return self.entry(position, index, ir.Constant(INTP, 0))

    def line(self, row, line, k):
        """Return the address, as a vector, of line number `line` + k of a row."""
        offset = self.builder.mul(line, ir.Constant(INTP, LINE))
        offset = self.builder.add(offset, ir.Constant(INTP, k * LINE))
        address = self.builder.gep(row, [offset], inbounds=True)
        return self.builder.bitcast(address, self.vector.as_pointer())

    def load(self, address):
        """Load a vector; rows of scratch buffers may be unaligned."""
        return self.builder.load(address, align=4)

    def broadcast(self, number):
        """Fill a vector with one number."""
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(undefined, number, ir.Constant(INT, 0))
        return self.builder.shuffle_vector(first, undefined, lanes(INT, [0] * LINE))

    def constant(self, number):
        """Return a vector of one known number."""
        return ir.Constant(self.vector, [number] * LINE)

    def multiply_add(self, a, b, c):
        """Return a * b + c, in one instruction where the processor has it."""
        return self.call("llvm.fmuladd", self.vector, [a, b, c])

    def total(self, vector):
        """Return the sum of a vector's numbers, in any order."""
        zero = ir.Constant(self.number, 0.0)
        return self.call("llvm.vector.reduce.fadd", self.number, [zero, vector])

    def product(self, vector):
        """Return the product of a vector's numbers, in any order."""
        one = ir.Constant(self.number, 1.0)
        return self.call("llvm.vector.reduce.fmul", self.number, [one, vector])

    def call(self, name, result, args):
        """Call an LLVM intrinsic on vectors of this type; sums in any order."""
        kind = ir.FunctionType(result, [arg.type for arg in args])
        bits = 64 if isinstance(self.number, ir.DoubleType) else 32
        function = cgutils.get_or_insert_function(
            self.builder.module, kind, f"{name}.v{LINE}f{bits}"
        )
        return self.builder.call(function, args, fastmath=("reassoc",))

    def blocks(self):
        """Return the number of whole blocks in a row."""
        return self.builder.sdiv(self.width, ir.Constant(INTP, LINE * BLOCK_LINES))

    def tail_lines(self):
        """Return the places of the tail's lines, as `line` takes them."""
        first = self.builder.mul(self.blocks(), ir.Constant(INTP, BLOCK_LINES))
        return [(first, k) for k in range(self.tail)]

    def each_piece(self, emit):
        """Call emit(first line, count) for pieces that fit the registers."""
        self.each_block_piece(emit)
        self._pieces(self.blocks(), self.tail, emit)

    def each_block_piece(self, emit):
        """Do as `each_piece` for the whole blocks only."""
        with cgutils.for_range(self.builder, self.blocks()) as loop:
            self._pieces(loop.index, BLOCK_LINES, emit)

    def _pieces(self, block, lines, emit):
        first = self.builder.mul(block, ir.Constant(INTP, BLOCK_LINES))
        for done in range(0, lines, _LINES):
            start = self.builder.add(first, ir.Constant(INTP, done))
            emit(start, min(_LINES, lines - done))
