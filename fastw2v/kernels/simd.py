"""The gradient step's arithmetic on rows, as vector instructions.

The same names and arguments as `loops`, which says in plain loops what is computed.
Numba's own loops over rows carry run-time checks for overlap and remainders, and
load what could stay in registers (docs/performance.md). Here the LLVM vector code is
emitted as such, for the number of output rows that `StepShape` tells the compiler:
both passes hold a line of all output rows, up to a block of 8, in registers while
they run over the input rows.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.bundles import BLOCK, shape_sizes
from fastw2v.kernels.emit import Emitter, intp

WEIGHTS, SCRATCH, INPUTS, OUTPUTS, SHAPE = range(5)


class Step(Emitter):
    """Emits one pass of a step, whose arguments are those of `score`."""

    def __init__(self, context, builder, signature, args):
        super().__init__(context, builder, signature, args)
        self.w_in = self.array(WEIGHTS, "w_in")
        self.w_out = self.array(WEIGHTS, "w_out")
        self.errors = self.array(SCRATCH, "errors")
        self.input_list = self.array(SCRATCH, "inputs")
        self.output_list = self.array(SCRATCH, "outputs")
        self.first_input, stop = self.span(INPUTS)
        self.n_inputs = builder.sub(stop, self.first_input)
        self.first_output, stop = self.span(OUTPUTS)
        self.n_outputs = builder.sub(stop, self.first_output)
        _, self.has_blocks, self.rest = shape_sizes(len(self.types[SHAPE]))
        self.walk_rows_of(self.w_in)

    def input_row(self, j):
        """Return the address of the j-th input row."""
        index = self.builder.add(self.first_input, j)
        return self.listed_row(self.w_in, self.input_list, index)

    def output_rows(self, first, count):
        """Return the addresses of `count` output rows from the step's `first`."""
        start = self.builder.add(self.first_output, first)
        return [
            self.listed_row(
                self.w_out, self.output_list, self.builder.add(start, intp(q))
            )
            for q in range(count)
        ]

    def each_block(self, emit):
        """Call emit(first, count) for all outputs, at most a block at a time."""
        if not self.has_blocks:
            emit(intp(0), self.rest)
            return
        in_blocks = self.builder.sub(self.n_outputs, intp(self.rest))
        whole = self.builder.and_(
            self.builder.add(in_blocks, intp(BLOCK - 1)), intp(-BLOCK)
        )
        with cgutils.for_range_slice(
            self.builder, intp(0), whole, intp(BLOCK), inc=True
        ) as (first, _):
            emit(first, BLOCK)
        if self.rest:
            emit(whole, self.rest)

    def add_product(self, variable, a, b):
        """Add a * b to a variable."""
        total = self.multiply_add(a, b, self.builder.load(variable))
        self.builder.store(total, variable)

    def sum_of_products(self, factors, lines, start):
        """Return start + the sum of factors * lines, in two chains."""
        sums = [start, None]
        for k, (factor, line) in enumerate(zip(factors, lines, strict=True)):
            so_far = sums[k % 2]
            sums[k % 2] = (
                self.builder.fmul(factor, line)
                if so_far is None
                else self.multiply_add(factor, line, so_far)
            )
        return sums[0] if sums[1] is None else self.builder.fadd(*sums)

    def each_input(self, last_first=False):
        """Loop over the inputs; gives j."""
        if last_first:
            stop = intp(-1)
            first = self.builder.sub(self.n_inputs, intp(1))
            return cgutils.for_range_slice(
                self.builder, first, stop, intp(-1), inc=False
            )
        return cgutils.for_range_slice(
            self.builder, intp(0), self.n_inputs, intp(1), inc=True
        )


