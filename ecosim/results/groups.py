"""Winners and losers: what a scenario brings to groups of creators, consumers and brands, over pairs of runs.

Groups are those of the baseline before the scenario starts, so that the same people are compared: creators by their
serial, consumers and brands by their row. Who enters later belongs to a group by traits that come with the serial,
and who enters in one run only counts with nothing in the other. Values are amounts a head of the group, over the days
between two snapshots; whoever has stopped, or has lapsed, still counts as a head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.config import REGIONS, SimulationConfig
from ecosim.results.differences import (
    HORIZONS,
    JUDGED,
    WINDOW,
    Replication,
    described,
    pairs_of,
    start_of,
    verdict,
    write_rows,
)
from ecosim.results.inference import compare, holm
from ecosim.results.phases import WHEN, Phase, differ_in_policies, told_phases, when
from ecosim.results.populations import Population, brands, creators, segments
from ecosim.state.schema import MODES, TIERS

Array = np.ndarray[Any, Any]
Groups = Iterator[tuple[str, str, Array]]
"""Kind, name and members (a mask over all keys) of each group."""

COHORT = 90
"""Days of entry after the start that make the first cohort of newcomers."""

MEASURES = {
    "creators": {"impressions": "impressions a day", "income": "yuan a day", "publishing": "share who publish"},
    "consumers": {
        "watch_seconds": "seconds watched a day",
        "satisfaction": "satisfaction, 0 to 1",
        "active": "share who have not lapsed",
        "spending": "yuan a day",
    },
    "brands": {"sales": "yuan a day", "profit": "yuan a day"},
}
"""What is compared of whom, in which unit, a head of the group."""

_OF_WHOM: list[tuple[str, pa.DataType]] = [
    ("scenario", pa.string()),
    ("point", pa.string()),
    ("baseline", pa.string()),
    ("who", pa.string()),
    ("kind", pa.string()),
    ("group", pa.string()),
    ("measure", pa.string()),
]
_COMPARED: list[tuple[str, pa.DataType]] = [
    ("first_day", pa.int64()),
    ("last_day", pa.int64()),
    ("heads", pa.float64()),
    *JUDGED,
]

GROUPS = pa.schema([*_OF_WHOM, ("horizon", pa.int64()), ("start", pa.int64()), *_COMPARED])
PHASE_GROUPS = pa.schema([*_OF_WHOM, *WHEN, *_COMPARED])


@dataclass(frozen=True)
class _Pair:
    """One kind of population in both runs of a pair, by common keys and common days."""

    run: Population
    reference: Population
    keys: Array
    days: Array

    @classmethod
    def of(cls, run: Population, reference: Population) -> _Pair:
        return cls(run, reference, np.union1d(run.keys, reference.keys), np.intersect1d(run.days, reference.days))

    def window(self, start: int, horizon: int | None) -> tuple[int, int] | None:
        """Return the snapshots between which is compared: at most four weeks, or all since the start."""
        since = self.days[self.days >= start - 1]
        until = since if horizon is None else since[since < start + horizon]
        if until.size < 2:
            return None
        end = int(until[-1])
        near = until[(until >= end - WINDOW) & (until < end)]
        first = until[0] if horizon is None else near[0] if near.size else until[-2]
        return int(first), end

    def within(self, phase: Phase) -> tuple[int, int] | None:
        """Return the snapshots between which is compared in a phase: those furthest apart that enclose no other day."""
        inside = self.days[(self.days >= phase.first - 1) & (self.days <= phase.last)]
        return (int(inside[0]), int(inside[-1])) if inside.size > 1 else None

    def spread(self, of: Population, values: Array, missing: float = 0.0) -> Array:
        """Arrange values of one run's members (array[m]) by the common keys."""
        out = np.full(self.keys.size, missing, np.float64)
        out[np.searchsorted(self.keys, of.keys)] = values
        return out

    def trait(self, name: str) -> Array:
        """Return a trait that members have in whichever run they are."""
        known = self.spread(self.reference, self.reference.traits[name], np.nan)
        return np.where(np.isnan(known), self.spread(self.run, self.run.traits[name], np.nan), known)

    def measured(self, of: Population, name: str, first: int, last: int) -> Array:
        """Return what each member had a day between two snapshots, or how they were (publishing: on the last day)."""
        if name in of.sums:
            total = of.sums[name]
            begun, ended = (total[np.searchsorted(of.days, day)] for day in (first, last))
            return self.spread(of, (ended - begun) / (last - first))
        state = of.states[name]
        chosen = (
            of.days == last
            if name == "publishing"
            else np.isin(of.days, self.days[(self.days > first)]) & (of.days <= last)
        )
        return self.spread(of, state[chosen].mean(axis=0))


