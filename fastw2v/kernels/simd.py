"""Arithmetic on rows of matrices, as vector instructions.

The same names and arguments as `rows`, which says in plain loops what is computed.
Numba cannot be told that two rows do not overlap, nor that their length is a
multiple of 16, so its loops carry run-time checks and remainders that take longer
than the work (docs/performance.md). Here the LLVM vector code is emitted as such:
accumulators stay in registers, and rows longer than a block of lines loop over
blocks instead of being unrolled.

Any processor will do, since LLVM splits a vector into what the host has, and any
float type, since a vector is 16 numbers whatever their size.
"""

from llvmlite import binding, ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.bundles import BLOCK_LINES, LINE

_INTP = ir.IntType(64)


def _lines_in_registers() -> int:
    """Return how many lines the vector registers hold beside two spare ones."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 8
    return 4 if features.get("avx") else 2


_LINES = _lines_in_registers()


class _Emitter:
    """Emits the code of one call: knows the arrays' types and the row length."""

    def __init__(self, context, builder, signature, args, matrix):
        """`matrix` is the position of a 2-D argument whose rows are to be walked."""
        self.context = context
        self.builder = builder
        self.types = signature.args
        self.args = args
        self.tail = len(signature.args[-1])
        self.width = builder.extract_value(self.array(matrix).shape, 1)
        self.number = self.array(matrix).data.type.pointee
        self.vector = ir.VectorType(self.number, LINE)

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
        return self.entry(position, index, ir.Constant(_INTP, 0))

    def line(self, row, line, k):
        """Return the address, as a vector, of line number `line` + k of a row."""
        offset = self.builder.mul(line, ir.Constant(_INTP, LINE))
        offset = self.builder.add(offset, ir.Constant(_INTP, k * LINE))
        address = self.builder.gep(row, [offset], inbounds=True)
        return self.builder.bitcast(address, self.vector.as_pointer())

    def load(self, address):
        """Load a vector; rows of scratch buffers may be unaligned."""
        return self.builder.load(address, align=4)

    def broadcast(self, number):
        """Fill a vector with one number."""
        undefined = ir.Constant(self.vector, ir.Undefined)
        first = self.builder.insert_element(
            undefined, number, ir.Constant(ir.IntType(32), 0)
        )
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), LINE), [0] * LINE)
        return self.builder.shuffle_vector(first, undefined, lanes)

    def multiply_add(self, a, b, c):
        """Return a * b + c, rounded once."""
        kind = ir.FunctionType(self.vector, [self.vector] * 3)
        return self._call("llvm.fma", kind, [a, b, c])

    def total(self, vector):
        """Return the sum of a vector's numbers, in any order."""
        kind = ir.FunctionType(self.number, [self.number, self.vector])
        zero = ir.Constant(self.number, 0.0)
        return self._call(
            "llvm.vector.reduce.fadd", kind, [zero, vector], fastmath=("reassoc",)
        )

    def _call(self, name, kind, args, fastmath=()):
        bits = 64 if isinstance(self.number, ir.DoubleType) else 32
        function = cgutils.get_or_insert_function(
            self.builder.module, kind, f"{name}.v{LINE}f{bits}"
        )
        return self.builder.call(function, args, fastmath=fastmath)

    def blocks(self):
        """Return the number of whole blocks in a row."""
        return self.builder.sdiv(self.width, ir.Constant(_INTP, LINE * BLOCK_LINES))

    def each_piece(self, emit):
        """Call emit(first line, count) for pieces that fit the registers."""
        blocks = self.blocks()
        with cgutils.for_range(self.builder, blocks) as loop:
            self._pieces(loop.index, BLOCK_LINES, emit)
        self._pieces(blocks, self.tail, emit)

    def _pieces(self, block, lines, emit):
        first = self.builder.mul(block, ir.Constant(_INTP, BLOCK_LINES))
        for done in range(0, lines, _LINES):
            start = self.builder.add(first, ir.Constant(_INTP, done))
            emit(start, min(_LINES, lines - done))


