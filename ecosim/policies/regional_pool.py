"""Regional pool: creators of chosen regions are guaranteed a share of the slots, as in county and rural support."""

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
class RegionalPoolConfig(PolicyConfig):
    """Settings of the pool; the aim says which regions have one."""

    kind: str = "regional_pool"
    slots: Annotated[float, between(0, 0.5, "slots guaranteed to each region aimed at", unit="share of slots")] = 0.2
    aim: Aim = field(default_factory=lambda: Aim(regions=[3]))


@policies.register("regional_pool", RegionalPoolConfig)
class RegionalPool:
    """Guarantee creators of chosen regions a share of all slots, together.

    The counterpart of county and rural support. Lever: `region_slots`. Each region tier aimed at has a pool of its own,
    shown to consumers of all regions; tiers, verticals and age of the aim say whose videos fill it. Slots are set aside
    for what they do not get by themselves, corrected each day by what was delivered, so a guarantee below what they get
    anyway is inert. Uncertain: platforms announce such pools by the billion impressions and do not say how much of that
    would have been shown without them.
    """

    def __init__(self, config: RegionalPoolConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for the pool of every region aimed at."""
        return [Claim("region_slots", self.config.slots, self.config.aim)]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let creators of these regions be seen more."""
        return meant_for(self.config.aim, "impressions")

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise the guarantee of the creators aimed at."""
        selected = select(self.config.aim, world.creators, world.day)
        plan.region_slots.raise_to(strength(self.config, day) * self.config.slots, selected)
