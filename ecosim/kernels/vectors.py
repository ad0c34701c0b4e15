"""What rows of float32 and words have in common: sixteen lanes, their places in memory, and their operators."""

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, lower_builtin, type_callable

from ecosim.kernels.borrow import COMPILED

WIDTH = 16
"""Lanes of a vector; also the number of style dimensions."""

BYTES = 4
"""Bytes of a lane, to which vectors in memory are aligned."""


def copies(builder, value, kind):
    """Copy a number into every lane."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    mask = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), mask)


def place_of(context, builder, kind, array, at, lanes):
    """Address of sixteen numbers of a contiguous array, from entry `at` on."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [at]), lanes.as_pointer())


def sixteen_bits(builder, flags):
    """Turn sixteen flags into bits of a uint64: the lowest for the first lane."""
    return builder.zext(builder.bitcast(flags, ir.IntType(WIDTH)), ir.IntType(64))


def loading(lanes):
    """Code that loads sixteen numbers, as `lanes`, from an entry of an array on: for (array, at)."""

    def generate(context, builder, signature, arguments):
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        return builder.load(place_of(context, builder, signature.args[0], arguments[0], at, lanes), align=BYTES)

    return generate


def storing(lanes):
    """Code that stores sixteen numbers from an entry of an array on: for (array, at, numbers)."""

    def generate(context, builder, signature, arguments):
        at = context.cast(builder, arguments[1], signature.args[1], types.intp)
        place = place_of(context, builder, signature.args[0], arguments[0], at, lanes)
        builder.store(arguments[2], place, align=BYTES)
        return context.get_dummy_value()

    return generate


@intrinsic
def align_stack(typing_context):
    """Let vectors of the calling kernel that must wait in memory lie on whole lines of the cache.

    Compilers of large kernels leave them where the caller's stack happens to end: three times out of four every access
    crosses a line, which cost a tenth of serving, or not, from one start of the program to the next.
    """

    def generate(context, builder, signature, arguments):
        attributes = builder.function.attributes
        attributes.add("noinline")  # llvmlite writes no alignment unless there is another attribute
        attributes.alignstack = WIDTH * BYTES
        return context.get_dummy_value()

    return types.none(), generate


def define(sixteen, lanes, number, instructions):
    """Let numba compile operators for two sixteens of a kind, and for one and a number.

    Parameters
    ----------
    sixteen : numba type
        What the operators are for.
    lanes : llvmlite type
        Its vector.
    number : numba type
        That of one lane, to which numbers are cast.
    instructions : mapping of callable to str
        Operators, and the instructions that do them lane by lane.
    """
    for operation, instruction in instructions.items():
        _define(sixteen, lanes, number, operation, instruction)


def _define(sixteen, lanes, number, operation, instruction):
    kind, single = type(sixteen), types.Float if isinstance(number, types.Float) else types.Integer

    @type_callable(operation)
    def type_operation(context):
        def typer(left, right):
            return sixteen if isinstance(left, kind) and isinstance(right, kind | single) else None

        return typer

    @lower_builtin(operation, kind, kind)
    def two(context, builder, signature, arguments):
        return getattr(builder, instruction)(*arguments)

    @lower_builtin(operation, kind, single)
    def one_and_number(context, builder, signature, arguments):
        value = context.cast(builder, arguments[1], signature.args[1], number)
        return getattr(builder, instruction)(arguments[0], copies(builder, value, lanes))


if not COMPILED:  # for coverage and for reading along in a debugger

    def align_stack():
        """Do nothing: there is no stack of a kernel."""
