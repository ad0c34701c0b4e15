"""Take rate: the platform's part of sales changes, for all verticals or for some."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import Aim, PolicyConfig, SimulationConfig
from ecosim.config.fields import schema, share
from ecosim.policies.base import Claim, Purpose, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class TakeRateConfig(PolicyConfig):
    """Settings of the take rate; of the aim, only the verticals of goods matter."""

    kind: str = "take_rate"
    rate: Annotated[float, share("of the price, to the platform")] = 0.02


@policies.register("take_rate", TakeRateConfig)
class TakeRate:
    """Move the platform's part of sales to another rate, by strength.

    The counterpart of platform commissions by category, and of their reduction for farm goods or new merchants. Lever:
    `take_rate`, by vertical of the goods. Brands keep the difference: it lifts their fee budgets, but prices stay as
    they are. Uncertain: how much of a lower rate reaches prices, and whether merchants leave over a higher one; brands
    here neither enter nor leave.
    """

    def __init__(self, config: TakeRateConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Set the rate of the verticals aimed at."""
        return [Claim("take_rate", self.config.rate, Aim(verticals=self.config.aim.verticals))]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let the platform earn more by a higher rate, and goods sell more by a lower one."""
        raises = self.config.rate > config.commerce.take_rate
        return [Purpose("platform_revenue")] if raises else [Purpose("gmv")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Move the rate of the verticals aimed at."""
        now, aimed = strength(self.config, day), self.config.aim.verticals
        for vertical in range(world.verticals):
            if aimed is None or vertical in aimed:
                plan.take_rate.replace(self.config.rate, now, vertical)
