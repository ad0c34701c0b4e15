"""What pairs of runs say: against numbers worked by hand, and against worlds whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ecosim.results.inference import compare, holm, interval, resamples, seeds_needed, t_quantile, t_tails


def test_a_comparison_worked_by_hand() -> None:
    found = compare([11.0, 13.0, 12.0], [10.0, 10.0, 10.0])
    assert (found.pairs, found.baseline, found.mean, found.relative, found.agree) == (3, 10.0, 2.0, 0.2, 1.0)
    half = 4.3027 / math.sqrt(3)  # deviation 1, three pairs: Student's t
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half), abs=1e-6)
    assert found.p == pytest.approx(0.0742, abs=1e-4)  # t = 3.4641 with two degrees of freedom
    assert found.variance_ratio == 1.0  # a constant reference: pairing neither helps nor harms


def test_pairing_removes_what_the_pairs_share() -> None:
    shared = np.array([1.0, 5.0, 9.0, 13.0, 17.0, 21.0])
    found = compare(shared + np.array([1.0, 1.1, 0.9, 1.0, 1.2, 0.8]), shared)
    assert found.variance_ratio > 1000
    assert found.low > 0.8
    assert found.p < 0.01


def test_pairs_that_lack_a_number_are_left_out() -> None:
    found = compare([1.0, math.nan, 3.0], [0.0, 0.0, math.nan])
    assert (found.pairs, found.mean) == (1, 1.0)
    assert math.isnan(found.low)
    assert compare([math.nan], [1.0]).pairs == 0


def test_equal_runs_differ_by_nothing() -> None:
    found = compare([1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.mean, found.low, found.high, found.p, found.agree) == (0.0, 0.0, 0.0, 1.0, 1.0)
    assert math.isnan(found.seeds_needed)


def test_the_same_amounts_added_in_another_order_are_equal() -> None:
    """Else a page says "unclear" of what is the same, and of a part of it "equal"."""
    one, other = [(0.1 + 0.2) + 0.3, 2.0, 3.0], [0.1 + (0.2 + 0.3), 2.0, 3.0]
    assert one[0] != other[0]
    found = compare(one, other)
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
    assert compare([1.0 + 1e-9, 2.0], [1.0, 2.0]).mean > 0


def test_the_signs_that_agree_are_counted() -> None:
    assert compare([2.0, 3.0, 2.0, -1.0], [0.0, 0.0, 0.0, 0.0]).agree == 0.75


def test_holm_as_in_a_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, math.nan, 0.4])[::2] == pytest.approx([0.9, 0.8])
    assert math.isnan(holm([0.9, math.nan])[1])


@pytest.mark.parametrize(("t", "freedom", "p"), [(12.7062, 1, 0.05), (4.3027, 2, 0.05), (2.7764, 4, 0.05), (0, 3, 1)])
def test_tails_of_student_are_those_of_the_tables(t: float, freedom: int, p: float) -> None:
    assert t_tails(t, freedom) == pytest.approx(p, abs=5e-6)


def test_seeds_needed_is_the_first_number_whose_interval_is_narrow_enough() -> None:
    # A deviation of half the mean and a half-width of a quarter of it: t * 0.5 / sqrt(n) <= 0.25.
    assert seeds_needed(0.5, 1.0) == 18  # t(17) = 2.1098: 0.2486; t(16) = 2.1199: 0.2571
    assert seeds_needed(0.5, -1.0) == 18
    assert seeds_needed(0.0, 1.0) == 2
    assert math.isnan(seeds_needed(1.0, 0.0))


def test_resamples_are_the_same_every_time_and_even() -> None:
    drawn = resamples(7)
    assert drawn.min() == 0
    assert drawn.max() == 6
    shares = np.bincount(drawn.ravel()) / drawn.size
    assert shares == pytest.approx(np.full(7, 1 / 7), abs=0.01)
    assert resamples(7)[0].tolist() == drawn[0].tolist()
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]) < 0.03


@pytest.mark.parametrize("n", [5, 8])
def test_the_interval_covers_the_truth_also_when_tails_are_heavy(n: int) -> None:
    """Pairs under no effect: normal, and differences of two Pareto variables with infinite kurtosis."""
    draw = np.random.default_rng(20)
    normal = draw.normal(size=(250, n))
    pareto = draw.pareto(2.2, (250, n)) - draw.pareto(2.2, (250, n))
    for worlds in (normal, pareto):
        covered = [low <= 0 <= high for low, high, _ in map(interval, worlds)]
        assert np.mean(covered) > 0.92
    skewed = draw.pareto(2.2, (250, n)) - 1 / 1.2
    bootstrap = np.mean([low <= 0 <= high for low, high, _ in map(interval, skewed)])
    assert bootstrap > 0.80  # Student's interval covers some 0.76 here


def test_the_p_value_belongs_to_the_interval() -> None:
    draw = np.random.default_rng(5)
    for shift in (0.3, 0.6, 0.9, 1.2):
        low, high, p = interval(draw.normal(shift, 1.0, 8))
        assert (p < 0.05) == (low > 0 or high < 0)


AGREE = (1.0, 1.001, 0.999, 3.0, -2.0)
"""Five pairs of which three nearly agree."""


def half_width(values: object) -> float:
    low, high, _ = interval(np.asarray(values))
    return (high - low) / 2


def students(values: object) -> float:
    x = np.asarray(values)
    return float(t_quantile(x.size - 1) * x.std(ddof=1) / math.sqrt(x.size))


@pytest.mark.parametrize(
    "values",
    [AGREE, (1.0, 1.0, 1.0, 3.0, -2.0), (0.0, 0.0, 0.0, 0.0, 1.0), (2.0, 2.0, 2.0 + 1e-9, 2.0, 2.0, 2.5, 1.0)],
)
def test_pairs_that_agree_do_not_make_an_interval_absurdly_wide(values: tuple[float, ...]) -> None:
    assert students(values) * (1 - 1e-9) <= half_width(values) <= 2 * students(values) * (1 + 1e-9)


def test_pairs_that_agree_exactly_are_told_as_those_that_nearly_do() -> None:
    nearly, exactly = half_width(AGREE), half_width((1.0, 1.0, 1.0, 3.0, -2.0))
    assert nearly == pytest.approx(exactly, rel=0.01)


@pytest.mark.parametrize("n", [3, 5, 8, 20])
def test_an_interval_is_turned_and_stretched_as_its_values_are(n: int) -> None:
    x = np.random.default_rng(n).pareto(2.2, n) - 0.5
    low, high, p = interval(x)
    assert interval(-x) == pytest.approx((-high, -low, p))
    assert interval(1000 * x) == pytest.approx((1000 * low, 1000 * high, p))
    assert interval(x) == (low, high, p)
    assert (low + high) / 2 == pytest.approx(x.mean())


@pytest.mark.parametrize("n", [3, 4, 5, 6, 10])
def test_zero_lies_outside_exactly_when_the_p_value_says_so(n: int) -> None:
    """Also where a bound holds: skewed values, values of which most agree, whole numbers; all about many means."""
    draw = np.random.default_rng(n)
    far = np.where(draw.random(n) < 0.3, 5.0, 0.0)
    kinds = (
        draw.normal(size=n),
        draw.lognormal(0, 1.5, n),
        0.01 * draw.normal(size=n) + far,
        np.round(draw.normal(size=n)),
    )
    for values in kinds:
        if np.ptp(values) == 0:
            continue
        for reach in (0.3, 0.9, 0.99, 1.01, 1.1, 3.0, 30.0):
            shifted = values - values.mean() + reach * half_width(values)
            low, _, p = interval(shifted)
            assert (low > 0, p < 0.05) == (reach > 1, reach > 1)


def test_a_difference_that_is_sure_has_a_small_p_value_also_with_five_pairs() -> None:
    sure = [interval(10 + np.array(AGREE) * 10**-k)[2] for k in (0, 1, 2)]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] < 0.001
