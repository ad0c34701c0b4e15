"""The table of phases: if these fail, a number stands under days on which it was not measured."""

from __future__ import annotations

from typing import Any

import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.reports import costs, findings, phases, pictures, winners
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


def settings(**dates: dict[str, Any]) -> SimulationConfig:
    """Make up a run of 60 days with funds that have dates."""
    fund = registry.policies["innovation_fund"].config
    policies = {name: fund(kind="innovation_fund", **chosen) for name, chosen in dates.items()}
    return SimulationConfig(days=60, burn_in=0, policies=policies)


def told(own: SimulationConfig, reference: SimulationConfig | None = None) -> phases.Told:
    return phases.Told(own, reference or settings())


def test_phases_stand_beside_one_another_with_their_days_and_policies() -> None:
    first, second = phases.cards(ROWS, {})
    assert (first.title, first.heads) == ("both", ["Days 0 to 9: no policy", "Day 10: exposure floor"])
    assert [cell.size for cell in first.lines[0].cells] == ["equal", "+10%"]
    assert second.title == "both, ranker=random"
    assert second.heads == ["Days 11 to 30: exposure floor and innovation fund"]


def test_of_many_policies_the_first_are_named_and_the_others_counted() -> None:
    many = settings(**{f"p{number}": {"stop": 20} for number in range(24)})
    assert phases.heading(told(many), 5, 5) == "While p0, p1, p2, p3 and 20 other policies worked: day 5"
    assert phases.heading(told(many), 20, 59) == "After p0, p1, p2, p3 and 20 other policies stopped: days 20 to 59"
    five = settings(**{f"p{number}": {} for number in range(5)})
    assert phases.heading(told(five), 0, 59) == "While p0, p1, p2, p3 and p4 worked: days 0 to 59"


def test_many_phases_are_folded_under_their_headings() -> None:
    parts = [findings.Part(f"heading {number}", ["All of it."], "1 of 2 outcomes differ") for number in range(7)]
    assert findings.Finding("one", [], parts).folded
    assert not findings.Finding("one", [], parts[:6]).folded


def test_a_phase_says_who_is_being_phased_in_and_what_the_baseline_has() -> None:
    """A policy at a tenth of its strength is not told as if it worked in full."""
    one = told(settings(slow={"start": 10, "stop": 31, "phase_in": 30}), settings(always={}))
    heads = phases.cards([row(10, 30, "slow", 1.0)], {"both": one})[0].heads
    assert heads == ["Days 10 to 30: slow (phasing in) (baseline: always)"]
    part = told(settings(slow={"start": 10, "phase_in": 5}))
    assert phases.cards([row(10, 59, "slow", 1.0)], {"both": part})[0].heads == [
        "Days 10 to 59: slow (phasing in until day 14)"
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((0, 9), "Before any policy worked: days 0 to 9"),
        ((12, 12), "While early worked: day 12"),
        ((10, 29), "While early worked: days 10 to 29"),
        ((30, 39), "While late worked: days 30 to 39"),
        ((40, 59), "After early and late stopped: days 40 to 59"),
        ((12, 39), "While early (until day 29) and late (from day 30) worked: days 12 to 39"),
        ((25, 50), "While early (until day 29) and late (days 30 to 39) worked: days 25 to 50"),
    ],
)
def test_days_are_told_under_the_names_of_the_policies_that_work_on_them(days: tuple[int, int], words: str) -> None:
    one = told(settings(early={"start": 10, "stop": 30}, late={"start": 30, "stop": 40}, idle={"strength": 0}))
    assert phases.heading(one, *days) == words


def test_policies_of_the_baseline_are_told_as_such() -> None:
    fund, other = settings(fund={"start": 10, "stop": 20}), settings(other={"start": 15})
    assert phases.heading(told(settings(), fund), 10, 19) == "While in the baseline fund worked: days 10 to 19"
    assert phases.heading(told(other, fund), 15, 19) == "While other worked, and in the baseline fund: days 15 to 19"
    assert phases.heading(told(settings(), fund), 20, 59) == "After fund stopped: days 20 to 59"


TWO = told(settings(early={"start": 10, "stop": 30}, late={"start": 30}))
OUTCOMES = [
    row(0, 9, "", 0.0, verdict="equal"),
    row(10, 29, "early", -20.0, verdict="lower"),
    row(30, 59, "late", 20.0),
]


def at_once(first: int, last: int, policies: str, **more: Any) -> dict[str, Any]:
    made = {"scenario": "both", "point": "", "seed": 1, "policies": policies, "days": 2}
    return made | {"phase_first_day": first, "phase_last_day": last, "first_day": first, "last_day": last} | more


def bite(first: int, last: int, policies: str, differing: float) -> dict[str, Any]:
    shown = {"group": "all", "slots": 100.0, "slots_default": 100.0, "differing": differing}
    return at_once(first, last, policies, **shown, share_first=differing / 100, share_last=differing / 100)


def paid(first: int, last: int, policies: str, fen: float) -> dict[str, Any]:
    return at_once(first, last, policies, purpose="grants", fen_default=0.0, fen=fen, moved_first=fen, moved_last=fen)


def group(first: int, last: int, name: str, verdict: str, relative: float) -> dict[str, Any]:
    made = row(first + 2, last, "", 200 * relative, verdict=verdict, relative=relative)
    del made["outcome"]
    made |= {"who": "creators", "kind": "tier", "group": name, "measure": "income", "heads": 7.0}
    return made | {"phase_first_day": first, "phase_last_day": last}


