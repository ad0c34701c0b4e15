"""Sixteen whole numbers at once: the words, places and verticals of sixteen candidates, beside their rows of scores.

*Words* are sixteen 32-bit numbers in a vector register, as a row (:mod:`ecosim.kernels.lanes`) is sixteen float32. They
support ``^ & >> << * +`` with words and uint32, lane by lane and modulo 2^32, as the scalar functions would count.
"""

import operator

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, register_model

from ecosim.kernels.borrow import COMPILED
from ecosim.kernels.draws import MIXERS, PHILOX
from ecosim.kernels.jit import part
from ecosim.kernels.lanes import ROW, ROW_LANES
from ecosim.kernels.vectors import WIDTH, copies, define, loading, sixteen_bits, storing

_WORD = ir.IntType(32)
_LANES = ir.VectorType(_WORD, WIDTH)
_UNIT32 = np.float32(2.0**-24)
_M0, _M1, _W0, _W1 = (np.uint32(word) for word in PHILOX)
_FIRST_MIXER, _SECOND_MIXER = (np.uint32(word) for word in MIXERS)


class WordsType(types.Type):
    """Numba's type of sixteen words."""

    def __init__(self):
        super().__init__("Words")


_WORDS = WordsType()


@register_model(WordsType)
class _WordsModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, _LANES)


def _every(value):
    """The constant that is `value` in every lane."""
    return ir.Constant(_LANES, [value] * WIDTH)


def _gather(builder, data, places, kind):
    """Collect sixteen numbers from `data`, at the places given lane by lane."""
    found = ir.Constant(ir.VectorType(kind, WIDTH), ir.Undefined)
    for lane in range(WIDTH):
        at = ir.Constant(_WORD, lane)
        place = builder.zext(builder.extract_element(places, at), ir.IntType(64))
        found = builder.insert_element(found, builder.load(builder.gep(data, [place])), at)
    return found


@intrinsic
def load_words(typing_context, array, at):
    """Return sixteen numbers of a contiguous int32 or uint32 array, from entry `at` on."""
    return _WORDS(array, at), loading(_LANES)


@intrinsic
def store_words(typing_context, array, at, words):
    """Write words to a contiguous int32 or uint32 array, from entry `at` on."""
    return types.none(array, at, words), storing(_LANES)


@intrinsic
def spread_word(typing_context, value):
    """Return the words with a uint32 in every lane."""

    def generate(context, builder, signature, arguments):
        return copies(builder, arguments[0], _LANES)

    return _WORDS(types.uint32), generate


@intrinsic
def equal(typing_context, words, number):
    """Return which words equal a uint32, as bits: the lowest for the first lane."""

    def generate(context, builder, signature, arguments):
        return sixteen_bits(builder, builder.icmp_unsigned("==", arguments[0], copies(builder, arguments[1], _LANES)))

    return types.uint64(words, types.uint32), generate


@intrinsic
def count_from(typing_context, first):
    """Return sixteen numbers that count up from an integer."""

    def generate(context, builder, signature, arguments):
        first = context.cast(builder, arguments[0], signature.args[0], types.int32)
        return builder.add(copies(builder, first, _LANES), ir.Constant(_LANES, list(range(WIDTH))))

    return _WORDS(first), generate


@intrinsic
def pick(typing_context, array, places):
    """Return the row of a float32 array's entries at sixteen places."""

    def generate(context, builder, signature, arguments):
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return _gather(builder, data, arguments[1], ir.FloatType())

    return ROW(array, places), generate


@intrinsic
def are_set(typing_context, filters, number, places):
    """Return which of sixteen places are set in filter `number` of uint64[n, w], as bits: the lowest for the first."""

    def generate(context, builder, signature, arguments):
        number = context.cast(builder, arguments[1], signature.args[1], types.intp)
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        begin = builder.mul(number, builder.extract_value(array.strides, 0))
        row = builder.gep(builder.bitcast(array.data, ir.IntType(8).as_pointer()), [begin])
        halves = builder.bitcast(row, _WORD.as_pointer())  # of 64 bits, the lower half comes first in memory
        held = _gather(builder, halves, builder.lshr(arguments[2], _every(5)), _WORD)
        bit = builder.lshr(held, builder.and_(arguments[2], _every(31)))
        return sixteen_bits(builder, builder.trunc(bit, ir.VectorType(ir.IntType(1), WIDTH)))

    return types.uint64(filters, number, places), generate


