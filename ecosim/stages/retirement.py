"""Retirement: after the day has been measured, items past their age leave the catalog."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import company
from ecosim.state.columns import Array
from ecosim.state.world import World

_NEWS = 0.1
"""Weight of a day's retired items in the platform's idea of an item's life."""


def retire_items(world: World) -> None:
    """Items past their age leave the catalog; their life's impressions update the platform's expectation."""
    items = world.items
    video = items.parts == 0
    staying: Array = (world.day - items.day + 1 < world.config.platform.item_life) & video
    gone = items.impressions[~staying & video]
    if gone.size:
        mean = float(gone.sum()) / gone.size
        world.knowledge.item_impressions += _NEWS * (mean - world.knowledge.item_impressions)
    if not staying.all():
        forward_rows(world, staying)
        items.keep(staying)


def forward_rows(world: World, staying: Array) -> None:
    """Let inboxes and the day's panel log name items by their rows of tomorrow; what retires is gone from them."""
    row = np.where(staying, np.cumsum(staying) - 1, -1).astype(np.int32)
    company.forward(row, world.consumers.inbox)
    if world.today.panel is not None:
        world.today.panel["item"] = row[world.today.panel["item"]]
