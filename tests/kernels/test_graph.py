"""Follows: merging keeps every list's order, counting agrees, attachment gives the published exponent."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import graph

CREATORS = 6
LISTS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, CREATORS - 1), st.booleans()), unique_by=lambda x: x[0], max_size=CREATORS),
        st.lists(st.integers(0, CREATORS - 1), unique=True, max_size=3),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=60)
@given(LISTS, st.lists(st.booleans(), min_size=CREATORS, max_size=CREATORS))
def test_merging_equals_lists(people: list[tuple[list[tuple[int, bool]], list[int]]], living: list[bool]) -> None:
    old = [[c for c, _ in follows] for follows, _ in people]
    start = np.concatenate(([0], np.cumsum([len(x) for x in old]))).astype(np.int64)
    follow = np.array([c for row in old for c in row], np.int32)
    dropped = np.array([d for follows, _ in people for _, d in follows], np.bool_)
    alive = np.array(living)
    added = np.full((len(people), 3), -1, np.int32)
    for row, (_, new) in enumerate(people):
        added[row, : len(new)] = new
    expected = [
        [c for c, gone in follows if not gone and living[c]] + [c for c in new if living[c]] for follows, new in people
    ]
    counts = np.empty(len(people), np.int64)
    shares = [(0, len(people) // 3), (len(people) // 3, len(people))]
    for first, last in shares:
        graph.count_follows(first, last, start, follow, dropped, alive, added, counts)
    assert counts.tolist() == [len(x) for x in expected]
    merged_start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    merged = np.empty(int(merged_start[-1]), np.int32)
    for first, last in shares:
        graph.merge_follows(first, last, start, follow, dropped, alive, added, merged_start, merged)
    assert merged.tolist() == [c for row in expected for c in row]
    followers = np.empty(CREATORS, np.int64)
    graph.count_followers(merged, followers)
    assert followers.tolist() == [sum(row.count(c) for row in expected) for c in range(CREATORS)]


def attach(consumers: int, creators: int, wanted: int, copying: float, verticals: int = 1, seed: int = 1) -> np.ndarray:
    """Let every consumer want the same number of follows, with even interests; return the padded lists."""
    interest = np.full((consumers, verticals), 1 / verticals, np.float32)
    vertical = np.sort(np.arange(creators) % verticals)
    edges = np.searchsorted(vertical, np.arange(verticals + 1)).astype(np.int64)
    wants = np.full(consumers, wanted, np.int64)
    start = np.arange(consumers + 1, dtype=np.int64) * wanted
    out = np.empty(consumers * wanted, np.int32)
    graph.attach(seed, copying, wants, interest, edges, np.arange(creators, dtype=np.int32), start, out)
    return out.reshape(consumers, wanted)


def test_nobody_is_followed_twice_by_one_consumer() -> None:
    for row in attach(300, 20, 8, 0.7, verticals=3):
        found = row[row >= 0]
        assert len(set(found.tolist())) == found.size
        assert np.all(np.diff((row >= 0).astype(int)) <= 0)  # empty places stand at the end


def test_follows_stay_within_the_vertical_of_interest() -> None:
    interest = np.zeros((50, 2), np.float32)
    interest[:25, 0], interest[25:, 1] = 1, 1
    out = np.empty(50 * 3, np.int32)
    edges, creators = np.array([0, 4, 10]), np.arange(10, dtype=np.int32)
    start = np.arange(51, dtype=np.int64) * 3
    graph.attach(1, 0.5, np.full(50, 3, np.int64), interest, edges, creators, start, out)
    rows = out.reshape(50, 3)
    assert rows[:25].max() < 4
    assert rows[25:][rows[25:] >= 0].min() >= 4


@pytest.mark.parametrize("copying", [0.3, 0.6, 0.8])
def test_attachment_gives_simons_exponent(copying: float) -> None:
    """Followers k have a tail P(K > k) ~ (k + c)^(-1 / copying), that is the exponent 1 + 1 / copying.

    A creator gains copying x k / t by copies and (1 - copying) / n(t) by chance when creators appear at a steady pace,
    so that k + c grows by the power `copying` of time, with c = mean x (1 - copying) / copying. Consumers who follow
    one creator are never refused, so that nothing else bends the tail.
    """
    follows, creators = 400_000, 10_000
    counts = np.bincount(attach(follows, creators, 1, copying).ravel(), minlength=creators)
    shifted = counts + follows / creators * (1 - copying) / copying
    least = np.quantile(shifted, 0.5)
    tail = shifted[shifted > least]
    exponent = 1 + tail.size / np.log(tail / least).sum()  # Hill's estimator; its standard error is some 2%
    assert exponent == pytest.approx(1 + 1 / copying, rel=0.08)


def test_without_copying_early_creators_lead_only_by_their_time() -> None:
    """Followers then grow with the logarithm of time alone: no fat tail."""
    follows, creators = 40_000, 1_000
    counts = np.bincount(attach(follows, creators, 1, 0.0).ravel(), minlength=creators)
    middle, late = counts[450:550].mean(), counts[880:920].mean()
    assert middle == pytest.approx(40 * math.log(1 / 0.5), rel=0.1)
    assert late == pytest.approx(40 * math.log(1 / 0.9), rel=0.2)
    assert counts.max() < 40 * (math.log(creators) + 3)
