"""Allocation: before serving, all that couples consumers is turned into slates, scores and reserved shares."""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import draws, estimates, slates
from ecosim.kernels.bundles import CARD, ENTRY, GOOD, Shelf, Slates
from ecosim.stages.trading import account_keys, item_kinds
from ecosim.state.columns import Array
from ecosim.state.economy import DAYPART_SHARES, DAYPARTS
from ecosim.state.plan import ITEM_TERMS, Plan
from ecosim.state.schema import SEEN_WORDS, STYLE_DIMENSIONS
from ecosim.state.world import Allocation, World

LEAST_SHORTLIST, LEAST_HOT = 48, 24
FOLLOW_DAYS = 3
"""A followed creator's newest item is in the personal slate for so many days."""
_COPIES = 16
_DAYPART_EDGES = np.cumsum(DAYPART_SHARES).astype(np.float32)
_NEWEST = 2


def allocate(world: World) -> None:
    """Make today's slates and scores under today's plan."""
    world.today.allocation = make_allocation(world, world.plan)


def make_allocation(world: World, plan: Plan) -> Allocation:
    """Turn a plan into slates and scores; writes nothing to the world, so that a shadow plan can be tried too."""
    terms = term_matrix(world)
    shelf = make_shelf(world, plan, terms)
    reserved, share, need = reserve(world, plan)
    return Allocation(shelf, make_slates(world, shelf, reserved), terms, share, need)


def term_matrix(world: World) -> Array:
    """Return the item terms of the score (float32[k, 8])."""
    items, platform = world.items, world.config.platform
    creators = world.creators
    out = np.empty((items.size, estimates.ITEM_TERMS), np.float32)
    mean_heat = max(float(items.heat.astype(np.float64).mean()) if items.size else 0.0, 1e-9)
    estimates.item_terms(
        (items.creator, items.vertical, items.style, items.day, items.duration, items.impressions, items.watch,
         items.interactions, items.follows, items.heat, items.product, items.clicks, items.parts),
        (creators.record_views, creators.record_watch, creators.record_interactions, creators.record_follows),
        world.knowledge.click_rate, world.knowledge.means(), world.knowledge.hits, mean_heat, world.day,
        platform.item_life,
        platform.prior_views, platform.record_weight, platform.record_views, out,
    )  # fmt: skip
    return out


