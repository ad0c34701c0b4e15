"""Scenarios and experiments are read from words and files, or refused with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecosim.config.compose import compose
from ecosim.config.experiments import experiment
from ecosim.errors import InputError

TWO = "scenarios=[baseline,exposure_floor]"


def write(folder: Path, group: str, name: str, text: str) -> Path:
    (folder / group).mkdir(exist_ok=True)
    (folder / group / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_scenario_of_a_run_is_a_label_unless_it_has_a_file() -> None:
    assert compose(["scenario=mylabel"]).policies == {}
    named = compose(["scenario=exposure_floor", "policies.exposure_floor.start=5"])
    assert (named.scenario, named.policies["exposure_floor"].start, named.policies["exposure_floor"].phase_in) == (
        "exposure_floor", 5, 14,
    )  # fmt: skip


def test_policies_of_the_words_join_those_of_the_scenario() -> None:
    assert set(compose(["scenario=exposure_floor", "policy=newcomer_support"]).policies) == {
        "exposure_floor",
        "newcomer_support",
    }


def test_scenarios_differ_in_nothing_but_what_they_say() -> None:
    found = experiment([TWO, "seeds=[3,7]", "scale=toy"])
    assert [(arm.name, arm.config.seed) for arm in found.arms] == [
        ("baseline-3", 3), ("baseline-7", 7), ("exposure_floor-3", 3), ("exposure_floor-7", 7),
    ]  # fmt: skip
    plain, floor = found.arms[0].config, found.arms[2].config
    floor.policies, floor.scenario = {}, "baseline"
    assert plain == floor


def test_values_that_are_listed_repeat_the_comparison() -> None:
    found = experiment([TWO, "seeds=1", "ranker=random,popularity"])
    assert [(arm.scenario, arm.point, arm.config.ranker.kind) for arm in found.arms] == [
        ("baseline", "ranker=random", "random"),
        ("exposure_floor", "ranker=random", "random"),
        ("baseline", "ranker=popularity", "popularity"),
        ("exposure_floor", "ranker=popularity", "popularity"),
    ]


def test_words_stand_before_the_file() -> None:
    found = experiment(["experiment=newcomers", "seeds=1", "days=31", "scenarios=baseline,newcomer_support"])
    assert [(arm.name, arm.config.days) for arm in found.arms] == [("baseline-1", 31), ("newcomer_support-1", 31)]


def test_scenarios_and_experiments_of_ones_own(tmp_path: Path) -> None:
    write(tmp_path, "scenario", "late", "# Late.\npolicies:\n  exposure_floor: {start: 4, aim: {tiers: [waist]}}\n")
    write(tmp_path, "experiment", "mine", "scenarios: [baseline, late]\nseeds: 2\noverrides: [scale=toy]\n")
    found = experiment(["experiment=mine"], [tmp_path])
    policy = found.arms[-1].config.policies["exposure_floor"]
    assert (policy.start, [tier.value for tier in policy.aim.tiers]) == (4, ["waist"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["scenarios=[baseline,exposure_flor]"], "no scenario 'exposure_flor'. Did you mean 'exposure_floor'?"),
        (["scenarios=[baseline]"], "found only 'baseline'"),
        (["scenarios=[exposure_floor]"], "the baseline 'baseline' is not among"),
        (["scenarios=[baseline,baseline]"], "named twice"),
        ([], "none are named"),
        ([TWO, "seeds=0"], "seeds: found 0, must be from 1"),
        ([TWO, "seeds=many"], "seeds: found 'many'"),
        ([TWO, "seeds=[1,1]"], "a seed stands twice"),
        ([TWO, "seed=3"], "seeds=5"),
        ([TWO, "scenario=mine"], "a comparison takes several"),
        ([TWO, "outcomes=[impressions_ginny]"], "Did you mean 'impressions_gini'?"),
        ([TWO, "dayz=3"], "Did you mean 'days'?"),
        (["scenarios=[baseline,random_feed]", "ranker=popularity"], "scenario random_feed sets ranker itself"),
        (["experiment=newcomer"], "Did you mean 'newcomers'?"),
    ],
)
def test_what_cannot_be_used_is_said(words: list[str], message: str) -> None:
    with pytest.raises(InputError) as raised:
        experiment(words)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policies: {exposure_floor: {start: 400}}", "scenario own: policies.exposure_floor.start (400) lies beyond"),
        ("policies: {exposure_flor: {}}", "Did you mean 'exposure_floor'?"),
        ("policies: [exposure_floor]", "must be names with their settings"),
        ("policy: exposure_floor", "Did you mean 'policies'?"),
        ("overrides: ranker=random", "must be a list of overrides"),
        ("overrides: [seed=4]", "cannot stand here"),
        ("a: [", "cannot be read"),
        ("- a", "must be a mapping"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(text: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, "scenario", "own", text)
    with pytest.raises(InputError) as raised:
        experiment(["scenarios=[baseline,own]"], [tmp_path])
    assert message in str(raised.value)
    assert "own" in str(raised.value)


def test_overlays_of_one_run_and_comparisons_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path, "experiment", "overlay", "# @package _global_\ndays: 3\n")
    with pytest.raises(InputError, match="ecosim run experiment=overlay"):
        experiment(["experiment=overlay"], [tmp_path])
    with pytest.raises(InputError, match="ecosim compare experiment=newcomers"):
        compose(["experiment=newcomers"])
