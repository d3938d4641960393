"""Asking for one element of an array ahead of its use."""

from fastw2v.kernels._jit import JIT_IS_ON

if JIT_IS_ON:
    from llvmlite import ir
    from numba.core import cgutils, types
    from numba.extending import intrinsic

    @intrinsic
    def prefetch(typingctx, array, index):  # noqa: ARG001
        """Ask for the cache line of array[index], for reading; any index will do."""

        def codegen(context, builder, signature, args):
            data = context.make_array(signature.args[0])(context, builder, args[0]).data
            flag = ir.IntType(32)
            byte = ir.IntType(8).as_pointer()
            kind = ir.FunctionType(ir.VoidType(), [byte, flag, flag, flag])
            function = cgutils.get_or_insert_function(
                builder.module, kind, "llvm.prefetch.p0"
            )
            address = builder.bitcast(builder.gep(data, [args[1]]), byte)
            # For reading, into the nearest cache, of data.
            hints = [ir.Constant(flag, value) for value in (0, 3, 1)]
            builder.call(function, [address, *hints])
            return context.get_dummy_value()

        return types.void(array, index), codegen

else:

    def prefetch(array, index):  # type: ignore[misc]
        """Do nothing: without the JIT there is no such instruction."""
