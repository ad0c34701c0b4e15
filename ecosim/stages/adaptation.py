"""Adaptation: creators learn and practise, the platform updates what it knows of items, creators and hits.

Consumers adapt in serving, at the end of their own day: nobody else reads that before tomorrow.
"""

from __future__ import annotations

import numpy as np

from ecosim.kernels import craft, estimates
from ecosim.kernels import creators as rules
from ecosim.stages.pools import promote
from ecosim.state.columns import Array
from ecosim.state.schema import MONTH, STYLE_DIMENSIONS
from ecosim.state.world import CHART_DAYS, World
from ecosim.strategies.sight import mode_costs


def adapt(world: World) -> None:
    """Update creators, then the platform's knowledge, then the ladder of traffic pools."""
    practise(world)
    learn_from_items(world)
    update_estimates(world)
    update_chart(world)
    promote(world)
    if world.today.allocation is not None:
        world.knowledge.set_aside = world.today.allocation.set_aside


def practise(world: World) -> None:
    """Welfare, prosperity and skill of creators follow the day's income and attention."""
    creators, career = world.creators, world.config.creator
    rules.adapt(
        creators.alive, creators.income_month[:, world.day % MONTH].copy(), world.today.creator_impressions,
        world.plan.training.value, world.reference.income, world.reference.impressions, career.attention_value,
        career.welfare_memory, career.skill_investment, career.skill_rate,
        (creators.welfare, creators.prosperity, creators.skill, creators.talent),
    )  # fmt: skip


def coming_of_age(world: World) -> Array:
    """Return the items whose results creators look at today: published `chart_delay` days ago (int64)."""
    return np.flatnonzero(world.items.day == world.day - world.config.creator.chart_delay)


def learning_rates(world: World) -> tuple[Array, Array]:
    """Learning rate of beliefs and drift of style for every creator (float64[m]).

    Creators who decide by a user's own class learn nothing by themselves, and brands' accounts stay as they are.
    """
    mask = (world.creators.rule == 0) & (world.creators.brand < 0)
    return mask * float(world.strategy.learning), mask * (world.strategy.drift * world.config.creator.style_drift)


def learn_from_items(world: World) -> None:
    """Beliefs follow the net reward of items that came of age; style drifts to what surprised by reward."""
    items, creators = world.items, world.creators
    rows = coming_of_age(world)  # live sessions are gone by then
    if rows.size == 0:
        return
    gained = items.interactions[rows]
    mean = max(float(gained.sum()) / rows.size, 1e-9)
    rate, pull = learning_rates(world)
    error = np.empty(rows.size)
    craft.reading_errors(
        world.seed, world.day, items.creator[rows], items.serial[rows], items.number[rows],
        world.plan.learning_noise.value, error,
    )  # fmt: skip
    craft.learn(
        items.creator[rows], items.mode[rows], gained, items.style[rows], error, mean, mode_costs(world),
        world.plan.mode_grant.value, rate, pull, creators.beliefs, creators.style,
    )  # fmt: skip


def update_estimates(world: World) -> None:
    """Fade what is known by a day and add today: creators' records, verticals' means, items' heat."""
    items, creators, platform = world.items, world.creators, world.config.platform
    watched = items.watch_today / np.maximum(items.duration, 1)
    estimates.update_records(
        items.creator, items.duration, items.parts, items.impressions_today, items.watch_today,
        items.interactions_today, items.follows_today, platform.record_memory,
        (creators.record_views, creators.record_watch, creators.record_interactions, creators.record_follows),
    )  # fmt: skip
    video = items.parts == 0
    new = np.stack(
        [
            np.bincount(items.vertical[video], weights=column[video], minlength=world.verticals)
            for column in (items.impressions_today, watched, items.interactions_today, items.follows_today)
        ],
        axis=1,
    )
    world.knowledge.sums = platform.record_memory * world.knowledge.sums + new
    memory = np.float32(platform.heat_memory)
    items.heat[:] = memory * items.heat + (items.interactions_today * video).astype(np.float32)
    carrying = items.product >= 0
    known = world.knowledge
    known.clicks = platform.record_memory * known.clicks + float(items.clicks_today[carrying].sum())
    views = float(items.impressions_today[carrying].sum())
    known.product_views = platform.record_memory * known.product_views + views


def update_chart(world: World) -> None:
    """Note the hottest items of each vertical: the public chart of today, and the hits that likeness looks at."""
    items, knowledge = world.items, world.knowledge
    size = knowledge.chart_key.shape[2]
    listed = np.empty((world.verticals, size), np.int32)
    estimates.chart(items.vertical, items.heat, items.word, size, listed)
    known = listed >= 0
    row = world.day % CHART_DAYS
    style = np.zeros((world.verticals, size, STYLE_DIMENSIONS), np.float32)
    style[known] = items.style[listed[known]]
    key = np.zeros((world.verticals, size, 2), np.uint32)
    key[known, 0], key[known, 1] = items.serial[listed[known]], items.number[listed[known]]
    knowledge.chart_style[row], knowledge.chart_key[row] = style, key
    hits = world.config.platform.hits
    count = np.maximum(known[:, :hits].sum(axis=1), 1).astype(np.float32)
    knowledge.hits = style[:, :hits].sum(axis=1) / count[:, None]
