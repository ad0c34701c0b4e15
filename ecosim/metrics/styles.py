"""Homogenization on three sides: what is supplied, what is shown, what is watched."""

from __future__ import annotations

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings, effective_styles
from ecosim.registry import metrics
from ecosim.state.schema import IMITATE, INNOVATE
from ecosim.state.world import World


@metrics.register("supply_effective_styles", NoSettings)
class SupplyStyles(Metric):
    """Effective number of styles among the live items."""

    label = "Effective styles of supply"
    unit = "styles"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Every item counts once."""
        return effective_styles(world.items.style, np.ones(world.items.size))


@metrics.register("exposure_effective_styles", NoSettings)
class ExposureStyles(Metric):
    """Effective number of styles among today's impressions."""

    label = "Effective styles shown"
    unit = "styles"
    weights = "impressions"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Weighted by impressions."""
        return effective_styles(world.items.style, world.items.impressions_today)


@metrics.register("consumption_effective_styles", NoSettings)
class ConsumptionStyles(Metric):
    """Effective number of styles in today's watch time."""

    label = "Effective styles watched"
    unit = "styles"
    weights = "seconds"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Weighted by seconds."""
        return effective_styles(world.items.style, world.items.watch_today)


@metrics.register("imitation_share", NoSettings)
class ImitationShare(Metric):
    """Share of today's new items that imitate a hit."""

    label = "Imitations among new items"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over items published today."""
        return _share_of_mode(world, IMITATE)


@metrics.register("innovation_share", NoSettings)
class InnovationShare(Metric):
    """Share of today's new items that try something new."""

    label = "Innovations among new items"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over items published today."""
        return _share_of_mode(world, INNOVATE)


@metrics.register("items_published", NoSettings)
class ItemsPublished(Metric):
    """Items published today."""

    label = "New items a day"
    unit = "items"

    def measure(self, world: World) -> float:
        """Count."""
        return float(world.today.published)


def _share_of_mode(world: World, mode: int) -> float:
    new = world.items.day == world.day
    return float((world.items.mode[new] == mode).mean()) if new.any() else float("nan")
