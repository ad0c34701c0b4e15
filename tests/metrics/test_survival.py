"""Survival of newcomers: if these fail, the share of new creators who make it is reported wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim.metrics.survival import band, kaplan_meier, survival_at

NAN = float("nan")


def naive(entered, left, start, end):
    """Walk day by day and creator by creator, as the definition reads."""
    at_risk: dict[int, int] = {}
    exits: dict[int, int] = {}
    for day in range(start, end):
        for entry, exit_day in zip(entered, left, strict=True):
            if entry <= day and not exit_day < day:
                at_risk[day - entry] = at_risk.get(day - entry, 0) + 1
                if exit_day == day:
                    exits[day - entry] = exits.get(day - entry, 0) + 1
    survival, total, curve = 1.0, 0.0, []
    age = 0
    while at_risk.get(age, 0) > 0:
        n, d = at_risk[age], exits.get(age, 0)
        survival *= 1 - d / n
        total += d / (n * (n - d)) if n > d else float("inf")
        curve.append((age, survival, survival * np.sqrt(total) if survival > 0 else NAN, n))
        age += 1
    return curve


def test_by_hand():
    # Three enter on day 0: one leaves at age 1, one at age 3, one stays; a fourth enters on day 2 and stays.
    curve = kaplan_meier([0, 0, 0, 2], [1, 3, NAN, NAN], start=0, end=5)
    assert curve.ages.tolist() == [0, 1, 2, 3, 4]
    assert curve.at_risk.tolist() == [4, 4, 3, 2, 1]
    assert curve.survival == pytest.approx([1, 3 / 4, 3 / 4, 3 / 8, 3 / 8])
    greenwood = 1 / (4 * 3) + 1 / (2 * 1)
    assert curve.se[3] == pytest.approx(3 / 8 * np.sqrt(greenwood))
    assert curve.se[0] == 0


def test_without_truncation_and_censoring_it_is_the_share_still_there():
    left = [0, 2, 2, 5, 9]
    curve = kaplan_meier([0] * 5, left, start=0, end=10)
    expected = [np.mean(np.array(left) > age) for age in range(10)]
    assert curve.survival == pytest.approx(expected)
    shares = curve.survival[:9]
    assert curve.se[:9] == pytest.approx(np.sqrt(shares * (1 - shares) / 5))
    assert np.isnan(curve.se[9])


def test_who_left_before_measurement_does_not_count():
    with_early = kaplan_meier([-10, -5, 0], [-3, 4, NAN], start=0, end=8)
    without = kaplan_meier([-5, 0], [4, NAN], start=0, end=8)
    for mine, other in zip(with_early, without, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_exit_on_the_first_measured_day_counts():
    curve = kaplan_meier([-2, 0, 0, 0], [0, NAN, NAN, NAN], start=0, end=4)
    assert curve.at_risk.tolist() == [3, 3, 4, 3]
    assert curve.survival[2] == pytest.approx(3 / 4)


@pytest.mark.parametrize("seed", range(20))
def test_equals_the_naive_twin(seed):
    rng = np.random.default_rng(seed)
    entered = rng.integers(-40, 40, rng.integers(1, 80))
    left = entered + rng.integers(0, 60, entered.size).astype(float)
    left[rng.random(entered.size) < 0.2] = NAN
    curve = kaplan_meier(entered, left, start=0, end=40)
    twin = naive(entered.tolist(), left.tolist(), 0, 40)
    assert len(twin) == curve.ages.size
    for row, expected in zip(zip(*curve, strict=True), twin, strict=True):
        assert row == pytest.approx(expected, nan_ok=True)


def test_recovers_a_known_hazard_from_truncated_entrants():
    rng = np.random.default_rng(7)
    hazard, entered = 0.01, np.repeat(np.arange(-120, 180), 40)
    left = entered + rng.geometric(hazard, entered.size) - 1
    curve = kaplan_meier(entered, left, start=0, end=180)
    for age in (30, 90, 180):
        survival, se = curve.at(age)
        assert abs(survival - (1 - hazard) ** (age + 1)) < 4 * se


def test_too_few_at_risk_is_not_a_number():
    many = survival_at(np.zeros(30), np.full(30, NAN), 0, 200)
    few = survival_at(np.zeros(29), np.full(29, NAN), 0, 200)
    short = survival_at(np.zeros(100), np.full(100, NAN), 0, 180)
    assert many == 1
    assert np.isnan(few)
    assert np.isnan(short)
    assert np.isnan(survival_at([], [], 0, 10))


def test_order_of_creators_does_not_matter():
    rng = np.random.default_rng(3)
    entered = rng.integers(-50, 50, 100)
    left = entered + rng.integers(0, 100, 100)
    order = rng.permutation(100)
    first, second = kaplan_meier(entered, left, 0, 60), kaplan_meier(entered[order], left[order], 0, 60)
    for mine, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(mine, other)


def test_a_day_beyond_the_end_means_still_there():
    for mine, other in zip(kaplan_meier([0, 1], [10, 2], 0, 5), kaplan_meier([0, 1], [NAN, 2], 0, 5), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_band_holds_the_curve_and_stays_within_bounds():
    rng = np.random.default_rng(5)
    entered = np.repeat(np.arange(60), 3)
    left = entered + rng.integers(2, 90, entered.size)
    curve = kaplan_meier(entered, left, 0, 80)
    low, high = band(curve)
    known = np.isfinite(low)
    assert known.sum() > 10
    assert np.all((low[known] >= 0) & (low[known] <= curve.survival[known]))
    assert np.all((high[known] <= 1) & (high[known] >= curve.survival[known]))


def test_contradictory_days_are_refused():
    with pytest.raises(ValueError, match="before entering"):
        kaplan_meier([5], [3], 0, 10)
    with pytest.raises(ValueError, match="one day of each"):
        kaplan_meier([5, 6], [8], 0, 10)


@pytest.mark.parametrize("end", [-5, 0, 1])
def test_a_run_that_ends_before_or_as_measurement_begins(end):
    curve = kaplan_meier([-20, -10, 3], [-8, NAN, NAN], start=0, end=end)
    assert curve.ages.size == 0
    assert np.isnan(survival_at([-20, -10], [-8, NAN], 0, end))
