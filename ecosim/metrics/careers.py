"""Careers: how many creators there are, who enters, what newcomers get, and who survives."""

from __future__ import annotations

import numpy as np

from ecosim.metrics.base import Direction, Metric, NoSettings, Scope
from ecosim.metrics.survival import survival_at
from ecosim.registry import metrics
from ecosim.state.world import NEWCOMER_DAYS, World

SURVIVAL_AGE = 180


@metrics.register("creators_alive", NoSettings)
class CreatorsAlive(Metric):
    """Creators who publish."""

    label = "Creators"
    unit = "creators"

    def measure(self, world: World) -> float:
        """Count."""
        return float(world.creators.alive.sum())


@metrics.register("creators_entered", NoSettings)
class CreatorsEntered(Metric):
    """Creators who entered today."""

    label = "Creators entering a day"
    unit = "creators"

    def measure(self, world: World) -> float:
        """Count."""
        return float(world.today.entered.size)


@metrics.register("creators_left", NoSettings)
class CreatorsLeft(Metric):
    """Creators who stopped today."""

    label = "Creators stopping a day"
    unit = "creators"

    def measure(self, world: World) -> float:
        """Count."""
        return float(world.today.left.size)


@metrics.register("newcomer_impression_share", NoSettings)
class NewcomerImpressionShare(Metric):
    """Share of the day's impressions that creators of the last 30 days get."""

    label = "Impressions of newcomers"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Over today's impressions; founders are no newcomers."""
        creators = world.creators
        new = ~creators.founder & (world.day - creators.entered < NEWCOMER_DAYS)
        total = world.today.impressions
        return float(world.today.creator_impressions[new].sum() / total) if total else float("nan")


@metrics.register("newcomer_survival_180d", NoSettings)
class NewcomerSurvival(Metric):
    """Chance that a newcomer still publishes 180 days after entry (Kaplan-Meier, left-truncated; fact S05)."""

    label = "Newcomers alive after 180 days"
    unit = "share"
    direction = Direction.UP
    scope = Scope.RUN
    unknown_when = "fewer than 30 newcomers were observed 180 days after entry: the run is short, or its world small"

    def measure(self, world: World) -> float:
        """Over all who entered since the first day, at risk from the end of burn-in."""
        creators = world.creators
        new = ~creators.founder
        left = np.where(creators.left[new] < 0, np.nan, creators.left[new].astype(np.float64))
        return float(survival_at(creators.entered[new], left, world.config.burn_in, world.day, age=SURVIVAL_AGE))


@metrics.register("floor_met_share", NoSettings)
class FloorMetShare(Metric):
    """Share of the creators with a guaranteed floor who got it over the pacing days."""

    label = "Guaranteed creators who got their floor"
    unit = "share"
    direction = Direction.UP

    def measure(self, world: World) -> float:
        """Against the mean impressions a living creator and day; NaN without a floor."""
        creators, days = world.creators, world.config.platform.pacing_days
        floor = world.plan.reserved_share.value
        rows = np.flatnonzero(
            (floor > 0) & creators.alive[: floor.size] & (world.day - creators.entered[: floor.size] >= days)
        )
        if rows.size == 0:
            return float("nan")
        recent = (world.day - np.arange(days)) % creators.impressions_month.shape[1]
        got = creators.impressions_month[rows][:, recent].sum(axis=1) / days
        mean = world.today.impressions / max(creators.alive.sum(), 1)
        return float((got >= 0.95 * floor[rows] * mean).mean())
