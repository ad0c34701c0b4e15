"""Concentration: how unequally attention, followers and income are spread over creators.

Impressions and income are those of the last 28 days of creators who publish today, so that nobody counts as poor for
not having posted on one day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings, gini, top_share
from ecosim.metrics.formulas import herfindahl, tail_exponent, theil
from ecosim.registry import metrics
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


def _impressions(world: World) -> Array:
    total: Array = world.impressions_of_month()[world.creators.alive]
    return total


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


@metrics.register("impressions_top_01pct_share", NoSettings)
class ImpressionsTop01(Metric):
    """Share of impressions that the top 0.1% of creators get."""

    label = "Impressions of the top 0.1%"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators, by impressions of 28 days; at least one creator."""
        return top_share(_impressions(world), 0.001)


@metrics.register("impressions_hhi", NoSettings)
class ImpressionsHerfindahl(Metric):
    """Herfindahl-Hirschman index of creators' impressions over 28 days: the sum of squared shares."""

    label = "Herfindahl index of impressions"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return herfindahl(_impressions(world))


@metrics.register("impressions_theil", NoSettings)
class ImpressionsTheil(Metric):
    """Theil's T of creators' impressions over 28 days."""

    label = "Theil index of impressions"
    unit = "nats"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return theil(_impressions(world))


@metrics.register("impressions_tail_exponent", NoSettings)
class ImpressionsTail(Metric):
    """Exponent of the upper tail of creators' impressions over 28 days (Hill; the smaller, the heavier the tail)."""

    label = "Tail exponent of impressions"
    unit = "1"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """From the top 10% of living creators; NaN when these are fewer than ten."""
        return tail_exponent(_impressions(world))


@metrics.register("watch_gini", NoSettings)
class WatchGini(Metric):
    """Gini coefficient of the time that creators' live items have been watched."""

    label = "Gini of watch time"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators; items count from publication until they retire."""
        items, creators = world.items, world.creators
        watch = np.bincount(items.creator, weights=items.watch, minlength=creators.size)
        return gini(watch[creators.alive])


@metrics.register("followers_top_1pct_share", NoSettings)
class FollowersTop1(Metric):
    """Share of followers that the top 1% of creators have."""

    label = "Followers of the top 1%"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators."""
        return top_share(world.creators.followers[world.creators.alive], 0.01)


@metrics.register("income_top_1pct_share", NoSettings)
class IncomeTop1(Metric):
    """Share of gross income that the top 1% of creators get."""

    label = "Income of the top 1%"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators, by income of 28 days."""
        return top_share(world.creators.income_month[world.creators.alive].sum(axis=1), 0.01)
