"""The closing table: the main measures with their units, what is missing said plainly, and the paths."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pyarrow as pa
from rich.console import Console

from ecosim.cli.closing import print_result, print_sweep
from ecosim.config import SimulationConfig
from ecosim.results import RunResult
from ecosim.runner.sweep import SweepResult


def closing(days: int, status: str = "complete", path: Path | None = None, width: int = 100) -> str:
    config = SimulationConfig(days=20, burn_in=10, scenario="floor", seed=7)
    daily = pa.table({"day": pa.array(range(-10, days - 10), pa.int32())})
    summary = {"impressions_gini": 0.7314, "newcomer_survival_180d": math.nan, "impressions_per_second": 5.2e6}
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
    assert "not measured" in text
    assert "1.5 s loading and compiling kernels, 10.8 s simulating, 5.20 million impressions a second" in text


def test_an_interrupted_run_says_how_far_it_came() -> None:
    assert "Interrupted after day 25 of 30; what was measured is kept." in closing(25, "interrupted")
    assert "No day after burn-in was measured" in closing(5, "interrupted")


def test_paths_are_not_broken_by_a_narrow_terminal(tmp_path: Path) -> None:
    (tmp_path / "report.html").touch()
    text = closing(30, path=tmp_path, width=20)
    assert f"results: {tmp_path}\n" in text
    assert f"report:  {tmp_path / 'report.html'}\n" in text


def test_a_sweep_says_how_its_runs_ended(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=100, _environ={})
    print_sweep(SweepResult(tmp_path / "runs.parquet", 3, 1, 0, ("ValueError: no",)), tmp_path, console)
    assert isinstance(console.file, io.StringIO)
    assert "ValueError: no" in console.file.getvalue()
    assert "3 runs complete, 1 failed (column `error` says why)" in console.file.getvalue()
