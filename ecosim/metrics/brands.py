"""Brands: how many sell, to whom their fees go, and what these bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.registry import metrics
from ecosim.state.schema import HEAD, WEEK
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


def deals_begun(world: World, weeks_ago: int) -> Array:
    """Rows of the deals of this week (0), or of an earlier one (int64)."""
    first = world.day - world.day % WEEK - WEEK * weeks_ago
    return np.flatnonzero(world.economy.deals.begins == first)


@metrics.register("brands_active", NoSettings)
class BrandsActive(Metric):
    """Brands that have orders on their way."""

    label = "Brands that sell"
    unit = "brands"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """By orders of the last ``commerce.delivery_days`` days; NaN without brands."""
        economy = world.economy
        orders = np.bincount(economy.products.brand[economy.orders.product])
        return float(np.count_nonzero(orders)) if economy.brands.size else float("nan")


@metrics.register("fees_head_share", NoSettings)
class FeesHeadShare(Metric):
    """Share of this week's fees that goes to head creators."""

    label = "Fees to head creators"
    unit = "share"

    def measure(self, world: World) -> float:
        """By the tier at the time of the deal; NaN in a week without deals."""
        deals, rows = world.economy.deals, deals_begun(world, 0)
        fees = deals.fee[rows]
        return float(fees[deals.tier[rows] == HEAD].sum() / fees.sum()) if fees.sum() else float("nan")


@metrics.register("brand_return_on_fees", NoSettings)
class ReturnOnFees(Metric):
    """Sales under last week's deals, per yuan of their fees."""

    label = "Sales a yuan of fees"
    unit = "yuan"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """By the price of orders of the promoted product; NaN when there were no deals."""
        deals, rows = world.economy.deals, deals_begun(world, 1)
        fees = int(deals.fee[rows].sum())
        return float(deals.sold[rows].sum() / fees) if fees else float("nan")
