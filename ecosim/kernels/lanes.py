"""Sixteen numbers at once: a style, or one value of sixteen candidates, in a vector register.

Compilers turn a short loop into vector instructions only by luck: windows of ten candidates are too short for them, and
arrays of a bundle might overlap for all they know. A *row* says it outright. Rows support ``+ - * /`` with rows and
``* /`` with float32, lane by lane and rounded as the plain loop would round.
"""

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from ecosim.kernels.borrow import COMPILED
from ecosim.kernels.vectors import BYTES, WIDTH, copies, define, loading, place_of, sixteen_bits, storing

ROW_LANES = _LANES = ir.VectorType(ir.FloatType(), WIDTH)
_CACHE_LINE = 64


class RowType(types.Type):
    """Numba's type of a row."""

    def __init__(self):
        super().__init__("Row")


ROW = _ROW = RowType()


@register_model(RowType)
class _RowModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, _LANES)


def _spread(builder, value):
    """Copy a float32 into every lane."""
    return copies(builder, value, _LANES)


def _shuffle(builder, row, lanes, other=None):
    """Pick lanes of a row, or of two: lanes from 16 on are the other's."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(lanes)), lanes)
    return builder.shuffle_vector(row, other or ir.Constant(_LANES, ir.Undefined), mask)


def _place(context, builder, kind, array, number):
    """Address of the `number`-th sixteen of a contiguous array of float32."""
    start = builder.mul(number, ir.Constant(number.type, WIDTH))
    return place_of(context, builder, kind, array, start, _LANES)


@intrinsic
def load(typing_context, array, number):
    """Return the `number`-th sixteen of a contiguous float32 array; of an array (n, 16), row `number`."""

    def generate(context, builder, signature, arguments):
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        return builder.load(_place(context, builder, signature.args[0], arguments[0], number), align=BYTES)

    return _ROW(array, number), generate


@intrinsic
def store(typing_context, array, number, row):
    """Write a row to the `number`-th sixteen of a contiguous float32 array."""

    def generate(context, builder, signature, arguments):
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        place = _place(context, builder, signature.args[0], arguments[0], number)
        builder.store(arguments[2], place, align=BYTES)
        return context.get_dummy_value()

    return types.none(array, number, row), generate


@intrinsic
def load_at(typing_context, array, at):
    """Return sixteen numbers of a contiguous float32 array, from entry `at` on."""
    return _ROW(array, at), loading(_LANES)


@intrinsic
def store_at(typing_context, array, at, row):
    """Write a row to a contiguous float32 array, from entry `at` on."""
    return types.none(array, at, row), storing(_LANES)


@intrinsic
def choose(typing_context, bits, row, other):
    """Return the lanes of `row` where a bit is set and of `other` where not; the lowest bit is the first lane's."""

    def generate(context, builder, signature, arguments):
        flags = builder.trunc(arguments[0], ir.IntType(WIDTH))
        return builder.select(builder.bitcast(flags, ir.VectorType(ir.IntType(1), WIDTH)), *arguments[1:])

    return _ROW(types.uint64, row, other), generate


@intrinsic
def fetch(typing_context, array, number):
    """Ask for entry `number` along an array's first axis to be brought close, without waiting; changes nothing."""

    def generate(context, builder, signature, arguments):
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word = ir.IntType(8), ir.IntType(32)
        stride = cgutils.unpack_tuple(builder, array.strides)[0]
        begin = builder.mul(number, stride)
        kind = ir.FunctionType(ir.VoidType(), (byte.as_pointer(), word, word, word))
        call = builder.module.declare_intrinsic("llvm.prefetch", (byte.as_pointer(),), kind)
        data = builder.bitcast(array.data, byte.as_pointer())
        with cgutils.for_range_slice(builder, stride.type(0), stride, stride.type(_CACHE_LINE), inc=True) as (at, _):
            place = builder.gep(data, [builder.add(begin, at)])
            builder.call(call, [place, word(0), word(3), word(1)])
        return context.get_dummy_value()

    return types.none(array, number), generate


