"""Originality protection: imitations are damped in the ranking."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema
from ecosim.policies.base import Purpose, rows_of, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.schema import IMITATE
from ecosim.state.world import World


@schema
class OriginalityProtectionConfig(PolicyConfig):
    """Settings of the protection."""

    kind: str = "originality_protection"
    damping: Annotated[float, between(0, 10, "taken off the score of an imitation", unit="logit")] = 1.5


@policies.register("originality_protection", OriginalityProtectionConfig)
class OriginalityProtection:
    """Take off the score of imitations, so that copying a hit pays less (fact S36).

    The counterpart of duplicate detection and originality labels. Lever: `mode_boost` of imitations, downwards.
    Uncertain: detection is perfect here, and a real detector is not; read a strength below 1 as the share of copies
    that it finds.
    """

    def __init__(self, config: OriginalityProtectionConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let fewer videos be copies."""
        return [Purpose("imitation_share", higher=False)]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Take off the score of imitations by the creators aimed at."""
        rows = rows_of(self.config.aim, world.creators, world.day)
        plan.mode_boost.add(-strength(self.config, day) * self.config.damping, (rows, IMITATE))
