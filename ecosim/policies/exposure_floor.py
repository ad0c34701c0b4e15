"""Exposure floor: small accounts are guaranteed a share of the mean impressions."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from ecosim.config import Aim, PolicyConfig, SimulationConfig, Tier
from ecosim.config.fields import schema, share
from ecosim.policies.base import Claim, Purpose, meant_for, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class ExposureFloorConfig(PolicyConfig):
    """Settings of the floor."""

    kind: str = "exposure_floor"
    share_of_mean: Annotated[float, share("guaranteed impressions, of the mean a creator and day", source="S06")] = 0.2
    aim: Aim = field(default_factory=lambda: Aim(tiers=[Tier.TAIL]))


@policies.register("exposure_floor", ExposureFloorConfig)
class ExposureFloor:
    """Guarantee small creators a share of the mean impressions (facts S05, S06).

    The counterpart of a platform's promise of so many recommendations a month to accounts below a follower count. Slots
    are reserved for those who fell short over the last days; who publishes nothing cannot be shown. Uncertain: the
    promise is of recommendations, and platforms do not say what share is really delivered.
    """

    def __init__(self, config: ExposureFloorConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for the floor."""
        return [Claim("reserved_share", self.config.share_of_mean, self.config.aim)]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let those aimed at be seen more, and attention be less unequal."""
        return [Purpose("impressions_gini", higher=False), *meant_for(self.config.aim, "impressions")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise the reserved share of the creators aimed at."""
        selected = select(self.config.aim, world.creators, world.day)
        plan.reserved_share.raise_to(strength(self.config, day) * self.config.share_of_mean, selected)
