"""What cannot be had together is said before a run, with names, days and numbers; what can be had is let pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import Aim, CreatorConfig, PolicyConfig, PopulationConfig, SimulationConfig, Tier
from ecosim.config.compose import compose
from ecosim.config.fields import schema
from ecosim.config.folders import SCENARIO, files
from ecosim.errors import InputError
from ecosim.policies.base import Claim
from ecosim.policies.conflicts import Sketch, conflicts
from ecosim.policies.exposure_floor import ExposureFloor
from ecosim.policies.limits import Groups
from ecosim.runner.checks import check
from ecosim.state.plan import Plan
from tests.policies.worlds import config, policy, without

TAIL, HEAD = Aim(tiers=[Tier.TAIL]), Aim(tiers=[Tier.HEAD])


def made(kind: str, **settings: Any) -> Any:
    return registry.policies[kind].config(**settings)


def run(**policies: Any) -> SimulationConfig:
    """Sixty days with policies, twelve verticals, brands that keep 55% of the price and pay 15% commission."""
    return SimulationConfig(days=60, burn_in=10, threads=1, policies=policies)


MIX, OTHER_MIX = made("brand_budget_mix"), made("brand_budget_mix", head=0.9, waist=0.05, tail=0.05, start=10)
WEIGHTS = made("ranking_weights")
FLOOR = made("exposure_floor", share_of_mean=1.0, aim=Aim(), stop=20)

CONTRADICTIONS = [
    ({"a": MIX, "b": OTHER_MIX}, ["policies.a and policies.b", "days 10 to 59", "1.6"]),
    ({"a": made("brand_budget_mix", head=0.8)}, ["policies.a asks", "days 0 to 59", "1.5"]),
    ({"a": made("vertical_pool", aim=Aim())}, ["policies.a asks", "verticals", "1.8"]),
    (
        {
            "a": made("vertical_pool", slots=0.4, aim=Aim(verticals=[0, 1])),
            "b": made("vertical_pool", slots=0.3, aim=Aim(verticals=[1, 2], tiers=[Tier.TAIL]), start=20, stop=30),
        },
        ["policies.a and policies.b", "days 20 to 29", "1.1"],
    ),
    ({"a": made("regional_pool", slots=0.3, aim=Aim())}, ["policies.a asks", "regions", "1.2"]),
    ({"a": made("traffic_pools", levels=8, slots=0.1)}, ["policies.a asks", "levels", "0.7", "0.5"]),
    (
        {"a": made("commission_ladder", lifts=[0, 0, 0.5], start=20), "b": made("take_rate", rate=0.5, stop=30)},
        ["policies.a and policies.b", "days 20 to 29", "1.15"],
    ),
    (
        {"a": made("exposure_floor", share_of_mean=1.0, aim=Aim()), "b": made("vertical_pool", slots=0.5, start=20)},
        ["policies.a and policies.b", "days 20 to 59", "a asks for reserved_share=1", "b asks for vertical_slots=0.5"],
    ),
    (
        {
            "a": made("exposure_floor", share_of_mean=1.0, phase_in=9, stop=30),
            "b": made("regional_pool", slots=0.5, aim=Aim(regions=[2])),
            "c": made("regional_pool", slots=0.4, aim=Aim(regions=[3], max_age=30)),
        },
        ["policies.a, policies.b and policies.c", "days 0 to 29", "on day 9"],
    ),
    (
        {"a": WEIGHTS, "b": made("ranking_weights", preset="popularity", start=20, phase_in=9)},
        ["policies.a and policies.b", "days 29 to 59", "weights", "policies.a.stop=29"],
    ),
    (
        {"a": made("take_rate", aim=Aim(verticals=[3])), "b": made("take_rate", rate=0.1)},
        ["policies.a and policies.b", "Select policies.a after policies.b"],
    ),
]


@pytest.mark.parametrize(("policies", "said"), CONTRADICTIONS)
def test_a_contradiction_is_refused_before_the_run(policies: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        check(run(**policies))
    for words in said:
        assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "policies",
    [
        {"a": replace(MIX, stop=10), "b": OTHER_MIX},
        {"a": MIX, "b": replace(OTHER_MIX, strength=0.0)},
        {"a": replace(MIX, strength=0.4), "b": replace(OTHER_MIX, strength=0.4)},
        {"a": made("vertical_pool", slots=0.08, aim=Aim())},
        {"a": made("vertical_pool", aim=Aim(verticals=[2])), "b": made("regional_pool", slots=0.5)},
        {"a": WEIGHTS, "b": made("ranking_weights", preset="popularity", strength=0.5)},
        {"a": WEIGHTS, "b": made("ranking_weights", start=5)},
        {"a": replace(WEIGHTS, stop=20), "b": made("ranking_weights", preset="popularity", start=20)},
        {"a": made("take_rate"), "b": made("take_rate", rate=0.0, aim=Aim(verticals=[3]))},
        {"a": made("exposure_floor"), "b": made("exposure_cap"), "c": made("exposure_floor", share_of_mean=0.5)},
        {"a": FLOOR, "b": made("vertical_pool", slots=0.5, start=20), "c": replace(FLOOR, strength=0.4, stop=60)},
        {"a": FLOOR, "b": made("vertical_pool", slots=0.07, aim=Aim())},
        {"a": replace(FLOOR, aim=Aim(max_age=30)), "b": made("vertical_pool", slots=0.5)},
        {"a": made("exposure_floor", share_of_mean=0.5, aim=Aim()), "b": made("vertical_pool", slots=0.5)},
        {"a": made("regional_pool", slots=0.25, aim=Aim())},
        {entry.name: entry.config() for entry in registry.policies},
    ],
)
def test_what_can_be_had_together_is_let_pass(policies: dict[str, Any]) -> None:
    check(run(**policies))
    assert conflicts(run(**policies)) == []


@pytest.mark.parametrize(
    ("policies", "said"),
    [
        ({"a": made("commission_ladder", lifts=[0, 0, 0.3]), "b": made("take_rate", rate=0.2)}, "brand.margin"),
        ({"a": made("exposure_floor"), "b": made("exposure_cap", max_share=1e-4, start=5)}, "days 5 to 59"),
        (
            {"a": made("vertical_pool", slots=0.5), "b": made("regional_pool", slots=0.5, aim=Aim(regions=[2, 3]))},
            "come to 1.5 on day 0",
        ),
    ],
)
def test_what_is_hardly_meant_is_told_and_allowed(policies: dict[str, Any], said: str) -> None:
    check(run(**policies))
    (found,) = conflicts(run(**policies))
    assert said in found.text
    assert found.policies == ("a", "b")


def test_a_floor_and_a_ceiling_for_different_creators_do_not_meet() -> None:
    floor, ceiling = made("exposure_floor", aim=TAIL), made("exposure_cap", max_share=1e-4, aim=HEAD)
    assert conflicts(run(a=floor, b=ceiling)) == []


def test_what_the_platform_exceeds_by_itself_is_not_laid_to_a_policy() -> None:
    settings = replace(run(), brand=replace(run().brand, commission=0.6))
    assert conflicts(replace(settings, policies={"a": made("commission_ladder")})) == []


def test_what_a_floor_promises_in_a_world_is_what_the_limit_takes_it_for() -> None:
    """The margin for luck covers how the creators of a world fall into verticals and regions."""
    world, settings = without(), config()
    groups, alive = Groups(settings), np.flatnonzero(world.creators.alive)
    assert groups.share.sum() == pytest.approx(1.0)
    for number in range(settings.population.verticals):
        expected = groups.share[groups.vertical == number].sum()
        assert abs(expected - np.mean(world.creators.vertical[alive] == number)) < groups.luck
    for number in range(4):
        expected = groups.share[groups.region == number].sum()
        assert abs(expected - np.mean(world.creators.region[alive] == number)) < groups.luck


@pytest.mark.parametrize("name", sorted(files(SCENARIO)))
def test_no_scenario_contradicts_itself(name: str) -> None:
    assert conflicts(compose([f"scenario={name}", "days=300"])) == []


@pytest.mark.parametrize(
    ("kind", "aim", "said"),
    [
        ("vertical_pool", Aim(verticals=[12]), "aim.verticals: there is no vertical 12 in this world"),
        ("regional_pool", Aim(regions=[3]), "aim.regions: nobody lives in region 3"),
    ],
)
def test_an_aim_past_the_world_is_refused(kind: str, aim: Aim, said: str) -> None:
    people = PopulationConfig(region_shares=[0.5, 0.3, 0.2, 0.0])
    with pytest.raises(InputError, match=said):
        check(replace(run(a=made(kind, aim=aim)), population=people))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"aim": Aim(tiers=[Tier.HEAD, Tier.WAIST], max_age=0)}, "nobody is head or waist on the day of entry"),
        ({"start": -30, "stop": -10}, r"policies.a.stop \(-10\) .* -10 to 59, .* never in force"),
    ],
)
def test_what_can_meet_nobody_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        check(run(a=made("exposure_floor", **settings)))


def test_newcomers_are_no_aim_where_nobody_enters() -> None:
    closed = replace(run(a=made("newcomer_support", aim=Aim(max_age=7))), creator=CreatorConfig(entry_chance=0.0))
    with pytest.raises(InputError, match=r"nobody enters this world .*Write null for any age"):
        check(closed)
    check(replace(closed, policies={"a": made("newcomer_support", aim=Aim())}))


def test_no_aim_is_everyone() -> None:
    words = ["policy=exposure_floor", "policies.exposure_floor.aim=null"]
    assert compose(words).policies["exposure_floor"].aim == Aim()
    assert compose(words[:1]).policies["exposure_floor"].aim == TAIL


EXACT = {
    "exposure_floor": {"strength": 0.5},
    "vertical_pool": {"aim": Aim(verticals=[1])},
    "regional_pool": {"strength": 0.3},
    "traffic_pools": {},
    "ranking_weights": {"strength": 0.7},
    "take_rate": {"aim": Aim(verticals=[2])},
    "brand_budget_mix": {"strength": 0.5},
}


@pytest.mark.parametrize("kind", [*EXACT, "commission_ladder"])
def test_policies_ask_for_what_they_move(kind: str) -> None:
    """Else a conflict would be missed, or made up."""
    world, settings = without(), config(policies=policy(kind, **EXACT.get(kind, {})))
    entry = registry.policies[kind]
    plan = Plan.default(world.config, world.creators.size)
    entry.cls(settings.policies[kind]).apply(plan, world, 0)
    asked = Sketch(settings).plan(0)
    usual = Plan.default(world.config, world.creators.size)
    claimed = {claim.lever for claim in entry.cls(settings.policies[kind]).claims(settings)}
    assert plan.differing(usual)
    assert plan.differing(usual) <= claimed
    for lever in claimed:
        real, sketched = plan.levers[lever].value, asked.levers[lever].value
        assert real.max() <= sketched.max() + 1e-6
        if kind in EXACT:
            np.testing.assert_allclose(np.unique(real), np.unique(sketched), rtol=1e-6)


@schema
class _HalvedConfig(PolicyConfig):
    """Settings of a user's own policy."""

    kind: str = "halved_take"
    lever: str = "take_rate"


@pytest.fixture
def own_policy() -> Iterator[None]:
    """A policy of a user's own, which says what it asks for."""

    @registry.policies.register("halved_take", _HalvedConfig)
    class Halved(ExposureFloor):
        def claims(self, config: SimulationConfig) -> list[Claim]:
            settings: Any = self.config
            return [Claim(settings.lever, config.commerce.take_rate / 2)]

    yield
    registry.policies.unregister("halved_take")


@pytest.mark.usefixtures("own_policy")
def test_a_policy_of_ones_own_is_compared_too() -> None:
    with pytest.raises(InputError, match=r"policies\.mine and policies\.b conflict on days 0 to 59: both set lever"):
        check(run(mine=_HalvedConfig(), b=made("take_rate")))
    with pytest.raises(InputError, match=r"policies\.mine .*claims lever 'takerate'.*take_rate"):
        check(run(mine=_HalvedConfig(lever="takerate")))
