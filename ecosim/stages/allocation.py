"""Allocation: before serving, all that couples consumers is turned into slates, scores and reserved shares."""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import aligned, draws, estimates, slates
from ecosim.kernels.bundles import CARD, GOOD, Shelf, Slates
from ecosim.kernels.vectors import WIDTH
from ecosim.stages.common import account_keys, item_kinds
from ecosim.stages.guarantees import pools_of_groups, reserve, set_aside
from ecosim.stages.pools import Pool, climbing, lay_out, shuffled
from ecosim.state.columns import Array
from ecosim.state.economy import DAYPART_SHARES, DAYPARTS
from ecosim.state.levers import MOST_RESERVED
from ecosim.state.plan import ITEM_TERMS, Plan
from ecosim.state.schema import SEEN_WORDS, STYLE_DIMENSIONS
from ecosim.state.world import Allocation, World

LEAST_SHORTLIST, LEAST_HOT = 48, 24
FOLLOW_DAYS = 3
"""A followed creator's newest item is in the personal slate for so many days."""
_DAYPART_EDGES = np.cumsum(DAYPART_SHARES).astype(np.float32)


def allocate(world: World) -> None:
    """Make today's slates and scores under today's plan."""
    world.today.allocation = make_allocation(world, world.plan)


def make_allocation(world: World, plan: Plan) -> Allocation:
    """Turn a plan into slates and scores; writes nothing to the world, so that a shadow plan can be tried too."""
    terms, bonus = term_matrix(world), bonuses(world, plan)
    shelf = make_shelf(world, plan, terms, bonus)
    guaranteed, need = reserve(world, plan)
    aside = set_aside(world, plan)
    pools = guaranteed + pools_of_groups(world, plan, aside) + climbing(world, plan)
    share = min(sum(pool.share for pool in pools), MOST_RESERVED)
    return Allocation(shelf, make_slates(world, shelf, pools), terms, bonus, aside, share, need)


def bonuses(world: World, plan: Plan) -> Array:
    """Sum what levers add to the score of each item (float32[k]): by creator, by creator and mode, by its novelty."""
    items = world.items
    out: Array = plan.boost.value[items.creator] + plan.mode_boost.value[items.creator, items.mode]
    if plan.novelty.value != 0:
        new = np.empty(items.size, np.float32)
        estimates.novelties(items.vertical, items.style, world.knowledge.hits, new)
        out += plan.novelty.value * new
    return out


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


def make_shelf(world: World, plan: Plan, terms: Array, bonus: Array) -> Shelf:
    """Score the live items for every region and find each creator's newest."""
    items, period = world.items, world.config.platform.item_life
    base = np.empty((len(REGIONS), items.size), np.float32)
    weights = np.array([plan.weight(term) for term in ITEM_TERMS], np.float32)
    estimates.item_base(terms, weights, plan.weight("locality"), items.region, bonus, base)
    latest = np.zeros((world.creators.size, 4), np.int32)
    estimates.latest_items(
        items.creator, items.partner, items.day, items.number, items.parts, world.day - FOLLOW_DAYS + 1, latest
    )
    bits = 64 * SEEN_WORDS
    half = (items.day // period) % 2
    card = aligned.zeros(items.size, CARD)
    for name in ("serial", "number", "word", "creator", "vertical", "region", "duration", "quality", "parts"):
        card[name] = getattr(items, name)
    card["half"] = half * bits
    card["kind"] = item_kinds(world)
    goods, card["good"] = goods_on_shelf(world)
    card["credit"] = plan.badge.value[items.creator] * np.float32(world.config.commerce.badge_trust)
    style = world.economy.products.style[goods["product"]]
    return Shelf(card, items.style, base, latest, goods, style, _DAYPART_EDGES)


def goods_on_shelf(world: World) -> tuple[Array, Array]:
    """Gather the products that items carry (GOOD[g]), and each item's place among them (int32[k], -1 for none)."""
    carried, products, brands = world.items.product, world.economy.products, world.economy.brands
    on_shelf = np.zeros(products.size, np.bool_)
    on_shelf[carried[carried >= 0]] = True
    found = np.flatnonzero(on_shelf)
    goods = np.empty(found.size, GOOD)
    brand = products.brand[found]
    goods["product"], goods["price"], goods["promise"] = found, products.price[found], products.promise[found]
    goods["vertical"], goods["account"] = brands.vertical[brand], account_keys(world)[brand]
    place = np.append(np.cumsum(on_shelf, dtype=np.int32) - 1, np.int32(-1))
    return goods, place[carried]


def fresh_pool(world: World) -> Array:
    """Return the items that still have their first chance to get (int32): young and little shown."""
    items, platform = world.items, world.config.platform
    young = (world.day - items.day < platform.fresh_days) & (items.parts == 0)
    unseen = items.impressions < platform.fresh_below * world.knowledge.item_impressions
    return np.flatnonzero(young & unseen & (items.level == 0)).astype(np.int32)


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
    total = int(start[-1]) + WIDTH - 1  # the last entry is read with fifteen that would follow
    marked, word, vertical = (np.zeros(total, kind) for kind in (np.uint32, np.uint32, np.int32))
    base, style = np.zeros(total, np.float32), aligned.zeros((total, STYLE_DIMENSIONS), np.float32)
    out = Slates(start[:-1], length, marked, word, vertical, base, style)
    entry_start = np.concatenate(([0], np.cumsum(length)))[:-1].astype(np.int64)
    region = np.tile(np.arange(len(REGIONS), dtype=np.int32), length.size // len(REGIONS))
    slates.gather(np.concatenate(lists), entry_start, start, region, shelf, out)
    return out
