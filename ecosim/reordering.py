"""The same world with its rows in another order, to find out what depends on that."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import draws
from ecosim.stages.genesis import create_world
from ecosim.state.columns import Array, Table
from ecosim.state.economy import Economy
from ecosim.state.graph import Follows
from ecosim.state.plan import LEVERS, Plan, Shape
from ecosim.state.world import World


def reordered(world: World) -> World:
    """Return the same world with the rows of all tables in another order."""
    config, today = world.config, world.today
    people, creators, items = (other_order(t.size) for t in (world.consumers, world.creators, world.items))
    twin = create_world(config)
    twin.day, twin.first_follows = world.day, world.first_follows
    tables: list[Table] = [t.copy_rows(rows) for t, rows in
                           ((world.consumers, people), (world.creators, creators), (world.items, items))]  # fmt: skip
    twin.consumers, twin.creators, twin.items = tables  # type: ignore[assignment]
    new_row = np.argsort(creators).astype(np.int32)
    twin.items.creator[:] = new_row[twin.items.creator]
    follows = world.follows.rows(people)
    twin.follows = Follows(follows.start, new_row[follows.creator])
    twin.friends = world.friends.renumbered(np.argsort(people))
    twin.collaborators = world.collaborators.renumbered(np.argsort(creators))
    twin.knowledge, twin.ledger, twin.reference = world.knowledge, world.ledger, world.reference
    twin.plan = Plan({name: _turned(lever.value, creators, name) for name, lever in world.plan.levers.items()})
    twin.today = type(today)(**vars(today))
    twin.today.creator_impressions = today.creator_impressions[creators]
    twin.today.consumer_impressions = today.consumer_impressions[people]
    twin.today.consumer_watch = today.consumer_watch[people]
    twin.today.panel = _turned_log(today.panel, np.argsort(people), np.argsort(items))
    twin.economy = _turned_economy(world, np.argsort(people).astype(np.int32), new_row)
    twin.today.entered, twin.today.left = new_row[today.entered], new_row[today.left]
    return twin


def _turned_log(log: dict[str, Array] | None, consumer: Array, item: Array) -> dict[str, Array] | None:
    """Return the panel's log with the new rows of consumers and items, in another order itself."""
    if log is None:
        return None
    order = other_order(log["item"].size)
    turned = {name: column[order] for name, column in log.items()}
    rows = np.where(turned["item"] >= 0, item[turned["item"]], -1)
    return turned | {"consumer": consumer[turned["consumer"]], "item": rows}


def _turned_economy(world: World, consumer: Array, creator: Array) -> Economy:
    """Return copies of the economy's tables with the new rows of consumers and creators, orders in another order."""
    old = world.economy
    copies = {name: table.copy_rows(np.arange(table.size)) for name, table in old.tables().items()}
    copies["orders"] = old.orders.copy_rows(other_order(old.orders.size))
    turned = Economy(**copies, fee_price=old.fee_price, on_sale=old.on_sale)  # type: ignore[arg-type]
    account = turned.brands.account
    account[account >= 0] = creator[account[account >= 0]]
    turned.deals.creator[:] = creator[turned.deals.creator]
    turned.orders.seller[:] = creator[turned.orders.seller]
    turned.orders.consumer[:] = consumer[turned.orders.consumer]
    return turned


def other_order(size: int) -> Array:
    """Draw an order in which nobody stands where they stood: one cycle through all."""
    cycle = np.argsort(draws.uniforms(3, draws.USER, 0, np.arange(size))[:, 0])
    order = np.empty(size, np.int64)
    order[cycle] = np.roll(cycle, 1)
    return order


def _turned(value: Array, creators: Array, name: str) -> Array:
    turned: Array = value[creators] if LEVERS[name].shape in (Shape.CREATOR, Shape.CREATOR_MODE) else value.copy()
    return turned
