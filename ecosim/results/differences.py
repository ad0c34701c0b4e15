"""The differences of an experiment: every outcome against the baseline, by horizon, over pairs of runs.

A horizon counts days from the start of the scenario's earliest policy (day 0 where there is none); the value is the
mean over the last four weeks before it, in both runs of a pair over the same days. Rows without a horizon compare
summaries of whole runs. The verdict is corrected for being many over the outcomes that were named beforehand;
all other measures are there to look around in, without a verdict.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.config import SimulationConfig
from ecosim.errors import InputError
from ecosim.results.folder import MANIFEST, SUMMARY, write_table
from ecosim.results.inference import Paired, compare, holm
from ecosim.results.stored import SEALS, broken, from_json, read_numbers, read_table
from ecosim.results.summary import MACHINE_MEASURES

log = logging.getLogger(__name__)

HORIZONS = (30, 90, 300)
WINDOW = 28
SIGNIFICANT = 0.05

OUTCOMES = (
    "watch_seconds_per_consumer_day",
    "consumer_satisfaction",
    "consumer_utility",
    "consumers_retained",
    "impressions_gini",
    "impressions_top_1pct_share",
    "newcomer_impression_share",
    "newcomer_survival_180d",
    "creators_alive",
    "income_gini",
    "supply_effective_styles",
    "consumption_effective_styles",
    "imitation_share",
    "gmv",
    "consumer_trust",
    "platform_profit",
)
"""What verdicts are given on, unless an experiment names outcomes of its own."""

JUDGED: list[tuple[str, pa.DataType]] = [
    ("pairs", pa.int64()),
    ("baseline_mean", pa.float64()),
    ("difference", pa.float64()),
    ("low", pa.float64()),
    ("high", pa.float64()),
    ("relative", pa.float64()),
    ("agree", pa.float64()),
    ("p", pa.float64()),
    ("p_holm", pa.float64()),
    ("verdict", pa.string()),
    ("seeds_needed", pa.float64()),
    ("variance_ratio", pa.float64()),
]
"""Columns that say what pairs of runs amount to, in every table of differences."""

DIFFERENCES = pa.schema(
    [
        ("scenario", pa.string()),
        ("point", pa.string()),
        ("baseline", pa.string()),
        ("outcome", pa.string()),
        ("horizon", pa.int64()),
        ("start", pa.int64()),
        *JUDGED,
    ]
)


@dataclass(frozen=True)
class Replication:
    """A complete run of an experiment, and where it lies."""

    scenario: str
    point: str
    seed: int
    config: SimulationConfig
    folder: Path


@dataclass(frozen=True)
class Values:
    """A run's measures: of the whole run, and day by day from the end of burn-in."""

    whole: dict[str, float]
    daily: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> Values:
        """Read a run folder."""
        whole = read_numbers(folder / SUMMARY)
        table = read_table(folder / "daily.parquet", needs="day")
        measured = np.asarray(table["day"].to_numpy()) >= 0
        daily = {
            name: np.asarray(table[name].to_numpy(), np.float64)[measured]
            for name in table.column_names
            if name != "day"
        }
        return cls({name: value for name, value in whole.items() if name not in MACHINE_MEASURES}, daily)

    def mean(self, name: str, first: int, last: int) -> float:
        """Average a daily measure over the days from `first` to before `last`."""
        values = self.daily[name][first:last] if name in self.daily else np.empty(0)
        known = values[np.isfinite(values)]
        return math.fsum(known) / known.size if known.size else math.nan


def start_of(config: SimulationConfig) -> int:
    """Return the day on which the earliest policy starts that does anything; 0 when there is none."""
    return min((policy.start for policy in config.policies.values() if policy.strength > 0), default=0)


def pairs_of(runs: Sequence[Replication], baseline: str) -> Iterator[list[tuple[Replication, Replication]]]:
    """Yield for each scenario and point its runs, each with the baseline's run of the same point and seed."""
    reference = {(run.point, run.seed): run for run in runs if run.scenario == baseline}
    for scenario, point in dict.fromkeys((run.scenario, run.point) for run in runs if run.scenario != baseline):
        members = [run for run in runs if (run.scenario, run.point) == (scenario, point)]
        pairs = [(run, reference[point, run.seed]) for run in members if (point, run.seed) in reference]
        if pairs:
            yield pairs