@intrinsic
def turn(typing_context, array, number):
    """Turn the `number`-th square of sixteen rows of a float32 array (n, 16): its rows become its columns."""

    def generate(context, builder, signature, arguments):
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        first = builder.mul(number, number.type(WIDTH))
        places = [
            _place(context, builder, signature.args[0], arguments[0], builder.add(first, number.type(k)))
            for k in range(WIDTH)
        ]
        rows = [builder.load(place, align=BYTES) for place in places]
        for step in (1, 2, 4, 8):  # swap the off-diagonal quarters of every square of 2 x step
            upper = [lane if not lane & step else WIDTH + (lane ^ step) for lane in range(WIDTH)]
            lower = [lane | step if not lane & step else WIDTH + lane for lane in range(WIDTH)]
            for k in (k for k in range(WIDTH) if not k & step):
                above, below = rows[k], rows[k | step]
                rows[k] = _shuffle(builder, above, upper, below)
                rows[k | step] = _shuffle(builder, above, lower, below)
        for place, row in zip(places, rows, strict=True):
            builder.store(row, place, align=BYTES)
        return context.get_dummy_value()

    return types.none(array, number), generate


@intrinsic
def spread(typing_context, value):
    """Return the row with a float32 in every lane."""

    def generate(context, builder, signature, arguments):
        return _spread(builder, arguments[0])

    return _ROW(types.float32), generate


@intrinsic
def fold(typing_context, total, row):
    """Add a row's lanes to a float32, four at a time, in the order of :func:`ecosim.kernels.decisions.dot`."""

    def generate(context, builder, signature, arguments):
        total, row = arguments
        pairs = builder.fadd(row, _shuffle(builder, row, [lane ^ 1 for lane in range(WIDTH)]))
        fours = builder.fadd(pairs, _shuffle(builder, pairs, [lane ^ 2 for lane in range(WIDTH)]))
        for lane in range(0, WIDTH, 4):
            total = builder.fadd(total, builder.extract_element(fours, ir.Constant(ir.IntType(32), lane)))
        return total

    return types.float32(types.float32, row), generate


@intrinsic
def match(typing_context, total, array, number, row):
    """Add to sixteen totals the products of a row with sixteen rows of a float32 array, from `number` on.

    Each sum has the order of :func:`ecosim.kernels.decisions.dot`. Sums of pairs, then of fours, are formed of two
    rows at a time; the fours of four rows by four then change places so that lane k holds those of the k-th row.
    """

    def generate(context, builder, signature, arguments):
        total, array, number, row = arguments
        number = context.cast(builder, number, signature.args[2], types.intp)
        sums = []
        for k in range(WIDTH):
            place = _place(context, builder, signature.args[1], array, builder.add(number, number.type(k)))
            sums.append(builder.fmul(row, builder.load(place, align=BYTES)))
        even = [4 * four + lane for four in range(4) for lane in (0, 2, WIDTH, WIDTH + 2)]
        odd = [lane + 1 for lane in even]
        for _ in range(2):
            pairs = zip(sums[::2], sums[1::2], strict=True)
            sums = [builder.fadd(_shuffle(builder, a, even, b), _shuffle(builder, a, odd, b)) for a, b in pairs]
        low = [lane + half for half in (0, WIDTH) for lane in (0, 1, 2, 3, 4, 5, 6, 7)]
        high = [lane + 8 for lane in low]
        first = [lane + four for four in (0, 8, WIDTH, WIDTH + 8) for lane in range(4)]
        for pick in (low, high):
            halves = [_shuffle(builder, a, pick, b) for a, b in (sums[:2], sums[2:])]
            for four in (first, [lane + 4 for lane in first]):
                total = builder.fadd(total, _shuffle(builder, halves[0], four, halves[1]))
        return total

    return _ROW(total, array, number, row), generate


@intrinsic
def larger(typing_context, left, right):
    """Return the larger of two rows, lane by lane."""

    def generate(context, builder, signature, arguments):
        left, right = arguments
        return builder.select(builder.fcmp_ordered(">", left, right), left, right)

    return _ROW(left, right), generate


