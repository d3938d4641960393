"""Emitting LLVM vector code that walks rows register by register.

Works for any processor, since the register is the widest the host has and rows are
whole lines of 64 bytes, and for any float type.
"""

from llvmlite import ir
from numba.core import cgutils, types

from fastw2v.bundles import BLOCK

INTP = ir.IntType(64)
INT = ir.IntType(32)


def lanes(kind, values):
    """Return a vector of known integers."""
    values = list(values)
    return ir.Constant(ir.VectorType(kind, len(values)), values)


def register_bytes(context):
    """Return the width of the widest vector registers of the processor compiled for."""
    features = context.codegen().magic_tuple()[-1]
    if "+avx512f" in features:
        return 64
    return 32 if "+avx" in features else 16


class Emitter:
    """Emits the code of one call on arrays, alone or as fields of bundles."""

    def __init__(self, context, builder, signature, args):
        self.context = context
        self.builder = builder
        self.types = signature.args
        self.args = args

    def walk_rows_of(self, matrix):
        """Choose the number type and the registers that suit a matrix."""
        self.number = matrix.data.type.pointee
        self.is_double = isinstance(self.number, ir.DoubleType)
        self.size = 8 if self.is_double else 4
        self.lanes = register_bytes(self.context) // self.size
        self.vector = ir.VectorType(self.number, self.lanes)
        self.block = ir.VectorType(self.number, BLOCK)
        self.width = self.builder.extract_value(matrix.shape, 1)

    def array(self, position, name=None):
        """Return an array argument, or the named field of a bundle argument."""
        kind, value = self.types[position], self.args[position]
        if name is not None:
            field = kind.fields.index(name)
            kind, value = kind.types[field], self.builder.extract_value(value, field)
        return self.context.make_array(kind)(self.context, self.builder, value)

    def integer(self, position):
        """Return an integer argument as intp."""
        kind = self.types[position]
        return self.context.cast(self.builder, self.args[position], kind, types.intp)

    def span(self, position):
        """Return both ends of a (first, stop) argument."""
        item = self.types[position].dtype
        return [
            self.context.cast(
                self.builder,
                self.builder.extract_value(self.args[position], end),
                item,
                types.intp,
            )
            for end in (0, 1)
        ]

    def entry(self, array, *indices):
        """Return the address of one entry."""
        offset = indices[0]
        for axis, index in enumerate(indices[1:], start=1):
            length = self.builder.extract_value(array.shape, axis)
            offset = self.builder.add(self.builder.mul(offset, length), index)
        return self.builder.gep(array.data, [offset], inbounds=True)

    def listed_row(self, matrix, row_numbers, index):
        """Return the address of the row that a list names at `index`."""
        row = self.builder.load(self.entry(row_numbers, index))
        return self.entry(matrix, self.builder.sext(row, INTP), intp(0))

    def load(self, address, offset=None, kind=None):
        """Load a vector, a register if not told otherwise."""
        return self.builder.load(self._as_vector(address, offset, kind), align=4)

    def store(self, value, address, offset=None):
        """Store a vector."""
        target = self._as_vector(address, offset, value.type)
        self.builder.store(value, target, align=4)

    def _as_vector(self, address, offset, kind):
        if offset is not None:
            address = self.builder.gep(address, [offset], inbounds=True)
        return self.builder.bitcast(address, (kind or self.vector).as_pointer())

    def each_register(self):
        """Loop over a row; gives the offset of each register's worth of numbers."""
        return cgutils.for_range_slice(
            self.builder, intp(0), self.width, intp(self.lanes), inc=True
        )

    def variables(self, values):
        """Return variables with these first values."""
        return [cgutils.alloca_once_value(self.builder, value) for value in values]

    def broadcast(self, number, kind=None):
        """Fill a vector with one number."""
        kind = kind or self.vector
        undefined = ir.Constant(kind, ir.Undefined)
        first = self.builder.insert_element(undefined, number, ir.Constant(INT, 0))
        return self.builder.shuffle_vector(
            first, undefined, lanes(INT, [0] * kind.count)
        )

    def broadcast_lane(self, vector, lane):
        """Fill a register with one number of a vector."""
        return self.builder.shuffle_vector(
            vector, vector, lanes(INT, [lane] * self.lanes)
        )

    def first_lanes(self, count):
        """Return the bits of a block whose lane number is below `count`."""
        kind = ir.VectorType(INT, BLOCK)
        limit = self.broadcast(self.builder.trunc(count, INT), kind)
        return self.builder.icmp_signed("<", lanes(INT, range(BLOCK)), limit)

    def multiply_add(self, a, b, c):
        """Return a * b + c, in one instruction where the processor has it."""
        return self.call("llvm.fmuladd", a.type, [a, b, c])

    def call(self, name, result, args):
        """Call an LLVM intrinsic named after its vector type."""
        kind = ir.FunctionType(result, [arg.type for arg in args])
        vector = args[-1].type
        bits = 64 if isinstance(vector.element, ir.DoubleType) else 32
        function = cgutils.get_or_insert_function(
            self.builder.module, kind, f"{name}.v{vector.count}f{bits}"
        )
        return self.builder.call(function, args)

    def sums(self, vectors):
        """Return a block vector whose lane i is the sum of the i-th vector.

        Two vectors' halves are added into one vector that holds partial sums of both,
        again and again, so all sums together cost little more than one alone would.
        First within the 128 bits that processors shuffle cheaply, then across them.
        """
        vectors = list(vectors)
        vectors += [ir.Constant(self.vector, None)] * (BLOCK - len(vectors))
        near = 16 // self.size
        apart = 1
        while apart < near:
            vectors = self._pairwise(vectors, _interleaved(self.lanes, near, apart))
            apart *= 2
        groups = 1
        while len(vectors) > 1 and groups * near < self.lanes:
            vectors = self._pairwise(vectors, _split(self.lanes, groups))
            groups *= 2
        if len(vectors) == 1:
            return self._folded(vectors[0], groups)
        return self._joined(vectors)

    def _pairwise(self, vectors, first_and_second):
        """Add two selections of the numbers of each two vectors."""
        return [
            self.builder.fadd(
                *(self.builder.shuffle_vector(a, b, lanes(INT, part))
                  for part in first_and_second)
            )
            for a, b in zip(vectors[::2], vectors[1::2], strict=True)
        ]  # fmt: skip

    def _folded(self, vector, groups):
        """Add the halves of each group of a vector until it is a block."""
        while (count := vector.type.count) > BLOCK:
            first, second = _split(count, groups)
            of_one = [part[: count // 2] for part in (first, second)]
            halves = [
                self.builder.shuffle_vector(vector, vector, lanes(INT, part))
                for part in of_one
            ]
            vector = self.builder.fadd(*halves)
        return vector

    def _joined(self, vectors):
        """Put vectors side by side until they are one."""
        while len(vectors) > 1:
            whole = lanes(INT, range(2 * vectors[0].type.count))
            vectors = [
                self.builder.shuffle_vector(a, b, whole)
                for a, b in zip(vectors[::2], vectors[1::2], strict=True)
            ]
        return vectors[0]


def intp(number):
    """Return a known index."""
    return ir.Constant(INTP, number)


def _interleaved(count, near, apart):
    """Select lower and upper halves of all `near` lanes of two vectors.

    They alternate between the vectors every `apart` lanes.
    """
    lower = [
        vector * count + base + place + k
        for base in range(0, count, near)
        for place in range(0, near // 2, apart)
        for vector in (0, 1)
        for k in range(apart)
    ]
    return lower, [lane + near // 2 for lane in lower]


def _split(count, groups):
    """Select first and second halves of all groups of two vectors."""
    size = count // groups
    first = [
        vector * count + base + k
        for vector in (0, 1)
        for base in range(0, count, size)
        for k in range(size // 2)
    ]
    return first, [lane + size // 2 for lane in first]
