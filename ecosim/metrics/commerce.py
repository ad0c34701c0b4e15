"""Commerce: what is sold a day, through which account, format and source, and what comes back.

Nothing of it is defined without brands: the measures are then NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ecosim.config import REGIONS
from ecosim.metrics.base import Direction, Metric, NoSettings, gini
from ecosim.registry import metrics
from ecosim.state.economy import FORMATS, FUNNEL_STEPS, SELLERS, SOURCES
from ecosim.state.world import World

Array = np.ndarray[Any, Any]


def ratio(part: float, whole: float) -> float:
    """Return part over whole; NaN where there is no whole."""
    return float(part) / float(whole) if whole else float("nan")


def counted(world: World, step: str) -> Array:
    """Count a step of today's funnel by seller, format and source (int64[4, 2, 3])."""
    cells = world.today.funnel[:, FUNNEL_STEPS.index(step)]
    by_region: Array = cells.reshape(len(SELLERS), len(FORMATS), len(SOURCES), len(REGIONS))
    out: Array = by_region.sum(axis=3)
    return out


def total(world: World, step: str) -> int:
    """Count a step of today's funnel."""
    return int(world.today.funnel[:, FUNNEL_STEPS.index(step)].sum())


@metrics.register("gmv", NoSettings)
class Gmv(Metric):
    """Value of the day's orders, by price."""

    label = "Gross merchandise value a day"
    unit = "yuan"
    direction = Direction.UP
    unknown_when = "there are no brands"

    def measure(self, world: World) -> float:
        """Orders count when they are placed, returned or not."""
        return world.today.gmv / 100 if world.economy.brands.size else float("nan")


@metrics.register("orders", NoSettings)
class OrdersPlaced(Metric):
    """Orders of the day."""

    label = "Orders a day"
    unit = "orders"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Returned or not."""
        return float(world.today.orders) if world.economy.brands.size else float("nan")


@metrics.register("order_value_mean", NoSettings)
class OrderValue(Metric):
    """Mean price of what was ordered today."""

    label = "Value of an order"
    unit = "yuan"

    def measure(self, world: World) -> float:
        """Over today's orders; NaN without any."""
        return ratio(world.today.gmv / 100, world.today.orders)


@metrics.register("click_rate", NoSettings)
class ClickRate(Metric):
    """Looks at a product per impression of an item that carries one."""

    label = "Clicks a product impression"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's impressions of items with a product."""
        return ratio(total(world, "clicks"), total(world, "exposures"))


@metrics.register("orders_per_click", NoSettings)
class OrdersPerClick(Metric):
    """Orders per look at a product."""

    label = "Orders a click"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's clicks."""
        return ratio(total(world, "orders"), total(world, "clicks"))


@metrics.register("live_order_share", NoSettings)
class LiveOrders(Metric):
    """Share of the day's orders that were placed in live sessions."""

    label = "Orders in live sessions"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over today's orders."""
        orders = counted(world, "orders")
        return ratio(orders[:, FORMATS.index("live")].sum(), orders.sum())


@metrics.register("followed_order_share", NoSettings)
class FollowedOrders(Metric):
    """Share of the day's orders that came from accounts whom the consumer follows."""

    label = "Orders from followed accounts"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over today's orders."""
        orders = counted(world, "orders")
        return ratio(orders[:, :, SOURCES.index("followed")].sum(), orders.sum())


@metrics.register("friends_order_share", NoSettings)
class FriendsOrders(Metric):
    """Share of the day's orders that came from what friends had shared."""

    label = "Orders from friends' shares"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over today's orders."""
        orders = counted(world, "orders")
        return ratio(orders[:, :, SOURCES.index("friends")].sum(), orders.sum())


@metrics.register("own_account_gmv_share", NoSettings)
class OwnAccountGmv(Metric):
    """Share of the day's order value that brands sold through accounts of their own."""

    label = "Value sold by brands' own accounts"
    unit = "share"

    def measure(self, world: World) -> float:
        """Over the price of today's orders."""
        orders = world.economy.orders
        today = orders.day == world.day
        own = today & (world.creators.brand[orders.seller] >= 0)
        return ratio(orders.price[own].sum(), orders.price[today].sum())


@metrics.register("return_rate", NoSettings)
class ReturnRate(Metric):
    """Share of the orders delivered today that were sent back."""

    label = "Orders returned"
    unit = "share"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over today's deliveries."""
        return ratio(world.today.returned, world.today.delivered)


@metrics.register("repurchase_rate", NoSettings)
class RepurchaseRate(Metric):
    """Share of the day's orders by consumers who have had goods of the brand before."""

    label = "Orders of customers"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's orders; a consumer knows the accounts met last, and forgets others."""
        return ratio(total(world, "repurchases"), total(world, "orders"))


@metrics.register("gmv_gini", NoSettings)
class GmvGini(Metric):
    """Gini coefficient of what creators have sold, by the price of orders that are on their way."""

    label = "Gini of creators' sales"
    unit = "0-1"
    direction = Direction.DOWN

    def measure(self, world: World) -> float:
        """Over living creators, by orders of the last ``commerce.delivery_days`` days."""
        orders, creators = world.economy.orders, world.creators
        sold = np.bincount(orders.seller, weights=orders.price, minlength=creators.size)
        return gini(sold[creators.alive])
