"""Borrowed bundles: arrays whose owner waits for the kernel, and which therefore need no reference counts.

numba counts references to an array whenever it is taken out of a tuple. In a loop that runs once an impression the
counting costs more than the arithmetic, and two threads counting on one array wait for each other. A borrowed array has
no counter; it is valid as long as its owner lives, which is at least until the call that borrows it returns.
"""

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def borrow(typing_context, bundle):
    """Return the same named tuple of arrays and numbers without reference counts."""

    def generate(context, builder, signature, arguments):
        result = arguments[0]
        for place, kind in enumerate(bundle.types):
            if isinstance(kind, types.Array):
                array = context.make_array(kind)(context, builder, builder.extract_value(result, place))
                array.meminfo = cgutils.get_null_value(array.meminfo.type)
                array.parent = ir.Constant(array.parent.type, None)
                result = builder.insert_value(result, array._getvalue(), place)
        return result

    return bundle(bundle), generate


COMPILED = not numba.config.DISABLE_JIT

if not COMPILED:  # for coverage and for reading along in a debugger

    def borrow(bundle):
        """Return the bundle itself: without compilation there is nothing to count."""
        return bundle
