"""The tables of a sensitivity analysis: its points, and the index of every setting for every outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa

from ecosim.config.sensitivity import Analysis
from ecosim.results.finished import OF_SETTINGS, RUNS, Finished
from ecosim.results.folder import write_table
from ecosim.results.indices import Array, analyse
from ecosim.results.stored import read_table

if TYPE_CHECKING:
    import pandas as pd

INDICES = "sensitivity.parquet"
POINTS = "points.parquet"
FIGURE = "sensitivity.svg"
PICTURE = "sensitivity.png"
FILES = (RUNS, POINTS, INDICES, FIGURE, PICTURE)

SCHEMA = pa.schema(
    [
        ("scenario", pa.string()),
        ("baseline", pa.string()),
        ("outcome", pa.string()),
        ("mean", pa.float64()),
        ("setting", pa.string()),
        ("from", pa.float64()),
        ("to", pa.float64()),
        ("index", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("noise", pa.float64()),
        ("verdict", pa.string()),
        ("blocks", pa.int64()),
        ("seeds", pa.int64()),
    ]
)


@dataclass
class Sensitivity(Finished):
    """A sensitivity analysis that was run to its end; its plan also holds method and ranges."""

    kind: ClassVar[str] = "a finished sensitivity analysis"
    command: ClassVar[str] = "ecosim sensitivity"
    plans: ClassVar[tuple[str, ...]] = (OF_SETTINGS,)
    tables: ClassVar[tuple[str, ...]] = (RUNS, INDICES)

    @property
    def indices(self) -> pd.DataFrame:
        """One row for each scenario, outcome, setting and index."""
        return self.frame(INDICES)

    def rows(self, name: str = INDICES) -> list[dict[str, Any]]:
        """Return a table, the indices by default, as one mapping a row; what is not known is None."""
        return super().rows(name)


def write_points(
    folder: Path, analysis: Analysis, settings: Sequence[Mapping[str, Any]], runs: Mapping[str, Sequence[str]]
) -> None:
    """Write `points.parquet`: the settings at every point, and which runs (less their seed) stand for it.

    Parameters
    ----------
    folder : Path
        Of the analysis.
    analysis : Analysis
        What is varied.
    settings : sequence of mapping
        Values by setting, one mapping a point.
    runs : mapping of str to sequence of str
        For each scenario the stem of the run folders' names, one a point.
    """
    columns: dict[str, Any] = {"point": list(range(len(settings)))}
    columns |= {one.key: [values[one.key] for values in settings] for one in analysis.ranges}
    columns |= {f"run_{scenario}": list(stems) for scenario, stems in runs.items()}
    write_table(pa.table(columns), folder / POINTS)


def write_indices(
    folder: Path,
    analysis: Analysis,
    points: Array,
    settings: Sequence[Mapping[str, Any]],
    runs: Mapping[str, Sequence[str]],
) -> None:
    """Write `sensitivity.parquet` from `runs.parquet`: of one scenario, or of differences from the baseline.

    `points` are the places of the design; all else is as in :func:`write_points`.
    """
    table = {row["run"]: row for row in read_table(folder / RUNS).to_pylist()}
    found = analysis.experiment
    tried = np.array([[one.place_of(values[one.key]) for one in analysis.ranges] for values in settings])
    rows: list[dict[str, Any]] = []

    def values(scenario: str, outcome: str) -> Array:
        """Return an outcome by point (rows) and seed (columns); NaN where it is not known."""
        numbers = [[table[f"{stem}-{seed}"].get(outcome) for seed in found.seeds] for stem in runs[scenario]]
        return np.array([[math.nan if x is None else x for x in row] for row in numbers], np.float64)

    others = [name for name in found.changes if name != found.baseline]
    for scenario in others or [found.baseline]:
        for outcome in analysis.outcomes:
            outcomes = values(scenario, outcome) - (values(found.baseline, outcome) if others else 0.0)
            indices, blocks = analyse(analysis.method, points, outcomes, analysis.levels, tried)
            known = outcomes[np.isfinite(outcomes)]
            for index in indices:
                one = analysis.ranges[index.setting]
                rows.append(
                    {
                        "scenario": scenario,
                        "baseline": found.baseline if others else None,
                        "outcome": outcome,
                        "mean": _known(math.fsum(known) / known.size if known.size else math.nan),
                        "setting": one.key,
                        "from": one.low,
                        "to": one.high,
                        "index": index.name,
                        "value": _known(index.value),
                        "low": _known(index.low),
                        "high": _known(index.value + index.half),
                        "noise": _known(index.noise),
                        "verdict": index.verdict,
                        "blocks": blocks,
                        "seeds": len(found.seeds),
                    }
                )
    write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / INDICES)


def _known(number: float) -> float | None:
    return None if math.isnan(number) else float(number)
