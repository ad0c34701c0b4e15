"""Rows of sixteen: each operation equals numpy's, and a product has the one order of all style products."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from ecosim.kernels import decisions, lanes

RNG = np.random.default_rng(7)
STYLES = RNG.normal(size=(48, lanes.WIDTH)).astype(np.float32)


@numba.njit
def product(a, i, b, j):  # type: ignore[no-untyped-def]
    return lanes.fold(np.float32(0.0), lanes.load(a, i) * lanes.load(b, j))


@numba.njit
def arithmetic(a, x, out):  # type: ignore[no-untyped-def]
    first, second = lanes.load(a, 0), lanes.load(a, 1)
    lanes.fetch(a, 2)
    lanes.store(out, 0, first + second)
    lanes.store(out, 1, first - second)
    lanes.store(out, 2, first / x)
    lanes.store(out, 3, first / second * x)
    lanes.store(out, 4, lanes.larger(first, second))
    lanes.store(out, 5, lanes.spread(x))


@numba.njit
def search(a, number):  # type: ignore[no-untyped-def]
    row = lanes.load(a, number)
    highest = lanes.highest(row)
    bits = lanes.at_least(row, highest)
    return highest, lanes.first_bit(bits), lanes.bits_set(bits), lanes.bits_set(lanes.at_least(row, np.float32(0.0)))


@numba.njit
def matched(total, a, number, out):  # type: ignore[no-untyped-def]
    lanes.store_at(out, 3, lanes.match(lanes.load_at(total, 5), a, number, lanes.load(a, 1)))


@numba.njit
def chosen(bits, a, out):  # type: ignore[no-untyped-def]
    lanes.store(out, 0, lanes.choose(bits, lanes.load(a, 0), lanes.load(a, 1)))


@numba.njit
def turn(a, number):  # type: ignore[no-untyped-def]
    lanes.turn(a, number)


def test_products_have_the_order_of_all_style_products() -> None:
    for i in range(20):
        for j in range(20):
            assert product(STYLES, i, STYLES, j) == decisions.dot(STYLES, i, STYLES, j)


@pytest.mark.parametrize("number", [0, 7, 32])
def test_sixteen_matches_equal_sixteen_products(number: int) -> None:
    total, out = RNG.normal(size=40).astype(np.float32), np.zeros(32, np.float32)
    matched(total, STYLES, number, out)
    style, taste = STYLES[number : number + lanes.WIDTH], STYLES[1]
    expected = [decisions.score(total[5 + k], np.float32(0.0), taste, style, k, np.float32(0.0)) for k in range(16)]
    assert out[3:19].tolist() == expected
    assert not out[:3].any()
    assert not out[19:].any()


def test_choice_is_lane_by_lane() -> None:
    out = np.empty((1, lanes.WIDTH), np.float32)
    chosen(np.uint64(0b1010_0000_0000_0011), STYLES, out)
    first = np.isin(np.arange(lanes.WIDTH), [0, 1, 13, 15])
    assert np.array_equal(out[0], np.where(first, STYLES[0], STYLES[1]))


def test_operators_round_like_numpy() -> None:
    out, x = np.empty((6, lanes.WIDTH), np.float32), np.float32(0.3)
    arithmetic(STYLES, x, out)
    a, b = STYLES[0], STYLES[1]
    expected = [a + b, a - b, a / x, a / b * x, np.maximum(a, b), np.full(lanes.WIDTH, x)]
    assert np.array_equal(out, np.array(expected, np.float32))


@pytest.mark.parametrize("number", range(0, 48, 7))
def test_search_finds_the_highest(number: int) -> None:
    row = STYLES[number]
    assert search(STYLES, number) == (row.max(), row.argmax(), 1, int((row >= 0).sum()))


def test_squares_turn_and_leave_their_neighbours_alone() -> None:
    turned = STYLES.copy()
    turn(turned, 1)
    assert np.array_equal(turned[16:32], STYLES[16:32].T)
    assert np.array_equal(turned[:16], STYLES[:16])
    assert np.array_equal(turned[32:], STYLES[32:])
