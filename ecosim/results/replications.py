"""Runs side by side: means over seeds, and differences paired by seed with their intervals.

Two runs under one seed share population, entrants and luck, so that the interval of their differences is far narrower
than that of either mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecosim.results import inference

REPLICATION = ("seed", "replay")
"""Settings under which a scenario is repeated; runs that agree in them are pairs."""

BASELINE = "baseline"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """Mean difference between pairs of runs; `half` is half the width of its 95% interval, NaN for a single pair."""

    mean: float
    half: float
    pairs: int


@dataclass(frozen=True)
class Group:
    """Runs that differ in their seeds only.

    Attributes
    ----------
    label : str
        Scenario, and the varied settings that tell it from others of that scenario.
    runs : int
        Complete runs.
    means : dict of str to float
        Mean of each measure over the runs; NaN where none has it.
    reference : str or None
        Label of the group without policies, or of the baseline, that it is compared with.
    differences : dict of str to Difference
        Differences from the reference, over the pairs in which both runs have the measure.
    """

    label: str
    runs: int
    means: dict[str, float]
    reference: str | None
    differences: dict[str, Difference]


def side_by_side(rows: Sequence[Row], measures: Sequence[str]) -> list[Group]:
    """Group the complete runs of a sweep over their seeds, and compare each group with the one without its policies.

    Parameters
    ----------
    rows : sequence of mapping
        The rows of `runs.parquet`; the varied settings stand between the columns `run` and `status`.
    measures : sequence of str
        Names of the measures; one that the rows lack is NaN.
    """
    grouped: dict[tuple[tuple[str, Any], ...], list[Row]] = {}
    for row in rows:
        if row["status"] == "complete":
            grouped.setdefault(tuple(_settings(row).items()), []).append(row)
    settings = [dict(key) for key in grouped]
    members = list(grouped.values())
    labels = [_label(own, settings) for own in settings]
    groups = []
    for number, runs in enumerate(members):
        other = _reference(number, settings)
        means = {name: _mean([row[name] for row in runs if row.get(name) is not None]) for name in measures}
        differences = {} if other is None else {name: paired(runs, members[other], name) for name in measures}
        groups.append(Group(labels[number], len(runs), means, None if other is None else labels[other], differences))
    return groups


def paired(runs: Sequence[Row], reference: Sequence[Row], measure: str) -> Difference:
    """Average the differences of a measure over pairs of runs under the same seed."""
    there = {_replication(row): row[measure] for row in reference if row.get(measure) is not None}
    pairs = [
        (row[measure], there[_replication(row)])
        for row in runs
        if row.get(measure) is not None and _replication(row) in there
    ]
    found = inference.compare([own for own, _ in pairs], [other for _, other in pairs])
    return Difference(found.mean, (found.high - found.low) / 2, found.pairs)


def _settings(row: Row) -> dict[str, Any]:
    names = list(row)
    varied = names[names.index("run") + 1 : names.index("status")]
    return {name: row[name] for name in varied if name not in REPLICATION}


def _replication(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in REPLICATION)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _label(own: Mapping[str, Any], everyone: Sequence[Mapping[str, Any]]) -> str:
    """Name a group by its scenario, and by what tells it from others that are called the same."""
    namesakes = [settings for settings in everyone if settings["scenario"] == own["scenario"]]
    telling = [
        f"{name.removeprefix('policies.')}={value}"
        for name, value in own.items()
        if value not in (None, "") and len({repr(other[name]) for other in namesakes}) > 1
    ]
    return ", ".join([str(own["scenario"]), *telling])


def _reference(number: int, everyone: Sequence[Mapping[str, Any]]) -> int | None:
    """Find the group to compare with: the same without policies, else the only one that is called the baseline."""
    own = everyone[number]
    alike = [
        other
        for other, settings in enumerate(everyone)
        if own.get("policy") and not settings["policy"] and _without_policies(settings) == _without_policies(own)
    ]
    baselines = [other for other, settings in enumerate(everyone) if settings["scenario"] == BASELINE]
    found = alike or baselines
    return found[0] if len(found) == 1 and found[0] != number else None


def _without_policies(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in settings.items() if name.split(".")[0] not in ("scenario", "policy", "policies")
    }