@intrinsic
def dots(typingctx, left, l, right, rows, span, scores, s, tail):
    """Set scores[s, i] = left[l] . right[rows[first + i]], first the start of `span`."""

    def codegen(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args, matrix=0)
        left_row = e.row(0, e.integer(1))
        first, stop = e.span(4)
        with cgutils.for_range(builder, stop, start=first) as loop:
            right_row = e.row(2, builder.load(e.entry(3, loop.index)))
            sums = [cgutils.alloca_once(builder, e.vector) for _ in range(2)]
            for each in sums:
                builder.store(ir.Constant(e.vector, None), each)

            def add_products(line, count):
                for k in range(count):
                    address = sums[k % 2]
                    product = e.multiply_add(
                        e.load(e.line(left_row, line, k)),
                        e.load(e.line(right_row, line, k)),
                        builder.load(address),
                    )
                    builder.store(product, address)

            e.each_piece(add_products)
            score = e.total(builder.fadd(*map(builder.load, sums)))
            position = builder.sub(loop.index, first)
            builder.store(score, e.entry(5, e.integer(6), position))
        return context.get_dummy_value()

    signature = types.void(left, l, right, rows, span, scores, s, tail)
    return signature, codegen


@intrinsic
def add_rows(typingctx, target, t, factors, f, source, rows, span, tail):
    """Add to target[t] the sum of factors[f, i] * source[rows[first + i]] in `span`."""

    def codegen(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args, matrix=0)
        first, stop = e.span(6)

        def source_row(i):
            return e.row(4, builder.load(e.entry(5, builder.add(first, i))))

        _emit_sum(e, builder.sub(stop, first), source_row)
        return context.get_dummy_value()

    signature = types.void(target, t, factors, f, source, rows, span, tail)
    return signature, codegen


@intrinsic
def add_first_rows(typingctx, target, t, factors, f, source, count, tail):
    """Add to target[t] the sum of factors[f, i] * source[i] for i below `count`."""

    def codegen(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args, matrix=0)
        _emit_sum(e, e.integer(5), lambda i: e.row(4, i))
        return context.get_dummy_value()

    signature = types.void(target, t, factors, f, source, count, tail)
    return signature, codegen


def _emit_sum(e, count, source_row):
    builder = e.builder
    target_row = e.row(0, e.integer(1))

    def add_piece(line, lines):
        sums = [cgutils.alloca_once(builder, e.vector) for _ in range(lines)]
        for k, each in enumerate(sums):
            builder.store(e.load(e.line(target_row, line, k)), each)
        with cgutils.for_range(builder, count) as loop:
            source = source_row(loop.index)
            factor = e.broadcast(builder.load(e.entry(2, e.integer(3), loop.index)))
            for k, each in enumerate(sums):
                addend = e.load(e.line(source, line, k))
                total = e.multiply_add(factor, addend, builder.load(each))
                builder.store(total, each)
        for k, each in enumerate(sums):
            builder.store(builder.load(each), e.line(target_row, line, k), align=4)

    e.each_piece(add_piece)


@intrinsic
def copy_row(typingctx, target, t, source, s, tail):
    """Set target[t] = source[s]."""

    def codegen(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args, matrix=0)
        target_row, source_row = e.row(0, e.integer(1)), e.row(2, e.integer(3))

        def copy_piece(line, count):
            for k in range(count):
                value = e.load(e.line(source_row, line, k))
                builder.store(value, e.line(target_row, line, k), align=4)

        e.each_piece(copy_piece)
        return context.get_dummy_value()

    return types.void(target, t, source, s, tail), codegen


@intrinsic
def prefetch_rows(typingctx, matrix, rows, span, tail):
    """Ask for the cache lines of matrix[rows[i]], i in `span`, ahead of their use."""

    def codegen(context, builder, signature, args):
        e = _Emitter(context, builder, signature, args, matrix=0)
        first, stop = e.span(2)
        flag = ir.IntType(32)
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        prefetch = cgutils.get_or_insert_function(
            builder.module, kind, "llvm.prefetch.p0"
        )
        # For writing, into the nearest cache, of data.
        hints = [ir.Constant(flag, value) for value in (1, 3, 1)]
        with cgutils.for_range(builder, stop, start=first) as loop:
            row = e.row(0, builder.load(e.entry(1, loop.index)))

            def prefetch_piece(line, count):
                for k in range(count):
                    address = builder.bitcast(e.line(row, line, k), byte)
                    builder.call(prefetch, [address, *hints])

            e.each_piece(prefetch_piece)
        return context.get_dummy_value()

    return types.void(matrix, rows, span, tail), codegen
