"""The same world with its rows in another order, to find out what depends on that."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import draws
from ecosim.stages.genesis import create_world
from ecosim.state.columns import Array, Table
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
    twin.today.entered, twin.today.left = new_row[today.entered], new_row[today.left]
    return twin


def other_order(size: int) -> Array:
    """Draw an order in which nobody stands where they stood: one cycle through all."""
    cycle = np.argsort(draws.uniforms(3, draws.USER, 0, np.arange(size))[:, 0])
    order = np.empty(size, np.int64)
    order[cycle] = np.roll(cycle, 1)
    return order


def _turned(value: Array, creators: Array, name: str) -> Array:
    turned: Array = value[creators] if LEVERS[name].shape is Shape.CREATOR else value.copy()
    return turned
