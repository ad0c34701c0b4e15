"""What the panel shows: how varied one consumer's day is, and how alike the days of two consumers.

The panel is logged on recording days; on all others these measures are NaN, which means skip.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.metrics.formulas import effective_number, mean_list_similarity, pooled_overlap
from ecosim.registry import metrics
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


def _log(world: World) -> dict[str, Array] | None:
    """Impressions of the panel on a recording day; None on other days, even if debug mode keeps a log of them."""
    log = world.today.panel
    if log is None or not world.is_recording_day():
        return None
    live = log["item"] >= 0  # all of them, unless the day is looked at after its end
    return {name: column[live] for name, column in log.items()} if live.any() else None


@metrics.register("consumer_overlap", NoSettings)
class ConsumerOverlap(Metric):
    """Overlap (Jaccard) of the items that two consumers are shown on a day, pooled over all pairs of the panel."""

    label = "Overlap of two consumers' feeds"
    unit = "0-1"
    direction = Direction.NEUTRAL
    weights = "items shown"

    def measure(self, world: World) -> float:
        """On recording days."""
        log = _log(world)
        return float("nan") if log is None else pooled_overlap(log["item"], log["consumer"])


@metrics.register("intra_list_diversity", NoSettings)
class ListDiversity(Metric):
    """One less the mean similarity (cosine of styles) of two items that a consumer is shown on a day."""

    label = "Diversity within a consumer's day"
    unit = "1 - cosine"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Mean over the panel, on recording days."""
        log = _log(world)
        if log is None:
            return float("nan")
        return 1.0 - mean_list_similarity(world.items.style[log["item"]], log["consumer"])


@metrics.register("consumer_variety", NoSettings)
class ConsumerVariety(Metric):
    """Effective number of verticals in the time that a consumer watches on a day."""

    label = "Verticals that a consumer watches"
    unit = "verticals"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Exponential of the entropy of the shares of time; mean over the panel, on recording days."""
        log = _log(world)
        if log is None:
            return float("nan")
        people, row = np.unique(log["consumer"], return_inverse=True)
        cell = row * world.verticals + world.items.vertical[log["item"]]
        time = np.bincount(cell, weights=log["watch"], minlength=people.size * world.verticals)
        time = time.reshape(people.size, world.verticals)
        time = time[time.sum(axis=1) > 0]
        return float(effective_number(time).mean()) if time.size else float("nan")
