"""What the platform knows: posteriors by hand, charts by sorting, newest items by looking."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import estimates

f32 = np.float32
DAY, LIFE, PRIOR, WEIGHT, TRUST = 10, 7, 25.0, 0.6, 200.0


def one_item(impressions: int = 0, watch: int = 0, interactions: int = 0, follows: int = 0, heat: float = 0.0,
             record: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0), published: int = DAY, product: int = -1, clicks: int = 0,
             live: bool = False) -> np.ndarray:  # fmt: skip
    """Return the terms of a single item of 30 seconds."""
    style = np.zeros((1, 16), f32)
    style[0, 0] = 1
    hits = np.zeros((1, 16), f32)
    hits[0, 0] = 0.5
    items = (
        np.zeros(1, np.int32), np.zeros(1, np.int32), style, np.array([published], np.int32),
        np.array([30_000], np.int32), np.array([impressions]), np.array([watch]), np.array([interactions]),
        np.array([follows]), np.array([heat], f32), np.array([product], np.int32), np.array([clicks]),
        np.array([int(live)], np.int32),
    )  # fmt: skip
    out = np.empty((1, estimates.ITEM_TERMS), f32)
    means = np.array([[0.4, 0.05, 0.003]])
    records = tuple(np.array([x]) for x in record)
    estimates.item_terms(items, records, 0.02, means, hits, 2.0, DAY, LIFE, PRIOR, WEIGHT, TRUST, out)
    return out[0]


def test_an_item_that_nobody_has_seen_is_taken_for_average() -> None:
    terms = one_item()
    np.testing.assert_allclose(terms[:4], 0, atol=1e-6)
    assert terms[estimates.FRESHNESS] == 1
    assert terms[estimates.LIKENESS] == 0.5  # nothing but its looks to go by


def test_posteriors_by_hand() -> None:
    terms = one_item(impressions=75, watch=75 * 18_000, interactions=9, follows=1, heat=6.0, published=DAY - 3)
    watch = (25 * 0.4 + 75 * 0.6) / 100
    expected = [
        math.log(watch / (1 - watch)) - math.log(0.4 / 0.6),
        math.log((25 * 0.05 + 9) / 100 / 0.05),
        math.log((25 * 0.003 + 1) / 100 / 0.003),
        math.log(1 + 6.0 / 2.0),
        1 - 3 / 7,
        0.5 * 25 / 100,
        0.0,
        0.0,
    ]
    np.testing.assert_allclose(terms, expected, rtol=1e-6)


def test_conversion_counts_only_where_there_is_a_product() -> None:
    assert one_item(impressions=75, clicks=5)[estimates.CONVERSION] == 0
    carrying = one_item(impressions=75, clicks=5, product=3)
    assert carrying[estimates.CONVERSION] == pytest.approx(math.log((25 * 0.02 + 5) / 100 / 0.02), rel=1e-6)
    assert one_item(live=True)[estimates.LIVE] == 1


def test_the_creators_record_counts_as_far_as_it_is_trusted() -> None:
    good = one_item(record=(200.0, 120.0, 20.0, 1.0))  # a record of 200 views is trusted by half
    watch = 0.3 * 0.6 + 0.7 * 0.4
    assert good[estimates.WATCH] == pytest.approx(math.log(watch / (1 - watch)) - math.log(0.4 / 0.6), rel=1e-5)
    assert good[estimates.INTERACTION] == pytest.approx(math.log((0.3 * 0.1 + 0.7 * 0.05) / 0.05), rel=1e-5)
    better = one_item(record=(2_000.0, 1_200.0, 200.0, 10.0))
    assert better[estimates.WATCH] > good[estimates.WATCH] > 0


def test_what_is_seen_outweighs_what_was_expected() -> None:
    """With many views the prior and the likeness to hits no longer matter."""
    terms = one_item(impressions=100_000, watch=100_000 * 18_000, record=(1e6, 1e5, 0.0, 0.0))
    assert terms[estimates.WATCH] == pytest.approx(math.log(0.6 / 0.4) - math.log(0.4 / 0.6), abs=1e-2)
    assert terms[estimates.LIKENESS] < 1e-3


def test_base_sums_weighted_terms_boost_and_locality() -> None:
    rng = np.random.default_rng(1)
    size = estimates.ITEM_TERMS
    terms, weights = rng.normal(size=(4, size)).astype(f32), rng.normal(size=size).astype(f32)
    region, creator = np.array([0, 1, 2, 3], np.int32), np.array([0, 1, 0, 1], np.int32)
    boost, out = np.array([0.5, 0.0], f32), np.empty((4, 4), f32)
    estimates.item_base(terms, weights, f32(0.25), region, boost[creator], out)
    for i in range(4):
        plain = float(terms[i].astype(float) @ weights.astype(float)) + float(boost[creator[i]])
        for r in range(4):
            assert out[r, i] == pytest.approx(plain + (0.25 if r == region[i] else 0.0), abs=1e-5)


ITEMS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.5, 1.0, 2.5]), st.integers(0, 10**6)), max_size=40
)


@settings(deadline=None, max_examples=60)
@given(ITEMS, st.integers(1, 6))
def test_chart_equals_sorting(items: list[tuple[int, float, int]], size: int) -> None:
    vertical, heat, word = (np.array([item[k] for item in items]) for k in range(3))
    word = word * 64 + np.arange(word.size)  # words of items differ
    out = np.empty((3, size), np.int32)
    estimates.chart(vertical.astype(np.int32), heat.astype(f32), word.astype(np.uint32), size, out)
    for v in range(3):
        hot = [i for i, (where, warmth, _) in enumerate(items) if where == v and warmth > 0]
        expected = sorted(hot, key=lambda i: (-heat[i], word[i]))[:size]
        assert out[v].tolist() == expected + [-1] * (size - len(expected))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(*map(st.integers, (0, 0, -1, 0), (3, 9, 3, 1))), max_size=30), st.integers(0, 9))
def test_latest_items_equals_looking(items: list[tuple[int, int, int, int]], oldest: int) -> None:
    """Videos and sessions apart; an item made with a partner is the partner's too."""
    creator, day, partner, parts = (np.array([item[k] for item in items], np.int32) for k in range(4))
    number = (day.astype(np.uint32) << np.uint32(8)) + np.arange(day.size, dtype=np.uint32)
    out = np.empty((4, 4), np.int32)
    estimates.latest_items(creator, partner, day, number, parts, oldest, out)
    for c in range(4):
        for live in range(2):
            mine = [i for i in range(len(items)) if c in (creator[i], partner[i]) and day[i] >= oldest]
            mine = [i for i in mine if parts[i] == live]
            assert out[c, live] == (max(mine, key=lambda i: number[i]) if mine else -1)
        assert out[c, 2:].tolist() == [parts[out[c, 1]] if out[c, 1] >= 0 else 0, 0]


def test_records_fade_and_grow() -> None:
    records = tuple(np.array([10.0, 0.0]) for _ in range(4))
    creator, parts = np.array([1, 1], np.int32), np.array([0, 4], np.int32)  # a video, and a session that says nothing
    counts = [np.array([count, 1000]) for count in (4, 40_000, 2, 1)]
    estimates.update_records(creator, np.array([20_000, 180_000], np.int32), parts, *counts, 0.9, records)
    np.testing.assert_allclose(np.array(records), [[9.0, 4.0], [9.0, 2.0], [9.0, 2.0], [9.0, 1.0]])
