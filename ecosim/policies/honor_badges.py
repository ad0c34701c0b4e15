"""Honor badges: the best are given a badge, which motivates them and makes consumers trust them."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from ecosim.config import PolicyConfig, SimulationConfig
from ecosim.config.fields import schema, share
from ecosim.policies.base import Array, Purpose, select, strength
from ecosim.registry import policies
from ecosim.state.plan import Plan
from ecosim.state.schema import WEEK
from ecosim.state.world import World


@schema
class HonorBadgesConfig(PolicyConfig):
    """Settings of the badges."""

    kind: str = "honor_badges"
    best: Annotated[float, share("part of the creators aimed at who are given a badge")] = 0.1


@policies.register("honor_badges", HonorBadgesConfig)
class HonorBadges:
    """Give those whose content is liked best a badge, anew every week (fact S45).

    The counterpart of titles such as creator of the month. Lever: `badge`, how visible it is; who wears it posts more
    (`creator.badge_effort`) and is trusted more as a seller (`commerce.badge_trust`). Best is who has most interactions
    a view over the last weeks, as the platform knows it: a badge goes to quality, not to size. Uncertain: the response;
    that of creators is the one that a field experiment found among volunteers who write an encyclopaedia (Restivo and
    van de Rijt 2012, *Experimental study of informal rewards in peer production*), and badges that many wear may be
    worth less.
    """

    def __init__(self, config: HonorBadgesConfig) -> None:
        self.config = config

    def purposes(self, config: SimulationConfig) -> list[Purpose]:
        """Let what is liked be made more."""
        return [Purpose("interaction_rate"), Purpose("items_published")]

    def apply(self, plan: Plan, world: World, day: int) -> None:
        """Raise the badge of who wears one this week."""
        plan.badge.raise_to(strength(self.config, day), self.wearers(world))

    def wearers(self, world: World) -> Array:
        """Rows of those who wear a badge: on the first day and once a week the best, else who wears one already."""
        creators = world.creators
        selected = select(self.config.aim, creators, world.day)
        wearing = selected & (creators.badge > 0)
        if world.day % WEEK and wearing.any():
            return np.flatnonzero(wearing)
        rows = np.flatnonzero(selected & (creators.record_views > 0))
        count = round(self.config.best * int(selected.sum()))
        return rows[np.lexsort((creators.serial[rows], -liked(world, rows)))][:count]


def liked(world: World, rows: Array) -> Array:
    """Interactions a view of creators, as far as their record is trusted, else the mean of all (float64[n])."""
    creators, caution = world.creators, world.config.platform.record_views
    mean = float(creators.record_interactions.sum()) / max(float(creators.record_views.sum()), 1.0)
    found: Array = (creators.record_interactions[rows] + caution * mean) / (creators.record_views[rows] + caution)
    return found
