"""Exposure cap: creators who have lately had more than a ceiling of impressions are damped in the ranking."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema, share
from ecosim.policies.base import Claim, Purpose, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.schema import MONTH
from ecosim.state.world import World


@schema
class ExposureCapConfig(PolicyConfig):
    """Settings of the cap; of two ceilings the lower one holds."""

    kind: str = "exposure_cap"
    multiple: Annotated[float, between(1, 1000, "ceiling, in mean impressions of a creator", unit="ratio")] = 5.0
    max_share: Annotated[float, share("ceiling, as a share of all impressions; null: none")] | None = None
    damping: Annotated[float, between(0, 10, "taken off the score per log unit above the ceiling", unit="logit")] = 2.0
    days: Annotated[int, between(1, MONTH, "days of delivery that are looked at", unit="days")] = 7


@policies.register("exposure_cap", ExposureCapConfig)
class ExposureCap:
    """Damp creators whose recent impressions exceed a ceiling, the more the further above they are (fact S03).

    The counterpart of rules that keep single head accounts from taking a platform's traffic. Lever: `boost`, downwards.
    It is computed each morning from the last days' delivery, so a creator who falls below the ceiling is let go, and
    who is followed may still be above it: a ceiling that is leant on, not a wall. Brands' own accounts are spared.
    Uncertain: no platform has published a ceiling, nor how it is enforced.
    """

    def __init__(self, config: ExposureCapConfig) -> None:
        self.config = config

    def claims(self, config: SimulationConfig) -> list[Claim]:
        """Work against floors above the ceiling, with as many creators as there are on the first day."""
        rule = self.config
        share = np.inf if rule.max_share is None else rule.max_share * config.scale.creators
        return [Claim("reserved_share", min(rule.multiple, share), rule.aim, at_most=True)] if rule.damping else []

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Take traffic from the most seen."""
        return [Purpose("impressions_top_1pct_share", higher=False)]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Take off the score in proportion to the log of recent impressions over the ceiling."""
        rule, creators = self.config, world.creators
        back = (world.day - 1 - np.arange(min(rule.days, world.day))) % MONTH
        recent = creators.impressions_month[:, back].sum(axis=1).astype(np.float64)
        ceiling = rule.multiple * recent[creators.alive].sum() / max(int(creators.alive.sum()), 1)
        if rule.max_share is not None:
            ceiling = min(ceiling, rule.max_share * recent.sum())
        above = np.flatnonzero(select(rule.aim, creators, world.day) & (recent > ceiling))
        excess = np.log(recent[above] / max(ceiling, 1.0))
        plan.boost.add(-strength(rule, day) * rule.damping * np.maximum(excess, 0.0), above)
