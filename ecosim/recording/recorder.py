"""The recorder: each day it notes measures, flows of money and the bite of policies, each week creators and brands.

Nothing of the machine goes into the tables (no timings, no paths), so that equal runs leave equal bytes. Days count
from the end of burn-in. What measures do not ask for again is put away every four weeks, in a file where there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecosim.recording.economy import Funnel, brands, network
from ecosim.recording.people import Shown, careers, panel, snapshot, styles
from ecosim.recording.recorded import Recorded
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


HELD = 28
"""Days whose rows are held before they are put away."""

Rows = list[dict[str, Any]]


class Recorder:
    """Collects the tables of one run.

    Parameters
    ----------
    world : World
        The world to record; read, never written.

    Attributes
    ----------
    recorded : Recorded
        Rows that have been put away.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._rows: dict[str, Rows] = {name: [] for name in ("daily", "flows", "bite", "payments")}
        self._taken: dict[str, list[pa.Table]] = {name: [] for name in ("creators", "segments", "brands", "panel")}
        self._columns: list[str] = []
        self._snapshot: int | None = None
        self._panel = False
        self._slots = [0, 0]  # of the panel: all, and those that differ
        self._moved = 0
        self._styles: dict[int, pa.Table] = {}
        self._funnel = Funnel()
        self._shown = Shown(world)
        self._segments = Segments(world)
        self.recorded = Recorded()

    def __getstate__(self) -> dict[str, Any]:
        """Return what is saved by itself; what has been put away is saved beside it (:meth:`saved`)."""
        return {name: value for name, value in vars(self).items() if name != "recorded"}

    def record(self) -> None:
        """Note the day that has just ended (``world.day`` already points to the next)."""
        world, day = self.world, self.world.date - 1
        self._note(day)
        self._funnel.add(world, day)
        self._shown.add(world)
        self._segments.add(world, day)
        if day % world.config.recording.snapshot_every == 0:
            self._snapshot = day
            for name, take in self._snapshots().items():
                self._taken[name].append(take(world, day))
        if world.date == 0:
            self._styles[day] = styles(world, day)
        if world.config.recording.panel_log and world.is_recording_day(day):
            self._panel = True
            self._taken["panel"].append(panel(world, day))
        if len(self._rows["daily"]) >= HELD:
            self.put_away()

    def _note(self, day: int) -> None:
        """Note the day's measures, flows of money, and what policies have changed."""
        world, rows = self.world, self._rows
        self._columns = self._columns or list(world.today.measures)
        rows["daily"].append({"day": day, **world.today.measures})
        rows["flows"] += [
            {"day": day, "source": source, "target": target, "purpose": purpose, "fen": fen}
            for (source, target, purpose), fen in world.ledger.flows.items()
        ]
        rows["bite"] += world.today.bite
        for row in world.today.bite:
            if row["group"] == "all" and row["day"] >= 0:
                self._slots[0] += int(row["slots"])
                self._slots[1] += int(row["differing"])
        for purpose, (fen, default) in world.today.payments.items():
            rows["payments"].append({"day": day, "purpose": purpose, "fen": fen, "fen_default": default})
            if day >= 0:
                self._moved += abs(int(fen) - int(default))

    def keep_in(self, path: Path) -> None:
        """Keep what is put away in a file; see :meth:`Recorded.keep_in`."""
        self.recorded.keep_in(path)

    def saved(self, folder: Path | None) -> dict[str, Any]:
        """Return what has been put away as it is saved; beside the file of the rows only little is held back."""
        if self.recorded.is_beside(folder):
            self.put_away()
        return self.recorded.saved(folder)

    def put_away(self) -> None:
        """Put away all rows that will not change any more."""
        for name in (*self._rows, *self._taken, "funnel"):
            for rows in self._held(name):
                if rows.num_rows:
                    self.recorded.add(name, rows)
        for held in (*self._rows.values(), *self._taken.values()):
            held.clear()
        self._funnel.forget()

    def bite(self) -> float:
        """Share of the panel's slots that differ because of policies, over all recording days; NaN without any."""
        slots, differing = self._slots
        return differing / slots if slots else float("nan")

    def yuan(self) -> float:
        """Yuan that policies have moved: what was paid more or less than by default, over all days and purposes."""
        return self._moved / 100

    def tables(self) -> dict[str, pa.Table]:
        """Return all tables recorded so far.

        Returns
        -------
        dict
            ``daily``, ``creators`` and ``segments`` (snapshots), ``careers``, ``styles``, ``flows``, ``network``;
            ``brands`` (snapshots) and ``funnel`` when there are brands; ``bite`` and ``payments`` when there are
            policies; ``panel`` when it is logged.
        """
        return {name: pa.concat_tables(parts) for name, parts in self.parts().items()}

    def parts(self) -> dict[str, Iterator[pa.Table]]:
        """Return all tables in parts of at most some weeks each, for who does not need them whole; one at least."""
        names = ["daily", "creators", "segments", "careers", "styles", "flows", "network"]
        names += ["brands", "funnel"] if self.world.economy.brands.size else []
        names += ["bite", "payments"] if self.world.policies else []
        return {name: self._parts(name) for name in (*names, *(["panel"] if self._panel else []))}

    def table(self, name: str) -> pa.Table:
        """Return one of the tables."""
        return pa.concat_tables(self._parts(name))

    def _parts(self, name: str) -> Iterator[pa.Table]:
        world, last = self.world, self.world.date - 1
        match name:
            case "careers":
                yield careers(world)
            case "network":
                yield network(world, last)
            case "styles":  # at the start of measurement and on the last day, however long the run was to be
                yield from {**self._styles, last: styles(world, last)}.values()
            case _:
                yield from self.recorded.parts(name)
                yield from self._held(name)
                if name == "funnel":
                    yield self._funnel.latest()
                elif name in self._snapshots() and self._snapshot != last:  # one of the last day among them
                    yield self._snapshots()[name](world, last)

    def _held(self, name: str) -> Iterator[pa.Table]:
        """Yield what is held of a table and will not change any more."""
        if name == "funnel":
            yield self._funnel.past()
        elif name in self._taken:
            yield from self._together(self._taken[name])
        else:
            daily = pa.schema([("day", pa.int32()), *((column, pa.float64()) for column in self._columns)])
            schema = {"daily": daily, "flows": _FLOWS, "bite": _BITE, "payments": _PAYMENTS}[name]
            yield pa.Table.from_pylist(self._rows[name], schema=schema)

    def _snapshots(self) -> dict[str, Callable[[World, int], pa.Table]]:
        return {"creators": self._creators, "segments": self._segments.take, "brands": brands}

    def _creators(self, world: World, day: int) -> pa.Table:
        return snapshot(world, day, self._shown)

    @staticmethod
    def _together(tables: list[pa.Table]) -> Iterator[pa.Table]:
        if tables:
            yield pa.concat_tables(tables)
