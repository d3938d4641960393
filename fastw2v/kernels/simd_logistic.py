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

from fastw2v.bundles import BLOCK
from fastw2v.kernels.emit import INT, Emitter, intp, lanes


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
    log_terms: int
    """Of the series of log(1 + x), to the float's precision."""


_FLOAT = _Exp(INT, 23, -86.0, (0.693359375, -2.12194440054690583e-4), 7, 8)
_DOUBLE = _Exp(
    ir.IntType(64),
    52,
    -700.0,
    (6.93147180369123816490e-1, 1.90821492927058770002e-10),
    13,
    17,
)


@intrinsic
def errors_from_scores(typingctx, scratch, inputs, outputs, targets, rate):
    """Turn the scores of a step into errors and add up its loss; see `loops`."""

    def codegen(context, builder, signature, args):
        e = Emitter(context, builder, signature, args)
        errors, loss = e.array(0, "errors"), e.array(0, "loss")
        e.walk_rows_of(errors)
        n_inputs, n_outputs = (_length(e, position) for position in (1, 2))
        targets = e.integer(3)
        total = cgutils.alloca_once_value(builder, load_loss(e, loss))
        blocks = (intp(0), n_outputs, intp(BLOCK))
        with (
            cgutils.for_range(builder, n_inputs) as row,
            cgutils.for_range_slice(builder, *blocks, inc=True) as (first, _),
        ):
            address = e.entry(errors, row.index, first)
            scores = e.load(address, kind=e.block)
            error, term = errors_and_losses(
                e, scores, _places(e, first, targets, n_outputs), args[4]
            )
            e.store(error, address)
            builder.store(builder.fadd(builder.load(total), term), total)
        e.store(builder.load(total), e.entry(loss, intp(0)))
        return context.get_dummy_value()

    return types.void(scratch, inputs, outputs, targets, rate), codegen


def _length(e, position):
    first, stop = e.span(position)
    return e.builder.sub(stop, first)


def load_loss(e, loss):
    """Load the parts of the loss summed so far."""
    parts = ir.VectorType(ir.DoubleType(), BLOCK)
    return e.load(e.entry(loss, intp(0)), kind=parts)


def _places(e, first, targets, n_outputs):
    """Tell which lanes of the block from output `first` are a target and any output."""
    is_target, is_used = (
        e.first_lanes(e.builder.sub(count, first)) for count in (targets, n_outputs)
    )
    return is_target, is_used


def errors_and_losses(e, score, places, rate):
    """Return the errors and, in float64, the losses of a vector of scores.

    `places` are two vectors of bits: where scores of targets are, and of any output;
    elsewhere error and loss are 0.
    """
    builder, kind = e.builder, score.type
    is_target, is_used = places
    zero, one = (ir.Constant(kind, [number] * kind.count) for number in (0.0, 1.0))

    magnitude = e.call("llvm.fabs", kind, [score])
    small = _exp_of_negative(e, magnitude)
    larger = builder.fdiv(one, builder.fadd(one, small))
    is_positive = builder.fcmp_ordered(">=", score, zero)
    sigmoid = builder.select(is_positive, larger, builder.fmul(small, larger))
    label = builder.select(is_target, one, zero)
    error = builder.fmul(e.broadcast(rate, kind), builder.fsub(label, sigmoid))
    error = builder.select(is_used, error, zero)
    wrong = builder.select(is_target, builder.fneg(score), score)
    is_wrong = builder.fcmp_unordered(">", wrong, zero)
    hinge = builder.select(is_wrong, wrong, zero)
    loss = builder.fadd(hinge, _log_of_one_plus(e, small))
    loss = builder.select(is_used, loss, zero)
    if not e.is_double:
        loss = builder.fpext(loss, ir.VectorType(ir.DoubleType(), kind.count))
    return error, loss


def _log_of_one_plus(e, small):
    """Return log(1 + x) for x in 0..1: 2 artanh(x / (2 + x)), as a power series."""
    builder, kind = e.builder, small.type

    def constant(number):
        return ir.Constant(kind, [number] * kind.count)

    ratio = builder.fdiv(small, builder.fadd(constant(2.0), small))
    square = builder.fmul(ratio, ratio)
    terms = _plan_of(e).log_terms
    value = constant(2 / (2 * terms - 1))
    for k in reversed(range(terms - 1)):
        value = e.multiply_add(value, square, constant(2 / (2 * k + 1)))
    return builder.fmul(value, ratio)


def _plan_of(e):
    return _DOUBLE if e.is_double else _FLOAT


def _exp_of_negative(e, magnitude):
    """Return exp(-magnitude)."""
    builder, kind = e.builder, magnitude.type
    plan = _plan_of(e)

    def constant(number):
        return ir.Constant(kind, [number] * kind.count)

    x = builder.fneg(magnitude)
    lowest = constant(plan.lowest)
    x = builder.select(builder.fcmp_ordered("<", x, lowest), lowest, x)
    scaled = builder.fmul(x, constant(1 / math.log(2)))
    power = e.call("llvm.rint", kind, [scaled])
    for part in plan.ln2:
        x = e.multiply_add(power, constant(-part), x)
    value = constant(1 / math.factorial(plan.degree))
    for k in reversed(range(plan.degree)):
        value = e.multiply_add(value, x, constant(1 / math.factorial(k)))
    bits = ir.VectorType(plan.integer, kind.count)
    exponent = builder.shl(
        builder.fptosi(power, bits), lanes(plan.integer, [plan.mantissa] * kind.count)
    )
    return builder.bitcast(builder.add(builder.bitcast(value, bits), exponent), kind)