def write_groups(path: Path, runs: Sequence[Replication], baseline: str) -> None:
    """Write `groups.parquet`: scenario x point x group x measure x horizon."""

    def windows(run: Replication, _: Replication) -> Iterator[_Window]:
        start = start_of(run.config)
        for horizon in (*HORIZONS, None):
            if horizon is None or start + horizon <= run.config.days:
                days = partial(_Pair.window, start=start, horizon=horizon)
                yield _Window({"start": start, "horizon": horizon}, start, days)

    write_rows(path, list(_rows(runs, baseline, windows)), GROUPS)


def write_phase_groups(path: Path, runs: Sequence[Replication], baseline: str) -> None:
    """Write `phase_groups.parquet`: scenario x point x group x measure x phase.

    There are rows of scenarios with more than one phase in which they can differ from the baseline, and of phases that
    enclose two snapshots. Groups are those of the baseline before the phase.
    """

    def windows(run: Replication, reference: Replication) -> Iterator[_Window]:
        for phase in told_phases(run.config, reference.config):
            yield _Window(when(phase), phase.first, partial(_Pair.within, phase=phase))

    write_rows(path, list(_rows(runs, baseline, windows)), PHASE_GROUPS)


@dataclass(frozen=True)
class _Window:
    """Days over which groups are compared: what names them, the day before which groups are made, and the snapshots."""

    columns: Mapping[str, Any]
    start: int
    days: Callable[[_Pair], tuple[int, int] | None]


def _rows(
    runs: Sequence[Replication],
    baseline: str,
    windows: Callable[[Replication, Replication], Iterable[_Window]],
) -> Iterator[dict[str, Any]]:
    """Compare the groups of every population of every scenario, over each of its windows."""
    cache: dict[Path, dict[str, Population | None]] = {}

    def read(run: Replication) -> dict[str, Population | None]:
        if run.folder not in cache:
            cache[run.folder] = {name: load(run.folder) for name, (load, _) in _WHO.items()}
        return cache[run.folder]

    for pairs in pairs_of(runs, baseline):
        run, reference = pairs[0]
        common = {"scenario": run.scenario, "point": run.point, "baseline": baseline}
        chosen = list(windows(run, reference))
        for who, (_, grouped) in _WHO.items() if chosen else ():
            found = [(read(a)[who], read(b)[who], _same_past(a.config, b.config)) for a, b in pairs]
            both = [(_Pair.of(x, y), same) for x, y, same in found if x is not None and y is not None]
            for window in chosen:
                for row in _compared(both, who, grouped, window):
                    yield {**common, **window.columns, **row}


def _same_past(one: SimulationConfig, other: SimulationConfig) -> bool:
    """Say whether two runs differ in policies alone, and in none that works during burn-in."""
    return differ_in_policies(one, other) and min(start_of(one), start_of(other)) >= 0


def _compared(
    pairs: Sequence[tuple[_Pair, bool]], who: str, grouped: Callable[..., Groups], window: _Window
) -> Iterator[dict[str, Any]]:
    """Compare every group of one population over one window, each kind corrected for the number of its groups."""
    values: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    heads: dict[tuple[str, str], list[float]] = {}  # in the order of the groups, whichever seed has none of one
    days: tuple[int, int] | None = None
    for pair, same in pairs:
        between = window.days(pair)
        if between is None:
            continue
        days = between
        measured = {
            name: [pair.measured(of, name, *between) for of in (pair.run, pair.reference)] for name in MEASURES[who]
        }
        weight = pair.trait("heads") if who == "consumers" else np.ones(pair.keys.size)
        for kind, group, members in grouped(pair, window.start, between[1], same):
            sizes = heads.setdefault((kind, group), [])
            if weight[members].sum() > 0:
                sizes.append(float(weight[members].sum()))
                for name, (x, y) in measured.items():
                    both = _mean(x[members], weight[members]), _mean(y[members], weight[members])
                    values.setdefault((kind, name, group), []).append(both)
    if days is None:
        return
    for kind, name in dict.fromkeys((kind, name) for kind, name, _ in values):
        family = {group: values[kind, name, group] for k, group in heads if k == kind and heads[k, group]}
        if (len(family) < 2 and kind != "all") or not np.any(
            np.nan_to_num([v for both in family.values() for v in both])
        ):
            continue  # everyone is in one group, or there is nothing of the kind in this world
        common = {"who": who, "kind": kind, "measure": name, "first_day": days[0] + 1, "last_day": days[1]}
        yield from ({**common, **row} for row in _family(family, {g: heads[kind, g] for g in family}))


