"""Words of sixteen: each operation equals the scalar function, lane by lane."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from ecosim.kernels import draws, lanes, words

RNG = np.random.default_rng(11)
WORDS = RNG.integers(0, 2**32, 64, np.uint32)


@numba.njit
def operate(a, number, out):  # type: ignore[no-untyped-def]
    first, second = words.load_words(a, 1), words.load_words(a, 20)
    words.store_words(out, 0, first + second)
    words.store_words(out, 16, first * number)
    words.store_words(out, 32, (first ^ number) >> np.uint32(7))
    words.store_words(out, 48, words.spread_word(number))
    words.store_words(out, 64, words.scramble_words(first))
    words.store_words(out, 80, words.count_from(9))


@numba.njit
def draw(seed, day, who, a, out):  # type: ignore[no-untyped-def]
    drawn = words.draw_words(seed, draws.CONSUME, day, who, words.load_words(a, 0), words.load_words(a, 16))
    for k in range(4):
        words.store_words(out, 16 * k, drawn[k])


@numba.njit
def uniforms(a, out):  # type: ignore[no-untyped-def]
    lanes.store(out, 0, words.uniform_words(words.load_words(a, 0)))


@numba.njit
def look(table, filters, places, out):  # type: ignore[no-untyped-def]
    chosen = words.load_words(places, 0)
    lanes.store(out, 0, words.pick(table, chosen))
    return words.are_set(filters, 2, chosen)


@numba.njit
def find(a, number):  # type: ignore[no-untyped-def]
    return words.equal(words.load_words(a, 3), number)


def test_equal_words_are_found() -> None:
    few = np.array([5, 0, 7, 2**32 - 1] * 6, np.uint32)
    for number in (0, 7, 9, 2**32 - 1):
        expected = [bool(few[3 + lane] == number) for lane in range(16)]
        assert [bool(int(find(few, np.uint32(number))) >> lane & 1) for lane in range(16)] == expected


def test_operators_count_modulo_two_to_the_32() -> None:
    out, number = np.empty(96, np.uint32), np.uint32(0x9E3779B9)
    operate(WORDS, number, out)
    first, second = WORDS[1:17], WORDS[20:36]
    assert np.array_equal(out[:16], first + second)
    assert np.array_equal(out[16:32], first * number)
    assert np.array_equal(out[32:48], (first ^ number) >> np.uint32(7))
    assert (out[48:64] == number).all()
    assert out[64:80].tolist() == [draws.scramble(word) for word in first]
    assert out[80:].tolist() == list(range(9, 25))


@pytest.mark.parametrize(("seed", "day", "who"), [(1, 0, 0), (2**31 - 1, 4321, 999_999), (7, 77, 2**31)])
def test_draws_are_those_of_one_identity_at_a_time(seed: int, day: int, who: int) -> None:
    out = np.empty(64, np.uint32)
    draw(seed, day, who, WORDS, out)
    for k in range(16):
        alone = draws.draw(seed, draws.CONSUME, day, who, WORDS[k], WORDS[16 + k], 0)
        assert tuple(out[k::16].tolist()) == tuple(int(word) for word in alone)


def test_uniforms_are_those_of_single_words() -> None:
    out = np.empty((1, 16), np.float32)
    uniforms(WORDS, out)
    assert out[0].tolist() == [draws.uniform(word) for word in WORDS[:16]]


def test_looking_up_and_looking_into_filters() -> None:
    table = RNG.normal(size=256).astype(np.float32)
    filters = RNG.integers(0, 2**64, (3, 4), np.uint64)
    places = RNG.integers(0, 256, 16).astype(np.int32)
    out = np.empty((1, 16), np.float32)
    bits = int(look(table, filters, places, out))
    assert np.array_equal(out[0], table[places])
    known = [int(filters[2, place // 64]) >> (place % 64) & 1 for place in places.tolist()]
    assert [bits >> lane & 1 for lane in range(16)] == known
    assert bits < 2**16
