"""Measurement: the day's numbers, and in debug mode the rules that may never be broken."""

from __future__ import annotations

import numpy as np

from ecosim.errors import InvariantError
from ecosim.metrics.base import Scope
from ecosim.state.world import World


def measure(world: World) -> None:
    """Take every daily metric, and check the invariants in debug mode."""
    world.today.measures = {
        name: float(metric.measure(world)) for name, metric in world.metrics.items() if metric.scope is Scope.DAILY
    }
    economy = world.economy
    world.ledger.check(
        int(world.creators.savings.sum()), int(economy.brands.savings.sum()), int(economy.orders.price.sum())
    )
    if world.config.engine.debug:
        check(world)


def check(world: World) -> None:
    """Raise an InvariantError that names every rule that is broken today."""
    faults = [*ranges(world), *counters(world), *commerce(world)]
    for table in (world.consumers, world.creators, world.items, *world.economy.tables().values()):
        faults += table.check()
    if faults:
        raise InvariantError(f"day {world.date}: " + "; ".join(faults))


def ranges(world: World) -> list[str]:
    """Ids in range, no retired item in the catalog, nothing negative that must not be."""
    items, creators, follows = world.items, world.creators, world.follows
    faults = []
    if items.size and (items.creator.min() < 0 or items.creator.max() >= creators.size):
        faults.append("an item's creator does not exist")
    if items.size and (world.day - items.day).max() >= world.config.platform.item_life:
        faults.append("a retired item is still on the shelf")
    keys = (items.serial.astype(np.uint64) << np.uint64(32)) | items.number
    if np.unique(keys).size != keys.size:
        faults.append("two items share a key")
    if follows.creator.size and (follows.creator.min() < 0 or follows.creator.max() >= creators.size):
        faults.append("a follow leads to a creator who does not exist")
    if np.diff(follows.start).max(initial=0) > max(world.config.consumer.follows_limit, world.first_follows):
        faults.append("a consumer follows more creators than the limit")
    if creators.followers.sum() != follows.creator.size:
        faults.append("followers and follows differ")
    if abs(float(world.consumers.interest.sum(axis=1).mean()) - 1) > 1e-3:
        faults.append("interests do not sum to one")
    return faults


def counters(world: World) -> list[str]:
    """Impressions by item, creator, consumer and panel log must agree."""
    items, today = world.items, world.today
    faults = []
    if today.impressions != int(today.consumer_impressions.sum()):
        faults.append("items' and consumers' impressions differ")
    if today.watch != int(today.consumer_watch.sum()):
        faults.append("items' and consumers' watch time differ")
    if today.impressions != int(today.creator_impressions.sum()):
        faults.append("items' and creators' impressions differ")
    if today.impressions > today.slots:
        faults.append("more impressions than slots")
    if np.any(items.interactions_today > items.impressions_today) or np.any(
        items.follows_today > items.impressions_today
    ):
        faults.append("an item has more interactions than impressions")
    if today.panel is not None:
        faults += _panel_agrees(world)
    return faults


def commerce(world: World) -> list[str]:
    """Orders agree wherever they are counted, each has a first touch, and no budget is overspent."""
    economy, today, items = world.economy, world.today, world.items
    faults = []
    for step, name in ((3, "clicks"), (4, "orders")):
        counted = int(getattr(items, f"{name}_today").sum())
        if today.funnel.size and int(today.funnel[:, step].sum()) != counted:
            faults.append(f"items' {name} and those of the funnel differ")
    if int(items.orders_today.sum()) != today.orders:
        faults.append("orders in flight and items' orders differ")
    if np.any(today.funnel[:, 1:5] > today.funnel[:, :1]):
        faults.append("a step of the funnel is larger than its exposures")
    orders = economy.orders
    if np.any(orders.touch // 2 > orders.day) or np.any(orders.touch < 0):
        faults.append("an order has no first touch on its day or before")
    if np.any(economy.brands.spent > economy.brands.budget):
        faults.append("a brand has overspent its budget")
    if np.any(orders.price < orders.commission + orders.take):
        faults.append("an order pays out more than its price")
    return faults


def _panel_agrees(world: World) -> list[str]:
    panel, today = world.today.panel, world.today
    assert panel is not None
    shown = np.bincount(panel["consumer"], minlength=world.consumers.size)[world.panel]
    watched = np.bincount(panel["consumer"], weights=panel["watch"], minlength=world.consumers.size)[world.panel]
    faults = []
    if not np.array_equal(shown, today.consumer_impressions[world.panel]):
        faults.append("the panel's log and the counters differ in impressions")
    if not np.array_equal(watched.astype(np.int64), today.consumer_watch[world.panel]):
        faults.append("the panel's log and the counters differ in watch time")
    pairs = panel["consumer"].astype(np.int64) * max(world.items.size, 1) + panel["item"]
    if np.unique(pairs).size != pairs.size:
        faults.append("a consumer was shown an item twice on one day")
    if panel["item"].size and (panel["item"].min() < 0 or panel["item"].max() >= world.items.size):
        faults.append("a retired item was shown")
    if today.impressions and world.panel.size == world.consumers.size and panel["item"].size != today.impressions:
        faults.append("the full log and the impressions differ")
    return faults