def _family(
    values: Mapping[str, Sequence[tuple[float, float]]], heads: Mapping[str, Sequence[float]]
) -> Iterator[dict[str, Any]]:
    """Compare the groups of one kind in one measure."""
    found = {group: compare([x for x, _ in both], [y for _, y in both]) for group, both in values.items()}
    corrected = dict(zip(found, holm([one.p for one in found.values()]), strict=True))
    for group, one in found.items():
        if one.pairs > 0:
            size = math.fsum(heads[group]) / len(heads[group])
            yield {"group": group, "heads": size, **described(one, corrected[group], verdict(one, corrected[group]))}


def _mean(values: Array, weight: Array) -> float:
    return float(np.sum(values * weight) / np.sum(weight))


def _creators(pair: _Pair, start: int, last: int, same_past: bool) -> Groups:
    """Group creators: by what they were in the baseline before the start, and all who were there since by traits."""
    reference = pair.reference
    before = pair.days[pair.days < start]
    if before.size:
        row = np.searchsorted(reference.days, before[-1])
        present = pair.spread(reference, reference.states["publishing"][row]) > 0
        states = {
            name: pair.spread(reference, reference.states[name][row], np.nan) for name in ("month", "tier", "mode")
        }
        yield from _deciles(states["month"], present)
        yield from (("tier", name, present & (states["tier"] == number)) for number, name in enumerate(TIERS))
        yield from (("mode", name, present & (states["mode"] == number)) for number, name in enumerate(MODES))
    entered = pair.trait("entered")
    ended = [pair.spread(of, of.traits["left"], -np.inf) for of in (pair.run, pair.reference)]
    there = (np.maximum(*ended) >= start) & (entered <= last)
    founder = pair.trait("founder") > 0
    yield "all", "all", there
    yield "cohort", "there from the first day", there & founder
    yield "cohort", "entered before the start", there & ~founder & (entered < start)
    covered = min(COHORT, last - start + 1)
    yield "cohort", f"entered in the first {covered} days", there & (entered >= start) & (entered < start + COHORT)
    yield "cohort", "entered later", there & (entered >= start + COHORT)
    vertical, region = pair.trait("vertical"), pair.trait("region")
    count = int(np.nanmax(vertical, initial=-1)) + 1
    yield from (("vertical", f"vertical {number}", there & (vertical == number)) for number in range(count))
    yield from (("region", name, there & (region == number)) for number, name in enumerate(REGIONS))


def _deciles(month: Array, present: Array) -> Groups:
    """Part who was there into tenths by the impressions of the month before; of equals the lower serial comes first."""
    rows = np.flatnonzero(present)
    rank = np.empty(rows.size, np.int64)
    rank[np.argsort(month[rows], kind="stable")] = np.arange(rows.size)
    for number in range(10):
        members = np.zeros(month.size, np.bool_)
        members[rows[rank * 10 // max(1, rows.size) == number]] = True
        yield (
            "decile",
            f"{number + 1}{' (least seen)' if number == 0 else ' (most seen)' if number == 9 else ''}",
            members,
        )


def _consumers(pair: _Pair, start: int, last: int, same_past: bool) -> Groups:
    """Take the recorded segments; those by trust at the end of burn-in hold the same people only after one past."""
    kinds, names = pair.reference.traits["kind"], pair.reference.traits["segment"]
    yield "all", "all", np.isin(pair.keys, [place for place, kind in enumerate(kinds) if kind == kinds[0]])
    for place, (kind, name) in enumerate(zip(kinds, names, strict=True)):
        if kind != "trust" or same_past:
            yield str(kind), str(name), pair.keys == place


def _brands(pair: _Pair, start: int, last: int, same_past: bool) -> Groups:
    """Part brands into thirds by size."""
    weight = pair.trait("weight")
    yield "all", "all", np.ones(weight.size, np.bool_)
    rank = np.empty(weight.size, np.int64)
    rank[np.argsort(weight, kind="stable")] = np.arange(weight.size)
    for number, name in enumerate(("smallest third", "middle third", "largest third")):
        yield "size", name, rank * 3 // weight.size == number


_WHO: dict[str, tuple[Callable[[Path], Population | None], Callable[..., Groups]]] = {
    "creators": (creators, _creators),
    "consumers": (segments, _consumers),
    "brands": (brands, _brands),
}