def write_differences(
    path: Path, runs: Sequence[Replication], baseline: str, outcomes: Sequence[str] = OUTCOMES
) -> None:
    """Write `differences.parquet`: scenario x point x outcome x horizon."""
    values = {run.folder: Values.read(run.folder) for run in runs}
    rows: list[dict[str, Any]] = []
    for members in pairs_of(runs, baseline):
        pairs = [(values[run.folder], values[reference.folder]) for run, reference in members]
        run = members[0][0]
        start = start_of(run.config)
        common = {"scenario": run.scenario, "point": run.point, "baseline": baseline, "start": start}
        for horizon in (*HORIZONS, None):
            if horizon is None or start + horizon <= run.config.days:
                found = _compared(pairs, start, horizon)
                rows += [{**common, **row} for row in judged(found, horizon, outcomes)]
    write_rows(path, rows, DIFFERENCES)


def _compared(pairs: Sequence[tuple[Values, Values]], start: int, horizon: int | None) -> dict[str, Paired]:
    """Compare every measure over all pairs, at one horizon or over the whole run."""
    first, reference = pairs[0]
    if horizon is None:
        names = dict.fromkeys([*first.whole, *reference.whole])
        nan = math.nan
        return {
            name: compare([a.whole.get(name, nan) for a, _ in pairs], [b.whole.get(name, nan) for _, b in pairs])
            for name in names
        }
    last = start + horizon
    days = (last - min(WINDOW, horizon), last)
    names = dict.fromkeys([*first.daily, *reference.daily])
    return {
        name: compare([a.mean(name, *days) for a, _ in pairs], [b.mean(name, *days) for _, b in pairs])
        for name in names
    }


def judged(found: Mapping[str, Paired], horizon: int | None, outcomes: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give the outcomes that were named beforehand a corrected p-value and a verdict."""
    named = [name for name in outcomes if name in found and found[name].pairs > 0]
    corrected = dict(zip(named, holm([found[name].p for name in named]), strict=True))
    for name in [*named, *(name for name in found if name not in corrected)]:
        one = found[name]
        if one.pairs > 0:
            said = verdict(one, corrected[name]) if name in corrected else None
            yield {"outcome": name, "horizon": horizon, **described(one, corrected.get(name, math.nan), said)}


def described(one: Paired, p_corrected: float, judged: str | None) -> dict[str, Any]:
    """Return the columns that every table of differences has; what is not known is None."""
    row = {
        "pairs": one.pairs,
        "baseline_mean": one.baseline,
        "difference": one.mean,
        "low": one.low,
        "high": one.high,
        "relative": one.relative,
        "agree": one.agree,
        "p": one.p,
        "p_holm": p_corrected,
        "verdict": judged,
        "seeds_needed": one.seeds_needed,
        "variance_ratio": one.variance_ratio,
    }
    return {key: None if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}


def verdict(found: Paired, p_corrected: float) -> str:
    """Say what a difference amounts to: higher, lower, unclear, equal, or a single pair."""
    if found.pairs < 2:
        return "single pair"
    if found.mean == 0 and found.low == found.high:
        return "equal"
    if p_corrected >= SIGNIFICANT:
        return "unclear"
    return "higher" if found.mean > 0 else "lower"


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> None:
    """Write a table of an experiment, whole or not at all."""
    write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def complete_with(folder: Path, config_hash: str, versions: Mapping[str, str]) -> bool:
    """Say whether a run folder holds the complete run of these settings, made with these versions, as it was written.

    What is missing or damaged in a complete run is warned of.

    Raises
    ------
    InputError
        When it holds the complete run of something else, which must not be lost.
    """
    file = folder / MANIFEST
    if not file.is_file():
        return False
    try:
        manifest = from_json(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("'%s' is damaged (%s); the run is done again.", file, error)
        return False
    if manifest.get("status") != "complete":
        return False
    if manifest.get("config_hash") != config_hash or manifest.get("versions") != dict(versions):
        raise InputError(
            f"'{folder}' holds a run of other settings or versions than the experiment says. Move it elsewhere, and "
            "start again."
        )
    problems = list(broken(folder, manifest.get(SEALS, {})))
    for problem in problems:
        log.warning("%s; the run is done again.", problem)
    return not problems and (folder / SUMMARY).is_file() and (folder / "daily.parquet").is_file()
