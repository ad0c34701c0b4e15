"""Vertical and regional pools: if these fail, a promise to a group is not kept, overshoots, or empties slots."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from ecosim.config import Aim, Tier
from ecosim.pipeline import run_day
from ecosim.policies.inert import cut_short
from ecosim.stages.guarantees import pools_of_groups, set_aside
from ecosim.state.plan import Plan
from ecosim.state.schema import TAIL
from ecosim.state.world import World
from tests.policies.worlds import lived, policy, without

DAYS = 20


def share_of(world: World, column: str, number: int, days: int = 7) -> float:
    """Share of the last days' impressions that creators of their own of a vertical or region got."""
    creators = world.creators
    back = (world.day - 1 - np.arange(days)) % 28
    shown = creators.impressions_month[:, back].sum(axis=1)
    return float(shown[(getattr(creators, column) == number) & (creators.brand < 0)].sum() / shown.sum())


def smallest(column: str, count: int) -> int:
    """The vertical or region that gets least by itself, of those that have somebody."""
    found = [share_of(without(DAYS), column, number) or 1.0 for number in range(count)]
    return int(np.argmin(found))


@pytest.mark.parametrize(
    ("kind", "column", "aim"), [("vertical_pool", "vertical", "verticals"), ("regional_pool", "region", "regions")]
)
def test_a_group_gets_what_it_is_promised_and_no_more(kind: str, column: str, aim: str) -> None:
    number = smallest(column, 4)
    alone = share_of(without(DAYS), column, number)
    promised = min(alone + 0.15, 0.5)
    world = lived(policy(kind, slots=promised, aim=Aim(**{aim: [number]})), days=DAYS)
    assert share_of(world, column, number) == pytest.approx(promised, abs=0.04)
    assert world.today.impressions > 0.97 * without(DAYS).today.impressions, "no slots are left empty"


@pytest.mark.parametrize("kind", ["vertical_pool", "regional_pool"])
def test_a_promise_of_what_a_group_has_anyway_is_inert(kind: str) -> None:
    world = lived(policy(kind, slots=0.01, aim=Aim(verticals=[0, 1, 2, 3])), days=8)
    np.testing.assert_array_equal(world.items.impressions, without(8).items.impressions)


def test_after_the_stop_nothing_is_set_aside() -> None:
    world = lived(policy("vertical_pool", slots=0.5, stop=5, aim=Aim(verticals=[3])), days=7)
    assert not world.knowledge.set_aside.any()


def test_the_aim_says_whose_videos_fill_the_pool() -> None:
    aim = Aim(verticals=[2], tiers=[Tier.TAIL])
    world = deepcopy(lived(policy("vertical_pool", slots=0.5, aim=aim), days=8))
    plan = Plan.default(world.config, world.creators.size)
    world.policies["vertical_pool"].apply(plan, world, 8)
    aside = set_aside(world, plan)
    (pool,) = pools_of_groups(world, plan, aside)
    makers = world.items.creator[pool.entries]
    assert set(world.creators.vertical[makers].tolist()) == {2}
    assert set(world.creators.tier[makers].tolist()) == {TAIL}
    assert not world.items.parts[pool.entries].any(), "live sessions are on for hours only"
    assert pool.share == aside[2] > 0


def test_what_is_set_aside_follows_what_was_delivered() -> None:
    world = deepcopy(lived(policy("vertical_pool", slots=0.4, aim=Aim(verticals=[3])), days=8))
    before, delivered = world.knowledge.set_aside[3], share_of(world, "vertical", 3, days=1)
    run_day(world)
    assert world.knowledge.set_aside[3] == pytest.approx(np.clip(before + 0.5 * (0.4 - delivered), 0, 0.4), abs=0.02)


def test_it_is_told_when_groups_want_more_than_can_be_set_aside() -> None:
    promises = policy("vertical_pool", slots=0.5, aim=Aim(verticals=[3]))
    assert cut_short(lived(promises, days=8)) == []
    promises |= policy("regional_pool", slots=0.5, aim=Aim(regions=[2, 3]))
    (told,) = cut_short(lived(promises, days=8))
    assert "at most 50% can be" in told
