"""Retirement: after the day has been measured, items past their age leave the catalog."""

from __future__ import annotations

import numpy as np

from ecosim.state.columns import Array
from ecosim.state.world import World

_NEWS = 0.1
"""Weight of a day's retired items in the platform's idea of an item's life."""


def retire_items(world: World) -> None:
    """Items past their age leave the catalog; their life's impressions update the platform's expectation."""
    items = world.items
    staying: Array = world.day - items.day + 1 < world.config.platform.item_life
    gone = items.impressions[~staying]
    if gone.size:
        mean = float(gone.sum()) / gone.size
        world.knowledge.item_impressions += _NEWS * (mean - world.knowledge.item_impressions)
        items.keep(staying)
        if world.today.panel is not None:  # rows have moved; who looks at the day afterwards finds -1 for what is gone
            row = np.where(staying, np.cumsum(staying) - 1, -1).astype(np.int32)
            world.today.panel["item"] = row[world.today.panel["item"]]
