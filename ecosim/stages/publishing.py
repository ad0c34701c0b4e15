"""Publishing: creators decide effort and mode, and put out the day's items."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import company, craft, draws
from ecosim.kernels import creators as rules
from ecosim.stages import promotion
from ecosim.state.columns import Array
from ecosim.state.schema import IMITATE, INNOVATE, OWN
from ecosim.state.world import World
from ecosim.strategies.base import EFFORT_BOUNDS
from ecosim.strategies.sight import Chart, observe, visible_chart


def publish(world: World) -> None:
    """Let every living creator decide, and make the items that follow."""
    creators, chart = world.creators, visible_chart(world)
    creators.badge[:] = world.plan.badge.value
    mode = np.zeros(creators.size, np.int8)
    creators.effort[~creators.alive] = 0.0
    rows = np.flatnonzero(creators.alive & (creators.rule == 0))
    decided = world.strategy.decide(observe(world, rows, chart))
    creators.effort[rows] = np.clip(decided.effort, *EFFORT_BOUNDS)
    mode[rows] = decided.mode
    if decided.aspiration is not None:
        creators.aspiration[rows] = decided.aspiration
    for decider in world.deciders:
        own = np.flatnonzero(creators.alive & (creators.rule == decider.rule))
        effort, chosen = decider.decide(world, own)
        creators.effort[own] = np.clip(effort, *EFFORT_BOUNDS)
        mode[own] = chosen
    promotion.set_brand_effort(world)
    mode[(mode == IMITATE) & (chart.hits[creators.vertical] == 0)] = OWN
    creators.mode[creators.alive] = mode[creators.alive]
    on_air = promotion.open_sessions(world)
    left = np.maximum(motivated(world) - on_air * np.float32(world.config.live.effort), np.float32(0.0))
    posts = np.empty(creators.size, np.int64)
    rules.count_all_posts(world.seed, world.day, creators.serial, left, posts)
    videos = add_items(world, np.repeat(np.arange(creators.size), posts), posts, mode, chart)
    creators.posts[:] += posts.astype(np.int32)
    sessions = promotion.add_sessions(world, np.flatnonzero(on_air))
    for made in (videos, sessions):
        promotion.find_partners(world, made)
        promotion.attach_products(world, made)
    world.today.published = int(posts.sum())


def motivated(world: World) -> Array:
    """Posts a day that come of each creator's effort: a badge makes its bearer post more (float32[m])."""
    creators = world.creators
    gain = np.float32(world.config.creator.badge_effort) - np.float32(1.0)
    posts: Array = np.clip(creators.effort * (np.float32(1.0) + creators.badge * gain), *EFFORT_BOUNDS)
    return posts


def add_items(world: World, creator: Array, posts: Array, mode: Array, chart: Chart) -> slice:
    """Make items and put them into the catalog; return their rows.

    Parameters
    ----------
    creator : int64[p]
        Creator row of each new item, ascending.
    posts : int64[m]
        Items of each creator.
    mode : int8[m]
        Mode of each creator's day.
    chart : Chart
        Where imitations find their model.
    """
    creators, items, career = world.creators, world.items, world.config.creator
    if creator.size == 0:
        return slice(items.size, items.size)
    first = np.concatenate(([0], np.cumsum(posts)))[creator]
    number = (world.day << 8) + 1 + np.minimum(np.arange(creator.size) - first, 253)
    serial = creators.serial[creator].astype(np.int64)
    how, vertical = mode[creator], creators.vertical[creator]
    hit = choose_hits(world, serial, number, chart.hits[vertical])
    copied = how == IMITATE
    own = creators.style[creator]
    hit_style, hit_key = chart.style[vertical, hit], chart.key[vertical, hit].astype(np.uint32)
    copy_ties(world, creator, hit_style, hit_key)
    model = np.where(copied[:, None], hit_style, own)
    fidelity = np.where(copied, career.copy_fidelity, 0.0)
    step = np.where(how == INNOVATE, career.innovate_step, career.own_step)
    spread = np.where(how == INNOVATE, career.innovate_spread, 1.0)
    rows = items.append(creator.size)
    key = np.where(copied[:, None], hit_key, 0)
    columns = {
        "creator": creator, "serial": serial, "number": number, "day": world.day, "vertical": vertical,
        "region": creators.region[creator], "mode": how, "model_serial": key[:, 0], "model_number": key[:, 1],
    }  # fmt: skip
    for name, values in columns.items():
        getattr(items, name)[rows] = values
    craft.make_items(
        world.seed, serial, number, own, model, fidelity, step, spread, creators.skill[creator], career.quality_noise,
        items.style[rows], items.quality[rows], items.duration[rows], items.word[rows],
    )  # fmt: skip
    return rows


def copy_ties(world: World, creator: Array, style: Array, key: Array) -> None:
    """Put the hottest items of creators' ties in place of the chart's hits, where they are hot enough.

    Parameters
    ----------
    creator : int64[p]
        Who would copy.
    style, key : float32[p, D], uint32[p, 2]
        What they would copy; written.
    """
    rules, items = world.config.collaboration, world.items
    if not rules.active or items.size == 0:
        return
    hottest = np.empty(world.creators.size, np.int32)
    seen = world.day - world.config.creator.chart_delay
    company.hottest_of_creators(items.creator, items.day, items.parts, items.heat, items.word, seen, hottest)
    found, graph = np.empty(creator.size, np.int32), world.collaborators
    least = np.float32(rules.tie_hit * float(items.heat.astype(np.float64).mean()))
    company.models_of_ties(creator, graph.start, graph.neighbour, hottest, items.heat, items.word, least, found)
    known = found >= 0
    style[known] = items.style[found[known]]
    key[known, 0], key[known, 1] = items.serial[found[known]], items.number[found[known]]


def choose_hits(world: World, serial: Array, number: Array, hits: Array) -> Array:
    """Choose which visible hit an item imitates (int64[p]; 0 where there is none), by keyed draw."""
    u = draws.uniforms(world.seed, draws.POSTS, world.day, serial, number)[:, 1]
    chosen: Array = np.floor(u * np.maximum(hits, 1)).astype(np.int64)
    return chosen
