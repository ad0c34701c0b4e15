"""Trajectories: how the difference from the baseline grows, week by week, with its interval over seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ecosim.results.differences import OUTCOMES, Replication, pairs_of, write_rows
from ecosim.results.inference import interval
from ecosim.results.stored import read_table
from ecosim.state.schema import WEEK

Array = np.ndarray[Any, Any]

TRAJECTORIES = pa.schema(
    [
        ("scenario", pa.string()),
        ("point", pa.string()),
        ("outcome", pa.string()),
        ("day", pa.int64()),
        ("pairs", pa.int64()),
        ("baseline_mean", pa.float64()),
        ("difference", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)


def write_trajectories(
    path: Path, runs: Sequence[Replication], baseline: str, outcomes: Sequence[str] = OUTCOMES
) -> None:
    """Write `trajectories.parquet`: scenario x point x daily outcome x week, by the week's last day.

    A week is seven measured days, counted from day 0; the interval is of that week alone.
    """
    weeks = {run.folder: _weeks(run.folder, outcomes) for run in runs}
    rows: list[dict[str, Any]] = []
    for pairs in pairs_of(runs, baseline):
        run = pairs[0][0]
        for name in outcomes:
            both = [(weeks[a.folder].get(name), weeks[b.folder].get(name)) for a, b in pairs]
            known = [(x, y) for x, y in both if x is not None and y is not None]
            common = {"scenario": run.scenario, "point": run.point, "outcome": name}
            for week in range(min((min(x.size, y.size) for x, y in known), default=0)):
                found = _week([(float(x[week]), float(y[week])) for x, y in known])
                if found:
                    rows.append(common | {"day": WEEK * (week + 1) - 1} | found)
    write_rows(path, rows, TRAJECTORIES)


def _weeks(folder: Path, outcomes: Sequence[str]) -> dict[str, Array]:
    """Average the outcomes that are measured daily over the whole weeks since the end of burn-in."""
    table = read_table(folder / "daily.parquet", needs="day")
    measured = np.asarray(table["day"].to_numpy()) >= 0
    whole = int(measured.sum()) // WEEK * WEEK
    return {
        name: np.asarray(table[name].to_numpy(), np.float64)[measured][:whole].reshape(-1, WEEK).mean(axis=1)
        for name in outcomes
        if name in table.column_names
    }


def _week(pairs: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Compare one week over the pairs that have it."""
    known = [(x, y) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]
    if not known:
        return {}
    differences = [x - y for x, y in known]
    low, high, _ = interval(differences)
    return {
        "pairs": len(known),
        "baseline_mean": math.fsum(y for _, y in known) / len(known),
        "difference": math.fsum(differences) / len(known),
        "low": None if math.isnan(low) else low,
        "high": None if math.isnan(high) else high,
    }
