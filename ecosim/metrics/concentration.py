"""Concentration: how unequally attention, followers and income are spread over creators.

Impressions and income are those of the last 28 days of creators who publish today, so that nobody counts as poor for
not having posted on one day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings, gini, top_share
from ecosim.registry import metrics
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


def _impressions(world: World) -> Array:
    chosen: Array = world.impressions_of_month()[world.creators.alive]
    return chosen


@metrics.register("impressions", NoSettings)
class Impressions(Metric):
    """Impressions of the day."""

    label = "Impressions a day"
    unit = "impressions"

    def measure(self, world: World) -> float:
        """Sum over all items."""
        return float(world.today.impressions)


@metrics.register("impressions_gini", NoSettings)
class ImpressionsGini(Metric):
    """Gini coefficient of creators' impressions over 28 days."""

    label = "Gini of impressions"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return gini(_impressions(world))


@metrics.register("impressions_top_1pct_share", NoSettings)
class ImpressionsTop1(Metric):
    """Share of impressions that the top 1% of creators get."""

    label = "Impressions of the top 1%"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators, by impressions of 28 days."""
        return top_share(_impressions(world), 0.01)


@metrics.register("impressions_top_10pct_share", NoSettings)
class ImpressionsTop10(Metric):
    """Share of impressions that the top 10% of creators get."""

    label = "Impressions of the top 10%"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators, by impressions of 28 days."""
        return top_share(_impressions(world), 0.10)


@metrics.register("followers_gini", NoSettings)
class FollowersGini(Metric):
    """Gini coefficient of followers."""

    label = "Gini of followers"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return gini(world.creators.followers[world.creators.alive])


@metrics.register("income_gini", NoSettings)
class IncomeGini(Metric):
    """Gini coefficient of creators' gross income over 28 days."""

    label = "Gini of income"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return gini(world.income_of_month()[world.creators.alive])