@intrinsic
def highest(typing_context, row):
    """Return the largest lane."""

    def generate(context, builder, signature, arguments):
        row = arguments[0]
        for step in (8, 4, 2, 1):
            other = _shuffle(builder, row, [lane ^ step for lane in range(WIDTH)])
            row = builder.select(builder.fcmp_ordered(">", row, other), row, other)
        return builder.extract_element(row, ir.Constant(ir.IntType(32), 0))

    return types.float32(row), generate


@intrinsic
def at_least(typing_context, row, bound):
    """Return which lanes reach a bound, as bits: the lowest for the first lane."""

    def generate(context, builder, signature, arguments):
        reached = builder.fcmp_ordered(">=", arguments[0], _spread(builder, arguments[1]))
        return sixteen_bits(builder, reached)

    return types.uint64(row, types.float32), generate


@intrinsic
def bits_set(typing_context, bits):
    """Return how many bits are set (int64)."""

    def generate(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def first_bit(typing_context, bits):
    """Return the place of the lowest bit that is set (int64)."""

    def generate(context, builder, signature, arguments):
        return builder.cttz(arguments[0], cgutils.true_bit)

    return types.int64(types.uint64), generate


define(
    _ROW,
    _LANES,
    types.float32,
    {operator.add: "fadd", operator.sub: "fsub", operator.mul: "fmul", operator.truediv: "fdiv"},
)


if not COMPILED:  # for coverage and for reading along in a debugger: a row is an array of sixteen

    def load(array, number):
        """Return the `number`-th sixteen of a contiguous array."""
        return array.reshape(-1)[WIDTH * number : WIDTH * (number + 1)].copy()

    def store(array, number, row):
        """Write a row to the `number`-th sixteen of a contiguous array."""
        array.reshape(-1)[WIDTH * number : WIDTH * (number + 1)] = row

    def load_at(array, at):
        """Return sixteen numbers of a contiguous array, from entry `at` on."""
        return array.reshape(-1)[at : at + WIDTH].copy()

    def store_at(array, at, row):
        """Write a row to a contiguous array, from entry `at` on."""
        array.reshape(-1)[at : at + WIDTH] = row

    def choose(bits, row, other):
        """Return the lanes of `row` where a bit is set and of `other` where not."""
        return np.where([int(bits) >> lane & 1 for lane in range(WIDTH)], row, other)

    def fetch(array, number):
        """Do nothing: only compiled code is worth the haste."""

    def turn(array, number):
        """Turn the `number`-th square of sixteen rows: its rows become its columns."""
        square = slice(WIDTH * number, WIDTH * (number + 1))
        array[square] = array[square].T.copy()

    def spread(value):
        """Return the row with a float32 in every lane."""
        return np.full(WIDTH, value, np.float32)

    def fold(total, row):
        """Add a row's lanes to a float32, four at a time."""
        for a, b, c, d in row.reshape(-1, 4):
            total = total + ((a + b) + (c + d))
        return total

    def match(total, array, number, row):
        """Add to sixteen totals the products of a row with sixteen rows of an array."""
        products = (array.reshape(-1, WIDTH)[number : number + WIDTH] * row).reshape(WIDTH, 4, 4)
        for four in range(4):
            a, b, c, d = products[:, four].T
            total = total + ((a + b) + (c + d))
        return total

    def larger(left, right):
        """Return the larger of two rows, lane by lane."""
        return np.maximum(left, right)

    def highest(row):
        """Return the largest lane."""
        return row.max()

    def at_least(row, bound):
        """Return which lanes reach a bound, as bits."""
        return sum(1 << lane for lane in range(WIDTH) if row[lane] >= bound)

    def bits_set(bits):
        """Return how many bits are set."""
        return int(bits).bit_count()

    def first_bit(bits):
        """Return the place of the lowest bit that is set."""
        return (int(bits) & -int(bits)).bit_length() - 1
