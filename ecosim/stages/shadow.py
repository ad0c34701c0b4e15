"""Shadow serving: on recording days a panel is served twice, under today's plan and under the default plan.

Both servings start from copies of the same state and share every draw, so what differs is what the policies moved:
their *bite*. Nothing of the world is written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecosim.kernels.bundles import Tally
from ecosim.stages.allocation import make_allocation
from ecosim.stages.common import newcomers
from ecosim.stages.serving import announce, serve_people
from ecosim.state.columns import Array
from ecosim.state.plan import Plan
from ecosim.state.schema import TIERS, Consumers
from ecosim.state.world import Allocation, World


def cast_shadow(world: World) -> None:
    """Measure the bite of today's policies, if there are any and today is a recording day."""
    world.today.bite = []
    if not world.policies or not world.is_recording_day():
        return
    allocation = world.today.allocation
    assert allocation is not None, "allocation comes before the shadow"
    default = Plan.default(world.config, world.creators.size)
    actual = serve_panel(world, allocation, world.plan)
    shadow = serve_panel(world, make_allocation(world, default), default)
    world.today.bite = compare(world, actual, shadow)


def serve_panel(world: World, allocation: Allocation, plan: Plan) -> Tally:
    """Serve copies of the panel under a plan."""
    copies = world.consumers.copy_rows(world.panel)
    assert isinstance(copies, Consumers)
    rows = np.arange(world.panel.size, dtype=np.int32)
    return serve_people(announce(world, allocation, plan), copies, world.follows.rows(world.panel), world.panel, rows)


def compare(world: World, actual: Tally, shadow: Tally) -> list[dict[str, Any]]:
    """Compare two servings of the panel: slots that differ, and from whom to whom impressions moved.

    A slot differs when the default plan would not have shown its item to that consumer on that day; what has only moved
    to another place of the list does not count.

    Returns
    -------
    list of dict
        One row a group of creators: day, group, slots (under the plan), slots_default, differing.
    """
    shown, default = log_of(actual), log_of(shadow)
    new = ~np.isin(shown.key, default.key)
    rows = []
    for name, member in groups(world).items():
        in_group = member[world.items.creator]
        rows.append(
            {
                "day": world.date,
                "group": name,
                "slots": int(in_group[shown.item].sum()),
                "slots_default": int(in_group[default.item].sum()),
                "differing": int((in_group[shown.item] & new).sum()),
            }
        )
    return rows


class Log(NamedTuple):
    """A panel's impressions of a day.

    Attributes
    ----------
    item : int32[v]
        Row of the item shown.
    key : int64[v]
        The pair of consumer and item.
    """

    item: Array
    key: Array


def log_of(tally: Tally) -> Log:
    """Return the panel's impressions in one list."""
    consumer, slot = np.nonzero(tally.log_item >= 0)
    item = tally.log_item[consumer, slot]
    return Log(item, (consumer.astype(np.int64) << 32) | item)


def groups(world: World) -> dict[str, Array]:
    """Groups of accounts between which displacement is shown (bool[m] each); brands' own are a group of theirs."""
    creators = world.creators
    run = creators.brand >= 0
    chosen = {"all": np.ones(creators.size, bool)}
    for number, name in enumerate(TIERS):
        chosen[name] = (creators.tier == number) & ~run
    if run.any():
        chosen["brands"] = run
    chosen["newcomers"] = newcomers(world)
    return chosen
