"""What creators can see: themselves, and the public chart with its delay; nothing of anyone else."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecosim.state.world import CHART_DAYS, World
from ecosim.strategies.base import Observation

Array = np.ndarray[Any, Any]


class Chart(NamedTuple):
    """The public chart as creators see it today, with its delay.

    Attributes
    ----------
    style : float32[V, K, D]
        Styles of the hits.
    key : uint32[V, K, 2]
        Their keys; (0, 0) for none.
    hits : int64[V]
        Hits of each vertical.
    """

    style: Array
    key: Array
    hits: Array


def mode_costs(world: World) -> Array:
    """Cost of a post by mode, in mean incomes (float64[3])."""
    market = world.config.market
    return np.array([market.post_cost, market.imitate_cost, market.innovate_cost])


def visible_chart(world: World) -> Chart:
    """Return the chart that is public today: that of `chart_delay` days ago, cut to `chart_size`."""
    career = world.config.creator
    seen = world.day - career.chart_delay
    row = seen % CHART_DAYS
    key = world.knowledge.chart_key[row, :, : career.chart_size]
    if seen < 0:
        key = np.zeros_like(key)
    hits = (key != 0).any(axis=2).sum(axis=1)
    return Chart(world.knowledge.chart_style[row, :, : career.chart_size], key, hits)


def observe(world: World, rows: Array, chart: Chart) -> Observation:
    """Collect what some creators can see: themselves and the chart, nothing of anyone else."""
    creators = world.creators
    return Observation(
        day=world.day,
        seed=world.seed,
        serial=creators.serial[rows].astype(np.int64),
        age=(world.day - creators.entered[rows]).astype(np.int32),
        effort=creators.effort[rows],
        skill=creators.skill[rows],
        posts=creators.posts[rows],
        followers=creators.followers[rows],
        tier=creators.tier[rows],
        prosperity=creators.prosperity[rows],
        welfare=creators.welfare[rows],
        savings=creators.savings[rows],
        mode=creators.mode[rows],
        beliefs=creators.beliefs[rows],
        aspiration=creators.aspiration[rows],
        chart_heat=chart.hits[creators.vertical[rows]] > 0,
        costs=mode_costs(world),
        noise=world.plan.choice_noise.value[rows],
    )
