"""Drawing the output rows of a step, a block of 8 at a time, as vector instructions.

The twin of `sampling.draw_outputs`. Written as a loop, the choice between a slot's own
word and its alias becomes a branch that is guessed wrong every other time.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.bundles import BLOCK
from fastw2v.kernels.emit import INT, INTP, Emitter, intp, lanes
from fastw2v.kernels.rng import GAMMA, MULTIPLIER_1, MULTIPLIER_2

_BITS = ir.VectorType(INTP, BLOCK)
_LANES = range(BLOCK)


@intrinsic
def draw_outputs(
    typingctx, target, key, pair, negatives, noise_table, outputs, start, private
):
    """List the output rows of one step; see `sampling`."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args)
        pair, negatives, start = (e.integer(position) for position in (2, 3, 6))
        table, outputs = e.array(4), e.array(5)
        n_outputs = builder.add(negatives, intp(1))
        # The noise word at place i of a step is number i - 1 of the pair.
        before = builder.sub(builder.mul(pair, negatives), intp(1))
        blocks = (intp(0), n_outputs, intp(BLOCK))
        with cgutils.for_range_slice(builder, *blocks, inc=True) as (first, _):
            position = builder.add(before, first)
            bits = _draw(
                e, args[1], builder.add(_all(e, position), lanes(INTP, _LANES))
            )
            is_used = e.first_lanes(builder.sub(n_outputs, first))
            words = _own_rows(e, _noise_words(e, bits, table, is_used), *e.span(7))
            address = e.entry(outputs, builder.add(start, first))
            e.store(words, address)
        word = context.cast(builder, args[0], signature.args[0], types.int32)
        builder.store(word, e.entry(outputs, start))
        return context.get_dummy_value()

    signature = types.void(
        target, key, pair, negatives, noise_table, outputs, start, private
    )
    return signature, codegen


def _own_rows(e, words, count, behind):
    """Return the rows where a worker trains these words; see `private.own_row`."""
    builder = e.builder
    count, behind = (
        e.broadcast(builder.trunc(each, INT), words.type) for each in (count, behind)
    )
    is_private = builder.icmp_signed("<", words, count)
    return builder.select(is_private, builder.add(words, behind), words)


def _all(e, number):
    return e.broadcast(number, _BITS)


def _known(number):
    return lanes(INTP, [int(number)] * BLOCK)


def _draw(e, key, positions):
    """Return the bits at these positions of a stream; see `rng`."""
    builder = e.builder
    bits = builder.add(_all(e, key), builder.mul(positions, _known(GAMMA)))
    for shift, multiplier in ((30, MULTIPLIER_1), (27, MULTIPLIER_2)):
        mixed = builder.xor(bits, builder.lshr(bits, _known(shift)))
        bits = builder.mul(mixed, _known(multiplier))
    return builder.xor(bits, builder.lshr(bits, _known(31)))


def _noise_words(e, bits, table, is_used):
    """Return the noise words of these bits, 0 where no word is used."""
    builder = e.builder
    half = _known(32)
    size = _all(e, builder.extract_value(table.shape, 0))
    slot = builder.lshr(builder.mul(builder.lshr(bits, half), size), half)
    slot = builder.select(is_used, slot, ir.Constant(_BITS, None))
    entries = ir.Constant(_BITS, ir.Undefined)
    for lane in _LANES:
        place = ir.Constant(INT, lane)
        address = e.entry(table, builder.extract_element(slot, place), intp(0))
        # Threshold and alias at once, the threshold in the lower half.
        both = builder.load(builder.bitcast(address, INTP.as_pointer()), align=4)
        entries = builder.insert_element(entries, both, place)
    lower = _known(2**32 - 1)
    keeps_slot = builder.icmp_unsigned(
        "<", builder.and_(bits, lower), builder.and_(entries, lower)
    )
    words = builder.select(keeps_slot, slot, builder.lshr(entries, half))
    return builder.trunc(words, ir.VectorType(INT, BLOCK))
