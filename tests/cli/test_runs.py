"""Whole commands with the engine: a run, a sweep, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

SHORT = ["scale=toy", "days=20", "burn_in=10"]


def test_a_run_prints_its_table_and_where_the_results_are(process: Callable[..., Any], tmp_path: Path) -> None:
    ended = process("run", *SHORT, "out=mine", "policy=exposure_floor")
    assert ended.code == 0, ended.err
    for part in ("mean over the last 20 measured days", "inequality of impressions", "results: mine", "report.html"):
        assert part in ended.out
    folder = tmp_path / "mine"
    names = {path.name for path in folder.iterdir()}
    assert {"manifest.json", "summary.json", "daily.parquet", "creators.parquet", "flows.parquet"} <= names
    assert {"figures", "report.html"} <= names
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["status"] == "complete"
    assert manifest["command"] == ["ecosim", "run", *SHORT, "out=mine", "policy=exposure_floor"]
    assert pq.read_table(folder / "daily.parquet").num_rows == 30
    assert "Traceback" not in ended.err


def test_python_gives_the_same_run(process: Callable[..., Any], tmp_path: Path) -> None:
    import ecosim

    assert process("run", *SHORT, "out=mine", "recording.figures=false").code == 0
    config = ecosim.compose([*SHORT, "recording.figures=false", f"out={tmp_path / 'python'}"])
    result = ecosim.run(config)
    assert result.path == tmp_path / "python"
    for table in (tmp_path / "mine").glob("*.parquet"):
        assert table.read_bytes() == (tmp_path / "python" / table.name).read_bytes(), table.name


def test_a_sweep_leaves_one_table_and_a_folder_a_run(process: Callable[..., Any], tmp_path: Path) -> None:
    ended = process(
        "run", "-m", *SHORT, "seed=1,2", "ranker=random,popularity", "out=many", "recording.figures=false", "-j", "2"
    )
    assert ended.code == 0, ended.err
    assert "4 runs complete" in ended.out
    rows = pq.read_table(tmp_path / "many" / "runs.parquet").to_pylist()
    assert [(row["seed"], row["ranker"], row["status"]) for row in rows] == [
        (1, "random", "complete"),
        (1, "popularity", "complete"),
        (2, "random", "complete"),
        (2, "popularity", "complete"),
    ]
    assert all(row["impressions_gini"] is not None for row in rows)
    for row in rows:
        summary = json.loads((tmp_path / "many" / row["run"] / "summary.json").read_text())
        assert summary["impressions_gini"] == row["impressions_gini"]
    assert not list((tmp_path / "many").glob(".*"))


@pytest.mark.parametrize("words", [[], ["-m", "seed=1,2,3,4"]], ids=["run", "sweep"])
def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path, words: list[str]) -> None:
    command = [sys.executable, "-m", "ecosim", "run", "scale=toy", "days=100000", "burn_in=0", "out=mine", *words]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        os.set_blocking(running.stderr.fileno(), False)  # type: ignore[union-attr]
        wait_until_days_pass(running, sweep=bool(words))
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 130, err
    assert "Traceback" not in err
    if words:  # no run of the sweep was done
        assert not list(tmp_path.iterdir())
        return
    assert "what was measured is kept" in out
    manifest = json.loads((tmp_path / "mine" / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    assert 0 < pq.read_table(tmp_path / "mine" / "daily.parquet").num_rows < 100_000


def wait_until_days_pass(running: subprocess.Popen[str], *, sweep: bool) -> None:
    """Wait until the run says that it counts days; a sweep says nothing before its first run is done."""
    seen, deadline = "", time.monotonic() + 120
    while time.monotonic() < deadline and "measuring: day" not in seen:
        seen += running.stderr.read() or ""  # type: ignore[union-attr]
        if sweep and "loading" not in seen and deadline - time.monotonic() < 110:
            return
        time.sleep(0.2)
