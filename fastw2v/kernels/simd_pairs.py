"""One or two pairs at a time with everything in registers, as vector instructions.

The twins of `loops.train_pair` and `loops.train_two_pairs`, for pairs that share the
target, have up to 6 noise words each, and no other row twice. Two pairs go together
because alone each would wait for its own sigmoid: the chain from scores to errors takes
as long as the arithmetic.

The second pair finds the target u as the first, h with error e, has left it: u + e h. Its
own input row h' scores h'.u + e h'.h there, and moves by e' (u + e h). So with the product
of the two input rows all follows from the old rows, and the result is that of one pair
after the other.
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
        """Return a block for each pair, from the old rows.

        Behind the scores of the second is the product of the two input rows.
        """
        step = self.step
        zero = ir.Constant(step.vector, None)
        sums = [step.variables([zero] * (step.rest + j)) for j in range(self.count)]
        with step.each_register() as (offset, _):
            inputs, target, noise = self.lines(offset)
            for j, line in enumerate(inputs):
                for total, other in zip(
                    sums[j], [target, *noise[j], *inputs[:j]], strict=True
                ):
                    step.add_product(total, line, other)
        return [step.sums(map(step.builder.load, own)) for own in sums]

    def errors(self, blocks, rate):
        """Return a block of errors for each pair, and add up the loss."""
        step, builder = self.step, self.step.builder
        places = range(BLOCK)
        is_target = lanes(ir.IntType(1), [lane == 0 for lane in places])
        is_used = lanes(ir.IntType(1), [lane < step.rest for lane in places])
        loss = step.array(SCRATCH, "loss")
        total = load_loss(step, loss)
        errors = []
        for block in blocks:
            scores = self._after(errors[0], block) if errors else block
            found, losses = errors_and_losses(step, scores, (is_target, is_used), rate)
            total = builder.fadd(total, losses)
            errors.append(found)
        step.store(total, step.entry(loss, intp(0)))
        return errors

    def _after(self, errors, scores):
        """Return the second pair's scores after the first has moved the target."""
        builder = self.step.builder
        target, product = ir.Constant(INT, 0), ir.Constant(INT, self.step.rest)
        moved = builder.fmul(
            builder.extract_element(errors, target),
            builder.extract_element(scores, product),
        )
        score = builder.fadd(builder.extract_element(scores, target), moved)
        return builder.insert_element(scores, score, target)

    def update(self, errors):
        """Emit the update of all rows from their old values."""
        step = self.step
        factors = [
            [step.broadcast_lane(own, q) for q in range(step.rest)] for own in errors
        ]
        with step.each_register() as (offset, _):
            inputs, target, noise = self.lines(offset)
            moved = target
            for j, row in enumerate(self.inputs):
                value = step.sum_of_products(factors[j], [moved, *noise[j]], inputs[j])
                step.store(value, row, offset)
                moved = step.multiply_add(factors[j][0], inputs[j], moved)
            step.store(moved, self.target, offset)
            for j, rows in enumerate(self.noise):
                for factor, line, row in zip(
                    factors[j][1:], noise[j], rows, strict=True
                ):
                    value = step.multiply_add(factor, inputs[j], line)
                    step.store(value, row, offset)
