"""The recorder: each day it notes measures, flows of money and the bite of policies, each week the creators.

Nothing of the machine goes into the tables (no timings, no paths), so that equal runs leave equal bytes. Days count
from the end of burn-in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.state import World

Array = np.ndarray[Any, Any]

_FLOWS = pa.schema(
    [
        ("day", pa.int32()),
        ("source", pa.string()),
        ("target", pa.string()),
        ("purpose", pa.string()),
        ("fen", pa.int64()),
    ]
)
_BITE = pa.schema(
    [
        ("day", pa.int32()),
        ("group", pa.string()),
        ("slots", pa.int64()),
        ("slots_default", pa.int64()),
        ("differing", pa.int64()),
    ]
)


class Recorder:
    """Collects the tables of one run in memory.

    Parameters
    ----------
    world : World
        The world to record; read, never written.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._daily: list[dict[str, float]] = []
        self._snapshots: list[pa.Table] = []
        self._flows: list[dict[str, Any]] = []
        self._bite: list[dict[str, Any]] = []
        self._panel: list[pa.Table] = []
        self._styles: dict[int, pa.Table] = {}

    def record(self) -> None:
        """Note the day that has just ended (``world.day`` already points to the next)."""
        world, day = self.world, self.world.date - 1
        self._daily.append({"day": day, **world.today.measures})
        self._flows += [
            {"day": day, "source": source, "target": target, "purpose": purpose, "fen": fen}
            for (source, target, purpose), fen in world.ledger.flows.items()
        ]
        self._bite += world.today.bite
        last = world.day == world.config.total_days
        if last or day % world.config.recording.snapshot_every == 0:
            self._snapshots.append(snapshot(world, day))
        if last or world.date == 0:
            self._styles[day] = styles(world, day)
        if world.config.recording.panel_log and world.is_recording_day(day):
            self._panel.append(panel(world, day))

    def bite(self) -> float:
        """Share of the panel's slots that differ because of policies, over all recording days; NaN without any."""
        rows = [row for row in self._bite if row["group"] == "all" and row["day"] >= 0]
        slots = sum(row["slots"] for row in rows)
        return sum(row["differing"] for row in rows) / slots if slots else float("nan")

    def tables(self) -> dict[str, pa.Table]:
        """Return all tables recorded so far.

        Returns
        -------
        dict
            ``daily``, ``creators`` (snapshots), ``careers``, ``styles``, ``flows``; ``bite`` when there are policies;
            ``panel`` when it is logged.
        """
        names = [name for name in self._daily[0] if name != "day"] if self._daily else []
        schema = pa.schema([("day", pa.int32()), *((name, pa.float64()) for name in names)])
        tables = {
            "daily": pa.Table.from_pylist(self._daily, schema=schema),
            "creators": self._creators(),
            "careers": careers(self.world),
            "styles": pa.concat_tables(self._styles.values())
            if self._styles
            else styles(self.world, self.world.date - 1),
            "flows": pa.Table.from_pylist(self._flows, schema=_FLOWS),
        }
        if self.world.policies:
            tables["bite"] = pa.Table.from_pylist(self._bite, schema=_BITE)
        if self._panel:
            tables["panel"] = pa.concat_tables(self._panel)
        return tables

    def _creators(self) -> pa.Table:
        """Return the snapshots; a run cut short gets one of its last day too."""
        taken = list(self._snapshots)
        day = self.world.date - 1
        if self._daily and (not taken or taken[-1]["day"][0].as_py() != day):
            taken.append(snapshot(self.world, day))
        return pa.concat_tables(taken) if taken else snapshot(self.world, day)


def snapshot(world: World, day: int) -> pa.Table:
    """Return one row for every creator who publishes or stopped within the last month."""
    creators, burn_in = world.creators, world.config.burn_in
    rows = np.flatnonzero(creators.alive | (world.day - creators.left <= 28) & (creators.left >= 0))
    return pa.table(
        {
            "day": np.full(rows.size, day, np.int32),
            "creator": rows.astype(np.int32),
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
    """Return one row for every creator there ever was."""
    creators = world.creators
    rows = np.arange(creators.size)
    return pa.table(
        {
            "creator": rows.astype(np.int32),
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
