"""The recorder: each day it notes measures, flows of money and the bite of policies, each week creators and brands.

Nothing of the machine goes into the tables (no timings, no paths), so that equal runs leave equal bytes. Days count
from the end of burn-in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pyarrow as pa

from ecosim.recording.economy import Funnel, brands, network
from ecosim.recording.people import Shown, careers, panel, snapshot, styles
from ecosim.recording.segments import Segments
from ecosim.state import World

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

_PAYMENTS = pa.schema([("day", pa.int32()), ("purpose", pa.string()), ("fen", pa.int64()), ("fen_default", pa.int64())])


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
        self._payments: list[dict[str, Any]] = []
        self._panel: list[pa.Table] = []
        self._styles: dict[int, pa.Table] = {}
        self._brands: list[pa.Table] = []
        self._funnel = Funnel()
        self._shown = Shown(world)
        self._segments = Segments(world)
        self._people: list[pa.Table] = []

    def record(self) -> None:
        """Note the day that has just ended (``world.day`` already points to the next)."""
        world, day = self.world, self.world.date - 1
        self._daily.append({"day": day, **world.today.measures})
        self._flows += [
            {"day": day, "source": source, "target": target, "purpose": purpose, "fen": fen}
            for (source, target, purpose), fen in world.ledger.flows.items()
        ]
        self._bite += world.today.bite
        self._payments += [
            {"day": day, "purpose": purpose, "fen": fen, "fen_default": default}
            for purpose, (fen, default) in world.today.payments.items()
        ]
        self._funnel.add(world, day)
        self._shown.add(world)
        self._segments.add(world, day)
        if day % world.config.recording.snapshot_every == 0:
            self._snapshots.append(snapshot(world, day, self._shown))
            self._people.append(self._segments.take(world, day))
            self._brands.append(brands(world, day))
        if world.date == 0:
            self._styles[day] = styles(world, day)
        if world.config.recording.panel_log and world.is_recording_day(day):
            self._panel.append(panel(world, day))

    def bite(self) -> float:
        """Share of the panel's slots that differ because of policies, over all recording days; NaN without any."""
        rows = [row for row in self._bite if row["group"] == "all" and row["day"] >= 0]
        slots = sum(row["slots"] for row in rows)
        return sum(row["differing"] for row in rows) / slots if slots else float("nan")

    def yuan(self) -> float:
        """Yuan that policies have moved: what was paid more or less than by default, over all days and purposes."""
        moved = [abs(int(row["fen"]) - int(row["fen_default"])) for row in self._payments if row["day"] >= 0]
        return sum(moved) / 100

    def tables(self) -> dict[str, pa.Table]:
        """Return all tables recorded so far.

        Returns
        -------
        dict
            ``daily``, ``creators`` and ``segments`` (snapshots), ``careers``, ``styles``, ``flows``, ``network``;
            ``brands`` (snapshots) and ``funnel`` when there are brands; ``bite`` and ``payments`` when there are
            policies; ``panel`` when it is logged.
        """
        names = [name for name in self._daily[0] if name != "day"] if self._daily else []
        schema = pa.schema([("day", pa.int32()), *((name, pa.float64()) for name in names)])
        tables = {
            "daily": pa.Table.from_pylist(self._daily, schema=schema),
            "creators": self._snapshots_of(self._snapshots, partial(snapshot, shown=self._shown)),
            "segments": self._snapshots_of(self._people, self._segments.take),
            "careers": careers(self.world),
            "styles": self._noted_styles(),
            "flows": pa.Table.from_pylist(self._flows, schema=_FLOWS),
            "network": network(self.world, self.world.date - 1),
        }
        if self.world.economy.brands.size:
            tables["brands"] = self._snapshots_of(self._brands, brands)
            tables["funnel"] = self._funnel.table()
        if self.world.policies:
            tables["bite"] = pa.Table.from_pylist(self._bite, schema=_BITE)
            tables["payments"] = pa.Table.from_pylist(self._payments, schema=_PAYMENTS)
        if self._panel:
            tables["panel"] = pa.concat_tables(self._panel)
        return tables

    def _noted_styles(self) -> pa.Table:
        """Return styles at the start of measurement and on the last day, however long the run was to be."""
        last = self.world.date - 1
        noted = {**self._styles, last: styles(self.world, last)}
        return pa.concat_tables(noted.values())

    def _snapshots_of(self, noted: list[pa.Table], take: Callable[[World, int], pa.Table]) -> pa.Table:
        """Return snapshots in one table, one of the last day among them."""
        taken = list(noted)
        day = self.world.date - 1
        if self._daily and (not taken or taken[-1]["day"][0].as_py() != day):
            taken.append(take(self.world, day))
        return pa.concat_tables(taken) if taken else take(self.world, day)
