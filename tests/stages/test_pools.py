"""The ladder of traffic pools: if these fail, a race is not run, not won by the better, or wins nothing."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import EngineConfig, PlatformConfig, PopulationConfig, RecordingConfig, ScaleConfig, SimulationConfig
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from ecosim.stages.pools import OUT, Pool, climbing, lay_out, promote, rate
from ecosim.state.plan import Plan
from ecosim.state.world import World
from ecosim.testing import run_world

RESERVED = 4
CONSUMERS = 1500


def config(levels: int, **changes: Any) -> SimulationConfig:
    """Return a world in which races take some days and everybody's day is logged."""
    sections: dict[str, Any] = {
        "platform": PlatformConfig(
            pool_levels=levels, pool_growth=2, pool_promotion=0.4, fresh_slots=0.05, fresh_below=0.3
        ),
        "population": PopulationConfig(sessions=1.2, slots=8),
        "scale": ScaleConfig(consumers=CONSUMERS, creators=60),
        "strategy": registry.strategies["fixed"].config(posts_a_day=0.8),
        "recording": RecordingConfig(panel=CONSUMERS, panel_every=1, metrics=["impressions"]),
        "engine": EngineConfig(debug=True),
    }
    return SimulationConfig(seed=3, days=30, burn_in=0, **(sections | changes))


@pytest.fixture(scope="module")
def racing() -> World:
    return run_world(config(levels=3), 12)


def keys(world: World) -> list[tuple[int, int]]:
    return list(zip(world.items.serial.tolist(), world.items.number.tolist(), strict=True))


def test_items_climb_and_fall(racing: World) -> None:
    levels = racing.items.level.tolist()
    assert set(levels) == {OUT, 0, 1, 2}
    assert levels.count(OUT) > levels.count(1)


def test_nobody_races_on_one_level() -> None:
    assert not run_world(config(levels=1), 8).items.level.any()


def test_the_best_of_a_cohort_go_up_and_the_others_out(racing: World) -> None:
    """By hand: ten items that have just used up level 1, and others that must be left alone."""
    world = deepcopy(racing)
    items = world.items
    items.level[:] = 0
    items.impressions[:] = 0
    cohort, waiting, old, above = np.arange(10), 10, 11, 12
    items.level[:14] = 1
    items.level[above] = 2
    items.day[:14] = world.day - 2
    items.day[old] = world.day - 6
    items.impressions[:14] = 10**6
    items.impressions[waiting] = 1
    items.interactions[:14] = 1000
    items.vertical[:14] = 0
    items.duration[:14] = 20_000
    items.watch[:14] = (10**6 * 20_000 * 0.4) + 10**8 * np.array([3, 9, 1, 8, 2, 7, 5, 6, 4, 0, 50, 60, 70, 2.5])
    promote(world)
    best = [1, 3, 5, 7]  # four of eleven
    assert np.flatnonzero(items.level[:10] == 2).tolist() == best
    assert set(items.level[np.setdiff1d(cohort, best)].tolist()) == {OUT}
    assert items.level[waiting] == 1, "who has impressions left goes on"
    assert items.level[old] == 1, "who is too old is not judged any more"
    assert items.level[above] == 2, "on the last level there is nothing to win"
    assert items.level[13] == OUT


def test_what_is_liked_counts_beside_what_is_watched(racing: World) -> None:
    world = deepcopy(racing)
    items = world.items
    for name in ("impressions", "watch", "interactions", "duration", "vertical"):
        getattr(items, name)[:2] = getattr(items, name)[0]
    items.impressions[:2] = 100
    items.interactions[:2] = (5, 9)
    dull, liked = rate(world, np.arange(2))
    assert liked > dull


@pytest.mark.parametrize(("promotion", "expected"), [(0.0, {OUT, 0}), (1.0, {0, 1, 2})])
def test_promotion_of_nobody_and_of_everybody(promotion: float, expected: set[int]) -> None:
    settings = config(levels=3)
    world = run_world(replace(settings, platform=replace(settings.platform, pool_promotion=promotion)), 10)
    assert set(world.items.level.tolist()) == expected


