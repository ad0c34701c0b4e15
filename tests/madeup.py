"""Recorded tables of a made-up run: enough for every figure and the report, without running the engine."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

DIMENSIONS, VERTICALS = 16, 6


def tables(burn_in: int = 60, days: int = 240, founders: int = 80, seed: int = 1) -> dict[str, pa.Table]:
    """Make up all the tables that a run records."""
    rng = np.random.default_rng(seed)
    entered, left, founder = _careers(rng, burn_in, days, founders)
    vertical = rng.integers(0, VERTICALS, entered.size)
    region = rng.integers(0, 4, entered.size)
    return {
        "daily": _daily(rng, burn_in, days, entered, left),
        "careers": pa.table(
            {
                "creator": pa.array(np.arange(entered.size), pa.int32()),
                "entered": pa.array(entered, pa.int32()),
                "left": pa.array(left, pa.int32(), mask=left < entered),
                "vertical": pa.array(vertical, pa.int8()),
                "region": pa.array(region, pa.int8()),
                "founder": pa.array(founder),
            }
        ),
        "creators": _creators(rng, burn_in, days, entered, left, vertical),
        "styles": _styles(rng, days, entered, left, vertical),
        "flows": _flows(burn_in, days),
        "bite": _bite(days),
    }


def _careers(rng, burn_in, days, founders):
    arrivals = np.repeat(np.arange(-burn_in + 1, days), 2)
    entered = np.concatenate([np.full(founders, -burn_in), arrivals])
    lived = 25 + rng.geometric(0.007, entered.size)
    left = entered + lived
    left[left >= days] = -burn_in - 1  # a day before entry stands for "still there" and is masked
    return entered, left, np.arange(entered.size) < founders


def _daily(rng, burn_in, days, entered, left):
    day = np.arange(-burn_in, days)
    time = np.clip((day + burn_in) / 150, 0, 1)

    def series(start, end, noise):
        return start + (end - start) * np.sqrt(time) + rng.normal(0, noise, day.size)

    alive = [np.count_nonzero((entered <= d) & ((left < entered) | (left >= d))) for d in day]
    return pa.table(
        {
            "day": pa.array(day, pa.int32()),
            "impressions": series(40_000, 40_000, 800),
            "impressions_gini": series(0.62, 0.83, 0.006),
            "impressions_top_1pct_share": series(0.06, 0.17, 0.006),
            "impressions_top_10pct_share": series(0.31, 0.62, 0.009),
            "followers_gini": series(0.6, 0.86, 0.001),
            "income_gini": series(0.62, 0.85, 0.006),
            "creators_alive": np.array(alive, dtype=float),
            "creators_entered": np.array([np.count_nonzero(entered == d) * (d > -burn_in) for d in day], dtype=float),
            "newcomer_impression_share": series(0.12, 0.08, 0.004),
            "supply_effective_styles": series(9, 6, 0.05),
            "exposure_effective_styles": series(8, 5, 0.08),
            "consumption_effective_styles": series(8, 4.9, 0.08),
            "imitation_share": series(0.2, 0.41, 0.01),
            "watch_seconds_per_consumer_day": series(1900, 1720, 15),
            "interaction_rate": series(0.05, 0.045, 0.0006),
            "consumer_satisfaction": series(0.5, 0.46, 0.001),
            "consumers_active": series(960, 955, 3),
        }
    )


def _creators(rng, burn_in, days, entered, left, vertical):
    luck = rng.lognormal(0, 1.6, entered.size)
    parts = []
    for day in [*range(-burn_in, days - 1, 7), days - 1]:
        rows = np.flatnonzero((entered <= day) & ((left < entered) | (left >= day)))
        weight = luck[rows] ** (1 + 0.3 * (day + burn_in) / (days + burn_in))
        tiers = np.digitize(-np.argsort(np.argsort(-weight)), [-0.1 * rows.size, -0.01 * rows.size])
        parts.append(
            pa.table(
                {
                    "day": pa.array(np.full(rows.size, day), pa.int32()),
                    "creator": pa.array(rows, pa.int32()),
                    "entered": pa.array(entered[rows], pa.int32()),
                    "left": pa.nulls(rows.size, pa.int32()),
                    "vertical": pa.array(vertical[rows], pa.int8()),
                    "tier": pa.array(2 - tiers, pa.int8()),
                    "followers": pa.array((50 * weight).astype(np.int64), pa.int64()),
                    "impressions_28d": pa.array((5000 * weight).astype(np.int64), pa.int64()),
                    "income_28d_fen": pa.array((4000 * weight).astype(np.int64), pa.int64()),
                }
            )
        )
    return pa.concat_tables(parts)


def _styles(rng, days, entered, left, vertical):
    centres = rng.normal(size=(VERTICALS, DIMENSIONS))
    parts = []
    for day, spread in ((-1, 1.0), (days - 1, 0.45)):
        rows = np.flatnonzero((entered <= day) & ((left < entered) | (left >= day)))
        style = centres[vertical[rows]] + spread * rng.normal(size=(rows.size, DIMENSIONS))
        style = (style / np.linalg.norm(style, axis=1, keepdims=True)).astype(np.float32)
        parts.append(
            pa.table(
                {
                    "day": pa.array(np.full(rows.size, day), pa.int32()),
                    "creator": pa.array(rows, pa.int32()),
                    "vertical": pa.array(vertical[rows], pa.int8()),
                    "weight": pa.array(rng.lognormal(6, 1.5, rows.size).astype(np.int64), pa.int64()),
                    "style": pa.FixedSizeListArray.from_arrays(pa.array(style.ravel()), DIMENSIONS),
                }
            )
        )
    return pa.concat_tables(parts)


def _flows(burn_in, days):
    day = np.repeat(np.arange(-burn_in, days), 3)
    count = days + burn_in
    return pa.table(
        {
            "day": pa.array(day, pa.int32()),
            "source": ["outside", "platform", "creators"] * count,
            "target": ["platform", "creators", "outside"] * count,
            "purpose": ["advertising", "ad share", "living"] * count,
            "fen": pa.array([76_000, 38_000, 20_000] * count, pa.int64()),
        }
    )


def _bite(days):
    groups = {"all": (8000, 8000, 400), "head": (2000, 2200, 10), "waist": (3000, 3000, 30), "tail": (3000, 2800, 360)}
    rows = [(day, group, *counts) for day in range(0, days, 10) for group, counts in groups.items()]
    names = ("day", "group", "slots", "slots_default", "differing")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    return table.set_column(0, "day", table["day"].cast(pa.int32()))
