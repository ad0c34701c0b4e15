"""Allocation: before serving, all that couples consumers is turned into slates, scores and reserved shares."""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import draws, estimates, slates
from ecosim.kernels.bundles import CARD, ENTRY, GOOD, Shelf, Slates
from ecosim.stages.pools import Pool, climbing, lay_out, shuffled
from ecosim.stages.trading import account_keys, item_kinds
from ecosim.state.columns import Array
from ecosim.state.economy import DAYPART_SHARES, DAYPARTS
from ecosim.state.plan import ITEM_TERMS, Plan
from ecosim.state.schema import SEEN_WORDS, STYLE_DIMENSIONS
from ecosim.state.world import Allocation, World

LEAST_SHORTLIST, LEAST_HOT = 48, 24
FOLLOW_DAYS = 3
"""A followed creator's newest item is in the personal slate for so many days."""
MOST_RESERVED = 0.5
"""Share of slots that pools may take together."""
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
    guaranteed, need = reserve(world, plan)
    pools = guaranteed + climbing(world, plan)
    share = min(sum(pool.share for pool in pools), MOST_RESERVED)
    return Allocation(shelf, make_slates(world, shelf, pools), terms, share, need)


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
    return np.flatnonzero(young & unseen & (items.level == 0)).astype(np.int32)


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


def make_slates(world: World, shelf: Shelf, pools: list[Pool]) -> Slates:
    """Shortlist and gather every cohort's slates.

    Groups, in order: interest by vertical and region, hot by region, fresh by region, reserved by region, and the live
    sessions of each daypart by region.
    """
    platform, items, regions = world.config.platform, world.items, len(REGIONS)
    videos = np.flatnonzero(items.parts == 0).astype(np.int32)
    by_vertical = videos[np.argsort(items.vertical[videos], kind="stable")]
    edges = np.searchsorted(items.vertical[by_vertical], np.arange(world.verticals + 1))
    verticals = [by_vertical[edges[v] : edges[v + 1]] for v in range(world.verticals)]
    on_air = [np.flatnonzero((items.parts >> part) & 1).astype(np.int32) for part in range(len(DAYPARTS))]
    hot = len(verticals)
    groups = [*verticals, videos, fresh_pool(world), None, *on_air]
    wanted = [platform.recall_interest] * hot + [platform.recall_hot, platform.recall_fresh, platform.recall_reserved]
    wanted += [recall_live(world)] * len(on_air)
    salts = draws.uniforms(world.seed, draws.SHUFFLE, world.day, np.arange(len(groups) * regions))[:, 0]
    lists = []
    for number, salt in enumerate(salts):
        group, region = divmod(number, regions)
        members = groups[group]
        if members is None:
            lists.append(lay_out(pools, items.word, salt, platform.recall_reserved))
            continue
        key = items.heat if group == hot else shelf.base[region]
        lists.append(shortlist(shuffled(members, items.word, salt), key, best_of(world, group, members.size)))
    return gather(shelf, lists, np.minimum(np.repeat(wanted, regions), [entries.size for entries in lists]))


def best_of(world: World, group: int, size: int) -> int:
    """How many of a group's members are shortlisted: the best of a vertical, the hottest of all, else everyone."""
    platform = world.config.platform
    if group < world.verticals:
        return max(int(np.ceil(platform.shortlist_share * size)), LEAST_SHORTLIST)
    if group == world.verticals:
        return max(int(np.ceil(platform.hot_share * size)), LEAST_HOT)
    return size


def recall_live(world: World) -> int:
    """Candidates from live sessions in one session of a consumer."""
    return world.config.live.recall if world.config.live.active else 0


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
