"""Transparency: published rules of allocation take chance and error out of what creators learn."""

from __future__ import annotations

from typing import Annotated

from ecosim.config import PolicyConfig
from ecosim.config.fields import schema, share
from ecosim.policies.base import select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.world import World


@schema
class TransparencyConfig(PolicyConfig):
    """Settings of transparency."""

    kind: str = "transparency"
    clarity: Annotated[float, share("part of the noise that published rules take away")] = 0.5


@policies.register("transparency", TransparencyConfig)
class Transparency:
    """Take part of the noise out of creators' choices and out of how they read results (fact S41).

    The counterpart of published rules of allocation. Levers: `choice_noise`, which multiplies what a strategy leaves to
    chance in choosing how to make an item, and `learning_noise`, the error in reading what an item has brought
    (`creator.learning_noise`, 0 by default, so that by default the first alone bites). Strategies that leave nothing to
    chance are not moved. Uncertain: whether published rules inform creators or only teach them to chase the rule.
    """

    def __init__(self, config: TransparencyConfig) -> None:
        self.config = config

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Scale both noises down for the creators aimed at."""
        left = 1.0 - strength(self.config, day) * self.config.clarity
        selected = select(self.config.aim, world.creators, world.day)
        plan.choice_noise.scale(left, selected)
        plan.learning_noise.scale(left, selected)
