"""Choosing what to show: the selection, the pools and the re-ranking equal plain sorting."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.kernels import decisions, feed
from ecosim.kernels.serve import new_desk

NEVER = float("-inf")
SCORES = st.one_of(
    st.just(NEVER), st.floats(-20, 20, width=32), st.sampled_from([0.0, 1.0, 1.0000001]), st.integers(-3, 3).map(float)
)
CANDIDATES = st.lists(st.tuples(SCORES, st.integers(0, 5)), min_size=0, max_size=60)


# Parts of serving have no entrance from Python.
@numba.njit
def top(desk, n, wanted):  # type: ignore[no-untyped-def]
    return feed.top(desk, n, wanted)


@numba.njit
def pick_reserved(seen, person, desk, begin, end, wanted, picked):  # type: ignore[no-untyped-def]
    return feed.pick_reserved(seen, person, desk, begin, end, wanted, picked)


@numba.njit
def drop_seen(seen, person, desk, n):  # type: ignore[no-untyped-def]
    feed.drop_seen(seen, person, desk, n)


def desk_with(candidates: list[tuple[float, int]]) -> object:
    """Lay candidates (score, word) on a desk; each is an item of its own with a bit of its own."""
    desk = new_desk(max(len(candidates), 1), 2)
    desk.score[:] = NEVER
    for j, (score, word) in enumerate(candidates):
        desk.score[j], desk.word[j] = score, word
        desk.item[j] = desk.bit[j] = j
    return desk


def ranked(candidates: list[tuple[float, int]], among: range | None = None) -> list[int]:
    """Sort by score, then word, then the order of recall; who may never be shown is left out."""
    chosen = [j for j in (among or range(len(candidates))) if candidates[j][0] != NEVER]
    return sorted(chosen, key=lambda j: (-np.float32(candidates[j][0]), candidates[j][1], j))


@settings(deadline=None, max_examples=150)
@given(CANDIDATES, st.integers(0, 70))
def test_top_equals_sorting(candidates: list[tuple[float, int]], wanted: int) -> None:
    desk = desk_with(candidates)
    found = top(desk, len(candidates), wanted)
    assert sorted(desk.order[:found].tolist()) == sorted(ranked(candidates)[:wanted])


@settings(deadline=None, max_examples=60)
@given(CANDIDATES, st.integers(0, 20), st.sets(st.integers(0, 59)))
def test_reserved_picks_are_the_best_unseen(candidates: list[tuple[float, int]], wanted: int, seen: set[int]) -> None:
    desk, n = desk_with(candidates), len(candidates)
    begin = n // 3
    filter_ = np.zeros((1, 64), np.uint64)
    for bit in seen:
        filter_[0, 0] |= np.uint64(1 << bit)
    before = filter_.copy()
    picked = pick_reserved(filter_, 0, desk, begin, n, wanted, 0)
    expected = [j for j in ranked(candidates, range(begin, n)) if j not in seen][:wanted] if begin < n else []
    assert desk.kept[:picked].tolist() == expected
    marked = {bit for bit in range(64) if (int(filter_[0, 0]) ^ int(before[0, 0])) >> bit & 1}
    assert marked == set(expected)


def test_what_was_seen_is_never_shown_again() -> None:
    desk = desk_with([(3.0, 1), (2.0, 2), (1.0, 3)])
    filter_ = np.zeros((2, 64), np.uint64)
    filter_[1, 0] = 0b010
    drop_seen(filter_, 1, desk, 3)
    assert desk.score[:3].tolist() == [3.0, NEVER, 1.0]


@pytest.mark.parametrize(
    ("need", "ratio", "available", "expected"), [(20, 1.6, 200, 32), (4, 1.6, 200, 12), (20, 2, 30, 30)]
)
def test_top_of_the_slate_is_longer_than_the_slots(need: int, ratio: float, available: int, expected: int) -> None:
    assert decisions.top_length(need, np.float32(ratio), available) == expected


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20),
    st.integers(1, 300),
    st.floats(0, 1, width=32),
    st.floats(0, 0.9990234375, width=32),
)
def test_quotas_of_a_session_sum_to_the_recall(weights: list[float], recall: int, breadth: float, u: float) -> None:
    total = sum(weights)
    shares = [w / total if total > 0 else 1 / len(weights) for w in weights]
    before, taken = np.float32(0), 0
    for share in shares:
        count, after = decisions.quota(
            recall, np.float32(breadth), np.float32(share), before, len(shares), np.float32(u)
        )
        assert count >= 0
        taken, before = taken + count, np.float32(after)
    assert abs(taken - recall) <= 1


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(0, 200), st.integers(1, 10_000))
def test_windows_open_inside_the_slate(word: int, slate: int, length: int) -> None:
    assert 0 <= decisions.window_start(word, slate, length) < length


def test_windows_open_everywhere_alike() -> None:
    starts = [decisions.window_start(word, 3, 10) for word in range(5_000)]
    counts = np.bincount(starts, minlength=10)
    assert abs(counts - 500).max() < 5 * np.sqrt(500)


def test_thinning_keeps_about_the_limit() -> None:
    kept = sum(not decisions.thinned(10, 40, word, 12345) for word in range(4_000))
    assert abs(kept / 4_000 - 0.25) < 0.04
    assert not any(decisions.thinned(10, 10, word, 1) for word in range(100))
