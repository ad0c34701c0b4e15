"""Newcomer support: a lift in the ranking for a creator's first days, as in platforms' new-creator plans."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated

from ecosim.config import Aim, PolicyConfig, SimulationConfig
from ecosim.config.fields import between, schema
from ecosim.policies.base import Purpose, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class NewcomerSupportConfig(PolicyConfig):
    """Settings of newcomer support; the aim's `max_age` is how long a newcomer is lifted."""

    kind: str = "newcomer_support"
    boost: Annotated[float, between(0, 10, "added to the score of a newcomer's items", unit="logit")] = 0.6
    aim: Aim = field(default_factory=lambda: Aim(max_age=90))


@policies.register("newcomer_support", NewcomerSupportConfig)
class NewcomerSupport:
    """Lift newcomers' items in the ranking for their first days (fact S05).

    The counterpart of new-creator plans. Cheap per creator kept, but it guarantees nothing, and how many impressions it
    moves depends on how close newcomers already are to being shown. Uncertain: real boosts are not published.
    """

    def __init__(self, config: NewcomerSupportConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let newcomers be seen, and stay."""
        return [Purpose("newcomer_impression_share"), Purpose("newcomer_survival_180d")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Add the boost for creators in their first days."""
        selected = select(self.config.aim, world.creators, world.day)
        plan.boost.add(strength(self.config, day) * self.config.boost, selected)
