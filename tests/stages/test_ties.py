"""Entrants tie up with living creators, mostly of their vertical, and more often with those who have many ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import BrandConfig
from ecosim.stages.genesis import create_world
from ecosim.stages.ties import tie_entrants
from ecosim.state.graph import Ties
from ecosim.state.world import World
from ecosim.testing import run_world, small_config

CREATORS, ENTRANTS = 60, 400


def with_entrants(seed: int = 1, entrants: int = ENTRANTS, **settings: Any) -> World:
    """A world of two verticals into which many creators enter at once; the first founder is a hub, two have left."""
    config = small_config(seed, creators=CREATORS, consumers=80, brand=BrandConfig(own_accounts=False))
    config.collaborators = registry.collaborators["none"].config(**settings)
    world = create_world(config)
    world.collaborators = Ties.from_edges(CREATORS, np.zeros(9, np.int64), np.arange(1, 10))
    world.creators.vertical[:] = np.arange(CREATORS) % 2
    world.creators.alive[[5, 6]] = False
    rows = world.creators.append(entrants)
    world.creators.serial[rows] = (1 << 20) + np.arange(entrants)
    world.creators.vertical[rows] = np.arange(entrants) % 2
    tie_entrants(world, rows)
    world.collaborators.check(CREATORS + entrants)
    return world


def partners(world: World) -> list[set[int]]:
    return [set(world.collaborators.of(row).tolist()) for row in range(CREATORS, world.creators.size)]


def test_each_has_as_many_as_asked_for_all_alive_and_there_before() -> None:
    for chosen in partners(with_entrants(entrant_ties=3)):
        assert len(chosen) == 3
        assert max(chosen) < CREATORS
        assert not chosen & {5, 6}


@pytest.mark.parametrize("within", [0.0, 0.5, 1.0])
def test_ties_stay_within_the_vertical_as_often_as_asked_for(within: float) -> None:
    world = with_entrants(entrant_ties=2, entrant_within=within)
    same = [world.creators.vertical[c] == n % 2 for n, chosen in enumerate(partners(world)) for c in chosen]
    assert np.mean(same) == pytest.approx(within, abs=0.05)


def test_who_has_many_ties_gets_more() -> None:
    """The hub has nine ties and counts ten times; its nine partners count twice, all others once."""
    world = with_entrants(entrants=4_000, entrant_ties=1, entrant_within=1.0)
    chosen = np.bincount([creator for one in partners(world) for creator in one], minlength=CREATORS)
    even = list(range(12, CREATORS, 2))
    living = [row for row in range(0, CREATORS, 2) if row != 6]
    rate = np.array([10.0 if row == 0 else 2.0 if row < 10 else 1.0 for row in living])
    assert chosen[0] == pytest.approx(2_000 * 10 / rate.sum(), rel=0.1)
    assert chosen[even].mean() == pytest.approx(2_000 / rate.sum(), rel=0.1)


def test_where_a_vertical_has_too_few_the_others_step_in() -> None:
    world = with_entrants(entrant_ties=40, entrant_within=1.0)
    assert {len(chosen) for chosen in partners(world)} == {40}
    assert {len(chosen) for chosen in partners(with_entrants(entrant_ties=50, entrants=20))} == {50}


def test_nobody_ties_up_when_nobody_lives_or_none_are_asked_for() -> None:
    assert all(not chosen for chosen in partners(with_entrants(entrant_ties=0)))


def test_another_entrant_and_another_death_disturb_no_other_race() -> None:
    """Draws are keyed by the pair: with one creator less, only who would have taken that one chooses another."""
    before, after = with_entrants(entrant_ties=2), with_entrants(entrant_ties=2, entrants=ENTRANTS - 1)
    assert partners(before)[:-1] == partners(after)
    config = small_config(1, creators=CREATORS, consumers=80, brand=BrandConfig(own_accounts=False))
    config.collaborators = registry.collaborators["none"].config(entrant_ties=2)
    fewer = create_world(config)
    fewer.collaborators = Ties.from_edges(CREATORS, np.zeros(9, np.int64), np.arange(1, 10))
    fewer.creators.vertical[:] = np.arange(CREATORS) % 2
    fewer.creators.alive[[5, 6, 20]] = False
    rows = fewer.creators.append(ENTRANTS)
    fewer.creators.serial[rows] = (1 << 20) + np.arange(ENTRANTS)
    fewer.creators.vertical[rows] = np.arange(ENTRANTS) % 2
    tie_entrants(fewer, rows)
    for with_it, without in zip(partners(before), partners(fewer), strict=True):
        assert with_it - {20} <= without


def test_the_graph_grows_with_the_table_in_a_run() -> None:
    world = run_world(small_config(days=12), 12)
    entrants = np.flatnonzero(~world.creators.founder)
    assert entrants.size > 0
    world.collaborators.check(world.creators.size)
    world.friends.check(world.consumers.size)
    assert (world.collaborators.degree[entrants] >= 2).all()
