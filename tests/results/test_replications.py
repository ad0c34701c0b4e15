"""Runs side by side: if these fail, a sweep's closing table claims differences that its runs do not show."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ecosim.results.inference import t_quantile
from ecosim.results.replications import side_by_side

GINI = "impressions_gini"


def row(scenario: str, seed: int, gini: float | None, status: str = "complete", **settings: Any) -> dict[str, Any]:
    return {"run": "x", "scenario": scenario, "seed": seed, **settings, "status": status, "error": None, GINI: gini}


def test_differences_are_paired_by_seed_and_have_an_interval_of_students_t() -> None:
    rows = [
        *(row("baseline", seed, gini, policy="") for seed, gini in ((1, 0.5), (2, 0.6), (3, 0.7))),
        *(row("floor", seed, gini, policy="exposure_floor") for seed, gini in ((3, 0.66), (1, 0.48), (2, 0.59))),
    ]
    baseline, floor = side_by_side(rows, [GINI])
    assert (baseline.label, baseline.runs, baseline.reference, baseline.differences) == ("baseline", 3, None, {})
    assert baseline.means == pytest.approx({GINI: 0.6})
    assert (floor.label, floor.runs, floor.reference) == ("floor", 3, "baseline")
    # Differences -0.02, -0.01, -0.04: mean -0.0233, sd 0.01528; 4.3027 * 0.01528 / sqrt(3) = 0.03795.
    assert floor.differences[GINI].mean == pytest.approx(-0.07 / 3)
    assert floor.differences[GINI].half == pytest.approx(0.03795, abs=1e-5)
    assert floor.differences[GINI].pairs == 3


def test_a_run_without_its_twin_counts_in_the_mean_only() -> None:
    rows = [
        row("baseline", 1, 0.5),
        row("baseline", 2, None, status="failed"),
        row("random", 1, 0.4),
        row("random", 2, 0.2),
    ]
    _, other = side_by_side(rows, [GINI, "unheard_of"])
    assert other.means[GINI] == pytest.approx(0.3)
    assert math.isnan(other.means["unheard_of"])
    assert other.differences[GINI].mean == pytest.approx(-0.1)
    assert other.differences[GINI].pairs == 1
    assert math.isnan(other.differences[GINI].half)
    assert other.differences["unheard_of"].pairs == 0


def test_a_policy_is_compared_with_the_same_world_without_it() -> None:
    rows = [
        row(f"{ranker}{policy}", 1, gini, ranker=ranker, policy=policy, **{"policies.floor.strength": strength})
        for ranker, policy, gini, strength in (
            ("random", "", 0.2, None),
            ("random", "floor", 0.1, 1.0),
            ("engagement", "", 0.8, None),
            ("engagement", "floor", 0.5, 1.0),
        )
    ]
    groups = {group.label: group for group in side_by_side(rows, [GINI])}
    assert groups["randomfloor"].reference == "random"
    assert groups["engagementfloor"].reference == "engagement"
    assert groups["engagementfloor"].differences[GINI].mean == pytest.approx(-0.3)
    assert groups["engagement"].reference is None  # nothing here is the baseline


def test_replays_are_replications_too() -> None:
    rows = [row(name, 1, gini, replay=replay) for name, replay, gini in (("baseline", 0, 0.1), ("baseline", 1, 0.3))]
    (group,) = side_by_side(rows, [GINI])
    assert (group.runs, group.means[GINI]) == (2, pytest.approx(0.2))


def test_namesakes_are_told_apart_and_not_compared() -> None:
    rows = [row("baseline", 1, 0.1, **{"creator.exit_hazard": hazard}) for hazard in (0.01, 0.02)]
    labels = [(group.label, group.reference) for group in side_by_side(rows, [GINI])]
    assert labels == [("baseline, creator.exit_hazard=0.01", None), ("baseline, creator.exit_hazard=0.02", None)]


def test_no_complete_run_is_no_group() -> None:
    assert side_by_side([row("baseline", 1, None, status="failed")], [GINI]) == []


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.7062), (9, 2.2622), (11, 2.2010), (20, 2.0860), (30, 2.0423), (1000, 1.9623)]
)
def test_quantiles_are_those_of_the_tables(freedom: int, quantile: float) -> None:
    assert t_quantile(freedom) == pytest.approx(quantile, abs=5e-4)
