"""Promotion: live sessions, items made with a tie, and the products that items carry."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import company, craft, draws, trade
from ecosim.state.columns import Array
from ecosim.state.economy import DAYPART_SHARES, DAYPARTS
from ecosim.state.schema import OWN
from ecosim.state.world import World

LAST_NUMBER = 255
"""Number of the day that a live session bears; videos stay below."""
CREATOR_SPAN, BRAND_SPAN = 2, 3
"""Dayparts that a session lasts."""
_MOST = 0.95
_MOST_POSTS = 8.0


def set_brand_effort(world: World) -> None:
    """Brands' own accounts publish by the size of the brand."""
    creators = world.creators
    rows = np.flatnonzero(creators.brand >= 0)
    size = world.economy.brands.weight[creators.brand[rows]]
    wanted = world.config.brand.own_posts * np.sqrt(size.astype(np.float64))
    creators.effort[rows] = np.minimum(wanted, _MOST_POSTS).astype(np.float32)


def open_sessions(world: World) -> Array:
    """Decide who goes live today (bool[m])."""
    creators, rules = world.creators, world.config.live
    if not rules.active:
        return np.zeros(creators.size, np.bool_)
    prosperity = np.maximum(creators.prosperity.astype(np.float64), 0.0)
    chance = rules.chance * creators.live_propensity * (prosperity + 0.05) ** rules.elasticity * creators.alive
    owned = np.flatnonzero(creators.brand >= 0)
    size = world.economy.brands.weight[creators.brand[owned]]
    chance[owned] = rules.brand_chance * np.sqrt(size.astype(np.float64))
    u = draws.uniforms(world.seed, draws.LIVE, 1 + world.day, creators.serial)
    opened: Array = u[:, 0] < np.minimum(chance, _MOST)
    return opened


def add_sessions(world: World, creator: Array) -> slice:
    """Put today's live sessions into the catalog and return their rows."""
    creators, items, rules = world.creators, world.items, world.config.live
    rows = items.append(creator.size)
    if creator.size == 0:
        return rows
    serial, number = creators.serial[creator].astype(np.int64), np.full(creator.size, (world.day << 8) + LAST_NUMBER)
    columns = {
        "creator": creator, "serial": serial, "number": number, "day": world.day, "mode": OWN,
        "vertical": creators.vertical[creator], "region": creators.region[creator],
        "parts": session_parts(world, creator),
    }  # fmt: skip
    for name, values in columns.items():
        getattr(items, name)[rows] = values
    own, even = creators.style[creator], np.ones(creator.size)
    skill = (creators.skill[creator] * np.float32(0.5) + creators.live_skill[creator]).astype(np.float32)
    craft.make_items(
        world.seed, serial, number, own, own, 0.0 * even, world.config.creator.own_step * even, even, skill,
        world.config.creator.quality_noise,
        items.style[rows], items.quality[rows], items.duration[rows], items.word[rows],
    )  # fmt: skip
    items.duration[rows] = rules.length * 1000
    return rows


def session_parts(world: World, creator: Array) -> Array:
    """Bits of the dayparts in which each session is on (int32[p]): it starts when many watch."""
    u = draws.uniforms(world.seed, draws.LIVE, 1 + world.day, world.creators.serial[creator])[:, 1]
    first = np.minimum(np.searchsorted(np.cumsum(DAYPART_SHARES), u, side="right"), len(DAYPARTS) - 1)
    span = np.where(world.creators.brand[creator] >= 0, BRAND_SPAN, CREATOR_SPAN)
    bits = (1 << np.minimum(first + span, len(DAYPARTS))) - (1 << first)
    parts: Array = bits.astype(np.int32)
    return parts


def find_partners(world: World, rows: slice) -> None:
    """Some items are made with a tie, whose followers see them too."""
    rules, items, creators, graph = world.config.collaboration, world.items, world.creators, world.collaborators
    if not rules.active or rows.start == rows.stop:
        return
    partner = np.empty(rows.stop - rows.start, np.int32)
    company.choose_partners(
        world.seed, world.day, items.creator[rows], items.number[rows], creators.serial, creators.alive, graph.start,
        graph.neighbour, rules.chance, partner,
    )  # fmt: skip
    items.partner[rows] = partner


def attach_products(world: World, rows: slice) -> None:
    """Let items carry products: a brand's own, that of a deal, or one on commission."""
    economy, items, creators, config = world.economy, world.items, world.creators, world.config
    if economy.brands.size == 0 or rows.start == rows.stop:
        return
    creator, live = items.creator[rows], items.parts[rows] != 0
    u = draws.uniforms(world.seed, draws.PROMOTION, world.day, items.serial[rows], items.number[rows])
    deal = deals_of_items(world, creator, live, u[:, 0])
    affiliate = u[:, 1] < np.where(live, config.live.affiliate, config.brand.affiliate_posts)
    brand = creators.brand[creator]
    open_to_all = np.flatnonzero((brand < 0) & (deal < 0) & affiliate)
    brand[open_to_all] = affiliate_brands(world, rows.start + open_to_all)
    product = np.empty(brand.size, np.int32)
    trade.choose_products(brand, items.word[rows], economy.on_sale, product)
    hired = deal >= 0
    product[hired] = economy.deals.product[deal[hired]]
    items.product[rows], items.deal[rows] = product, deal


def deals_of_items(world: World, creator: Array, live: Array, u: Array) -> Array:
    """Find the deal under which each of some items is made, by even draws: int32[p], -1 for none."""
    creators, posts = world.creators, world.config.brand.deal_posts
    deal = np.full(creator.size, -1, np.int32)
    if creators.deals.any():
        place = np.where(live, u, u / posts if posts else np.inf)
        trade.find_deals(place, creator, creators.deal, creators.deals, world.economy.deals.end, deal)
    return deal


def affiliate_brands(world: World, rows: Array) -> Array:
    """Choose the brand that each of some items sells for on commission, by size within the vertical (int32[p])."""
    brands, items = world.economy.brands, world.items
    by_vertical = np.argsort(brands.vertical, kind="stable").astype(np.int32)
    start = np.searchsorted(brands.vertical[by_vertical], np.arange(world.verticals + 1)).astype(np.int64)
    out = np.empty(rows.size, np.int32)
    trade.choose_brands(
        items.vertical[rows], items.word[rows], start, by_vertical, np.log(brands.weight.astype(np.float64)), out
    )
    return out
