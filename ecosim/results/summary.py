"""One number per measure for a whole run: what `summary.json` says.

A daily measure is averaged over the last 180 measured days (all of them when there are fewer); burn-in never counts.
Measures that only a whole run has, such as the survival of newcomers, are handed over as they are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

WINDOW = 180
"""Measured days over which a run's value is taken, counted from the last one."""

MACHINE_MEASURES = ("impressions_per_second", "peak_memory_mb", "wall_seconds")
"""Measures of the machine, not of the world: in summary and manifest only, never in a table."""


def summarise(
    daily: pa.Table,
    run_measures: Mapping[str, float],
    machine_measures: Mapping[str, float] | None = None,
    window: int = WINDOW,
) -> dict[str, float]:
    """Reduce a run to one number per measure.

    Parameters
    ----------
    daily : pyarrow.Table
        One row a day; `day` counts from the end of burn-in, one column per measure.
    run_measures : mapping of str to float
        Measures of the run as a whole; they stand before a daily measure of the same name.
    machine_measures : mapping of str to float, optional
        Speed, time and memory.
    window : int
        Measured days over which a daily measure is averaged.

    Returns
    -------
    dict of str to float
        Name to number; NaN where nothing was measured.
    """
    days = np.asarray(daily["day"].to_numpy())
    chosen = (days >= 0) & (days > days.max(initial=-1) - window)
    summary = {
        name: _mean(np.asarray(daily[name].to_numpy(), dtype=np.float64)[chosen])
        for name in daily.column_names
        if name != "day"
    }
    summary.update({name: float(value) for name, value in run_measures.items()})
    summary.update({name: float(value) for name, value in (machine_measures or {}).items()})
    return summary


def to_json(summary: Mapping[str, float]) -> str:
    """Write a summary as flat JSON; what is not a finite number becomes null."""
    values = {name: value if math.isfinite(value) else None for name, value in summary.items()}
    return json.dumps(values, indent=2) + "\n"


def from_json(text: str) -> dict[str, float]:
    """Read what :func:`to_json` wrote; null becomes NaN."""
    return {name: math.nan if value is None else float(value) for name, value in json.loads(text).items()}


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return math.fsum(known) / known.size if known.size else math.nan