def make_shelf(world: World, plan: Plan, terms: Array) -> Shelf:
    """Score the live items for every region and find each creator's newest."""
    items, period = world.items, world.config.platform.item_life
    base = np.empty((len(REGIONS), items.size), np.float32)
    weights = np.array([plan.weight(term) for term in ITEM_TERMS], np.float32)
    estimates.item_base(terms, weights, plan.weight("locality"), items.region, plan.boost.value, items.creator, base)
    latest = np.empty((world.creators.size, 2), np.int32)
    estimates.latest_items(
        items.creator, items.partner, items.day, items.number, items.parts, world.day - FOLLOW_DAYS + 1, latest
    )
    bits = 64 * SEEN_WORDS
    half = (items.day // period) % 2
    card = np.empty(items.size, CARD)
    for name in ("serial", "number", "word", "creator", "vertical", "region", "duration", "quality", "parts"):
        card[name] = getattr(items, name)
    card["half"] = half * bits
    card["kind"] = item_kinds(world)
    goods, card["good"] = goods_on_shelf(world)
    style = world.economy.products.style[goods["product"]]
    return Shelf(card, items.style, base, latest, goods, style, _DAYPART_EDGES)


def goods_on_shelf(world: World) -> tuple[Array, Array]:
    """Gather the products that items carry (GOOD[g]), and each item's place among them (int32[k], -1 for none)."""
    carried, products, brands = world.items.product, world.economy.products, world.economy.brands
    found = np.unique(carried[carried >= 0])
    goods = np.empty(found.size, GOOD)
    brand = products.brand[found]
    goods["product"], goods["price"], goods["promise"] = found, products.price[found], products.promise[found]
    goods["vertical"], goods["account"] = brands.vertical[brand], account_keys(world)[brand]
    place = np.where(carried >= 0, np.searchsorted(found, carried), -1).astype(np.int32)
    return goods, place


def fresh_pool(world: World) -> Array:
    """Return the items that still have their first chance to get (int32): young and little shown."""
    items, platform = world.items, world.config.platform
    young = (world.day - items.day < platform.fresh_days) & (items.parts == 0)
    unseen = items.impressions < platform.fresh_below * world.knowledge.item_impressions
    return np.flatnonzero(young & unseen).astype(np.int32)


def reserve(world: World, plan: Plan) -> tuple[Array, float, int]:
    """Turn guaranteed shares of the mean into pool entries and a share of slots, paced by what was delivered.

    Returns
    -------
    entries : int32[L]
        Videos that reserved slots are filled from, more often the more their creator fell short.
    share : float
        Share of today's slots that is reserved.
    need : int
        Impressions that this is meant to deliver.
    """
    wanted = plan.reserved_share.value
    has_videos = np.zeros(world.creators.size, bool)
    has_videos[world.items.creator[world.items.parts == 0]] = True
    rows = np.flatnonzero((wanted > 0) & has_videos & world.creators.alive)
    if rows.size == 0:
        return np.empty(0, np.int32), 0.0, 0
    alive = max(int(world.creators.alive.sum()), 1)
    active = world.consumers.active
    slots = float((world.consumers.sessions[active].astype(np.float64) * world.consumers.slots[active]).sum())
    target = wanted[rows].astype(np.float64) * slots / alive
    days = np.minimum(world.day - world.creators.entered[rows] + 1, world.config.platform.pacing_days)
    ring = world.creators.impressions_month[rows]
    back = (world.day - 1 - np.arange(world.config.platform.pacing_days - 1)) % ring.shape[1]
    delivered = (ring[:, back] * (np.arange(back.size) < days[:, None] - 1)).sum(axis=1)
    need = np.clip(target * days - delivered, 0.0, 3.0 * target)
    total = float(need.sum())
    if total <= 0.0:
        return np.empty(0, np.int32), 0.0, 0
    copies = np.ceil(need / need.mean() * _COPIES / 2).astype(np.int64)
    kept = copies > 0
    return pool_of(world, rows[kept], np.minimum(copies[kept], 4 * _COPIES)), min(total / slots, 0.5), round(total)


def pool_of(world: World, rows: Array, copies: Array) -> Array:
    """List `copies` entries of each creator's newest videos (int32); a live session is on for hours only."""
    items = world.items
    videos = np.flatnonzero(items.parts == 0)
    order = videos[np.lexsort((-items.number[videos].astype(np.int64), items.creator[videos]))].astype(np.int32)
    start = np.searchsorted(items.creator[order], np.arange(world.creators.size + 1)).astype(np.int64)
    out = np.empty(int(copies.sum()), np.int32)
    slates.pool_entries(rows.astype(np.int32), copies, start, order, _NEWEST, out)
    return out


def make_slates(world: World, shelf: Shelf, reserved: Array) -> Slates:
    """Shortlist and gather every cohort's slates.

    Groups, in order: interest by vertical and region, hot by region, fresh by region, reserved by region, and the live
    sessions of each daypart by region.
    """
    platform, items = world.config.platform, world.items
    verticals, regions = world.verticals, len(REGIONS)
    everything = np.flatnonzero(items.parts == 0).astype(np.int32)
    by_vertical = everything[np.argsort(items.vertical[everything], kind="stable")]
    edges = np.searchsorted(items.vertical[by_vertical], np.arange(verticals + 1)).astype(np.int64)
    fresh = fresh_pool(world)
    on_air = [np.flatnonzero((items.parts >> part) & 1).astype(np.int32) for part in range(len(DAYPARTS))]
    pools = [by_vertical, everything, fresh, reserved, *on_air]
    members = np.concatenate(pools).astype(np.int32)
    at = np.cumsum([0, *(pool.size for pool in pools)])
    ranges = [(edges[v], edges[v + 1]) for v in range(verticals) for _ in range(regions)]
    ranges += [(at[k], at[k + 1]) for k in range(1, len(pools)) for _ in range(regions)]
    member_start = np.array(ranges, np.int64)
    sizes = member_start[:, 1] - member_start[:, 0]
    length = sizes.copy()
    interest = slice(0, verticals * regions)
    length[interest] = np.minimum(
        sizes[interest], np.maximum(np.ceil(platform.shortlist_share * sizes[interest]), LEAST_SHORTLIST)
    ).astype(np.int64)
    hot = slice(verticals * regions, verticals * regions + regions)
    length[hot] = np.minimum(sizes[hot], max(int(np.ceil(platform.hot_share * everything.size)), LEAST_HOT))
    wanted = np.concatenate(
        (
            np.full(verticals * regions, platform.recall_interest),
            np.repeat((platform.recall_hot, platform.recall_fresh, platform.recall_reserved), regions),
            np.full(len(DAYPARTS) * regions, recall_live(world)),
        )
    )
    lists = []
    salts = draws.uniforms(world.seed, draws.SHUFFLE, world.day, np.arange(length.size))[:, 0]
    for g, (begin, end) in enumerate(member_start):
        key = items.heat if hot.start <= g < hot.stop else shelf.base[g % regions]
        pool = shuffled(members[begin:end], items.word, salts[g])
        lists.append(shortlist(pool, key, int(length[g])))
    return gather(shelf, lists, np.minimum(wanted, length))


def recall_live(world: World) -> int:
    """Candidates from live sessions in one session of a consumer."""
    return world.config.live.recall if world.config.live.active else 0


def shuffled(members: Array, word: Array, salt: float) -> Array:
    """Order items by scrambled words: on one day the same items always stand in the same order."""
    keys = np.empty(members.size, np.uint32)
    slates.scrambled(members, word, np.uint32(salt * 2**32), keys)
    ordered: Array = members[np.argsort(keys, kind="stable")]
    return ordered


def shortlist(members: Array, key: Array, wanted: int) -> Array:
    """Keep the `wanted` members with the highest key, in their order; ties go to those that stand first."""
    if wanted >= members.size:
        return members
    keys = key[members]
    threshold = np.partition(keys, members.size - wanted)[members.size - wanted]
    kept = keys > threshold
    ties = np.flatnonzero(keys == threshold)
    kept[ties[: wanted - int(kept.sum())]] = True
    chosen: Array = members[kept]
    return chosen


def gather(shelf: Shelf, lists: list[Array], extra: Array) -> Slates:
    """Bring the slates into contiguous memory, each followed by its first `extra` entries once more."""
    length = np.array([entries.size for entries in lists], np.int64)
    room = length + extra
    start = np.concatenate(([0], np.cumsum(room))).astype(np.int64)
    total = int(start[-1])
    style = np.empty((total, STYLE_DIMENSIONS), np.float32)
    out = Slates(start[:-1], length, np.empty(total, ENTRY), style)
    entry_start = np.concatenate(([0], np.cumsum(length)))[:-1].astype(np.int64)
    region = np.tile(np.arange(len(REGIONS), dtype=np.int32), length.size // len(REGIONS))
    slates.gather(np.concatenate(lists), entry_start, start, region, shelf, out)
    return out
