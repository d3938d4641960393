"""CBOW's hidden vector, as vector instructions; the twin of `hidden`."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from fastw2v.kernels.emit import Emitter, intp


class _Contexts(Emitter):
    """Emits a pass over the context rows; arguments are those of `gather`."""

    def __init__(self, context, builder, signature, args):
        super().__init__(context, builder, signature, args)
        self.w_in = self.array(0)
        self.rows = self.array(1, "inputs")
        self.hidden = self.array(1, "hidden")
        self.walk_rows_of(self.w_in)
        self.first, self.stop = self.span(2)

    def each_context(self):
        """Loop over the contexts; gives their places in the list."""
        return cgutils.for_range(self.builder, self.stop, start=self.first)

    def row(self, place):
        """Return the address of a context's row."""
        return self.listed_row(self.w_in, self.rows, place)

    def hidden_line(self, row, offset):
        """Return the address of a register's worth of a row of `scratch.hidden`."""
        return self.entry(self.hidden, intp(row), offset)

    def share(self, position):
        """Fill a register with 1/n if the argument there is true, else with 1."""
        builder = self.builder
        one = ir.Constant(self.number, 1.0)
        count = builder.sitofp(builder.sub(self.stop, self.first), self.number)
        part = builder.fdiv(one, count)
        return self.broadcast(builder.select(self.args[position], part, one))


@intrinsic
def gather(typingctx, w_in, scratch, contexts, as_mean):
    """Set all rows of `scratch.hidden` to the sum of the context rows, or their mean."""

    def codegen(context, builder, signature, args):
        e = _Contexts(context, builder, signature, args)
        share = e.share(3)
        with e.each_register() as (offset, _):
            (total,) = e.variables([ir.Constant(e.vector, None)])
            with e.each_context() as loop:
                line = e.load(e.row(loop.index), offset)
                builder.store(builder.fadd(builder.load(total), line), total)
            value = builder.fmul(builder.load(total), share)
            for row in range(3):
                e.store(value, e.hidden_line(row, offset))
        return context.get_dummy_value()

    return types.void(w_in, scratch, contexts, types.boolean), codegen


@intrinsic
def scatter(typingctx, w_in, scratch, contexts, shared):
    """Give what noise and path changed in the hidden vector to each context row."""

    def codegen(context, builder, signature, args):
        e = _Contexts(context, builder, signature, args)
        share = e.share(3)
        with e.each_register() as (offset, _):
            lines = [e.load(e.hidden_line(row, offset)) for row in range(3)]
            changes = [builder.fsub(line, lines[2]) for line in lines[:2]]
            change = builder.fmul(share, builder.fadd(*changes))
            with e.each_context() as loop:
                row = e.row(loop.index)
                e.store(builder.fadd(e.load(row, offset), change), row, offset)
        return context.get_dummy_value()

    return types.void(w_in, scratch, contexts, types.boolean), codegen
