"""Traffic pools: a ladder on which new items race for ever larger audiences, as platforms describe cold start."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema, share
from ecosim.policies.base import Claim, Purpose, raised, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class TrafficPoolsConfig(PolicyConfig):
    """Settings of the ladder; it has no aim, because every new item races."""

    kind: str = "traffic_pools"
    levels: Annotated[int, between(1, 8, "levels of pools, the fresh pool included", unit="levels")] = 4
    slots: Annotated[float, between(0, 0.5, "slots reserved for each level", unit="share")] = 0.04
    growth: Annotated[float, between(1, 100, "size of a pool over that of the level below", unit="1")] = 3.0
    promotion: Annotated[float, share("best of a level's cohort who go up")] = 0.33


@policies.register("traffic_pools", TrafficPoolsConfig)
class TrafficPools:
    """Let new items climb a ladder of pools, each with slots of its own and a larger audience than the one below.

    The counterpart of the race-horse mechanism that platforms describe for cold start. Levers: `pool_levels`,
    `fresh_slots`, `pool_growth`, `pool_promotion`. Strength scales what is added, in whole levels; a ladder is never
    cut below what the platform has. Uncertain: sizes and promotion rules are trade secrets; the figures in circulation
    are hearsay.
    """

    def __init__(self, config: TrafficPoolsConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for levels and their slots, and set how a race is run."""
        rule = self.config
        wanted: dict[str, float] = {"pool_levels": rule.levels, "fresh_slots": rule.slots}
        wanted |= {"pool_growth": rule.growth, "pool_promotion": rule.promotion}
        return [Claim(lever, value) for lever, value in wanted.items()]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let those be seen whom nobody follows yet."""
        return [Purpose("newcomer_impression_share")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise levels and slots, and move growth and promotion, by strength."""
        now, rule, platform = strength(self.config, day), self.config, world.config.platform
        plan.pool_levels.raise_to(raised(platform.pool_levels, rule.levels, now))
        plan.fresh_slots.raise_to(raised(platform.fresh_slots, rule.slots, now))
        plan.pool_growth.replace(rule.growth, now)
        plan.pool_promotion.replace(rule.promotion, now)
