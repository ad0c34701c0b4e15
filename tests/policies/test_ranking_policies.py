"""What policies do to the score: if these fail, a goal is not reached, or the wrong items gain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import Aim, RecordingConfig
from ecosim.config.compose import compose
from ecosim.errors import InputError
from ecosim.stages.allocation import bonuses
from ecosim.state.plan import TERMS, Plan
from ecosim.state.schema import IMITATE, INNOVATE, OWN
from ecosim.state.world import World
from tests.policies.worlds import CONSUMERS, config, lived, policy, without

SEEDS = range(3)


def plan_under(world: World, kind: str, **settings: Any) -> Plan:
    """Apply a policy to the default plan of a world."""
    plan = Plan.default(world.config, world.creators.size)
    entry = registry.policies[kind]
    entry.cls(entry.config(**settings)).apply(plan, world, 0)
    return plan


def impressions_per_item(world: World, mode: int) -> float:
    """Mean impressions of videos of a mode over those of all."""
    video = world.items.parts == 0
    made = video & (world.items.mode == mode)
    return float(world.items.impressions[made].mean() / world.items.impressions[video].mean())


# ------------------------------------------------------------------------------------------------- diversity, novelty


def test_a_novelty_bonus_falls_with_likeness_to_hits() -> None:
    world = without()
    plan = plan_under(world, "diversity_rerank", novelty=2.0)
    likeness = np.einsum("kd,kd->k", world.items.style, world.knowledge.hits[world.items.vertical])
    np.testing.assert_allclose(bonuses(world, plan), 2.0 * (1 - np.maximum(likeness, 0)), atol=1e-5)
    assert not bonuses(world, Plan.default(world.config, world.creators.size)).any()


def test_sessions_become_more_varied() -> None:
    """Fails if the weight on variety does not reach what is shown."""

    def sameness(policies: dict[str, Any], seed: int) -> float:
        recording = RecordingConfig(panel=CONSUMERS, panel_every=1, metrics=["impressions"])
        world = lived(policies, days=8, seed=seed, recording=recording)
        panel = world.today.panel
        assert panel is not None
        found = []
        for person in range(CONSUMERS):
            keys = set(
                zip(*(panel[k][panel["consumer"] == person].tolist() for k in ("serial", "number")), strict=True)
            )
            rows = [k for k, key in enumerate(zip(world.items.serial, world.items.number, strict=True)) if key in keys]
            styles = world.items.style[rows]
            if len(rows) > 1:
                found.append(float(np.linalg.norm(styles.mean(axis=0))))
        return float(np.mean(found))

    varied = policy("diversity_rerank", diversity=4.0, novelty=0.0)
    assert np.mean([sameness(varied, s) for s in SEEDS]) < 0.97 * np.mean([sameness({}, s) for s in SEEDS])


def test_novelty_gives_innovations_more_impressions() -> None:
    new = policy("diversity_rerank", diversity=0.0, novelty=4.0)
    with_weight = [impressions_per_item(lived(new, seed=s), INNOVATE) for s in SEEDS]
    assert np.mean(with_weight) > 1.1 * np.mean([impressions_per_item(without(seed=s), INNOVATE) for s in SEEDS])


# --------------------------------------------------------------------------------------------------- ranking weights


def test_at_full_strength_the_feed_is_that_of_the_preset() -> None:
    ruled = lived(policy("ranking_weights", preset="popularity"), days=6)
    chosen = lived(ranker=registry.rankers["popularity"].config(), days=6)
    np.testing.assert_array_equal(ruled.items.impressions, chosen.items.impressions)
    assert not np.array_equal(ruled.items.impressions, without(6).items.impressions)


def test_half_strength_is_halfway_and_a_given_weight_beats_the_preset() -> None:
    world = without()
    usual = Plan.default(world.config, world.creators.size).weights.value
    goal = registry.rankers["chronological"].config()
    plan = plan_under(world, "ranking_weights", preset="chronological", strength=0.5, live=-3.0)
    expected = [(u + getattr(goal, term)) / 2 for u, term in zip(usual, TERMS, strict=True)]
    expected[TERMS.index("live")] = (usual[TERMS.index("live")] - 3.0) / 2
    np.testing.assert_allclose(plan.weights.value, expected, rtol=1e-5, atol=1e-6)


def test_a_preset_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"no ranker 'popular'.*popularity"):
        compose(["policy=ranking_weights", "policies.ranking_weights.preset=popular"])


# ------------------------------------------------------------------------------------------------------- originality


def test_copies_are_shown_less_and_made_less() -> None:
    protected = [lived(policy("originality_protection", damping=3.0), days=25, seed=s) for s in SEEDS]
    free = [without(25, s) for s in SEEDS]
    shown = [np.mean([impressions_per_item(world, IMITATE) for world in worlds]) for worlds in (protected, free)]
    assert shown[0] < 0.8 * shown[1]
    made = [np.mean([(world.items.mode == IMITATE).mean() for world in worlds]) for worlds in (protected, free)]
    assert made[0] < 0.9 * made[1], "creators must learn that copies pay less"


def test_only_copies_of_those_aimed_at_are_damped() -> None:
    world = without()
    items = world.items
    plan = plan_under(world, "originality_protection", damping=2.0, strength=0.5, aim=Aim(verticals=[1]))
    copies = (items.mode == IMITATE) & (items.vertical == 1) & world.creators.alive[items.creator]
    np.testing.assert_allclose(bonuses(world, plan), np.where(copies, -1.0, 0.0))
    assert copies.any()
    assert (items.mode == OWN).any()


def test_bonuses_reach_a_ranker_written_in_python() -> None:
    """The slow way scores like the fast one: what levers give to items is added by the feed."""
    entry = registry.rankers["multi_objective"]
    slow_class = type("Slow", (entry.cls,), {"score": lambda self, batch, out: entry.cls.score(self, batch, out)})
    fast = lived(policy("originality_protection"), days=2)
    world = lived(days=0, policies=policy("originality_protection"))
    world.ranker = slow_class(replace(config().ranker))
    from ecosim.pipeline import run_day

    for _ in range(2):
        run_day(world)
    assert world.today.impressions == fast.today.impressions
    assert np.mean(world.items.impressions == fast.items.impressions) > 0.95
