"""What policies are for: if these fail, a policy is praised for an effect it was never meant to have."""

from __future__ import annotations

from typing import Any

import pytest

from ecosim import registry
from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.errors import InputError
from ecosim.policies.base import GROUP_OUTCOMES, Purpose, declared
from ecosim.policies.conflicts import conflicts
from ecosim.reports.purposes import its_own, served
from ecosim.results.groups import MEASURES
from tests.reports.test_experiment_report import group, row

SALES = ("fund", Purpose("gmv"))
FEWER = ("fund", Purpose("imitation_share", higher=False))


def settings(**policies: PolicyConfig) -> SimulationConfig:
    return SimulationConfig(policies=policies)


def policy(kind: str, **changes: Any) -> PolicyConfig:
    made: PolicyConfig = registry.policies[kind].config(**changes)
    return made


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"p": 0.01}, "reached (+10%, 95%: +5.0% to +15%)"),
        ({"p": 0.01, "difference": -20.0, "relative": -0.1, "low": -30.0, "high": -10.0}, "the opposite came about"),
        ({"p": 0.2}, "unclear"),
        ({"p": None, "difference": 0.0, "low": 0.0, "high": 0.0, "verdict": "equal"}, "nothing changed (equal)"),
        ({"p": 0.01, "pairs": 2}, "too few pairs to tell"),
    ],
)
def test_a_purpose_is_held_against_what_was_found(more: dict[str, Any], said: str) -> None:
    text = served([SALES], [row(**more)], [])
    assert text.startswith(
        f"What fund is for: GMV a day should be higher – {said}".replace("GMV", "gross merchandise value")
    )


def test_what_should_fall_and_falls_is_reached() -> None:
    lower = row("imitation_share", p=0.01, difference=-20.0, relative=-0.1, low=-30.0, high=-10.0, verdict=None)
    assert "should be lower – reached (-10%" in served([FEWER], [lower], [])


def test_purposes_are_corrected_for_their_own_number_and_for_nothing_else() -> None:
    """A single purpose at 3% stands, whatever the correction for all outcomes says; of two at 3% neither does."""
    one = row(p=0.03, p_holm=0.4, verdict="unclear")
    other = row("imitation_share", p=0.03, difference=-20.0, relative=-0.1, low=-30.0, high=-10.0)
    assert "reached" in served([SALES], [one, other], [])
    assert "reached" not in served([SALES, FEWER], [one, other], [])


def test_two_policies_that_are_for_the_same_are_one_question() -> None:
    both = served([SALES, ("ladder", Purpose("gmv"))], [row(p=0.03)], [])
    assert both.count("reached") == 2


def test_the_last_horizon_counts() -> None:
    early, late = row(p=0.01), row(p=0.6, horizon=90)
    assert "unclear" in served([SALES], [early, late], [])


def test_a_purpose_may_be_what_a_group_of_creators_gets() -> None:
    pool = ("pool", Purpose("income", kind="tier", group="tail"))
    text = served([pool], [], [group("head", "lower", -0.2, p=0.01), group("tail", "higher", 0.3, p=0.01)])
    assert "income (creators, tier tail) should be higher – reached (+30%" in text


def test_a_vertical_is_not_called_so_twice() -> None:
    pool = ("pool", Purpose("income", kind="vertical", group="vertical 3"))
    assert "income (creators, vertical 3) should be" in served([pool], [], [])


def test_what_was_not_measured_is_said_to_be_so() -> None:
    told = served([SALES], [row("creators_alive", p=0.01)], [])
    assert told.endswith("should be higher – not measured here (there are no brands).")
    survival = ("pool", Purpose("newcomer_survival_180d"))
    assert "not measured here (fewer than 30 newcomers" in served([survival], [], [])


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ([], "fewer than two snapshots of creators fall within"),
        ([{"kind": "region"}], "no snapshot before the start says who was in the group"),
        ([{"kind": "decile", "group": "1"}], "all creators are in one group of its kind"),
        ([{"kind": "tier", "group": "tail", "measure": "impressions"}], "none of its kind had any"),
        ([{"kind": "tier", "group": "head"}], "nobody was in the group"),
    ],
)
def test_what_was_not_measured_of_a_group_says_why(known: list[dict[str, str]], why: str) -> None:
    pool = ("pool", Purpose("income", kind="tier", group="tail"))
    rows = [group("first", "unclear", 0.1, p=0.5) | one for one in known]
    assert f"should be higher – not measured here ({why}" in served([pool], [], rows)


def test_policies_that_the_baseline_has_too_are_not_asked_and_those_without_strength_neither() -> None:
    floor, fund = policy("exposure_floor"), policy("innovation_fund")
    own = settings(floor=floor, fund=fund, idle=policy("exposure_cap", strength=0.0))
    assert its_own(own, settings(floor=floor)) == ["fund"]
    assert its_own(own, settings(floor=policy("exposure_floor", start=9))) == ["floor", "fund"]


@pytest.mark.parametrize(
    ("purposes", "said"),
    [
        (
            [Purpose("creators_lefft")],
            r"policies\.mine \(kind mistaken\) is for 'creators_lefft'.*mean 'creators_left'",
        ),
        (
            [Purpose("impression", kind="tier", group="tail")],
            "'impression', which is not measured of a group.*'impressions'",
        ),
        (Purpose("gmv"), "has to return a list of Purpose"),
    ],
)
def test_what_is_not_measured_is_refused_before_a_run(purposes: Any, said: str) -> None:
    """A report that fails after all runs, over a misspelt word, would cost them."""

    class Mistaken:
        """Mean something else."""

        def __init__(self, config: PolicyConfig) -> None:
            self.config = config

        def purposes(self, config: SimulationConfig) -> Any:
            return purposes

    registry.policies.register("mistaken", PolicyConfig)(Mistaken)
    try:
        with pytest.raises(InputError, match=said):
            conflicts(settings(mine=PolicyConfig(kind="mistaken")))
    finally:
        registry.policies.unregister("mistaken")


def test_what_groups_may_be_given_is_what_is_measured_of_them() -> None:
    assert tuple(MEASURES["creators"]) == GROUP_OUTCOMES


def test_the_aim_and_the_settings_say_what_a_policy_is_for() -> None:
    config = settings(
        pool=policy("regional_pool", aim={"regions": [2, 3]}),
        dearer=policy("take_rate", rate=0.2),
        cheaper=policy("take_rate", rate=0.01),
        free=policy("transparency"),
    )
    assert declared(config, list(config.policies)) == [
        ("pool", Purpose("impressions", kind="region", group="third")),
        ("pool", Purpose("impressions", kind="region", group="county")),
        ("dearer", Purpose("platform_revenue")),
        ("cheaper", Purpose("gmv")),
    ]
