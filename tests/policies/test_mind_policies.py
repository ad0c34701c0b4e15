"""What policies do to creators' minds, skills and honours: if these fail, nobody learns or earns more by them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import Aim
from ecosim.kernels import craft, decisions
from ecosim.pipeline import run_day
from ecosim.policies.honor_badges import HonorBadges, HonorBadgesConfig, liked
from ecosim.stages.publishing import motivated
from ecosim.state.plan import Plan
from ecosim.state.world import World
from ecosim.strategies.base import Observation
from tests.policies.worlds import config, lived, policy, without
from tests.strategies.test_rules import sight

f32 = np.float32
SEEDS = range(3)


# -------------------------------------------------------------------------------------------------------- transparency


@pytest.mark.parametrize("kind", ["reinforcement", "noisy_satisficing", "best_response"])
def test_with_less_noise_more_creators_choose_what_pays(kind: str) -> None:
    strategy = registry.strategies[kind].cls(registry.strategies[kind].config())

    def best(noise: float) -> float:
        seen: Observation = sight(
            noise=f32(noise), mode=np.int8(1), beliefs=np.array([0.3, 0.2, 0.1], f32), aspiration=f32(0.2)
        )
        return float((strategy.decide(seen).mode == (1 if kind == "noisy_satisficing" else 0)).mean())

    assert best(0.25) >= best(1.0) >= best(4.0)
    if kind != "noisy_satisficing":
        assert best(0.25) > best(4.0)


def test_satisficers_leave_what_falls_short_sooner_with_less_noise() -> None:
    entry = registry.strategies["noisy_satisficing"]
    strategy = entry.cls(entry.config(noise=1.0))

    def left(noise: float) -> float:
        return float((strategy.decide(sight(noise=f32(noise), aspiration=f32(0.5))).mode != 0).mean())

    assert left(0.25) > left(1.0) + 0.2


def errors(noise: float) -> np.ndarray:
    out, n = np.empty(4000), 4000
    serial, number = np.arange(n), np.ones(n, np.int64)
    craft.reading_errors(1, 5, np.zeros(n, np.int32), serial, number, np.array([noise], f32), out)
    return out


def test_results_are_misread_by_as_much_as_the_lever_says() -> None:
    assert errors(0.4).std() == pytest.approx(0.4, rel=0.05)
    assert abs(errors(0.4).mean()) < 0.03
    np.testing.assert_allclose(errors(0.2), errors(0.4) / 2)
    assert not errors(0.0).any()


def test_transparency_takes_away_its_part_of_both_noises() -> None:
    career = replace(config().creator, learning_noise=0.8)
    world = lived(policy("transparency", clarity=0.5, strength=0.5, aim=Aim(verticals=[2])), days=3, creator=career)
    told = (world.creators.vertical == 2) & world.creators.alive
    np.testing.assert_allclose(world.plan.learning_noise.value, np.where(told, 0.6, 0.8), rtol=1e-6)
    np.testing.assert_allclose(world.plan.choice_noise.value, np.where(told, 0.75, 1.0))


def test_who_reads_results_clearly_believes_what_is_true() -> None:
    """Beliefs of misreading creators spread more; published rules bring them back."""
    career = replace(config().creator, learning_noise=2.0)

    def spread(policies: dict[str, Any], seed: int) -> float:
        beliefs = lived(policies, seed=seed, creator=career).creators.beliefs
        return float(beliefs[beliefs != 0].std())

    clear = np.mean([spread(policy("transparency", clarity=1.0), s) for s in SEEDS])
    assert clear < 0.8 * np.mean([spread({}, s) for s in SEEDS])


# ------------------------------------------------------------------------------------------------------------ training


def test_those_who_are_trained_become_better_and_the_others_do_not() -> None:
    trained, free = (
        lived(policies, creator=replace(config().creator, skill_rate=0.05))
        for policies in (policy("creator_training", lift=1.0, cost=0.0, aim=Aim(verticals=[0])), {})
    )
    stayed = trained.creators.alive[: free.creators.size] & free.creators.alive & free.creators.founder
    gain = (trained.creators.skill[: free.creators.size] - free.creators.skill)[stayed]
    aimed = free.creators.vertical[stayed] == 0
    expected = 1.0 - 0.95**15  # of the way after fifteen days
    assert gain[aimed].mean() == pytest.approx(expected, abs=0.1)
    assert abs(gain[~aimed].mean()) < 0.05


# -------------------------------------------------------------------------------------------------------------- badges


def badged(world: World, **settings: Any) -> tuple[World, np.ndarray]:
    """Return a copy of the world with a fresh plan, and the rows that a policy gives badges to."""
    world = deepcopy(world)
    world.day = 21  # a day on which badges are given anew
    world.plan = Plan.default(world.config, world.creators.size)
    rule = HonorBadges(HonorBadgesConfig(**settings))
    rule.apply(world.plan, world, 0)
    return world, np.flatnonzero(world.plan.badge.value)


def test_badges_go_to_those_who_are_liked_best() -> None:
    world, wearers = badged(without(), best=0.2)
    creators = world.creators
    known = np.flatnonzero(creators.alive & (creators.record_views > 0))
    others = np.setdiff1d(known, wearers)
    assert wearers.size == round(0.2 * creators.alive.sum())
    assert liked(world, wearers).min() >= liked(world, others).max()


def test_a_badge_is_kept_for_a_week() -> None:
    world = lived(policy("honor_badges", best=0.2), days=8)  # given on day 7
    given = np.flatnonzero(world.creators.badge)
    for _ in range(6):
        run_day(world)
        assert set(np.flatnonzero(world.creators.badge)) <= set(given)
    for _ in range(8):
        run_day(world)
    assert set(np.flatnonzero(world.creators.badge)) != set(given)


def test_who_wears_a_badge_posts_more_and_who_loses_it_no_longer() -> None:
    world = lived(policy("honor_badges", best=0.3, stop=12), days=12)
    wearing, creators = world.creators.badge > 0, world.creators
    factor = world.config.creator.badge_effort
    np.testing.assert_allclose(motivated(world)[wearing], np.minimum(factor * creators.effort[wearing], 8), rtol=1e-6)
    np.testing.assert_array_equal(motivated(world)[~wearing], creators.effort[~wearing])
    assert wearing.any()
    run_day(world)
    assert not world.creators.badge.any()


def test_a_badge_is_worth_trust_up_to_full_trust() -> None:
    assert decisions.credited(f32(0.5), f32(0.1)) == pytest.approx(0.6)
    assert decisions.credited(f32(0.95), f32(0.1)) == 1.0
    assert decisions.credited(f32(0.37), f32(0.0)) == f32(0.37)


def test_badges_sell() -> None:
    """Trust in who wears a badge must reach the till: fails if the credit is not read where people buy."""
    commerce = replace(config().commerce, badge_trust=1.0, order_trust=6.0)
    career = replace(config().creator, badge_effort=1.0)

    def orders(policies: dict[str, Any], seed: int) -> float:
        world = lived(policies, days=10, seed=seed, commerce=commerce, creator=career)
        items = world.items
        carrying = (items.product >= 0) & (world.creators.brand[items.creator] < 0)
        return float(items.orders[carrying].sum() / items.clicks[carrying].sum())

    everyone = policy("honor_badges", best=1.0)
    assert np.mean([orders(everyone, s) for s in SEEDS]) > 1.3 * np.mean([orders({}, s) for s in SEEDS])
