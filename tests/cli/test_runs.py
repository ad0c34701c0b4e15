"""Whole commands with the engine: a run, a sweep, Ctrl-C."""

from __future__ import annotations

import json
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
        summary = json.loads((tmp_path / "many" / "runs" / row["run"] / "summary.json").read_text())
        assert summary["impressions_gini"] == row["impressions_gini"]
    assert not list((tmp_path / "many").glob(".*"))


@pytest.mark.parametrize("words", [[], ["-m", "seed=1,2,3,4"]], ids=["run", "sweep"])
def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path, words: list[str]) -> None:
    folder, said = tmp_path / "work", tmp_path / "said"
    folder.mkdir()
    command = [sys.executable, "-m", "ecosim", "run", "scale=toy", "days=100000", "burn_in=0", "out=mine", *words]
    with said.open("w") as stderr, subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=stderr) as run:
        try:
            wait_for("measuring: day" if not words else "running 4 simulations", said)
            time.sleep(3 if words else 0)
            run.send_signal(signal.SIGINT)
            out, _ = run.communicate(timeout=60)
        finally:
            run.kill()
    assert run.returncode == 130, said.read_text()
    assert "Traceback" not in said.read_text()
    if words:  # not one run of the sweep was done
        assert not list(folder.iterdir())
        return
    assert b"what was measured is kept" in out
    manifest = json.loads((folder / "mine" / "manifest.json").read_text())
    assert manifest["status"] == "interrupted"
    assert 0 < pq.read_table(folder / "mine" / "daily.parquet").num_rows < 100_000


def wait_for(words: str, said: Path) -> None:
    """Wait until a command has said these words."""
    deadline = time.monotonic() + 180
    while words not in said.read_text():
        assert time.monotonic() < deadline, said.read_text()
        time.sleep(0.1)
