"""Small formulas against analytic answers and naive twins: if these fail, inequality or variety is misreported."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecosim.metrics.base import effective_styles, gini, top_share
from ecosim.metrics.formulas import (
    effective_number,
    gini_within,
    herfindahl,
    mean_list_similarity,
    mean_similarity,
    pooled_overlap,
    rank_correlation,
    tail_exponent,
    theil,
)

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


# --------------------------------------------------------------------------------------- concentration, further forms


def pareto(alpha: float, size: int = 200_000) -> np.ndarray:
    """A population that is Pareto-distributed with exponent alpha, by its quantiles."""
    return (1 - (np.arange(size) + 0.5) / size) ** (-1 / alpha)


@pytest.mark.parametrize("alpha", [0.8, 1.5, 3.0])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_tail_exponent_of_a_pareto_population(alpha: float, share: float) -> None:
    assert tail_exponent(pareto(alpha), share) == pytest.approx(alpha, rel=0.02)
    assert tail_exponent(1e6 * pareto(alpha), share) == pytest.approx(alpha, rel=0.02)


def test_tail_exponent_looks_at_the_tail_alone() -> None:
    mixed = np.concatenate((np.random.default_rng(1).uniform(0, 1, 400_000), pareto(2.0)))
    assert tail_exponent(mixed, 0.05) == pytest.approx(2.0, rel=0.02)


@pytest.mark.parametrize("values", [np.arange(1, 95), np.zeros(500), np.ones(500), np.r_[np.zeros(495), np.ones(5)]])
def test_tail_exponent_is_not_guessed(values: np.ndarray) -> None:
    assert math.isnan(tail_exponent(values))


@settings(deadline=None, max_examples=60)
@given(AMOUNTS)
def test_herfindahl_and_theil_equal_their_definitions(values: list[int]) -> None:
    n, total = len(values), sum(values)
    assert herfindahl(np.array(values)) == pytest.approx(math.fsum((x / total) ** 2 for x in values))
    by_share = math.fsum(x / total * math.log(n * x / total) for x in values if x)
    assert theil(np.array(values)) == pytest.approx(by_share, abs=1e-9)


@pytest.mark.parametrize("alpha", [2.0, 3.0, 6.0])
def test_theil_of_a_pareto_population(alpha: float) -> None:
    """Of a Pareto distribution with exponent alpha it is 1 / (alpha - 1) - ln(alpha / (alpha - 1))."""
    expected = 1 / (alpha - 1) - math.log(alpha / (alpha - 1))
    assert theil(pareto(alpha, 2_000_000)) == pytest.approx(expected, rel=0.02)


def test_herfindahl_and_theil_at_their_ends() -> None:
    assert herfindahl(np.full(50, 7)) == pytest.approx(1 / 50)
    assert theil(np.full(50, 7)) == pytest.approx(0, abs=1e-12)
    one_has_all = np.r_[np.zeros(49), 3]
    assert herfindahl(one_has_all) == 1
    assert theil(one_has_all) == pytest.approx(math.log(50))
    assert math.isnan(herfindahl(np.zeros(3)))
    assert math.isnan(theil(np.zeros(3)))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(-1, 3)), min_size=1, max_size=60))
def test_gini_within_groups_is_the_mean_of_their_ginis(entries: list[tuple[int, int]]) -> None:
    groups: dict[int, list[int]] = {}
    for value, group in entries:
        groups.setdefault(group, []).append(value)
    known = [(len(x), naive_gini(x)) for x in groups.values() if len(x) > 1 and sum(x) > 0]
    values, group = (np.array(column) for column in zip(*entries, strict=True))
    found = gini_within(values, group)
    if known:
        expected = sum(n * g for n, g in known) / sum(n for n, _ in known)
        assert found == pytest.approx(expected, abs=1e-9)
    else:
        assert math.isnan(found)


def test_gini_within_one_group_is_the_gini() -> None:
    values = np.random.default_rng(2).integers(0, 99, 200)
    assert gini_within(values, np.zeros(200)) == pytest.approx(gini(values))
    assert math.isnan(gini_within(np.empty(0), np.empty(0)))


# ----------------------------------------------------------------------------------------------- mobility and likeness


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=40))
def test_rank_correlation_equals_that_of_ranks_counted_one_by_one(pairs: list[tuple[int, int]]) -> None:
    a, b = ([pair[k] for pair in pairs] for k in (0, 1))

    def ranks(x: list[int]) -> list[float]:
        return [sum(other < mine for other in x) + (x.count(mine) + 1) / 2 for mine in x]

    found = rank_correlation(np.array(a), np.array(b))
    if len(set(a)) == 1 or len(set(b)) == 1:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(np.corrcoef(ranks(a), ranks(b))[0, 1], abs=1e-9)


def test_rank_correlation_sees_order_alone() -> None:
    x = np.random.default_rng(3).uniform(0, 5, 100)
    assert rank_correlation(x, np.exp(x)) == pytest.approx(1)
    assert rank_correlation(x, -(x**3)) == pytest.approx(-1)
    assert math.isnan(rank_correlation(x[:1], x[:1]))


def unit_rows(rng: np.random.Generator, size: int) -> np.ndarray:
    rows = rng.normal(size=(size, DIMENSIONS)) + 0.5
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_mean_similarity_equals_going_through_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    styles, weights = unit_rows(rng, 12), rng.integers(0, 5, 12) + 0.0
    weights[0] += 1
    pairs = [(i, j) for i in range(12) for j in range(12) if i != j]
    total = sum(weights[i] * weights[j] for i, j in pairs)
    expected = sum(weights[i] * weights[j] * float(styles[i] @ styles[j]) for i, j in pairs) / total
    assert mean_similarity(styles, weights) == pytest.approx(expected)


def test_mean_similarity_at_its_ends() -> None:
    assert mean_similarity(np.eye(4), np.ones(4)) == pytest.approx(0)
    assert mean_similarity(np.tile(np.eye(4)[0], (5, 1)), np.ones(5)) == pytest.approx(1)
    assert math.isnan(mean_similarity(np.eye(4), np.eye(4)[0]))
    assert math.isnan(mean_similarity(np.eye(4), np.zeros(4)))


@pytest.mark.parametrize("seed", range(5))
def test_overlap_and_diversity_of_lists_equal_going_through_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    styles = unit_rows(rng, 20)
    lists = {c: sorted(rng.choice(20, rng.integers(1, 12), replace=False).tolist()) for c in (3, 5, 8, 13)}
    owner = np.concatenate([np.full(len(x), c) for c, x in lists.items()])
    entries = np.concatenate([np.array(x) for x in lists.values()])
    pairs = [(set(lists[a]), set(lists[b])) for a in lists for b in lists if a < b]
    shared, together = sum(len(a & b) for a, b in pairs), sum(len(a | b) for a, b in pairs)
    assert pooled_overlap(entries, owner) == pytest.approx(shared / together)
    means = [np.mean([styles[i] @ styles[j] for i in x for j in x if i != j]) for x in lists.values() if len(x) > 1]
    assert mean_list_similarity(styles[entries], owner) == pytest.approx(np.mean(means))


def test_lists_that_cannot_be_compared() -> None:
    assert math.isnan(pooled_overlap(np.array([1, 2]), np.array([7, 7])))
    assert pooled_overlap(np.array([1, 2, 1, 2]), np.array([7, 7, 8, 8])) == 1
    assert math.isnan(mean_list_similarity(np.eye(3), np.arange(3)))


def test_effective_number_of_kinds() -> None:
    rows = np.array([[1.0, 1, 1, 1], [5, 0, 0, 0], [2, 2, 0, 0]])
    assert effective_number(rows) == pytest.approx([4, 1, 2])
