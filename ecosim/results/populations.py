"""Who lived in a run, read from its folder: creators, segments of consumers, and brands, on the days of snapshots.

Sums are running totals, so that what happened between two days is a difference. Whoever left a month ago is in no
snapshot any more and keeps the totals of the last one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecosim.results.stored import columns_of, read_table

Array = np.ndarray[Any, Any]

_EARNED = tuple(f"earned_{source}_fen" for source in ("ads", "video", "live", "fees", "grants"))
_BELIEVED = ("believed_own", "believed_imitate", "believed_innovate")


@dataclass(frozen=True)
class Population:
    """Members of one kind in one run.

    Attributes
    ----------
    keys : array[m]
        Identity that is the same in every run of the seed, ascending.
    days : int64[t]
        Days of snapshots, ascending.
    sums : dict of str to float64[t, m]
        Totals since the first day.
    states : dict of str to float64[t, m]
        How members were on the day; NaN where they were not there.
    traits : dict of str to array[m]
        What never changes.
    """

    keys: Array
    days: Array
    sums: dict[str, Array]
    states: dict[str, Array]
    traits: dict[str, Array]


def creators(folder: Path) -> Population | None:
    """Read creators of their own, by serial; None where the run has no such tables."""
    careers = _columns(
        folder, "careers", ("creator", "brand", "serial", "entered", "left", "vertical", "region", "founder")
    )
    shots = _columns(
        folder, "creators", ("day", "creator", "impressions", "impressions_28d", "tier", *_EARNED, *_BELIEVED)
    )
    if careers is None or shots is None:
        return None
    own = np.flatnonzero(careers["brand"] < 0)
    own = own[np.argsort(careers["serial"][own], kind="stable")]
    place = np.full(int(careers["creator"].max(initial=-1)) + 1, -1)
    place[careers["creator"][own]] = np.arange(own.size)
    kept = place[shots["creator"]] >= 0
    days = np.unique(shots["day"]).astype(np.int64)
    at = np.searchsorted(days, shots["day"][kept]), place[shots["creator"][kept]]

    def spread(values: Array) -> Array:
        out = np.full((days.size, own.size), np.nan)
        out[at] = values[kept]
        return out

    traits = {name: careers[name][own] for name in ("vertical", "region", "founder")}
    traits["entered"] = careers["entered"][own].astype(np.float64)
    traits["left"] = np.nan_to_num(careers["left"][own].astype(np.float64), nan=np.inf)
    believed = np.stack([shots[name] for name in _BELIEVED])
    income = np.sum([shots[name] for name in _EARNED], axis=0) / 100
    return Population(
        careers["serial"][own].astype(np.int64),
        days,
        {"impressions": _kept(spread(shots["impressions"])), "income": _kept(spread(income))},
        {
            "month": spread(shots["impressions_28d"]),
            "tier": spread(shots["tier"]),
            "mode": spread(believed.argmax(axis=0)),
            "publishing": 1.0 * ((traits["entered"] <= days[:, None]) & (days[:, None] < traits["left"])),
        },
        traits,
    )


def segments(folder: Path) -> Population | None:
    """Read segments of consumers; totals and states are of a consumer of the segment."""
    rows = _columns(
        folder,
        "segments",
        ("day", "kind", "segment", "consumers", "active", "satisfaction", "watch_ms", "spent_fen"),
    )
    if rows is None:
        return None
    names = list(dict.fromkeys(zip(rows["kind"], rows["segment"], strict=True)))
    number = {name: place for place, name in enumerate(names)}
    days = np.unique(rows["day"]).astype(np.int64)
    at = (
        np.searchsorted(days, rows["day"]),
        np.array([number[name] for name in zip(rows["kind"], rows["segment"], strict=True)]),
    )

    def spread(values: Array) -> Array:
        out = np.full((days.size, len(names)), np.nan)
        out[at] = values
        return out

    heads = spread(rows["consumers"])
    each = np.where(heads > 0, heads, np.nan)
    return Population(
        np.arange(len(names)),
        days,
        {"watch_seconds": spread(rows["watch_ms"]) / 1000 / each, "spending": spread(rows["spent_fen"]) / 100 / each},
        {"satisfaction": spread(rows["satisfaction"].astype(np.float64)), "active": spread(rows["active"]) / each},
        {
            "kind": np.array([kind for kind, _ in names], object),
            "segment": np.array([segment for _, segment in names], object),
            "heads": np.nan_to_num(heads[-1]),
        },
    )


def brands(folder: Path) -> Population | None:
    """Read brands, by row; None where there are none."""
    rows = _columns(folder, "brands", ("day", "brand", "weight", "sold_fen", "savings_fen"))
    if rows is None or rows["brand"].size == 0:
        return None
    days = np.unique(rows["day"]).astype(np.int64)
    count = int(rows["brand"].max()) + 1

    def spread(values: Array) -> Array:
        out = np.full((days.size, count), np.nan)
        out[np.searchsorted(days, rows["day"]), rows["brand"]] = values
        return out

    sums = {"sales": spread(rows["sold_fen"]) / 100, "profit": spread(rows["savings_fen"]) / 100}
    return Population(np.arange(count), days, sums, {}, {"weight": spread(rows["weight"])[0]})


def _kept(totals: Array) -> Array:
    """Fill what is missing with the total before; who was never there has nothing."""
    known = np.where(np.isnan(totals), -1, np.arange(totals.shape[0])[:, None])
    last = np.maximum.accumulate(known, axis=0)
    filled: Array = np.where(last >= 0, np.take_along_axis(totals, np.maximum(last, 0), axis=0), 0.0)
    return filled


def _columns(folder: Path, table: str, names: Sequence[str]) -> dict[str, Array] | None:
    """Read some columns of a table of the run; None where it, or one of them, is missing."""
    file = folder / f"{table}.parquet"
    if not file.is_file() or not set(names) <= set(columns_of(file)):
        return None
    found = read_table(file, columns=list(names))
    return {name: found[name].to_numpy(zero_copy_only=False) for name in names}
