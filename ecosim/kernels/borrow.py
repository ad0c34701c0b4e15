"""Borrowed bundles: arrays that are neither counted nor read from their end.

numba counts references to an array whenever it is taken out of a tuple. In a loop that runs once an impression the
counting costs more than the arithmetic, and two threads counting on one array wait for each other. A borrowed array has
no counter; it is valid as long as its owner lives, which is at least until the call that borrows it returns.

Nor does a borrowed array look whether an index is negative, to count it from the end as Python does: that was a seventh
of the code that serves. **An index into a borrowed array is never negative.**
"""

import operator

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, lower_builtin, models, register_model


class BorrowedArray(types.Array):
    """Numba's type of an array that is borrowed; a part of it (one row of two dimensions) is a plain array."""

    def __init__(self, array):
        super().__init__(array.dtype, array.ndim, array.layout, readonly=not array.mutable, aligned=array.aligned)
        self.plain = array
        self.name = f"borrowed {array.name}"


register_model(BorrowedArray)(models.ArrayModel)


@intrinsic
def borrow(typing_context, bundle):
    """Return the same named tuple of arrays and numbers, the arrays borrowed."""
    kinds = [BorrowedArray(kind) if isinstance(kind, types.Array) else kind for kind in bundle.types]
    lent = types.NamedTuple(kinds, bundle.instance_class)

    def generate(context, builder, signature, arguments):
        values = []
        for place, kind in enumerate(bundle.types):
            value = builder.extract_value(arguments[0], place)
            if isinstance(kind, types.Array):
                array = context.make_array(kind)(context, builder, value)
                array.meminfo = cgutils.get_null_value(array.meminfo.type)
                array.parent = ir.Constant(array.parent.type, None)
                value = array._getvalue()
            values.append(value)
        return context.make_tuple(builder, lent, values)

    return lent(bundle), generate


def _as_unsigned(context, builder, kind, index):
    """Turn an index, or a tuple of them, into one that cannot be negative, so that nobody looks."""
    if isinstance(kind, types.Integer):
        return types.uintp, context.cast(builder, index, kind, types.intp)
    values = cgutils.unpack_tuple(builder, index, len(kind))
    values = [context.cast(builder, value, one, types.intp) for value, one in zip(values, kind, strict=True)]
    unsigned = types.UniTuple(types.uintp, len(values))
    return unsigned, context.make_tuple(builder, unsigned, values)


@lower_builtin(operator.getitem, BorrowedArray, types.Integer)
@lower_builtin(operator.getitem, BorrowedArray, types.BaseTuple)
def _get(context, builder, signature, arguments):
    array, index = signature.args
    unsigned, value = _as_unsigned(context, builder, index, arguments[1])
    plain = signature.return_type(array.plain, unsigned)
    return context.get_function(operator.getitem, plain)(builder, (arguments[0], value))


@lower_builtin(operator.setitem, BorrowedArray, types.Integer, types.Any)
@lower_builtin(operator.setitem, BorrowedArray, types.BaseTuple, types.Any)
def _set(context, builder, signature, arguments):
    array, index, item = signature.args
    unsigned, value = _as_unsigned(context, builder, index, arguments[1])
    plain = types.none(array.plain, unsigned, item)
    return context.get_function(operator.setitem, plain)(builder, (arguments[0], value, arguments[2]))


COMPILED = not numba.config.DISABLE_JIT

if not COMPILED:  # for coverage and for reading along in a debugger

    def borrow(bundle):
        """Return the bundle itself: without compilation there is nothing to count."""
        return bundle
