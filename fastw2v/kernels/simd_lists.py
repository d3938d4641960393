"""What is done with lists of rows before a step, as vector instructions.

The twins of the functions of the same names in `loops`.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.bundles import BLOCK, shape_sizes
from fastw2v.kernels.emit import INT, Emitter, intp, lanes


@intrinsic
def prefetch_rows(typingctx, matrix, rows, span):
    """Ask for the cache lines of matrix[rows[i]], i in `span`, ahead of their use."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args)
        matrix, rows = e.array(0), e.array(1)
        e.walk_rows_of(matrix)
        first, stop = e.span(2)
        flag = ir.IntType(32)
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
        prefetch = cgutils.get_or_insert_function(
            builder.module, kind, "llvm.prefetch.p0"
        )
        # For reading, into the second nearest cache, of data (docs/performance.md).
        hints = [ir.Constant(flag, value) for value in (0, 2, 1)]
        line = intp(64 // e.size)
        with cgutils.for_range(builder, stop, start=first) as loop:
            row = e.listed_row(matrix, rows, loop.index)
            with cgutils.for_range_slice(builder, intp(0), e.width, line, inc=True) as (
                offset,
                _,
            ):
                address = builder.gep(row, [offset], inbounds=True)
                builder.call(prefetch, [builder.bitcast(address, byte), *hints])
        return context.get_dummy_value()

    return types.void(matrix, rows, span), codegen


@intrinsic
def has_repeats(typingctx, rows, span):
    """Tell whether a row stands twice in rows[first:stop]."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args)
        first, stop = e.span(1)
        rows = e.array(0)
        bit = ir.VectorType(ir.IntType(1), BLOCK)
        found = cgutils.alloca_once_value(builder, ir.Constant(bit, None))

        def compare(own, other, turns):
            same = _same_when_turned(builder, own, other, turns)
            builder.store(builder.or_(builder.load(found), same), found)

        blocks = (first, stop, intp(BLOCK))
        with cgutils.for_range_slice(builder, *blocks, inc=True) as (start, _):
            own = _block_of_list(e, rows, start, stop)
            compare(own, own, range(1, BLOCK // 2 + 1))
            after = builder.add(start, intp(BLOCK))
            later = (after, stop, intp(BLOCK))
            with cgutils.for_range_slice(builder, *later, inc=True) as (other, _):
                compare(own, _block_of_list(e, rows, other, stop), range(BLOCK))
        return _any(builder, builder.load(found))

    return types.boolean(rows, span), codegen


def _block_of_list(e, rows, start, stop):
    """Load a block of row numbers; beyond `stop` are numbers that no row has."""
    builder = e.builder
    listed = e.load(e.entry(rows, start), kind=ir.VectorType(INT, BLOCK))
    is_listed = e.first_lanes(builder.sub(stop, start))
    return builder.select(is_listed, listed, lanes(INT, range(-BLOCK, 0)))


def _same_when_turned(builder, own, other, turns):
    """Return the bits where `own` equals `other` moved along by any of the turns."""
    count = own.type.count
    found = ir.Constant(ir.VectorType(ir.IntType(1), count), None)
    for turn in turns:
        places = [(lane + turn) % count for lane in range(count)]
        turned = builder.shuffle_vector(other, other, lanes(INT, places))
        found = builder.or_(found, builder.icmp_signed("==", own, turned))
    return found


def _any(builder, bits):
    """Tell whether any bit of a vector is set."""
    number = builder.bitcast(bits, ir.IntType(bits.type.count))
    return builder.icmp_unsigned("!=", number, ir.Constant(number.type, 0))


@intrinsic
def two_pairs_repeat(typingctx, rows, first, shape):
    """Tell whether two pairs' outputs, from `first`, have more than the target twice."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args)
        rest = shape_sizes(len(signature.args[2])).rest
        places = range(2 * BLOCK)
        kind = ir.VectorType(INT, 2 * BLOCK)
        counts = [place != BLOCK and place % BLOCK < rest for place in places]
        listed = e.load(e.entry(e.array(0), e.integer(1)), kind=kind)
        no_rows = lanes(INT, [-1 - place for place in places])
        own = builder.select(lanes(ir.IntType(1), counts), listed, no_rows)
        turns = range(1, BLOCK + 1)
        return _any(builder, _same_when_turned(builder, own, own, turns))

    return types.boolean(rows, first, shape), codegen
