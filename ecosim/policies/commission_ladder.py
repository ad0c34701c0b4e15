"""Commission ladder: the more a creator has lately sold, the higher the commission."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

import numpy as np
from pydantic import model_validator

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import at_least, schema, share, text
from ecosim.policies.base import Claim, Purpose, rows_of, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class CommissionLadderConfig(PolicyConfig):
    """Settings of the ladder."""

    kind: str = "commission_ladder"
    sales: Annotated[
        list[Annotated[float, at_least(0, "sales of 28 days", unit="mean sales of a creator")]],
        text("where each step begins: sales of 28 days in mean sales of a creator, ascending"),
    ] = field(default_factory=lambda: [1.0, 3.0, 10.0])
    lifts: Annotated[
        list[Annotated[float, share("added to the commission")]],
        text("what is added to the commission from each step on, of the price"),
    ] = field(default_factory=lambda: [0.02, 0.05, 0.08])

    @model_validator(mode="after")
    def _steps(self) -> CommissionLadderConfig:
        if len(self.sales) != len(self.lifts) or sorted(self.sales) != self.sales:
            raise ValueError(
                f"sales and lifts need as many entries, and sales must ascend; got {self.sales} and {self.lifts}"
            )
        return self


@policies.register("commission_ladder", CommissionLadderConfig)
class CommissionLadder:
    """Add to the commission of creators by steps of what they sold over the last 28 days.

    The counterpart of commissions that rise with sales. Lever: `commission`, which brands pay out of the price. Sales
    are measured in mean sales of a creator, so that steps keep their meaning in worlds of any size. Uncertain: real
    ladders differ by category and are negotiated; and who sells much may do so without one.
    """

    def __init__(self, config: CommissionLadderConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Ask for the highest lift, which who has sold enough is given."""
        return [Claim("commission", max(self.config.lifts, default=0.0), self.config.aim)]

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let creators sell more."""
        return [Purpose("gmv")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Add the lift of the step that each creator aimed at has reached."""
        creators, sold = world.creators, world.sales_of_month()
        mean = sold[creators.alive].sum() / max(int(creators.alive.sum()), 1)
        rows = rows_of(self.config.aim, creators, world.day)
        rows = rows[sold[rows] > 0]
        step = np.searchsorted(np.array(self.config.sales), sold[rows] / max(mean, 1.0), side="right")
        lift = np.array([0.0, *self.config.lifts])[step]
        plan.commission.add(strength(self.config, day) * lift, rows)
