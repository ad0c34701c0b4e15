"""Vertical pool: creators of chosen verticals are guaranteed a share of the slots, as in pools for agriculture."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from ecosim.config import Aim, PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema
from ecosim.policies.base import Claim, Purpose, meant_for, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class VerticalPoolConfig(PolicyConfig):
    """Settings of the pool; the aim says which verticals have one."""

    kind: str = "vertical_pool"
    slots: Annotated[float, between(0, 0.5, "slots guaranteed to each vertical aimed at", unit="share of slots")] = 0.15
    aim: Aim = field(default_factory=lambda: Aim(verticals=[11]))


@policies.register("vertical_pool", VerticalPoolConfig)
class VerticalPool:
    """Guarantee creators of chosen verticals a share of all slots, together.

    The counterpart of traffic pools for agriculture, crafts or heritage. Lever: `vertical_slots`. Each vertical aimed
    at has a pool of its own; tiers, regions and age of the aim say whose videos fill it. Slots are set aside for what
    they do not get by themselves, corrected each day by what was delivered, so a guarantee below what they get anyway
    is inert. Uncertain: platforms announce such pools by the billion impressions and do not say how much of that would
    have been shown without them.
    """

    def __init__(self, config: VerticalPoolConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for the pool of every vertical aimed at."""
        return [Claim("vertical_slots", self.config.slots, self.config.aim)]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let creators of these verticals be seen more."""
        return meant_for(self.config.aim, "impressions")

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise the guarantee of the creators aimed at."""
        selected = select(self.config.aim, world.creators, world.day)
        plan.vertical_slots.raise_to(strength(self.config, day) * self.config.slots, selected)
