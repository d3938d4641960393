"""One or two pairs at a time with everything in registers, as vector instructions.

The twins of `loops.train_pair` and `loops.train_two_pairs`, for pairs that share the
target, have up to 6 noise words each, and no row twice. Two pairs go together because
alone each would wait for its own sigmoid: the chain from scores to errors takes as long
as the arithmetic.
"""

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from fastw2v.bundles import BLOCK, pairs_fit
from fastw2v.kernels.emit import INT, intp, lanes
from fastw2v.kernels.simd import SCRATCH, Step
from fastw2v.kernels.simd_logistic import errors_and_losses, load_loss


def _trainer_of(n_pairs):
    """Return an intrinsic that trains so many pairs."""

    @intrinsic
    def train_pairs(typingctx, weights, scratch, inputs, outputs, rate, shape):
        """Train the first pairs of a step; see `loops`."""

        def codegen(context, builder, signature, args):
            (*passed, rate, shape), (*kinds, _, shape_type) = args, signature.args
            of_step = signature.replace(args=(*kinds, shape_type))
            step = Step(context, builder, of_step, (*passed, shape))
            if pairs_fit(len(shape_type)):  # else nobody comes here
                pairs = _Pairs(step, n_pairs)
                pairs.update(pairs.errors(pairs.scores(), rate))
            return context.get_dummy_value()

        return types.void(weights, scratch, inputs, outputs, rate, shape), codegen

    return train_pairs


train_pair, train_two_pairs = _trainer_of(1), _trainer_of(2)


class _Pairs:
    """The rows of some pairs: their target, and of each the input and the noise."""

    def __init__(self, step, count):
        self.step = step
        self.count = count
        (self.target,) = step.output_rows(intp(0), 1)
        self.inputs = [step.input_row(intp(j)) for j in range(count)]
        self.noise = [
            step.output_rows(intp(j * BLOCK + 1), step.rest - 1) for j in range(count)
        ]

    def lines(self, offset):
        """Load a register's worth of all rows: inputs, target, noise of each pair."""
        step = self.step
        return (
            [step.load(row, offset) for row in self.inputs],
            step.load(self.target, offset),
            [[step.load(row, offset) for row in rows] for rows in self.noise],
        )

    def scores(self):
        """Return a vector of blocks, one for each pair."""
        step = self.step
        zero = ir.Constant(step.vector, None)
        sums = [step.variables([zero] * step.rest) for _ in self.inputs]
        with step.each_register() as (offset, _):
            inputs, target, noise = self.lines(offset)
            for own, line, words in zip(sums, inputs, noise, strict=True):
                for total, word in zip(own, [target, *words], strict=True):
                    step.add_product(total, line, word)
        blocks = [step.sums(map(step.builder.load, own)) for own in sums]
        if self.count == 1:
            return blocks[0]
        whole = lanes(INT, range(2 * BLOCK))
        return step.builder.shuffle_vector(*blocks, whole)

    def errors(self, scores, rate):
        """Return the errors of all scores and add up the loss."""
        step = self.step
        bit = ir.IntType(1)
        places = range(scores.type.count)
        is_target = lanes(bit, [lane % BLOCK == 0 for lane in places])
        is_used = lanes(bit, [lane % BLOCK < step.rest for lane in places])
        errors, losses = errors_and_losses(step, scores, (is_target, is_used), rate)
        loss = step.array(SCRATCH, "loss")
        total = load_loss(step, loss)
        for first in range(0, scores.type.count, BLOCK):
            part = lanes(INT, range(first, first + BLOCK))
            block = step.builder.shuffle_vector(losses, losses, part)
            total = step.builder.fadd(total, block)
        step.store(total, step.entry(loss, intp(0)))
        return errors

    def update(self, errors):
        """Emit the update of all rows from their old values."""
        step = self.step
        factors = [
            [step.broadcast_lane(errors, j * BLOCK + q) for q in range(step.rest)]
            for j in range(self.count)
        ]
        of_target = [own[0] for own in factors]
        with step.each_register() as (offset, _):
            inputs, target, noise = self.lines(offset)
            for j, row in enumerate(self.inputs):
                outputs = [target, *noise[j]]
                value = step.sum_of_products(factors[j], outputs, inputs[j])
                step.store(value, row, offset)
            value = step.sum_of_products(of_target, inputs, target)
            step.store(value, self.target, offset)
            for j, rows in enumerate(self.noise):
                for factor, line, row in zip(
                    factors[j][1:], noise[j], rows, strict=True
                ):
                    value = step.multiply_add(factor, inputs[j], line)
                    step.store(value, row, offset)
