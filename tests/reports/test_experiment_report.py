"""The report of an experiment: if these fail, an analyst hands on what the tables do not say."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecosim import registry
from ecosim.config import SimulationConfig
from ecosim.config.experiments import experiment
from ecosim.reports import costs, dates, effects, findings, levers, pictures, winners
from ecosim.reports.assumptions import assumptions
from ecosim.reports.experiment import render, without_change
from ecosim.reports.limits import confidence
from ecosim.results import RunResult
from ecosim.results.comparison import DIFFERENCES, Comparison
from ecosim.results.differences import OUTCOMES
from ecosim.results.finished import RUNS
from ecosim.results.phases import dates_of
from ecosim.runner import compare
from tests.reports.test_report import read

SCENARIOS = {
    "grants": "# Payments.\npolicies:\n  innovation_fund: {}\n",
    "nothing": "# A policy that cannot do anything.\npolicies:\n  exposure_floor: {strength: 0}\n",
}


def row(outcome: str = "gmv", scenario: str = "floor", **more: Any) -> dict[str, Any]:
    """Make up a row of differences: gmv 10% higher over five pairs, for certain."""
    made: dict[str, Any] = {"scenario": scenario, "point": "", "baseline": "baseline", "outcome": outcome, "start": 0}
    made |= {"horizon": 30, "pairs": 5, "baseline_mean": 200.0, "difference": 20.0, "low": 10.0, "high": 30.0}
    made |= {"relative": 0.1, "agree": 1.0, "p_holm": 0.01, "verdict": "higher", "seeds_needed": 12.0}
    return made | {"variance_ratio": 8.0} | more


def group(name: str, verdict: str, relative: float, **more: Any) -> dict[str, Any]:
    """Make up a row of groups."""
    made = row(verdict=verdict, relative=relative, difference=200 * relative, **more)
    return {"who": "creators", "kind": "tier", "group": name, "measure": "income", "heads": 7.0} | made


# ------------------------------------------------------------------------------------------------------- words


def test_a_difference_is_told_against_the_level_of_the_baseline() -> None:
    one = effects.cell(row())
    assert (one.sign, one.size, one.interval) == ("▲", "+10%", "+5.0% to +15%")
    lower = effects.cell(row(difference=-1.0, relative=-0.005, low=-1.5, high=-0.5, verdict="lower"))
    assert (lower.sign, lower.size, lower.interval) == ("▼", "-0.50%", "-0.75% to -0.25%")
    from_nothing = effects.cell(row(baseline_mean=0.0, relative=None))
    assert (from_nothing.size, from_nothing.interval) == ("+20", "+10 to +30")
    assert effects.cell(row(difference=0.0, verdict="equal")).size == "equal"


@pytest.mark.parametrize(("pairs", "words"), [(1, "One pair"), (2, "Two pairs")])
def test_one_or_two_pairs_find_nothing(pairs: int, words: str) -> None:
    """Whatever verdict the table holds: two pairs may agree by chance."""
    rows = [row(pairs=pairs, verdict="single pair" if pairs == 1 else "higher")]
    assert findings.how_sure(rows, ["fixed"]).startswith(f"{words} of runs cannot tell")
    (found,) = findings.findings(rows, [group("tail", "higher", 0.5, pairs=pairs)], [], [])
    assert found.sentences == ["After 30 days: too few pairs to say anything of 1 outcome."]
    assert effects.cell(rows[0]).sign == "?"
    assert not winners.stands(rows[0])


def test_an_outcome_known_in_one_pair_takes_nothing_from_the_others() -> None:
    """Survival, say, which small worlds can seldom tell."""
    rare = row("newcomer_survival_180d", horizon=None, pairs=1, verdict="single pair", low=None, high=None)
    assert "over 5 pairs of runs" in findings.how_sure([row(), rare], ["fixed"])
    failed = [row(), row(scenario="pool", pairs=3)]
    assert "over 3 to 5 pairs of runs, as some failed" in findings.how_sure(failed, ["fixed"])
    (found,) = findings.findings([row(), rare], [], [], [])
    assert found.sentences[0].endswith("Of 2 outcomes 1 is unclear.")


def test_what_stands_is_named_with_its_interval_and_the_rest_counted() -> None:
    unclear = [row(name, verdict="unclear", p_holm=0.5) for name in ("orders", "watch_gini")]
    whole = row("newcomer_survival_180d", horizon=None, verdict="equal", difference=0.0)
    (found,) = findings.findings([row(), *unclear, whole], [], [], [])
    text = found.sentences[0]
    assert "gross merchandise value a day (+10%, 95%: +5.0% to +15%)" in text.lower().replace("gmv", "")
    assert "Of 4 outcomes 2 are unclear, 1 equal." in text


def test_the_last_horizon_is_told_and_a_turn_is_pointed_out() -> None:
    later = {"horizon": 300, "difference": -30.0, "relative": -0.15, "low": -40.0, "high": -20.0, "verdict": "lower"}
    (found,) = findings.findings([row(), row(**later), row(horizon=None)], [], [], [])
    assert found.sentences[0].startswith("After 300 days, lower: ")
    assert "-15%" in found.sentences[0]
    assert "is higher after 30 days and lower after 300." in found.sentences[1]


def test_winners_and_losers_are_counted_and_the_largest_named() -> None:
    rows = [group("head", "lower", -0.3), group("tail", "higher", 0.2), group("waist", "unclear", 0.9)]
    rows += [group("head", "higher", 9.0, horizon=None)]  # since the start: another question
    told = winners.sentence(rows)
    assert told.startswith("Of 3 comparisons of groups, in every measure of the tables below, 1 clearly higher and 1 ")
    assert "Gain: creators, tier tail: income +20%." in told
    assert "Lose: creators, tier head: income -30%." in told
    assert "waist" not in told


def test_the_largest_loss_of_any_measure_is_named_and_all_that_the_tables_hold_is_counted() -> None:
    spent = [group(f"{k}", "lower", -0.1 * k, who="consumers", kind="purse", measure="spending") for k in range(1, 5)]
    told = winners.sentence([group("head", "lower", -0.05), group("tail", "lower", -0.9, measure="publishing"), *spent])
    assert "Of 6 comparisons" in told
    assert "6 clearly lower" in told
    lose = told.partition("Lose most (the 2 largest of each population): ")[2]
    assert lose.startswith("creators, tier tail: still publish -90%; creators, tier head: income -5.0%; consumers")
    assert "purse 4: spend -40%; consumers, purse 3: spend -30%." in lose
    assert "cut the same people several ways" in told


def test_the_largest_clear_effects_come_first_good_or_bad_and_eight_are_all_named() -> None:
    names = ("orders", "watch_gini", "income_gini", "imitation_share", "consumer_trust", "gmv", "consumer_utility")
    sure = [row(name, relative=-0.01, difference=-2.0, verdict="lower", p_holm=1e-9) for name in names]
    aim = row("newcomer_impression_share", relative=0.78, difference=156.0, p_holm=0.04)
    (found,) = findings.findings([*sure, aim], [], [], [])
    assert found.sentences[0].startswith(
        f"After 30 days, higher: {effects.in_sentence('newcomer_impression_share')} (+78%"
    )
    assert all(effects.in_sentence(name) in found.sentences[0] for name in names)
    assert "more differ" not in found.sentences[0]


def test_an_interval_beside_zero_that_is_unclear_says_why_and_what_it_would_take() -> None:
    near = row("orders", verdict="unclear", p_holm=0.2, seeds_needed=23.0)
    (card,) = effects.cards([row(), near])
    assert [line.cells[0].note for line in card.lines] == [
        "", "unclear after correction for 2 outcomes; about 23 seeds would narrow it to a quarter of the difference"
    ]  # fmt: skip
    (found,) = findings.findings([row(), near], [], [], [])
    assert "Unclear only after correction for 2 outcomes" in found.sentences[0]
    assert effects.cell(row(verdict="unclear", low=-1.0)).note == ""
    enough = row("orders", verdict="unclear", p_holm=0.2, seeds_needed=3.0)  # fewer than there are: says nothing
    assert effects.seeds(enough) == ""


def test_of_many_groups_only_those_that_differ_are_listed_and_the_rest_counted() -> None:
    many = [group(f"vertical {k}", "lower" if k == 3 else "unclear", -0.1, kind="vertical") for k in range(12)]
    rows = [{**one, "first_day": 1, "last_day": 28} for one in many]
    ((_, lines, note),) = winners.boards(rows)[0].kinds
    assert [line.name for line in lines] == ["vertical 3"]
    assert note.startswith("11 of 12 do not differ clearly")


def test_what_a_horizon_hides_is_shown_over_all_days_since_the_start() -> None:
    days = {"first_day": 1, "last_day": 28}
    near = [{**group(name, "unclear", 0.1), **days} for name in ("head", "tail")]
    since = [{**group("head", "lower", -0.1, horizon=None), **days, "last_day": 80}, near[1] | {"horizon": None}]
    assert [board.when for board in winners.boards([*near, *since])] == [
        "days 1 to 28",
        "days 1 to 80, all since the start",
    ]
    assert len(winners.boards([*near, *({**one, "horizon": None} for one in near)])) == 1
    assert len(winners.boards(since)) == 1


def test_costs_are_told_in_both_currencies() -> None:
    common = {"scenario": "floor", "point": "", "days": 3}
    bite = [
        {**common, "seed": seed, "group": name, "slots_default": default, "slots": slots, "differing": differing}
        for seed, differing in ((1, 40.0), (2, 80.0))
        for name, default, slots in (("all", 1_000.0, 990.0), ("tail", 500.0, 550.0), ("head", 0.0, 0.0))
    ]
    config = replace(SimulationConfig(), recording=replace(SimulationConfig().recording, panel=50))
    (one,) = costs.bites(bite, config)
    assert (one.share, one.least, one.most) == pytest.approx((120 / 1980, 40 / 990, 80 / 990))
    assert (one.emptied, one.a_head) == pytest.approx((0.01, 60 / 50))
    assert one.shifts[:3] == ["–", "–", "+10%"]
    assert one.words == "6.1% (4.0% to 8.1% over seeds)"
    paid = [
        {**common, "seed": 1, "purpose": purpose, "fen_default": default, "fen": fen}
        for purpose, default, fen in (("grants", 0.0, 5_000.0), ("ad share", 9_000.0, 9_000.0))
    ]
    (grants,) = costs.payments(paid, config)
    assert (grants.moved, grants.change, grants.per_head) == (50, "not paid by default", "+5")
    text = costs.at_once("floor", [one], [grants])
    assert "6.1% of the panel's slots show something else" in text
    assert "1.0% are left empty" in text
    assert "50.00 yuan a day more for grants" in text


def test_seeds_are_named_only_where_pairing_bought_nothing() -> None:
    rows = [row(), row(horizon=300, variance_ratio=1.1, seeds_needed=140.0), row(horizon=None, variance_ratio=None)]
    (one,) = effects.pairings(rows)
    assert one.heads == ["30 days", "300 days", "whole run"]
    assert [cells for _, cells in one.lines] == [["8.0", "1.1 (140 seeds)", "–"]]


def test_a_gain_beyond_a_thousand_is_said_in_round_words() -> None:
    """To the digit it would say that a ratio of three pairs is known to six of them."""
    (one,) = effects.pairings([row(variance_ratio=403_166.2), row(horizon=90, variance_ratio=999.0)])
    assert [cells for _, cells in one.lines] == [["over 1,000", "999"]]


def test_of_the_usual_outcomes_those_that_no_run_knows_are_named_with_the_reason() -> None:
    known = [row(name) for name in OUTCOMES if name != "newcomer_survival_180d"]
    told = findings.not_known(known, ())
    assert told.startswith(
        f"Of the {len(OUTCOMES)} usual outcomes, not known in these runs: newcomers alive after 180 "
    )
    assert "the run is short" in told
    assert findings.not_known([*known, row("newcomer_survival_180d")], ()) == ""
    assert findings.not_known([row()], ["gmv", "orders"]).startswith("Of the 2 outcomes named, not known")


def test_confidence_is_never_high_where_nothing_was_fitted() -> None:
    assert confidence("starting value, to be calibrated")[0] == "low"
    assert confidence("S61")[0] == "medium"
    assert confidence("chosen")[0] == "a choice"


# ------------------------------------------------------------------------------------------------------- pages


def test_the_whole_run_is_as_long_as_it_was_and_a_policy_ends_with_it(result: Comparison) -> None:
    assert findings.whole(31) == "all of its 31 measured days"
    assert findings.whole(400) == "its last 180 measured days"
    run = RunResult.load(result.folder_of("grants-1"))
    for stop, words in ((90, "day 2 to the end (it would stop after day 89)"), (20, "day 2 to day 19")):
        policy = replace(run.config.policies["innovation_fund"], start=2, stop=stop)
        run.config = replace(run.config, policies={"innovation_fund": policy})
        assert levers.policies(run)[0].period == words


def test_every_date_of_a_policy_is_marked_and_horizons_name_what_worked_on_them() -> None:
    fund = registry.policies["innovation_fund"].config
    both = {"early": fund(kind="innovation_fund", start=10, stop=40), "late": fund(kind="innovation_fund", start=60)}
    config = replace(SimulationConfig(), days=120, policies=both)
    assert dates_of(config) == [10, 40, 60]
    rows = [row(start=10), row(start=10, horizon=90)]
    (said,) = dates.horizons(rows, {"floor": config})
    assert said == (
        "floor: “after 30 days” is days 12 to 39, when early worked; "
        "“after 90 days” is days 72 to 99, when late worked."
    )
    assert dates.in_words(config) == "early, day 10 to day 39; late, day 60 to the end"


def test_a_horizon_over_two_policies_says_which_days_are_whose() -> None:
    """Days 30 to 39 were told as days of a policy that had stopped at 29."""
    fund = registry.policies["innovation_fund"].config
    both = {"early": fund(kind="innovation_fund", start=10, stop=30), "late": fund(kind="innovation_fund", start=30)}
    config = replace(SimulationConfig(), days=60, policies=both)
    assert dates.horizons([row(start=10)], {"floor": config}) == [
        "floor: “after 30 days” is days 12 to 39, when early (until day 29) and late (from day 30) worked."
    ]


def test_each_point_of_a_sweep_has_dates_of_its_own() -> None:
    fund = registry.policies["innovation_fund"].config

    def at(start: int) -> SimulationConfig:
        return replace(SimulationConfig(), days=90, policies={"fund": fund(kind="innovation_fund", start=start)})

    configs = {"floor, start=10": at(10), "floor, start=40": at(40)}
    rows = [row(point=f"start={start}", start=start) for start in (10, 40)]
    assert dates.horizons(rows, configs) == [
        "floor, start=10: “after 30 days” is days 12 to 39, when fund worked.",
        "floor, start=40: “after 30 days” is days 42 to 69, when fund worked.",
    ]
    assert dates.at_points({"start=10": at(10), "start=40": at(40)}) == (
        "at start=10: fund, day 10 to the end; at start=40: fund, day 40 to the end"
    )
    assert dates.at_points({"a=1": at(10), "a=2": at(10)}) == "fund, day 10 to the end"


def test_what_a_policy_costs_is_told_with_its_days_and_both_ends() -> None:
    more = {"scenario": "floor", "point": "", "group": "all", "slots_default": 100.0, "slots": 100.0, "days": 4}
    more |= {"first_day": 10, "last_day": 38, "share_last": 0.0}
    rows = [{**more, "seed": seed, "differing": 5.0, "share_first": 0.08 + 0.02 * seed} for seed in (0, 1)]
    (one,) = costs.bites(rows, SimulationConfig())
    days = "the 4 recording days on which a policy worked"
    assert one.course == f"{days}: 8.0% to 10% over seeds on day 10, 0.0% on day 38"
    assert one.course in costs.at_once("floor", [one], [])


def test_what_the_user_gave_is_no_starting_value() -> None:
    changed, rest = assumptions(replace(SimulationConfig(), days=60))
    assert [(item.path, item.source) for item in changed] == [("days", "given by whoever set up the experiment")]
    assert confidence(changed[0].source)[0] == "a choice"
    assert any(item.source == "starting value, to be calibrated" for items in rest.values() for item in items)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Three pairs of a toy world."""
    folder = tmp_path_factory.mktemp("experiment")
    (folder / "mine" / "scenario").mkdir(parents=True)
    for name, text in SCENARIOS.items():
        (folder / "mine" / "scenario" / f"{name}.yaml").write_text(text)
    words = [
        "scenarios=[baseline,grants,nothing]",
        "seeds=3",
        "scale=toy",
        "days=31",
        "burn_in=8",
        "recording.panel=20",
    ]
    return compare(experiment(words, [folder / "mine"]), folder / "x", 1)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Another feed and the usual one, each with a fund from day 2 or from day 9 on, up to day 11."""
    folder = tmp_path_factory.mktemp("swept")
    (folder / "mine" / "scenario").mkdir(parents=True)
    (folder / "mine" / "scenario" / "feed.yaml").write_text("overrides: [ranker=random]\n")
    words = ["scenarios=[baseline,feed]", "policy=innovation_fund", "policies.innovation_fund.start=2,9"]
    words += ["policies.innovation_fund.stop=12", "seeds=1", "scale=toy", "days=16", "burn_in=2"]
    words += ["recording.figures=false", "recording.panel=0", "threads=1"]
    return compare(experiment(words, [folder / "mine"]), folder / "x", 1)


def test_the_page_of_a_sweep_shows_each_points_own_dates(swept: Comparison) -> None:
    _, words = read(render(swept))
    for start in (2, 9):
        at = f"policies.innovation_fund.start={start}"
        assert f"While innovation fund worked: days {start} to 11" in words
        assert f"Days {start} to 11: innovation fund" in words
        assert re.search(rf"at [^;.]*{re.escape(at)}: innovation fund, day {start} to day 11", words)
    assert "Their settings at policies.innovation_fund.start=2:" in words
    assert "no recording day of a panel fell within" in words


def test_a_folder_that_pools_policies_is_told_by_horizons(swept: Comparison, tmp_path: Path) -> None:
    """Written before phases were told apart: nothing may be said to be unknown that was recorded."""
    shutil.copytree(swept.path, tmp_path / "before")
    (tmp_path / "before" / "phase_groups.parquet").unlink()
    _, words = read(render(Comparison.load(tmp_path / "before")))
    assert "what was shown otherwise is not known" not in words
    assert "Who gained and who lost is not known" not in words
    assert "On these days" not in words


def test_the_command_names_the_folder_which_it_would_fill(swept: Comparison) -> None:
    _, words = read(render(swept))
    assert f"threads=1 out={swept.path}" in words


@pytest.fixture(scope="module")
def page(result: Comparison) -> str:
    return render(result)


def test_the_page_needs_nothing_else(page: str) -> None:
    reader, _ = read(page)
    assert all(address.startswith(("data:image/svg+xml;base64,", "#")) for address in reader.fetched)
    assert {address[1:] for address in reader.fetched if address[0] == "#"} <= set(reader.ids)
    assert "://" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert "<script" not in page
    assert len(reader.images) >= 6
    assert all(image["alt"] for image in reader.images)


def test_every_outcome_stands_in_the_scorecard_at_every_horizon(result: Comparison, page: str) -> None:
    judged = [one for one in result.rows(DIFFERENCES) if one["verdict"] is not None]
    cards = effects.cards(judged)
    assert [card.title for card in cards] == ["After 30 days", "Whole run"]
    assert all(card.heads == ["grants", "nothing"] for card in cards)
    _, words = read(page)
    for one in judged:
        assert effects.label(one["outcome"]) in words
        assert effects.cell(one).size in words


def test_a_cell_of_the_scorecard_names_its_scenario_where_columns_are_stacked(page: str) -> None:
    """On a narrow screen there is no head above it."""
    rows = re.findall(r'<tr role="row"><th scope="row".*?</tr>', page, flags=re.S)
    assert len(rows) > 20
    assert {tuple(re.findall(r'data-head="(.*?)"', one)) for one in rows} == {("baseline", "grants", "nothing")}


def test_the_page_says_what_was_asked_what_it_costs_and_what_did_nothing(result: Comparison, page: str) -> None:
    _, words = read(page)
    assert "What follows from grants and nothing, in place of baseline?" in words
    assert "3 pairs of runs" in words
    (paid,) = {one["fen"] for one in result.rows("payments.parquet") if one["purpose"] == "grants" and one["seed"] == 1
               and one["scenario"] == "grants"}  # fmt: skip
    assert paid > 0
    assert "yuan a day more for grants" in words
    assert "nothing, 3 of 3 runs: policies.exposure_floor is inert" in words
    assert "inert on the feed: not one slot differs" in words
    assert "Uncertain" in words
    assert "What is not modelled" in words
    assert "ecosim compare 'scenarios=[baseline,grants,nothing]' seeds=3" in words
    assert result.plan["source"] in words
    assert "The whole run is all of its 31 measured days." in words
    assert "2 scenarios stand side by side; slide the table sideways" in words
    assert "3 measures stand side by side; slide the table sideways" in words
    assert f"Of the {len(OUTCOMES)} usual outcomes, not known in these runs: newcomers alive" in words
    assert "Payments." in words
    assert "Policies: innovation fund, day 0 to the end." in words
    assert re.search(r"days on which a policy worked: \+[\d,.]+ yuan on day 0, \+[\d,.]+ on day 30", words)
    assert "Watch time per active consumer and day" in words
    assert all(one["run"] in words for one in result.rows(RUNS))


def test_a_figure_that_fails_costs_neither_the_others_nor_the_page(
    result: Comparison, page: str, monkeypatch: pytest.MonkeyPatch, failed_figures: list[str]
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise ValueError("no limits")

    reader, words = read(page)
    monkeypatch.setattr("ecosim.plots.effects.draw_courses", broken)
    monkeypatch.setattr(pictures, "_tradeoff", broken)
    drawn, told = read(render(result))
    kept = [image["alt"] for image in reader.images if not re.search("over time| against ", image["alt"])]
    assert [image["alt"] for image in drawn.images] == kept != []
    lost = len(reader.images) - len(kept)
    assert told.count("This figure could not be drawn.") == len(failed_figures) == lost
    assert any("'tradeoff' could not be drawn" in line for line in failed_figures)
    assert "could not be drawn" not in words


def test_a_scenario_that_changes_nothing_is_warned_of(result: Comparison, page: str) -> None:
    """Its differences are all zero, which reads as a finding."""
    assert without_change(result) == []
    runs = {**result.plan["runs"]}
    runs |= {name: runs[name.replace("nothing", "baseline")] for name in runs if name.startswith("nothing")}
    (said,) = without_change(Comparison(result.path, {**result.plan, "runs": runs}))
    assert said.startswith("nothing changes nothing: its settings are those of baseline")
    assert said.endswith("in scenario/nothing.yaml.")
    assert "changes nothing" not in page


def test_failed_runs_are_named_and_all_text_is_escaped(result: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = result.rows(RUNS)
    runs[-1] |= {"status": "failed", "error": "broken <script>alert(1)</script>"}
    rows = Comparison.rows
    monkeypatch.setattr(Comparison, "rows", lambda self, name: runs if name == RUNS else rows(self, name))
    other = Comparison(result.path, {**result.plan, "name": "<b>bold</b>", "words": ["<i>word</i>"]})
    made = render(other)
    assert "<script" not in made
    assert "<b>" not in made
    assert "<i>" not in made
    _, words = read(made)
    assert "Some runs failed." in words
    assert "nothing-3: broken <script>alert(1)</script>" in words


def test_without_a_single_pair_the_page_says_so(result: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Comparison.rows
    monkeypatch.setattr(Comparison, "rows", lambda self, name: rows(self, name) if name == RUNS else [])
    _, words = read(render(result))
    assert "No pair of runs is complete, so there is nothing to compare." in words


def test_figures_can_be_left_out(result: Comparison, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("ecosim.reports.experiment._figures", lambda *_: {})
    reader, _ = read(render(result))
    assert reader.images == []
