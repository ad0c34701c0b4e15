"""The closing table: the main measures with their units, what is missing said plainly, and the paths."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from ecosim.cli.closing import _MEASURES, print_result, print_sweep
from ecosim.config import SimulationConfig
from ecosim.results import RunResult
from ecosim.runner.sweep import SweepResult


def closing(days: int, status: str = "complete", path: Path | None = None, width: int = 100, **measured: float) -> str:
    config = SimulationConfig(days=20, burn_in=10, scenario="floor", seed=7)
    daily = pa.table({"day": pa.array(range(-10, days - 10), pa.int32())})
    summary = {"impressions_gini": 0.7314, "newcomer_survival_180d": math.nan, "impressions_per_second": 5.2e6}
    summary |= measured
    manifest = {"status": status, "wall_seconds": 12.3, "compile_seconds": 1.5}
    result = RunResult(config, summary, {"daily": daily}, manifest, path)
    console = Console(file=io.StringIO(), width=width, _environ={})
    print_result(result, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_measures_have_a_value_and_a_unit() -> None:
    text = closing(30)
    assert "floor, seed 7: mean over the last 20 measured days" in text
    assert ["inequality", "of", "impressions", "0.731", "Gini"] in [line.split() for line in text.splitlines()]
    assert "not known" in text
    assert "1.5 s loading and compiling kernels, 10.8 s simulating, 5.20 million impressions a second" in text


def test_a_world_without_brands_has_no_lines_of_sales() -> None:
    assert "sales" not in closing(30)
    assert "12,346  yuan a day" in closing(30, gmv=12_345.6)
    assert "sales" not in closing(30, gmv=math.nan)


def test_the_closing_table_fits_on_a_screen(tmp_path: Path) -> None:
    (tmp_path / "report.html").touch()
    text = closing(30, path=tmp_path, **dict.fromkeys((name for name, *_ in _MEASURES), 0.5))
    assert len(text.splitlines()) <= 24


def test_an_interrupted_run_says_how_far_it_came() -> None:
    assert "Interrupted after day 25 of 30; what was measured is kept." in closing(25, "interrupted")
    assert "No day after burn-in was measured" in closing(5, "interrupted")


def test_paths_are_not_broken_by_a_narrow_terminal(tmp_path: Path) -> None:
    (tmp_path / "report.html").touch()
    text = closing(30, path=tmp_path, width=20)
    assert f"results: {tmp_path}\n" in text
    assert f"report:  {tmp_path / 'report.html'}\n" in text


def closing_of_many(folder: Path, rows: list[dict[str, Any]], reused: int = 0) -> list[str]:
    pq.write_table(pa.Table.from_pylist(rows), folder / "runs.parquet")
    console = Console(file=io.StringIO(), width=80, _environ={})
    print_sweep(SweepResult(folder / "runs.parquet", 3, 1, ("ValueError: no",), reused), console)
    assert isinstance(console.file, io.StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def run(scenario: str, policy: str, seed: int, gini: float | None) -> dict[str, Any]:
    status = "failed" if gini is None else "complete"
    settings = {"scenario": scenario, "seed": seed, "policy": policy}
    return {"run": "x", **settings, "status": status, "error": None, "impressions_gini": gini}


def test_a_sweep_says_how_its_runs_ended(tmp_path: Path) -> None:
    lines = closing_of_many(tmp_path, [run("baseline", "", 1, None)], reused=2)
    said = "failed (see column `error`; the same command with that out= tries them again)"
    assert f"3 runs complete, 2 of them there before, 1 {said}" in lines
    assert f"runs in: {tmp_path / 'runs'}" in lines
    assert "ValueError: no" in lines
    assert not any("mean over seeds" in line for line in lines), "no run was complete"


def test_a_sweep_compares_its_scenarios_over_seeds(tmp_path: Path) -> None:
    ginis = {"": (0.5, 0.6, 0.7), "exposure_floor": (0.48, 0.59, 0.66)}
    rows = [
        run(policy or "baseline", policy, seed, gini)
        for policy, values in ginis.items()
        for seed, gini in enumerate(values)
    ]
    lines = closing_of_many(tmp_path, rows)
    assert "mean over seeds; differences are between runs of the same seed" in lines
    assert [line for line in lines if "0." in line] == [
        "baseline 3 0.600",
        "exposure_floor 3 0.577",
        "less baseline 3 -0.023",
        "95% interval ±0.038",
    ]
    assert not any("newcomers" in line for line in lines), "what no run measured has no column"


def test_a_single_pair_has_no_interval(tmp_path: Path) -> None:
    lines = closing_of_many(tmp_path, [run("baseline", "", 1, 0.5), run("exposure_floor", "exposure_floor", 1, 0.4)])
    assert "less baseline 1 -0.100" in lines
    assert not any(line.startswith("95% interval") for line in lines)
    assert "One pair of runs has no interval: list several seeds, as in seed=1,2,3." in lines