@intrinsic
def score(typingctx, weights, scratch, inputs, outputs, shape):
    """Set scratch.errors[j, q] = input row j . output row q for a step's rows."""

    def codegen(context, builder, signature, args):
        step = Step(context, builder, signature, args)

        def score_block(first, count):
            rows = step.output_rows(first, count)
            half = builder.lshr(step.n_inputs, intp(1))
            with cgutils.for_range(builder, half) as loop:
                j = builder.shl(loop.index, intp(1))
                _score(step, [j, builder.add(j, intp(1))], first, rows)
            is_odd = builder.trunc(step.n_inputs, ir.IntType(1))
            with builder.if_then(is_odd):
                _score(step, [builder.sub(step.n_inputs, intp(1))], first, rows)

        step.each_block(score_block)
        return context.get_dummy_value()

    return types.void(weights, scratch, inputs, outputs, shape), codegen


def _score(step, js, first, output_rows):
    """Emit the scores of one or two input rows against up to a block of outputs."""
    input_rows = [step.input_row(j) for j in js]
    zero = ir.Constant(step.vector, None)
    sums = [step.variables([zero] * len(output_rows)) for _ in js]
    with step.each_register() as (offset, _):
        lines = [step.load(row, offset) for row in input_rows]
        for q, row in enumerate(output_rows):
            output_line = step.load(row, offset)
            for own, line in zip(sums, lines, strict=True):
                step.add_product(own[q], line, output_line)
    for j, own in zip(js, sums, strict=True):
        scores = step.sums(map(step.builder.load, own))
        step.store(scores, step.entry(step.errors, j, first))


@intrinsic
def update(typingctx, weights, scratch, inputs, outputs, shape):
    """Add to all rows of a step what the errors say, from the old values of all."""

    def codegen(context, builder, signature, args):
        step = Step(context, builder, signature, args)
        if step.has_blocks:
            _update_in_blocks(step)
        else:
            _update_at_once(step)
        return context.get_dummy_value()

    return types.void(weights, scratch, inputs, outputs, shape), codegen


def _update_at_once(step):
    """Emit the update of outputs that fit the registers."""
    output_rows = step.output_rows(intp(0), step.rest)
    with step.each_register() as (offset, _):

        def old_line(j):
            return step.load(step.input_row(j), offset)

        def set_line(j, value):
            step.store(value, step.input_row(j), offset)

        _update_block(
            step, intp(0), output_rows, offset, (old_line, old_line, set_line)
        )


def _update_in_blocks(step):
    """Emit the update of many outputs: changes of the inputs gather in scratch."""
    gathered = step.array(SCRATCH, "changed")
    with step.each_register() as (offset, _):

        def old_line(j):
            return step.load(step.input_row(j), offset)

        def gathered_line(j):
            return step.load(step.entry(gathered, j, offset))

        def set_gathered(j, value):
            step.store(value, step.entry(gathered, j, offset))

        with step.each_input() as (j, _):
            set_gathered(j, old_line(j))

        def update_block(first, count):
            rows = step.output_rows(first, count)
            access = (old_line, gathered_line, set_gathered)
            _update_block(step, first, rows, offset, access)

        step.each_block(update_block)
        with step.each_input(last_first=True) as (j, _):
            step.store(gathered_line(j), step.input_row(j), offset)


def _update_block(step, first, output_rows, offset, access):
    """Emit the update of a register's worth of all inputs and up to a block of outputs.

    `access` has three functions of j: the input's line as it was scored, the line to
    add to, and what takes the sum.
    """
    builder = step.builder
    old_line, line_so_far, set_line = access
    lines = [step.load(row, offset) for row in output_rows]
    changed = step.variables(lines)
    with step.each_input(last_first=True) as (j, _):
        old = old_line(j)
        errors = [
            step.broadcast(
                builder.load(step.entry(step.errors, j, builder.add(first, intp(q))))
            )
            for q in range(len(output_rows))
        ]
        set_line(j, step.sum_of_products(errors, lines, line_so_far(j)))
        for error, variable in zip(errors, changed, strict=True):
            step.add_product(variable, error, old)
    _store_last_first(step, map(builder.load, changed), output_rows, offset)


def _store_last_first(step, values, rows, offset):
    """Store lines of rows so that of a row listed twice the first value stays."""
    for value, row in reversed(list(zip(values, rows, strict=True))):
        step.store(value, row, offset)
