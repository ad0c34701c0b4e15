"""Runs on a cluster end as on one machine, and a lost worker costs time and no run."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecosim import runner
from ecosim.config import EngineConfig, Place, RecordingConfig, Runner, SimulationConfig
from ecosim.errors import InputError
from ecosim.runner import pool
from ecosim.runner.cluster import on_cluster
from ecosim.runner.workers import TRIES
from ecosim.testing import small_config


def settings(**changes: Any) -> list[SimulationConfig]:
    recording = RecordingConfig(panel=4, panel_every=4, metrics=["impressions"], figures=False)
    return [small_config(seed=seed, days=4, recording=recording, **changes) for seed in (1, 2)]


def test_worlds_that_take_a_cluster_are_not_lived_side_by_side(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one after another"):
        runner.sweep(settings(engine=EngineConfig(place=Place.RAY)), tmp_path / "sweep", 2)
    assert not (tmp_path / "sweep").exists()


@pytest.mark.usefixtures("ray_cluster")
def test_runs_end_in_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name, chosen in (("here", Runner.PROCESSES), ("there", Runner.RAY)):
        folder = tmp_path / name
        result = runner.sweep([replace(config, runner=chosen) for config in settings()], folder, 1)
        assert (result.complete, result.errors) == (2, ())
        found.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")})
    assert found[0] == found[1]
    assert len(found[0]) > 3


@pytest.mark.usefixtures("ray_cluster")
def test_a_run_whose_worker_is_lost_is_done_once_more_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_run_one", dies_at_first)
    result = runner.sweep([replace(settings()[0], runner=Runner.RAY)], tmp_path / "sweep", 1)
    assert (result.complete, result.failed) == (1, 0)
    (manifest,) = (tmp_path / "sweep").rglob("manifest.json")
    assert any("was done once more" in warning for warning in json.loads(manifest.read_text())["warnings"])


@pytest.mark.usefixtures("ray_cluster")
def test_a_run_that_ends_every_worker_fails_and_the_others_do_not() -> None:
    rows = dict(on_cluster(dies_if_told, ["die", "live"], 2))
    assert rows[1]["status"] == "complete"
    assert rows[0]["status"] == "failed"
    assert f"lost {TRIES} times" in rows[0]["error"]


run_one = pool._run_one


def dies_at_first(task: Any, lost: Sequence[str] = ()) -> dict[str, Any]:
    if not lost:
        os._exit(1)
    return run_one(task, lost)


def dies_if_told(task: str, lost: Sequence[str]) -> dict[str, Any]:
    if task == "die":
        os._exit(1)
    return {"status": "complete", "error": None, "summary": {}}
