"""Arithmetic on rows of matrices, as vector instructions.

The same names and arguments as `loops`, which says in plain loops what is computed.
Numba cannot be told that two rows do not overlap, nor that their length is a
multiple of 16, so its loops carry run-time checks and remainders that take longer
than the work (docs/performance.md). Here the LLVM vector code is emitted as such:
accumulators stay in registers, and rows longer than a block of lines loop over
blocks instead of being unrolled.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.kernels.emit import Emitter


@intrinsic
def dots(typingctx, left, l, right, rows, span, scores, s, tail):
    """Set scores[s, i] = left[l] . right[rows[first + i]], first the start of `span`."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args, matrix=0)
        left_row = e.row(0, e.integer(1))
        first, stop = e.span(4)
        # Loaded once: LLVM would load them again after each score it stores.
        left_tail = [e.load(e.line(left_row, *place)) for place in e.tail_lines()]
        with cgutils.for_range(builder, stop, start=first) as loop:
            right_row = e.row(2, builder.load(e.entry(3, loop.index)))
            sums = [cgutils.alloca_once(builder, e.vector) for _ in range(2)]
            for each in sums:
                builder.store(ir.Constant(e.vector, None), each)

            def add_product(k, left_line, right_address):
                address = sums[k % 2]
                right_line = e.load(right_address)
                total = e.multiply_add(left_line, right_line, builder.load(address))
                builder.store(total, address)

            def add_products(line, count):
                for k in range(count):
                    left_line = e.load(e.line(left_row, line, k))
                    add_product(k, left_line, e.line(right_row, line, k))

            e.each_block_piece(add_products)
            for k, place in enumerate(e.tail_lines()):
                add_product(k, left_tail[k], e.line(right_row, *place))
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
        e = Emitter(context, builder, signature, args, matrix=0)
        first, stop = e.span(6)

        def term(i):
            row = builder.load(e.entry(5, builder.add(first, i)))
            return e.entry(2, e.integer(3), i), e.row(4, row)

        _emit_sum(e, builder.sub(stop, first), term)
        return context.get_dummy_value()

    signature = types.void(target, t, factors, f, source, rows, span, tail)
    return signature, codegen


@intrinsic
def add_first_rows(typingctx, target, t, factors, f, source, count, tail):
    """Add to target[t] the sum of factors[i, f] * source[i] for i below `count`."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args, matrix=0)

        def term(i):
            return e.entry(2, i, e.integer(3)), e.row(4, i)

        _emit_sum(e, e.integer(5), term)
        return context.get_dummy_value()

    signature = types.void(target, t, factors, f, source, count, tail)
    return signature, codegen


def _emit_sum(e, count, term):
    """Add `count` rows to the target; term(i) gives a factor's and a row's address."""
    builder = e.builder
    target_row = e.row(0, e.integer(1))

    def add_piece(line, lines):
        sums = [cgutils.alloca_once(builder, e.vector) for _ in range(lines)]
        for k, each in enumerate(sums):
            builder.store(e.load(e.line(target_row, line, k)), each)
        with cgutils.for_range(builder, count) as loop:
            factor_address, source = term(loop.index)
            factor = e.broadcast(builder.load(factor_address))
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
        e = Emitter(context, builder, signature, args, matrix=0)
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
        e = Emitter(context, builder, signature, args, matrix=0)
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
