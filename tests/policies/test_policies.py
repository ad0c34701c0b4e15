"""Policies work on whom they are aimed at, when they are due, and do what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import Aim, EngineConfig, LiveConfig, PlatformConfig, PolicyConfig, Tier
from ecosim.kernels.viewing import RESERVED
from ecosim.pipeline import run_day
from ecosim.policies.base import select, strength
from ecosim.stages.common import newcomers
from ecosim.stages.genesis import create_world
from ecosim.stages.promotion import LAST_NUMBER
from ecosim.state.schema import HEAD, TAIL, WAIST
from ecosim.state.world import World
from ecosim.testing import run_world, small_config

QUICK = EngineConfig()  # without the checks of debug mode


@pytest.mark.parametrize(
    ("day", "expected"),
    [(-1, 0), (4, 0), (5, 0.2), (6, 0.4), (7, 0.6), (8, 0.8), (9, 0.8), (19, 0.8), (20, 0), (99, 0)],
)
def test_strength_rises_over_the_phase_in_and_ends_with_the_dates(day: int, expected: float) -> None:
    config = PolicyConfig(kind="x", start=5, stop=20, phase_in=3, strength=0.8)
    assert strength(config, day) == pytest.approx(expected)


@pytest.fixture(scope="module")
def lived() -> World:
    return run_world(small_config(), 12)


@pytest.mark.parametrize(
    "aim",
    [
        Aim(),
        Aim(tiers=[Tier.TAIL]),
        Aim(tiers=[Tier.HEAD, Tier.WAIST]),
        Aim(verticals=[1]),
        Aim(regions=[0, 3]),
        Aim(max_age=3),
        Aim(tiers=[Tier.TAIL], verticals=[0], max_age=8),
    ],
)
def test_an_aim_equals_asking_each_creator(lived: World, aim: Aim) -> None:
    names = {Tier.HEAD: HEAD, Tier.WAIST: WAIST, Tier.TAIL: TAIL}
    creators, expected = lived.creators, []
    for row in range(creators.size):
        meant = bool(creators.alive[row])
        if aim.tiers is not None:
            meant = meant and int(creators.tier[row]) in {names[tier] for tier in aim.tiers}
        if aim.verticals is not None:
            meant = meant and int(creators.vertical[row]) in aim.verticals
        if aim.regions is not None:
            meant = meant and int(creators.region[row]) in aim.regions
        if aim.max_age is not None:
            age = lived.day - int(creators.entered[row])
            meant = meant and age <= aim.max_age and not creators.founder[row]
        expected.append(meant)
    assert select(aim, creators, lived.day).tolist() == expected
    assert any(expected) or aim.tiers == [Tier.HEAD, Tier.WAIST]


def newcomers_share(world: World) -> float:
    """Share of the day's impressions that newcomers got."""
    new = np.flatnonzero(newcomers(world))
    return float(world.today.creator_impressions[new[new < world.today.creator_impressions.size]].sum()) / max(
        world.today.impressions, 1
    )


def test_newcomer_support_gives_newcomers_more() -> None:
    support = registry.policies["newcomer_support"].config(boost=3.0)
    days, seeds = 8, range(4)
    without = [newcomers_share(run_world(small_config(seed=s, engine=QUICK), days)) for s in seeds]
    supported = [
        newcomers_share(run_world(small_config(seed=s, policies={"p": support}, engine=QUICK), days)) for s in seeds
    ]
    assert np.mean(supported) > np.mean(without)


def test_the_floor_lifts_those_who_get_least() -> None:
    floor = registry.policies["exposure_floor"].config(share_of_mean=0.8)
    days, seeds = 9, range(3)

    def least(config_seed: int, policies: dict[str, object]) -> float:
        world = run_world(small_config(seed=config_seed, policies=policies, engine=QUICK), days)
        living = world.impressions_of_month()[world.creators.alive & world.creators.founder]
        return float(np.sort(living)[: max(living.size // 3, 1)].mean() / living.mean())

    assert np.mean([least(s, {"p": floor}) for s in seeds]) > np.mean([least(s, {}) for s in seeds])


@pytest.mark.parametrize("share_of_mean", [0.05, 0.2])
def test_a_floor_empties_no_slots(share_of_mean: float) -> None:
    """A reserved pool lists an item many times; its copies must not crowd out what fills the other slots."""
    floor = registry.policies["exposure_floor"].config(share_of_mean=share_of_mean)
    seeds = range(3)

    def filled(seed: int, policies: dict[str, object]) -> float:
        world = run_world(small_config(seed=seed, policies=policies, engine=QUICK), 9)
        return world.today.impressions / world.today.slots

    assert np.mean([filled(s, {"p": floor}) for s in seeds]) >= np.mean([filled(s, {}) for s in seeds]) - 0.005


def test_reserved_slots_hold_no_live_sessions() -> None:
    """Reserved slots do not look at the clock, and a session is on for hours only."""
    world = create_world(
        small_config(
            policies={"p": registry.policies["exposure_floor"].config(share_of_mean=0.8)},
            live=LiveConfig(chance=0.9),
            platform=PlatformConfig(fresh_slots=0),
        )
    )
    reserved, sessions = 0, 0
    for _ in range(8):
        run_day(world)
        panel = world.today.panel
        assert panel is not None
        kept, live = panel["flags"] & RESERVED != 0, panel["number"] & 0xFF == LAST_NUMBER
        assert not np.any(kept & live)
        reserved, sessions = reserved + int(kept.sum()), sessions + int(live.sum())
    assert min(reserved, sessions) > 100


def test_bite_is_measured_and_shadow_touches_nothing() -> None:
    floor = {"p": registry.policies["exposure_floor"].config(share_of_mean=0.8, start=2)}
    world = run_world(small_config(policies=floor), 9)  # day 8 is a recording day
    groups = {row["group"]: row for row in world.today.bite}
    assert {"all", "head", "tail", "newcomers"} <= set(groups)
    assert groups["all"]["differing"] > 0
    assert groups["all"]["slots"] == sum(groups[name]["slots"] for name in ("head", "waist", "tail", "brands"))
    assert world.today.impressions == groups["all"]["slots"]  # everyone is on this panel: shadow served as served
