"""Concentration among equals: how unequal impressions are within a vertical, a region, an entry cohort.

What remains of inequality when creators are compared with those who publish for the same people, or began together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.metrics.formulas import gini_within
from ecosim.registry import metrics
from ecosim.state.world import World

Array = np.ndarray[Any, Any]

COHORT = 84
"""Days of entry that make a cohort; founders are one by themselves."""


def _within(world: World, group: Array) -> float:
    alive = world.creators.alive
    return gini_within(world.impressions_of_month()[alive], group[alive])


@metrics.register("impressions_gini_within_verticals", NoSettings)
class GiniWithinVerticals(Metric):
    """Mean Gini coefficient of impressions over 28 days within verticals."""

    label = "Gini of impressions within verticals"
    unit = "0-1"
    direction = Direction.DOWN
    weights = "creators"

    def measure(self, world: World) -> float:
        """Over living creators; groups count by their members."""
        return _within(world, world.creators.vertical)


@metrics.register("impressions_gini_within_regions", NoSettings)
class GiniWithinRegions(Metric):
    """Mean Gini coefficient of impressions over 28 days within regions."""

    label = "Gini of impressions within regions"
    unit = "0-1"
    direction = Direction.DOWN
    weights = "creators"

    def measure(self, world: World) -> float:
        """Over living creators; groups count by their members."""
        return _within(world, world.creators.region)


@metrics.register("impressions_gini_within_cohorts", NoSettings)
class GiniWithinCohorts(Metric):
    """Mean Gini coefficient of impressions over 28 days within entry cohorts of 84 days."""

    label = "Gini of impressions within entry cohorts"
    unit = "0-1"
    direction = Direction.DOWN
    weights = "creators"

    def measure(self, world: World) -> float:
        """Over living creators; groups count by their members."""
        creators = world.creators
        return _within(world, np.where(creators.founder, -1, creators.entered // COHORT))