def periods(**more: Any) -> list[phases.Period]:
    tables: dict[str, Any] = {
        "outcomes": OUTCOMES,
        "groups": [group(10, 29, "tail", "higher", 0.5), group(30, 59, "head", "lower", -0.3)],
        "bite": [bite(10, 29, "early", 10.0), bite(30, 59, "late", 30.0)],
        "payments": [paid(10, 29, "early", 5_000.0), paid(30, 59, "late", 0.0)],
    }
    return phases.periods(phases.Recorded(**(tables | more)), {"both": TWO})


def found(several: list[phases.Period]) -> dict[str, str]:
    """Return what the headline says of each phase, by its heading."""
    judged = [{**one, "horizon": 30, "start": 10} for one in OUTCOMES[1:2]]
    (one,) = findings.findings(judged, [], [], [], several)
    assert "phase by phase" in one.sentences[0]
    return {part.heading: " ".join(part.sentences) for part in one.parts}


def test_who_lost_from_the_later_policy_and_what_it_cost_stands_under_its_name() -> None:
    parts = found(periods())
    assert list(parts) == ["While early worked: days 10 to 29", "While late worked: days 30 to 59"]
    early, late = parts.values()
    assert "On these days, lower: gross merchandise value a day (-10%" in early.replace("GMV", "gross")
    assert "Gain: creators, tier tail: income +50%." in early
    assert "head" not in early
    assert "10% of the panel's slots show something else" in early
    assert "50.00 yuan a day more for grants" in early
    assert "On these days, higher: " in late
    assert "Lose: creators, tier head: income -30%." in late
    assert "tail" not in late
    assert "here on days 32 to 59" in late
    assert "30% of the panel's slots show something else" in late
    assert "in yuan nothing" in late
    assert "+20 yuan (95%: +18 to +22; higher)" in late
    assert "hold what early left behind" in late
    assert "left behind" not in early


def test_what_of_a_phase_is_not_known_is_said_with_its_reason() -> None:
    late = found(periods(groups=[], bite=[], payments=[]))["While late worked: days 30 to 59"]
    assert "fewer than two snapshots fall within" in late
    assert "no recording day of a panel fell within (recording.panel_every=10)" in late
    assert "what was paid otherwise is not known" in late
    assert "in yuan nothing" not in late


def test_after_a_policy_nothing_is_said_to_cost_anything_at_once() -> None:
    rows = [row(10, 29, "early", -20.0, verdict="lower"), row(30, 59, "", 20.0)]
    one = phases.Told(settings(early={"start": 10, "stop": 30}), settings())
    _, after = phases.periods(phases.Recorded(rows, [], [], []), {"both": one})
    assert after.heading == "After early stopped: days 30 to 59"
    (told_after,) = findings.findings([row(0, 0, "", 0.0, horizon=30, start=10)], [], [], [], [after])[0].parts
    assert "at once" not in " ".join(told_after.sentences)


@pytest.mark.parametrize("dates", [{}, {"start": 20}], ids=["from the beginning", "to the end"])
def test_one_policy_that_works_to_the_end_is_told_as_before(dates: dict[str, Any]) -> None:
    """By its horizons, and nothing is parted."""
    one = {"both": told(settings(fund=dates))}
    rows = [row(0, 19, "", 0.0), row(20, 59, "fund", 9.0)]
    assert phases.periods(phases.Recorded(rows, [], [], []), one) == []
    shown = costs.bites([bite(20, 59, "fund", 30.0)], one["both"].own)
    assert phases.headings(shown, one) == {}
    text = findings.findings([row(0, 0, "", 20.0, horizon=30, start=0)], [], shown, [])[0]
    assert text.parts == []
    assert text.sentences[0].startswith("After 30 days, higher: ")
    assert "30% of the panel's slots" in text.sentences[1]


def test_winners_are_laid_out_phase_by_phase_or_else_at_the_last_horizon() -> None:
    plain = {**group(10, 29, "tail", "higher", 0.5), "scenario": "plain", "horizon": 30}
    laid = winners.sections([plain, {**plain, "scenario": "both"}], periods(groups=[group(30, 59, "x", "lower", -0.3)]))
    assert [one.heading for one in laid["plain"]] == [""]
    early, late = laid["both"]
    assert (early.boards, "fewer than two snapshots" in early.note) == ([], True)
    assert (late.heading, late.boards[0].when) == ("While late worked: days 30 to 59", "days 32 to 59")


def test_bite_of_each_policy_stands_under_its_own_heading() -> None:
    rows = [bite(10, 29, "early", 10.0), bite(30, 59, "late", 30.0)]
    shown = costs.bites(rows, TWO.own)
    assert [(one.share, one.days) for one in shown] == [(0.1, (10, 29)), (0.3, (30, 59))]
    assert list(phases.headings(shown, {"both": TWO}).values()) == [one.heading for one in periods()]


def test_every_figure_says_what_days_it_shows() -> None:
    judged = [{**one, "horizon": 30, "start": 10} for one in OUTCOMES[1:2]]
    tables = pictures.Tables(judged, [], judged, [])
    (plain,) = pictures.drawn(tables, {})["effects"]
    assert plain.title == "both: after 30 days (days 12 to 39)"
    assert [one.title for one in pictures.drawn(tables, {}, periods())["effects"]] == [
        "both. While early worked: days 10 to 29", "both. While late worked: days 30 to 59",
    ]  # fmt: skip


@pytest.mark.parametrize("rows", [ROWS, []])
def test_the_section_is_there_only_when_there_are_phases(rows: list[dict[str, Any]]) -> None:
    plan = {"baseline": "<b>base</b>"}
    made = environment().get_template("phases.html.j2").render(phases=phases.cards(rows, {}), plan=plan)
    _, words = read(made)
    assert ("Between the dates of policies" in words) == bool(rows)
    assert ("+10%" in words) == bool(rows)
    assert ("2 phases stand side by side" in words) == bool(rows)
    assert "<b>" not in made
