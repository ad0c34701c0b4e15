"""Tables of those who publish and watch: snapshots of creators, careers, styles, and the panel's impressions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.state import World
from ecosim.state.schema import MONTH

Array = np.ndarray[Any, Any]


def snapshot(world: World, day: int) -> pa.Table:
    """Return one row for every creator who publishes or stopped within the last month, and every account of a brand.

    Brands' accounts have ``brand`` of 0 or more, and are to be left out of whatever is said of creators.
    """
    creators, burn_in = world.creators, world.config.burn_in
    lately = (world.day - creators.left <= MONTH) & (creators.left >= 0)
    rows = np.flatnonzero(creators.alive | lately | (creators.brand >= 0))
    return pa.table(
        {
            "day": np.full(rows.size, day, np.int32),
            "creator": rows.astype(np.int32),
            "brand": creators.brand[rows],
            "serial": creators.serial[rows],
            "entered": (creators.entered[rows] - burn_in).astype(np.int32),
            "left": _left(world, rows),
            "vertical": creators.vertical[rows],
            "region": creators.region[rows],
            "tier": creators.tier[rows],
            "followers": creators.followers[rows],
            "impressions_28d": world.impressions_of_month()[rows],
            "income_28d_fen": world.income_of_month()[rows],
            "savings_fen": creators.savings[rows],
            "earned_ads_fen": creators.earned_ads[rows],
            "earned_video_fen": creators.earned_video[rows],
            "earned_live_fen": creators.earned_live[rows],
            "earned_fees_fen": creators.earned_fees[rows],
            "earned_grants_fen": creators.earned_grants[rows],
            "sales_28d_fen": world.sales_of_month()[rows],
            "badge": creators.badge[rows],
            "hired": creators.deals[rows] > 0,
            "live_propensity": creators.live_propensity[rows],
            "live_skill": creators.live_skill[rows],
            "welfare": creators.welfare[rows],
            "skill": creators.skill[rows],
            "effort": creators.effort[rows],
            "believed_own": creators.beliefs[rows, 0],
            "believed_imitate": creators.beliefs[rows, 1],
            "believed_innovate": creators.beliefs[rows, 2],
        }
    )


def _left(world: World, rows: Array) -> pa.Array:
    left = world.creators.left[rows]
    return pa.array((left - world.config.burn_in).astype(np.int32), mask=left < 0)


def careers(world: World) -> pa.Table:
    """Return one row for every account there ever was; those of brands never leave and are nobody's career."""
    creators = world.creators
    rows = np.arange(creators.size)
    return pa.table(
        {
            "creator": rows.astype(np.int32),
            "brand": creators.brand.copy(),
            "serial": creators.serial.copy(),
            "entered": (creators.entered - world.config.burn_in).astype(np.int32),
            "left": _left(world, rows),
            "vertical": creators.vertical.copy(),
            "region": creators.region.copy(),
            "founder": creators.founder.copy(),
            "posts": creators.posts.copy(),
        }
    )


def styles(world: World, day: int) -> pa.Table:
    """Return the styles of living creators, weighted by the month's impressions."""
    creators = world.creators
    rows = np.flatnonzero(creators.alive)
    style = np.ascontiguousarray(creators.style[rows])
    return pa.table(
        {
            "day": np.full(rows.size, day, np.int32),
            "creator": rows.astype(np.int32),
            "vertical": creators.vertical[rows],
            "weight": world.impressions_of_month()[rows],
            "style": pa.FixedSizeListArray.from_arrays(pa.array(style.reshape(-1)), style.shape[1]),
        }
    )


def panel(world: World, day: int) -> pa.Table:
    """Return the panel's impressions of a recording day, in the order shown."""
    log = world.today.panel
    assert log is not None
    columns = {name: log[name] for name in ("consumer", "slot", "serial", "number", "watch", "flags")}
    return pa.table({"day": np.full(log["consumer"].size, day, np.int32), **columns})
