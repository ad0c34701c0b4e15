"""Publishing: creators decide effort and mode, and put out the day's items."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import craft, draws
from ecosim.kernels import creators as rules
from ecosim.state.columns import Array
from ecosim.state.schema import IMITATE, INNOVATE, OWN
from ecosim.state.world import World
from ecosim.strategies.base import EFFORT_BOUNDS
from ecosim.strategies.sight import Chart, observe, visible_chart


def publish(world: World) -> None:
    """Let every living creator decide, and make the items that follow."""
    creators, chart = world.creators, visible_chart(world)
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
    mode[(mode == IMITATE) & (chart.hits[creators.vertical] == 0)] = OWN
    creators.mode[creators.alive] = mode[creators.alive]
    posts = np.empty(creators.size, np.int64)
    rules.count_all_posts(world.seed, world.day, creators.serial, creators.effort, posts)
    add_items(world, np.repeat(np.arange(creators.size), posts), posts, mode, chart)
    creators.posts[:] += posts.astype(np.int32)
    world.today.published = int(posts.sum())


def add_items(world: World, creator: Array, posts: Array, mode: Array, chart: Chart) -> None:
    """Make items and put them into the catalog.

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
        return
    first = np.concatenate(([0], np.cumsum(posts)))[creator]
    number = (world.day << 8) + 1 + np.minimum(np.arange(creator.size) - first, 253)
    serial = creators.serial[creator].astype(np.int64)
    how, vertical = mode[creator], creators.vertical[creator]
    hit = choose_hits(world, serial, number, chart.hits[vertical])
    copied = how == IMITATE
    own = creators.style[creator]
    model = np.where(copied[:, None], chart.style[vertical, hit], own)
    fidelity = np.where(copied, career.copy_fidelity, 0.0)
    step = np.where(how == INNOVATE, career.innovate_step, career.own_step)
    spread = np.where(how == INNOVATE, career.innovate_spread, 1.0)
    rows = items.append(creator.size)
    key = np.where(copied[:, None], chart.key[vertical, hit], 0)
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


def choose_hits(world: World, serial: Array, number: Array, hits: Array) -> Array:
    """Choose which visible hit an item imitates (int64[p]; 0 where there is none), by keyed draw."""
    u = draws.uniforms(world.seed, draws.POSTS, world.day, serial, number)[:, 1]
    chosen: Array = np.floor(u * np.maximum(hits, 1)).astype(np.int64)
    return chosen
