"""The exponential of a float32, of our own: the same bits on every machine, merged into the loop that needs it.

A call to the mathematical library makes every vector wait in memory until it returns, and the libraries of two machines
may round differently. Computed in float64 with fused products, as x = (k + r) ln 2 / 32 with whole k: the power of two
from a table, and that of what is left by a polynomial (coefficients: S. Nagy, *ARM optimized routines*, ``expf``; the
error before the last rounding is below 2e-10).
"""

import math

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from ecosim.kernels.borrow import COMPILED
from ecosim.kernels.jit import scalar

_STEPS = 32
_POWERS = np.array([np.float64(2.0 ** (k / _STEPS)).view(np.uint64) - np.uint64(k << 47) for k in range(_STEPS)])
"""Bits of 2^(k / 32), less k where 32 x the exponent is added."""
_THIRD = float.fromhex("0x1.c6af84b912394p-5") / _STEPS**3
_SECOND = float.fromhex("0x1.ebfce50fac4f3p-3") / _STEPS**2
_FIRST = float.fromhex("0x1.62e42ff0c52d6p-1") / _STEPS
_PER_STEP = _STEPS / math.log(2.0)
_SHIFT = 1.5 * 2.0**52
"""Added to a float64 and taken away again, it rounds to a whole number."""
_LAST_STEP = np.uint64(_STEPS - 1)
_EXPONENT = np.uint64(47)
_LEAST, _MOST = np.float32(-87.0), np.float32(88.0)


@intrinsic
def _bits(typing_context, number):
    """Return the bits of a float64."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.uint64(types.float64), generate


@intrinsic
def _number(typing_context, bits):
    """Return the float64 of these bits."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.uint64), generate


@intrinsic
def _fused(typing_context, a, b, c):
    """Return a x b + c, rounded once."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate


if not COMPILED:  # for coverage and for reading along in a debugger

    def _bits(number):
        """Return the bits of a float64."""
        return np.float64(number).view(np.uint64)

    def _number(bits):
        """Return the float64 of these bits."""
        return np.uint64(bits).view(np.float64)

    def _fused(a, b, c):
        """Return a x b + c."""
        return a * b + c


@scalar
def exp(x):
    """Exponential function in float32, of arguments from -87 to 88; beyond, of the nearest of these."""
    wide = np.float64(min(max(np.float32(x), _LEAST), _MOST))
    shifted = _PER_STEP * wide + _SHIFT
    whole = _bits(shifted)
    rest = _fused(_PER_STEP, wide, -(shifted - _SHIFT))
    power = _number(_POWERS[whole & _LAST_STEP] + (whole << _EXPONENT))
    square = rest * rest
    near = _fused(_FIRST, rest, 1.0)
    return np.float32(_fused(_fused(_THIRD, rest, _SECOND), square, near) * power)