@intrinsic
def _upper(typing_context, words, number):
    """Return the upper halves of the 64-bit products of words with a uint32."""

    def generate(context, builder, signature, arguments):
        wide = ir.VectorType(ir.IntType(64), WIDTH)
        number = copies(builder, builder.zext(arguments[1], ir.IntType(64)), wide)
        product = builder.mul(builder.zext(arguments[0], wide), number)
        return builder.trunc(builder.lshr(product, ir.Constant(wide, [32] * WIDTH)), _LANES)

    return _WORDS(words, types.uint32), generate


@intrinsic
def _as_row(typing_context, words):
    """Turn words below 2^31 into float32."""

    def generate(context, builder, signature, arguments):
        return builder.sitofp(arguments[0], ROW_LANES)

    return ROW(words), generate


define(
    _WORDS,
    _LANES,
    types.uint32,
    {
        operator.add: "add",
        operator.mul: "mul",
        operator.xor: "xor",
        operator.and_: "and_",
        operator.rshift: "lshr",
        operator.lshift: "shl",
    },
)


@part
def scramble_words(words):
    """Mix sixteen words as :func:`ecosim.kernels.draws.scramble` mixes one."""
    h = words ^ (words >> np.uint32(16))
    h = h * _FIRST_MIXER
    h = h ^ (h >> np.uint32(13))
    h = h * _SECOND_MIXER
    return h ^ (h >> np.uint32(16))


@part
def draw_words(seed, stream, day, a, b, c):
    """Draw for identities (a, b, c, 0), b and c words, as :func:`ecosim.kernels.draws.draw` draws for one."""
    x = np.uint32(seed)
    y = np.uint32((np.uint64(stream) << np.uint64(24)) | np.uint64(day))
    first, second, third, fourth = spread_word(np.uint32(a)), b, c, spread_word(np.uint32(0))
    for _ in range(10):
        upper, lower = _upper(first, _M0), first * _M0
        high, low = _upper(third, _M1), third * _M1
        first, second = high ^ second ^ x, low
        third, fourth = upper ^ fourth ^ y, lower
        x = np.uint32(x + _W0)
        y = np.uint32(y + _W1)
    return first, second, third, fourth


@part
def uniform_words(words):
    """Turn sixteen words into float32 in [0, 1), as :func:`ecosim.kernels.draws.uniform` turns one."""
    return _as_row(words >> np.uint32(8)) * _UNIT32


if not COMPILED:  # for coverage and for reading along in a debugger: words are an array of sixteen uint32

    def load_words(array, at):
        """Return sixteen numbers of an array, from entry `at` on."""
        return array[at : at + WIDTH].astype(np.uint32)

    def store_words(array, at, words):
        """Write words to an array, from entry `at` on."""
        array[at : at + WIDTH] = words.astype(array.dtype)

    def spread_word(value):
        """Return the words with a uint32 in every lane."""
        return np.full(WIDTH, value, np.uint32)

    def equal(words, number):
        """Return which words equal a number, as bits."""
        return sum(1 << lane for lane in range(WIDTH) if words[lane] == number)

    def count_from(first):
        """Return sixteen numbers that count up from an integer."""
        return np.arange(first, first + WIDTH).astype(np.uint32)

    def pick(array, places):
        """Return the row of an array's entries at sixteen places."""
        return array[places]

    def are_set(filters, number, places):
        """Return which of sixteen places are set in a filter, as bits."""
        return sum(int(filters[number, p >> 6] >> np.uint64(p & 63)) % 2 << lane for lane, p in enumerate(places))

    def _upper(words, number):
        """Return the upper halves of the 64-bit products of words with a uint32."""
        return (words.astype(np.uint64) * np.uint64(number) >> np.uint64(32)).astype(np.uint32)

    def _as_row(words):
        """Turn words below 2^31 into float32."""
        return words.astype(np.float32)
