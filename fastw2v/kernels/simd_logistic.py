"""The logistic function on lines of scores, as vector instructions.

The twin of `loops.errors_from_scores`. exp is reduced to a power of two and a
polynomial on +-ln(2) / 2 (Cody and Waite 1980, chapter 6); its error is below two
units in the last place.
"""

import math
from typing import NamedTuple

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.bundles import LINE
from fastw2v.kernels.emit import INT, Emitter, lanes


class _Exp(NamedTuple):
    """How exp is computed in one float type."""

    integer: ir.IntType
    """As wide as the float."""
    mantissa: int
    """Its bits in the float: what lies above is the exponent."""
    lowest: float
    """exp of less would leave the normal numbers."""
    ln2: tuple[float, float]
    """ln(2) in two parts, the first exact when multiplied by an exponent."""
    degree: int
    """Of the polynomial."""


_FLOAT = _Exp(INT, 23, -86.0, (0.693359375, -2.12194440054690583e-4), 7)
_DOUBLE = _Exp(
    ir.IntType(64),
    52,
    -700.0,
    (6.93147180369123816490e-1, 1.90821492927058770002e-10),
    13,
)


@intrinsic
def errors_from_scores(typingctx, errors, j, count, rate):
    """Turn the scores errors[j, :count] into errors; see `loops`."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args, matrix=0)
        count = builder.trunc(e.integer(2), INT)
        row = e.row(0, e.integer(1))
        double = ir.DoubleType()
        product = cgutils.alloca_once_value(builder, ir.Constant(double, 1.0))
        linear = cgutils.alloca_once_value(builder, ir.Constant(double, 0.0))
        last_lane = builder.add(count, ir.Constant(INT, LINE - 1))
        lines = builder.sdiv(last_lane, ir.Constant(INT, LINE))
        with cgutils.for_range(builder, lines, intp=INT) as loop:
            address = e.line(row, builder.sext(loop.index, ir.IntType(64)), 0)
            first = builder.mul(loop.index, ir.Constant(INT, LINE))
            error, factor, term = _errors_of_line(e, address, first, count)
            builder.store(error, address, align=4)
            for total, value, add in (
                (product, e.product(factor), builder.fmul),
                (linear, e.total(term), builder.fadd),
            ):
                if value.type != double:
                    value = builder.fpext(value, double)  # noqa: PLW2901
                builder.store(add(builder.load(total), value), total)
        sums = [builder.load(product), builder.load(linear)]
        return context.make_tuple(builder, signature.return_type, sums)

    pair = types.UniTuple(types.float64, 2)
    return pair(errors, j, count, rate), codegen


def _errors_of_line(e, address, first, count):
    """Return errors, factors 1 + exp(-|score|) and |score| + wrong of 16 scores."""
    builder = e.builder
    zero, one = e.constant(0.0), e.constant(1.0)
    lane = builder.add(_broadcast_int(builder, first), lanes(INT, range(LINE)))
    is_target = builder.icmp_signed("==", lane, lanes(INT, [0] * LINE))
    is_used = builder.icmp_signed("<", lane, _broadcast_int(builder, count))

    score = e.load(address)
    magnitude = e.call("llvm.fabs", e.vector, [score])
    small = _exp_of_negative(e, magnitude)
    factor = builder.fadd(one, small)
    larger = builder.fdiv(one, factor)
    is_positive = builder.fcmp_ordered(">=", score, zero)
    sigmoid = builder.select(is_positive, larger, builder.fmul(small, larger))
    label = builder.select(is_target, one, zero)
    rate = e.broadcast(e.args[3])
    error = builder.fmul(rate, builder.fsub(label, sigmoid))
    wrong = builder.select(is_target, builder.fneg(score), score)
    term = builder.select(is_used, builder.fadd(magnitude, wrong), zero)
    return error, builder.select(is_used, factor, one), term


def _broadcast_int(builder, number):
    kind = ir.VectorType(INT, LINE)
    undefined = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(undefined, number, ir.Constant(INT, 0))
    return builder.shuffle_vector(first, undefined, lanes(INT, [0] * LINE))


def _exp_of_negative(e, magnitude):
    """Return exp(-magnitude)."""
    builder = e.builder
    plan = _DOUBLE if isinstance(e.number, ir.DoubleType) else _FLOAT
    x = builder.fneg(magnitude)
    lowest = e.constant(plan.lowest)
    x = builder.select(builder.fcmp_ordered(">", x, lowest), x, lowest)
    power = e.call(
        "llvm.rint", e.vector, [builder.fmul(x, e.constant(1 / math.log(2)))]
    )
    for part in plan.ln2:
        x = e.multiply_add(power, e.constant(-part), x)
    value = e.constant(1 / math.factorial(plan.degree))
    for k in reversed(range(plan.degree)):
        value = e.multiply_add(value, x, e.constant(1 / math.factorial(k)))
    bits = ir.VectorType(plan.integer, LINE)
    exponent = builder.shl(
        builder.fptosi(power, bits), lanes(plan.integer, [plan.mantissa] * LINE)
    )
    return builder.bitcast(
        builder.add(builder.bitcast(value, bits), exponent), e.vector
    )
