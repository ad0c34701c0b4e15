"""Mobility: whether those who are shown much today are those who were shown much before.

Compared are the last 14 days with the 14 days before, among creators who have published all that time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings
from ecosim.metrics.formulas import rank_correlation
from ecosim.registry import metrics
from ecosim.state.schema import MONTH
from ecosim.state.world import World

Array = np.ndarray[Any, Any]

HALF = MONTH // 2
TOP = 0.1


class Fortnights(NamedTuple):
    """Impressions of creators who have been there for four weeks, in two halves.

    Attributes
    ----------
    before, now : int64[n]
        Of the 14 days before the last 14, and of these.
    serial : uint32[n]
        Who it is.
    """

    before: Array
    now: Array
    serial: Array


def fortnights(world: World) -> Fortnights:
    """Split the month of those who have been there all along; nobody while four weeks are not over."""
    creators = world.creators
    there = creators.alive & (creators.entered <= world.day - MONTH + 1)
    rows = np.flatnonzero(there) if world.day >= MONTH - 1 else np.empty(0, np.int64)
    ring = creators.impressions_month[rows]
    days = (world.day - np.arange(MONTH)) % MONTH
    return Fortnights(ring[:, days[HALF:]].sum(axis=1), ring[:, days[:HALF]].sum(axis=1), creators.serial[rows])


def top(amount: Array, serial: Array) -> Array:
    """Serials of the top 10% (at least one); the older of equals stand first."""
    ranked: Array = serial[np.lexsort((serial, -amount))]
    return ranked[: max(1, round(TOP * ranked.size))]


@metrics.register("impressions_rank_correlation", NoSettings)
class RankCorrelation(Metric):
    """Rank correlation of creators' impressions of the last 14 days with those of the 14 days before."""

    label = "Rank correlation of impressions over time"
    unit = "-1 to 1"
    direction = Direction.NEUTRAL

    def measure(self, world: World) -> float:
        """Over creators who have been there for 28 days; NaN in the first four weeks."""
        halves = fortnights(world)
        return rank_correlation(halves.before, halves.now)


@metrics.register("impressions_top_10pct_kept", NoSettings)
class TopKept(Metric):
    """Share of the top 10% by impressions of a fortnight who are in the top 10% of the next."""

    label = "Top 10% who stay there over a fortnight"
    unit = "share"
    direction = Direction.NEUTRAL

    def measure(self, world: World) -> float:
        """Over creators who have been there for 28 days; NaN in the first four weeks."""
        before, now, serial = fortnights(world)
        if before.sum() == 0 or now.sum() == 0:
            return float("nan")
        return float(np.isin(top(before, serial), top(now, serial)).mean())
