"""Traffic pools: a ladder on which items race, each level with a larger audience than the one below.

Platforms describe cold start as a race-horse mechanism: every new item gets a small pool of impressions, and those that
do well among their like are given a larger one. Level 0 is the fresh pool. On level l an item may use up
``fresh_below x usual impressions x growth^l``; on the evening on which it has, it is compared with its cohort, the
items that used up the same level on the same day. The best go up a level, the others are out. A pool that only adds
candidates is inert; each level therefore has its own share of slots.

The slots of the levels above 0 come out of the reserved slate. There every level has a block, as long as its share of
the slots, in which its items stand again and again; a session's window opens at a drawn place and so falls into a
level's block as often as the level's share says.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ecosim.kernels import slates
from ecosim.state.columns import Array
from ecosim.state.plan import Plan
from ecosim.state.world import World

OUT = -1
"""Level of items that have lost a race."""
SPAN = 16
"""Windows to a block, so that few windows reach over its edge into the next one."""


class Pool(NamedTuple):
    """Items that reserved slots are filled from.

    Attributes
    ----------
    entries : int32[L]
        Rows of items, some more often than others.
    share : float
        Share of the day's slots that is theirs.
    """

    entries: Array
    share: float


def on_level(world: World, plan: Plan, level: int) -> Array:
    """Return which items may be on a level by their age: `fresh_days` for each level up to theirs (bool[k])."""
    items, patience = world.items, world.config.platform.fresh_days * (level + 1)
    there: Array = (items.level == level) & (items.parts == 0) & (world.day - items.day < patience)
    return there


def size_of(world: World, plan: Plan, level: int) -> float:
    """Impressions that are used up when an item leaves a level."""
    size = world.config.platform.fresh_below * world.knowledge.item_impressions
    return float(size * float(plan.pool_growth.value) ** level)


def climbing(world: World, plan: Plan) -> list[Pool]:
    """Return the pools above the fresh one that anybody is in, lowest first; each gets as many slots as that one."""
    share = float(plan.fresh_slots.value)
    pools = []
    for level in range(1, int(plan.pool_levels.value)):
        using = on_level(world, plan, level) & (world.items.impressions < size_of(world, plan, level))
        if share > 0.0 and using.any():
            pools.append(Pool(np.flatnonzero(using).astype(np.int32), share))
    return pools


def lay_out(pools: list[Pool], word: Array, salt: float, window: int) -> Array:
    """Lay pools out as one slate (int32[L]): a block each, by their shares, in shuffled order and over again.

    A pool alone is listed once. Where a block is too short for its pool, who stands last is left out for the day.
    """
    orders = [shuffled(pool.entries, word, salt) for pool in pools]
    if len(pools) < 2:
        return orders[0] if pools else np.empty(0, np.int32)
    shares = [pool.share for pool in pools]
    room = max(2 * sum(entries.size for entries in orders), SPAN * window * len(pools))
    blocks = [
        np.resize(entries, max(1, round(room * share / sum(shares))))
        for entries, share in zip(orders, shares, strict=True)
    ]
    return np.concatenate(blocks)


def shuffled(members: Array, word: Array, salt: float) -> Array:
    """Order items by scrambled words: on one day the same items always stand in the same order."""
    keys = np.empty(members.size, np.uint64)
    slates.scrambled(members, word, np.uint32(salt * 2**32), keys)
    keys.sort()  # keys that carry their places sort several times as fast as places by keys
    ordered: Array = members[keys & np.uint64(0xFFFFFFFF)]
    return ordered


def promote(world: World) -> None:
    """Let the best of each level's cohort go up, and the others out; on the last level there is nothing to win."""
    items, plan = world.items, world.plan
    for level in reversed(range(int(plan.pool_levels.value) - 1)):  # from above, so that nobody climbs two levels a day
        used_up = items.impressions >= max(size_of(world, plan, level), 1.0)
        cohort = np.flatnonzero(on_level(world, plan, level) & used_up)
        if cohort.size:
            ranked = cohort[np.lexsort((items.word[cohort], -rate(world, cohort)))]
            winners = int(float(plan.pool_promotion.value) * cohort.size + 0.5)
            items.level[ranked] = OUT
            items.level[ranked[:winners]] = level + 1


def rate(world: World, rows: Array) -> Array:
    """How items do: watch share and interactions a view, as the platform sees them, relative to the vertical's mean."""
    items = world.items
    usual = world.knowledge.means()[items.vertical[rows]]
    views = items.impressions[rows]
    found: Array = items.watch[rows] / items.duration[rows] / views / usual[:, 0]
    return found + items.interactions[rows] / views / usual[:, 1]
