"""Guarantees: impressions promised to creators or to groups of them, turned into reserved slots before serving.

A *floor* promises a creator a share of the mean impressions; what was lacking over the last days is made up for today.
A *group's pool* promises a share of all slots to the creators of a vertical or region together. They get most of it by
themselves, so only the rest is set aside: each day as much as the day before, corrected by half of what yesterday's
delivery missed or exceeded. A guarantee below what a group gets anyway sets nothing aside and is inert.
"""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import slates
from ecosim.stages.pools import Pool
from ecosim.state.columns import Array
from ecosim.state.levers import MOST_RESERVED
from ecosim.state.plan import Plan
from ecosim.state.schema import MONTH
from ecosim.state.world import World

CORRECTION = 0.5
"""Part of yesterday's error that a group's pool corrects today."""
_COPIES = 16
_NEWEST = 2


def usual_slots(world: World) -> float:
    """Slots that active consumers come for on a usual day."""
    people = world.consumers
    return float((people.sessions[people.active].astype(np.float64) * people.slots[people.active]).sum())


def reserve(world: World, plan: Plan) -> tuple[list[Pool], int]:
    """Turn guaranteed shares of the mean into a pool and its share of slots, paced by what was delivered.

    Returns
    -------
    pools : list of Pool
        One, in which videos stand more often the more their creator fell short; none if nothing is lacking.
    need : int
        Impressions that this is meant to deliver.
    """
    wanted = plan.reserved_share.value
    has_videos = np.zeros(world.creators.size, bool)
    has_videos[world.items.creator[world.items.parts == 0]] = True
    rows = np.flatnonzero((wanted > 0) & has_videos & world.creators.alive)
    if rows.size == 0:
        return [], 0
    alive, slots = max(int(world.creators.alive.sum()), 1), usual_slots(world)
    target = wanted[rows].astype(np.float64) * slots / alive
    days = np.minimum(world.day - world.creators.entered[rows] + 1, world.config.platform.pacing_days)
    ring = world.creators.impressions_month[rows]
    back = (world.day - 1 - np.arange(world.config.platform.pacing_days - 1)) % ring.shape[1]
    delivered = (ring[:, back] * (np.arange(back.size) < days[:, None] - 1)).sum(axis=1)
    need = np.clip(target * days - delivered, 0.0, 3.0 * target)
    total = float(need.sum())
    if total <= 0.0:
        return [], 0
    copies = np.ceil(need / need.mean() * _COPIES / 2).astype(np.int64)
    kept = copies > 0
    entries = pool_of(world, rows[kept], np.minimum(copies[kept], 4 * _COPIES))
    return [Pool(entries, min(total / slots, MOST_RESERVED))], round(total)


def pool_of(world: World, rows: Array, copies: Array) -> Array:
    """List `copies` entries of each creator's newest videos (int32); a live session is on for hours only."""
    items = world.items
    videos = np.flatnonzero(items.parts == 0)
    order = videos[np.lexsort((-items.number[videos].astype(np.int64), items.creator[videos]))].astype(np.int32)
    start = np.searchsorted(items.creator[order], np.arange(world.creators.size + 1)).astype(np.int64)
    out = np.empty(int(copies.sum()), np.int32)
    slates.pool_entries(rows.astype(np.int32), copies, start, order, _NEWEST, out)
    return out


def groups(world: World, plan: Plan) -> list[tuple[Array, float]]:
    """List every vertical, then every region: who of it shares in its pool (bool[m]), and the share of slots promised.

    Whoever has the lever above 0 is a member; where members were promised different shares, the largest counts.
    """
    creators, found = world.creators, []
    for lever, column, count in (
        (plan.vertical_slots.value, creators.vertical, world.verticals),
        (plan.region_slots.value, creators.region, len(REGIONS)),
    ):
        for number in range(count):
            member = (lever > 0) & (column == number)
            found.append((member, float(lever[member].max(initial=0.0))))
    return found


def set_aside(world: World, plan: Plan) -> Array:
    """Share of slots to be set aside today for every vertical and region (float64[V + R]), by yesterday's delivery.

    As long as nothing has been delivered, nobody is known to lack anything.
    """
    before = world.knowledge.set_aside
    out = np.zeros(before.size)
    shown = world.creators.impressions_month[:, (world.day - 1) % MONTH]
    total = int(shown.sum())
    if total == 0:
        return out
    for number, (member, promised) in enumerate(groups(world, plan)):
        if promised > 0.0:
            missed = promised - int(shown[member].sum()) / total
            out[number] = min(max(before[number] + CORRECTION * missed, 0.0), promised)
    return out


def pools_of_groups(world: World, plan: Plan, aside: Array) -> list[Pool]:
    """Return the pools of verticals and regions for which slots are set aside today: all videos of their members."""
    items, found = world.items, []
    for (member, _), share in zip(groups(world, plan), aside, strict=True):
        entries = np.flatnonzero((items.parts == 0) & member[items.creator]).astype(np.int32)
        if share > 0.0 and entries.size:
            found.append(Pool(entries, float(share)))
    return found
