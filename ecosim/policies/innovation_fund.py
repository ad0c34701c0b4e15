"""Innovation fund: the platform pays creators for innovative items."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema
from ecosim.policies.base import Purpose, rows_of, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.schema import INNOVATE
from ecosim.state.world import World


@schema
class InnovationFundConfig(PolicyConfig):
    """Settings of the fund."""

    kind: str = "innovation_fund"
    grant: Annotated[float, between(0, 10, "paid for an innovative video", unit="mean incomes")] = 0.15


@policies.register("innovation_fund", InnovationFundConfig)
class InnovationFund:
    """Pay creators for every innovative video, on the day it is published.

    The counterpart of funds for experimental content. Lever: `mode_grant` of innovations; money moves from the platform
    to creators as "grants". A grant is income, and it counts in what the mode is believed to bring. The default pays
    what an innovation costs more than a video in one's own style. Uncertain: the platform knows here what is
    innovative; a jury would err, and creators would learn to please it.
    """

    def __init__(self, config: InnovationFundConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let more videos be innovative."""
        return [Purpose("innovation_share")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Add the grant for innovations of the creators aimed at."""
        rows = rows_of(self.config.aim, world.creators, world.day)
        plan.mode_grant.add(strength(self.config, day) * self.config.grant, (rows, INNOVATE))
