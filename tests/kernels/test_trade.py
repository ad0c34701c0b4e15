"""Brands are raced for every item; the cheap bound that skips most of them changes no winner."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import trade

SIZES = st.lists(st.floats(1e-4, 1e4), min_size=1, max_size=60)


@settings(deadline=None, max_examples=60)
@given(SIZES, st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=20))
def test_the_bound_skips_only_brands_that_lose(sizes: list[float], words: list[int]) -> None:
    log_size = np.log(np.array(sizes))
    brands = np.arange(len(sizes), dtype=np.int32)
    got = np.empty(len(words), np.int32)
    vertical, start = np.zeros(len(words), np.int32), np.array([0, len(sizes)], np.int64)
    trade.choose_brands(vertical, np.array(words, np.uint32), start, brands, log_size, got)
    for word, chosen in zip(words, got.tolist(), strict=True):
        values = [log_size[b] + trade.gumbel(trade.brand_word(np.uint32(word), b)) for b in brands]
        assert chosen == int(np.argmax(values))


def test_a_vertical_without_brands_has_none() -> None:
    got = np.empty(1, np.int32)
    none = np.empty(0, np.int32)
    word = np.array([7], np.uint32)
    trade.choose_brands(np.zeros(1, np.int32), word, np.zeros(2, np.int64), none, np.empty(0), got)
    assert got.tolist() == [-1]


def test_beliefs_follow_deals_one_after_another() -> None:
    """Two deals of one brand and tier: the second surprise is measured against what the first has taught."""
    believed, spread = np.full((1, 3), 2.0), np.full((1, 3), 0.5)
    sold, fee = np.array([100, 300]), np.array([50, 50])
    brand, tier = np.zeros(2, np.int32), np.ones(2, np.int8)
    trade.learn_from_deals(np.arange(2), brand, tier, sold, fee, 0.25, believed, spread)
    surprise = 6.0 - 2.0
    assert math.isclose(believed[0, 1], 2.0 + 0.25 * surprise)
    assert math.isclose(spread[0, 1], 0.75 * (0.75 * 0.5 + 0.25 * surprise**2))
    assert believed[0, [0, 2]].tolist() == [2.0, 2.0]