def test_every_level_has_its_share_of_slots(racing: World) -> None:
    """Reserved impressions, not merely candidates: of each level about as many as the setting says."""
    world, served, slots = deepcopy(racing), {1: 0, 2: 0}, 0
    for _ in range(4):
        level = dict(zip(keys(world), world.items.level.tolist(), strict=True))
        run_day(world)
        panel = world.today.panel
        assert panel is not None
        slots += world.today.slots
        for serial, number, flags in zip(*(panel[k].tolist() for k in ("serial", "number", "flags")), strict=True):
            if flags & RESERVED and level.get((serial, number), 0) > 0:
                served[level[serial, number]] += 1
    for got in served.values():
        assert got / slots == pytest.approx(0.05, rel=0.15), served


def test_winners_of_a_race_are_shown_more_than_without_it(racing: World) -> None:
    """The same morning under the same draws, with the ladder and without: fails if levels win nothing."""
    ladder, level = deepcopy(racing), deepcopy(racing)
    level.config.platform.pool_levels = 1
    winners = [key for key, on in zip(keys(racing), racing.items.level.tolist(), strict=True) if on > 0]
    for world in (ladder, level):
        run_day(world)
    shown = []
    for world in (ladder, level):
        today = dict(zip(keys(world), world.items.impressions_today.tolist(), strict=True))
        shown.append(sum(today.get(key, 0) for key in winners))
    assert shown[0] > 1.2 * shown[1]
    assert ladder.today.impressions == pytest.approx(level.today.impressions, rel=0.01), "no slot is left empty"


def test_the_race_is_won_by_what_is_watched_better(racing: World) -> None:
    items = racing.items
    share = items.watch / items.duration / np.maximum(items.impressions, 1)
    assert share[items.level > 0].mean() > share[items.level == OUT].mean()


def test_a_lever_moves_the_ladder() -> None:
    world = create_world(config(levels=1))
    for _ in range(6):
        run_day(world)
    plan = Plan.default(world.config, world.creators.size)
    assert climbing(world, plan) == []
    plan.pool_levels.raise_to(4)
    plan.pool_promotion.replace(0.5)
    world.plan = plan
    promote(world)
    assert set(world.items.level.tolist()) >= {OUT, 1}


# ------------------------------------------------------------------------------------------------ laying out a slate

WORDS = np.arange(1, 400, dtype=np.uint32) * 7919


def test_a_pool_alone_is_listed_once() -> None:
    assert sorted(lay_out([Pool(np.arange(20, dtype=np.int32), 0.02)], WORDS, 0.4, 8).tolist()) == list(range(20))
    assert lay_out([], WORDS, 0.4, 8).size == 0


def test_blocks_are_as_long_as_their_shares_and_hold_everyone() -> None:
    first, second = np.arange(100, dtype=np.int32), np.arange(100, 105, dtype=np.int32)
    slate = lay_out([Pool(first, 0.06), Pool(second, 0.02)], WORDS, 0.4, 8)
    assert np.mean(slate < 100) == pytest.approx(0.75, abs=0.01)
    assert set(slate.tolist()) == set(range(105))
    windows = [set((slate[k : k + 8] < 100).tolist()) for k in range(slate.size - 8)]
    assert np.mean([len(kinds) == 1 for kinds in windows]) > 0.95
    assert all(len(set(slate[k : k + 5].tolist())) == 5 for k in range(slate.size - 8) if slate[k] >= 100)


def test_a_floor_is_kept_beside_the_ladder() -> None:
    policies = {"floor": registry.policies["exposure_floor"].config(start=0, share_of_mean=0.3)}
    both, alone = (run_world(config(levels=levels, policies=policies), 14) for levels in (3, 1))
    met = registry.metrics["floor_met_share"].cls()
    for world in (both, alone):
        world.day -= 1
    assert met.measure(both) > met.measure(alone) - 0.15
