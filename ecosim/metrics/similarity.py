"""How alike things are: items among each other, what is shown, and what is shown to the template that all copy."""

from __future__ import annotations

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.metrics.formulas import mean_similarity
from ecosim.registry import metrics
from ecosim.state.world import CHART_DAYS, World

NEAR = 0.8
"""Cosine from which an item counts as near the template; an imitation lies at some 0.98 of its model."""


@metrics.register("supply_similarity", NoSettings)
class SupplySimilarity(Metric):
    """Mean similarity (cosine of styles) of two live items."""

    label = "Similarity of supply"
    unit = "cosine"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Every item counts once; an item is not compared with itself."""
        return mean_similarity(world.items.style, np.ones(world.items.size))


@metrics.register("exposure_similarity", NoSettings)
class ExposureSimilarity(Metric):
    """Mean similarity (cosine of styles) of two items drawn from today's impressions."""

    label = "Similarity of what is shown"
    unit = "cosine"
    direction = Direction.DOWN
    weights = "impressions"

    def measure(self, world: World) -> float:
        """Weighted by impressions; an item is not compared with itself."""
        return mean_similarity(world.items.style, world.items.impressions_today)


@metrics.register("template_share", NoSettings)
class TemplateShare(Metric):
    """Share of today's impressions that lie near the hottest item of their vertical (cosine of at least 0.8)."""

    label = "Impressions near the top template"
    unit = "share"
    direction = Direction.DOWN
    weights = "impressions"

    def measure(self, world: World) -> float:
        """The template is the first of the day's chart; its own impressions count too."""
        items, known = world.items, world.knowledge
        if world.today.impressions == 0:
            return float("nan")
        row = world.day % CHART_DAYS
        charted = (known.chart_key[row, :, 0] != 0).any(axis=1)
        template = known.chart_style[row, :, 0][items.vertical]
        near = (np.einsum("na,na->n", items.style, template) >= NEAR) & charted[items.vertical]
        return float(items.impressions_today[near].sum() / world.today.impressions)
