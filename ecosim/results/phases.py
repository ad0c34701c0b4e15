"""Phases: the days between consecutive dates of policies, and the differences from the baseline within each of them.

On all days of a phase the same policies work, in a scenario and in its baseline. A policy that is phased in works from
its first day on. What policies leave behind stands in the phases after them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecosim.config import SimulationConfig
from ecosim.policies.base import declared, strength
from ecosim.results.differences import JUDGED, OUTCOMES, Replication, Values, judged, pairs_of, write_rows
from ecosim.results.inference import compare

PHASES = pa.schema(
    [
        ("scenario", pa.string()),
        ("point", pa.string()),
        ("baseline", pa.string()),
        ("outcome", pa.string()),
        ("first_day", pa.int64()),
        ("last_day", pa.int64()),
        ("policies", pa.string()),
        *JUDGED,
    ]
)


WHEN: list[tuple[str, pa.DataType]] = [
    ("policies", pa.string()),
    ("phase_first_day", pa.int64()),
    ("phase_last_day", pa.int64()),
]
"""Columns that say of which phase a row is."""


@dataclass(frozen=True)
class Phase:
    """Measured days on which nothing starts or stops.

    Attributes
    ----------
    first, last : int
        Its first and last day.
    policies : tuple of str
        Policies of the scenario that work on these days, by name.
    reference : tuple of str
        Policies of its baseline that do.
    """

    first: int
    last: int
    policies: tuple[str, ...]
    reference: tuple[str, ...] = ()

    def __contains__(self, day: int) -> bool:
        """Say whether a day is one of it."""
        return self.first <= day <= self.last


def when(phase: Phase) -> dict[str, Any]:
    """Return what the columns of :data:`WHEN` say of a phase."""
    return {
        "policies": "+".join(phase.policies),
        "phase_first_day": phase.first,
        "phase_last_day": phase.last,
    }


def dates_of(config: SimulationConfig) -> list[int]:
    """Return the days after day 0 and within the run on which a policy that does anything starts or stops."""
    found = {
        day
        for policy in config.policies.values()
        if policy.strength > 0
        for day in (policy.start, policy.stop)
        if day is not None and 0 < day < config.days
    }
    return sorted(found)


def phases_of(config: SimulationConfig, reference: SimulationConfig) -> list[Phase]:
    """Part the measured days at every date of a scenario or of its baseline; one phase where there are none."""
    days = min(config.days, reference.days)
    cuts = {day for one in (config, reference) for day in dates_of(one) if day < days}
    return [
        Phase(first, end - 1, working(config, first), working(reference, first))
        for first, end in pairwise([0, *sorted(cuts), days])
    ]


def phases_of_run(run: Replication, runs: Sequence[Replication], baseline: str) -> list[Phase]:
    """Part the days of a run as they are parted where it is compared; without a baseline's run, by its own dates."""
    at_point = (one.config for one in runs if (one.scenario, one.point) == (baseline, run.point))
    return phases_of(run.config, next(at_point, run.config))


def in_force(config: SimulationConfig, day: int) -> bool:
    """Say whether a policy works on a measured day; one of strength 0 never does."""
    return day >= 0 and bool(working(config, day))


def working(config: SimulationConfig, day: int) -> tuple[str, ...]:
    """Name the policies that work on a day."""
    return tuple(name for name, one in config.policies.items() if strength(one, day) > 0)


def told_phases(config: SimulationConfig, reference: SimulationConfig) -> list[Phase]:
    """Return the phases in which a scenario can differ from its baseline; none where all of it is one phase.

    Where policies are all that is different, both runs of a pair are one until the first of them works. Where a single
    phase is left then, it has nothing to be told apart from.
    """
    phases = phases_of(config, reference)
    if differ_in_policies(config, reference):
        phases = list(dropwhile(lambda phase: not (phase.policies or phase.reference), phases))
    return phases if len(phases) > 1 else []


def differ_in_policies(one: SimulationConfig, other: SimulationConfig) -> bool:
    """Say whether two scenarios differ in nothing but policies, if in anything."""
    a, b = (replace(config, policies={}, scenario="any", seed=0, out=None) for config in (one, other))
    return a == b


def write_phases(path: Path, runs: Sequence[Replication], baseline: str, outcomes: Sequence[str] = OUTCOMES) -> None:
    """Write `phases.parquet`: scenario x point x outcome x phase.

    There are rows of scenarios that have dates, or whose baseline has, and of outcomes that are measured daily; also of
    what a policy at work is meant for, without a verdict where that is no outcome of the experiment.
    """
    values: dict[Path, Values] = {}

    def read(run: Replication) -> Values:
        if run.folder not in values:
            values[run.folder] = Values.read(run.folder)
        return values[run.folder]

    rows: list[dict[str, Any]] = []
    for members in pairs_of(runs, baseline):
        run, reference = members[0]
        phases = phases_of(run.config, reference.config)
        if len(phases) < 2:
            continue
        pairs = [(read(a), read(b)) for a, b in members]
        common = {"scenario": run.scenario, "point": run.point, "baseline": baseline}
        for phase in phases:
            until = phase.last + 1
            meant = [purpose.outcome for _, purpose in declared(run.config, phase.policies) if not purpose.kind]
            found = {
                name: compare(
                    [a.mean(name, phase.first, until) for a, _ in pairs],
                    [b.mean(name, phase.first, until) for _, b in pairs],
                )
                for name in dict.fromkeys([*outcomes, *meant])
            }
            days = {"first_day": phase.first, "last_day": phase.last, "policies": "+".join(phase.policies)}
            rows += [
                {key: value for key, value in {**common, **days, **row}.items() if key != "horizon"}
                for row in judged(found, None, outcomes)
            ]
    write_rows(path, rows, PHASES)
