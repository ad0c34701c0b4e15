"""Phases: the differences from the baseline between consecutive dates of policies, with their intervals over seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecosim.config import SimulationConfig
from ecosim.policies.base import strength
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


def write_phases(path: Path, runs: Sequence[Replication], baseline: str, outcomes: Sequence[str] = OUTCOMES) -> None:
    """Write `phases.parquet`: scenario x point x outcome x phase.

    Phases lie between all dates of policies in any scenario of a point. There are rows of scenarios that have dates, or
    whose baseline has; of outcomes that are measured daily; and none where there is one phase only.
    """
    values: dict[Path, Values] = {}

    def read(run: Replication) -> Values:
        if run.folder not in values:
            values[run.folder] = Values.read(run.folder)
        return values[run.folder]

    rows: list[dict[str, Any]] = []
    for members in pairs_of(runs, baseline):
        run, reference = members[0]
        if not (dates_of(run.config) or dates_of(reference.config)):
            continue
        pairs = [(read(a), read(b)) for a, b in members]
        common = {"scenario": run.scenario, "point": run.point, "baseline": baseline}
        for first, end in _phases([one.config for one in runs if one.point == run.point]):
            found = {
                name: compare(
                    [a.mean(name, first, end) for a, _ in pairs], [b.mean(name, first, end) for _, b in pairs]
                )
                for name in outcomes
            }
            days = {"first_day": first, "last_day": end - 1, "policies": "+".join(_working(run.config, first))}
            rows += [
                {key: value for key, value in {**common, **days, **row}.items() if key != "horizon"}
                for row in judged(found, None, outcomes)
            ]
    write_rows(path, rows, PHASES)


def _phases(configs: Sequence[SimulationConfig]) -> Iterator[tuple[int, int]]:
    """Part the days that all runs have at every date."""
    days = min(config.days for config in configs)
    cuts = {day for config in configs for day in dates_of(config) if day < days}
    return pairwise([0, *sorted(cuts), days])


def _working(config: SimulationConfig, day: int) -> list[str]:
    """Name the policies that work on a day; between two dates they are the same."""
    return [name for name, one in config.policies.items() if strength(one, day) > 0]
