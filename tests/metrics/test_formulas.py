"""Small formulas against analytic answers and naive twins: if these fail, inequality or variety is misreported."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosim.metrics.base import effective_styles, gini, top_share

AMOUNTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=60).filter(any)
DIMENSIONS = 16


def naive_gini(values: list[int]) -> float:
    """Half the mean difference between any two, over the mean."""
    n, total = len(values), sum(values)
    return sum(abs(a - b) for a in values for b in values) / (2 * n * total)


@settings(deadline=None, max_examples=80)
@given(AMOUNTS)
def test_gini_equals_the_mean_difference(values: list[int]) -> None:
    assert gini(np.array(values)) == pytest.approx(naive_gini(values), abs=1e-9)


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0, 6.0])
def test_gini_of_a_pareto_population(alpha: float) -> None:
    """Of a Pareto distribution with exponent alpha it is 1 / (2 alpha - 1)."""
    ranks = (np.arange(1_000_000) + 0.5) / 1_000_000
    incomes = (1 - ranks) ** (-1 / alpha)
    assert gini(incomes) == pytest.approx(1 / (2 * alpha - 1), rel=0.01)


@pytest.mark.parametrize("alpha", [2.0, 3.0])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_top_share_of_a_pareto_population(alpha: float, share: float) -> None:
    """The top p of a Pareto distribution hold p^(1 - 1 / alpha)."""
    ranks = (np.arange(1_000_000) + 0.5) / 1_000_000
    incomes = (1 - ranks) ** (-1 / alpha)
    assert top_share(incomes, share) == pytest.approx(share ** (1 - 1 / alpha), rel=0.02)


def test_gini_at_its_ends() -> None:
    assert gini(np.full(50, 7)) == pytest.approx(0, abs=1e-12)
    assert gini(np.array([0] * 49 + [7])) == pytest.approx(49 / 50)
    assert math.isnan(gini(np.zeros(5)))
    assert math.isnan(gini(np.zeros(0)))


@settings(deadline=None, max_examples=40)
@given(AMOUNTS, st.integers(1, 1_000))
def test_gini_knows_neither_currency_nor_headcount(values: list[int], rate: int) -> None:
    x = np.array(values)
    assert gini(x * rate) == pytest.approx(gini(x), abs=1e-9)
    assert gini(np.repeat(x, 3)) == pytest.approx(gini(x), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(AMOUNTS)
def test_giving_from_rich_to_poor_lowers_the_gini(values: list[int]) -> None:
    x = np.sort(np.array(values, float))
    y = x.copy()
    gift = (x[-1] - x[0]) / 4
    y[0] += gift
    y[-1] -= gift
    assert gini(y) <= gini(x) + 1e-12


@settings(deadline=None, max_examples=60)
@given(AMOUNTS, st.floats(0.01, 1))
def test_top_share_equals_sorting(values: list[int], share: float) -> None:
    count = max(1, round(share * len(values)))
    assert top_share(np.array(values), share) == pytest.approx(sum(sorted(values)[-count:]) / sum(values))


def test_top_share_of_nothing_is_not_known() -> None:
    assert math.isnan(top_share(np.zeros(4), 0.1))


@pytest.mark.parametrize("styles", [1, 2, 5, DIMENSIONS])
def test_effective_styles_counts_unlike_styles(styles: int) -> None:
    """Styles that have nothing in common, in equal parts, count as that many; identical ones as one."""
    rows = np.repeat(np.eye(DIMENSIONS)[:styles], 7, axis=0)
    assert effective_styles(rows, np.ones(len(rows))) == pytest.approx(styles)


def test_effective_styles_weighs_by_attention() -> None:
    basis = np.eye(DIMENSIONS)[:2]
    assert effective_styles(basis, np.array([1.0, 0.0])) == pytest.approx(1)
    p = 0.9
    entropy = -(p * math.log(p) + (1 - p) * math.log(1 - p))
    assert effective_styles(basis, np.array([9, 1])) == pytest.approx(math.exp(entropy))
    assert math.isnan(effective_styles(basis, np.zeros(2)))
    assert effective_styles(np.array([[1.0, 0], [-1.0, 0]]), np.ones(2)) == pytest.approx(1)  # one axis, one style


@settings(deadline=None, max_examples=30)
@given(
    arrays(np.float64, (12, DIMENSIONS), elements=st.floats(-1, 1)), arrays(np.float64, 12, elements=st.floats(0.1, 9))
)
def test_effective_styles_is_at_most_the_dimensions_and_turns_with_them(
    styles: np.ndarray, weights: np.ndarray
) -> None:
    styles = styles + np.eye(12, DIMENSIONS)
    styles /= np.linalg.norm(styles, axis=1, keepdims=True) + 1e-9
    value = effective_styles(styles, weights)
    assert 1 - 1e-6 <= value <= 12 + 1e-6
    rotation, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(DIMENSIONS, DIMENSIONS)))
    assert effective_styles(styles @ rotation, weights) == pytest.approx(value, rel=1e-6)
    assert effective_styles(np.repeat(styles, 2, axis=0), np.repeat(weights, 2)) == pytest.approx(value, rel=1e-9)
