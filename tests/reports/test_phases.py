"""The table of phases: if these fail, a number stands under days on which it was not measured."""

from __future__ import annotations

from typing import Any

import pytest

from ecosim.reports import phases
from ecosim.reports.page import environment
from tests.reports.test_report import read


def row(first: int, last: int, policies: str, difference: float, **more: Any) -> dict[str, Any]:
    """Make up the sales of one phase: a level of 200 over five pairs."""
    made: dict[str, Any] = {"scenario": "both", "point": "", "baseline": "baseline", "outcome": "gmv"}
    made |= {"first_day": first, "last_day": last, "policies": policies, "pairs": 5, "baseline_mean": 200.0}
    made |= {"difference": difference, "relative": difference / 200, "low": difference - 2, "high": difference + 2}
    return made | {"verdict": "higher", "p_holm": 0.01, "seeds_needed": 9.0, "variance_ratio": 8.0} | more


ROWS = [
    row(0, 9, "", 0.0, verdict="equal", low=0.0, high=0.0),
    row(10, 10, "exposure_floor", 20.0),
    row(11, 30, "exposure_floor+innovation_fund", 40.0, point="ranker=random"),
]


def test_phases_stand_beside_one_another_with_their_days_and_policies() -> None:
    first, second = phases.cards(ROWS)
    assert (first.title, first.heads) == ("both", ["Days 0 to 9: no policy", "Day 10: exposure floor"])
    assert [cell.size for cell in first.lines[0].cells] == ["equal", "+10%"]
    assert second.title == "both, ranker=random"
    assert second.heads == ["Days 11 to 30: exposure floor and innovation fund"]


@pytest.mark.parametrize("rows", [ROWS, []])
def test_the_section_is_there_only_when_there_are_phases(rows: list[dict[str, Any]]) -> None:
    """The template takes the cells of the scorecard from the page that it stands in."""
    source = environment().loader.get_source(environment(), "experiment.html.j2")[0]  # type: ignore[union-attr]
    macro = source[source.index("{% macro cell(one) %}") : source.index("{% macro figures_of")]
    plan = {"baseline": "<b>base</b>"}
    made = (
        environment().from_string(macro + '{% include "phases.html.j2" %}').render(phases=phases.cards(rows), plan=plan)
    )
    _, words = read(made)
    assert ("Between the dates of policies" in words) == bool(rows)
    assert ("+10%" in words) == bool(rows)
    assert "<b>" not in made
