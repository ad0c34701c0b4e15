"""The table of a sweep: one row a run, with what was varied, how it ended and its summary."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecosim.results.folder import write_table
from ecosim.results.stored import read_table
from ecosim.results.summary import MACHINE_MEASURES


def write_runs(
    path: Path,
    *,
    names: Sequence[str],
    parameters: Sequence[Mapping[str, Any]],
    statuses: Sequence[str],
    errors: Sequence[str | None],
    summaries: Sequence[Mapping[str, float]],
) -> None:
    """Write `runs.parquet`; columns are the run's folder, the varied settings, status, error and the measures.

    Speed and memory are left out, so that equal sweeps give equal bytes; each run's own summary has them.
    """
    columns: dict[str, pa.Array] = {"run": pa.array(names, pa.string())}
    for key in dict.fromkeys(key for row in parameters for key in row):
        columns[key] = _setting([row.get(key) for row in parameters])
    columns["status"] = pa.array(statuses, pa.string())
    columns["error"] = pa.array(errors, pa.string())
    measures = dict.fromkeys(name for summary in summaries for name in summary if name not in MACHINE_MEASURES)
    for name in measures:
        values = [summary.get(name, math.nan) for summary in summaries]
        columns[name] = pa.array([None if math.isnan(value) else value for value in values], pa.float64())
    write_table(pa.table(columns), path)


def _setting(values: list[Any]) -> pa.Array:
    """Give a column of one type: whole numbers, numbers, truth values, else text."""
    known = [value for value in values if value is not None]
    for types, arrow in (((bool,), pa.bool_()), ((int,), pa.int64()), ((int, float), pa.float64())):
        if all(type(value) in types for value in known) and known:
            return pa.array(values, arrow)
    return pa.array([None if value is None else str(value) for value in values], pa.string())


def read_runs(path: Path) -> list[dict[str, Any]]:
    """Read `runs.parquet`: one mapping a run, its columns in their order."""
    rows: list[dict[str, Any]] = read_table(path).to_pylist()
    return rows
