"""Recorded tables of a made-up run: enough for every figure and the report, without running the engine."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

DIMENSIONS, VERTICALS = 16, 6
ECONOMY = {
    "gmv": (50_000, 64_000, 900),
    "orders": (600, 740, 12),
    "order_value_mean": (83, 86, 1),
    "live_order_share": (0.6, 0.62, 0.02),
    "friends_order_share": (0.03, 0.03, 0.002),
    "return_rate": (0.06, 0.07, 0.004),
    "repurchase_rate": (0.02, 0.06, 0.002),
    "consumer_trust": (0.5, 0.51, 0.001),
    "seller_trust": (0.5, 0.53, 0.001),
    "ads_income_share": (0.4, 0.25, 0.002),
    "video_income_share": (0.2, 0.2, 0.002),
    "live_income_share": (0.25, 0.35, 0.002),
    "fees_income_share": (0.15, 0.2, 0.002),
    "fees_head_share": (0.2, 0.2, 0.01),
    "brand_return_on_fees": (12, 13, 0.3),
    "platform_revenue": (11_000, 11_000, 100),
}
"""Daily measures that only a world with brands has: first value, last value, noise."""


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
        "funnel": _funnel(burn_in, days),
        "network": _network(rng, days),
    }


def feed_alone(burn_in: int = 60, days: int = 240) -> dict[str, pa.Table]:
    """Make up the tables of a run without brands, live sessions and shares."""
    made = tables(burn_in, days)
    del made["funnel"]
    daily = made["daily"]
    columns = {
        name: daily[name].to_numpy() * (np.nan if name in ECONOMY else 1)
        for name in daily.column_names
    }  # fmt: skip
    creators = made["creators"]
    nothing = pa.array(np.zeros(creators.num_rows, np.int64))
    for source in ("video", "live", "fees"):
        name = f"earned_{source}_fen"
        creators = creators.set_column(creators.column_names.index(name), name, nothing)
    network = made["network"]
    follows = network.filter(pa.array([kind == "follow" for kind in network["kind"].to_pylist()]))
    return {**made, "daily": pa.table(columns), "creators": creators, "network": follows}


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
            **{name: series(*shape) for name, shape in ECONOMY.items()},
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
                    "brand": pa.array(np.full(rows.size, -1), pa.int32()),
                    "entered": pa.array(entered[rows], pa.int32()),
                    "left": pa.nulls(rows.size, pa.int32()),
                    "vertical": pa.array(vertical[rows], pa.int8()),
                    "tier": pa.array(2 - tiers, pa.int8()),
                    "followers": pa.array((50 * weight).astype(np.int64), pa.int64()),
                    "impressions_28d": pa.array((5000 * weight).astype(np.int64), pa.int64()),
                    "income_28d_fen": pa.array((4000 * weight).astype(np.int64), pa.int64()),
                    **_earned(day - entered[rows], 140 * weight),
                }
            )
        )
    return pa.concat_tables(parts)


def _earned(days, fen_a_day):
    shares = {"ads": 0.25, "video": 0.2, "live": 0.35, "fees": 0.2}
    return {
        f"earned_{source}_fen": pa.array((share * fen_a_day * days).astype(np.int64), pa.int64())
        for source, share in shares.items()
    }


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
    day = np.repeat(np.arange(-burn_in, days), 5)
    count = days + burn_in
    return pa.table(
        {
            "day": pa.array(day, pa.int32()),
            "source": ["outside", "platform", "creators", "outside", "escrow"] * count,
            "target": ["platform", "creators", "outside", "escrow", "creators"] * count,
            "purpose": ["advertising", "ad share", "living", "orders", "commission"] * count,
            "fen": pa.array([76_000, 38_000, 20_000, 15_000, 2_000] * count, pa.int64()),
        }
    )


def _bite(days):
    groups = {"all": (8000, 8000, 400), "head": (2000, 2200, 10), "waist": (3000, 3000, 30), "tail": (3000, 2800, 360)}
    rows = [(day, group, *counts) for day in range(0, days, 10) for group, counts in groups.items()]
    names = ("day", "group", "slots", "slots_default", "differing")
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    return table.set_column(0, "day", table["day"].cast(pa.int32()))


def _funnel(burn_in, days):
    rates = {"exposures": 1, "views": 0.5, "interactions": 0.1, "clicks": 0.07, "orders": 0.004, "returns": 0.0003,
             "repurchases": 0.0002, "gmv_fen": 34}  # fmt: skip
    cells = [
        (day, seller, kind, source, region)
        for day in range(-7 * -(-burn_in // 7), days, 7)
        for seller in ("brand", "head", "waist", "tail")
        for kind in ("video", "live")
        for source in ("recommended", "followed", "friends")
        for region in ("first", "second", "third", "county")
    ]
    names = ("day", "seller", "format", "source", "region")
    columns = dict(zip(names, map(list, zip(*cells, strict=True)), strict=True)) if cells else {n: [] for n in names}
    shown = np.array([20_000 // (1 + k % 24) for k in range(len(cells))])
    counts = {step: pa.array((rate * shown).astype(np.int64), pa.int64()) for step, rate in rates.items()}
    return pa.table({**columns, "day": pa.array(columns["day"], pa.int32()), **counts})


def _network(rng, days):
    follows = [(a, int(b)) for a in range(20) for b in rng.choice(30, 8, replace=False)]
    friends = [(a, (a + step) % 20) for a in range(20) for step in (1, 2) if a < (a + step) % 20]
    rows = [("follow", a, b, 0 if b == 29 else -1, min(2, b // 3), 1000 - 30 * b) for a, b in follows]
    rows += [("friend", a, b, None, None, None) for a, b in friends]
    kind, consumer, other, brand, tier, followers = map(list, zip(*rows, strict=True))
    return pa.table(
        {
            "day": pa.array([days - 1] * len(rows), pa.int32()),
            "kind": kind,
            "consumer": pa.array(consumer, pa.int32()),
            "other": pa.array(other, pa.int32()),
            "brand": pa.array(brand, pa.int32()),
            "tier": pa.array(tier, pa.int8()),
            "vertical": pa.array([None if t is None else 0 for t in tier], pa.int32()),
            "followers": pa.array(followers, pa.int64()),
        }
    )
