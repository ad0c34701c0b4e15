"""Runs on a cluster end as on one machine, and a lost worker costs time and no run."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecosim import runner
from ecosim.config import EngineConfig, Place, RecordingConfig, Runner, SimulationConfig
from ecosim.errors import InputError
from ecosim.kernels.jit import max_threads
from ecosim.runner import cluster, pool
from ecosim.runner.cluster import on_cluster
from ecosim.runner.workers import TRIES
from ecosim.testing import small_config
from tests.clusters import PATIENCE, Machines, appears, lose

SWEEP = """
import sys
from pathlib import Path
from ecosim import cluster, runner
from ecosim.config import Runner
from ecosim.runner import pool
from tests.runner.doing import runs_unless_held
from tests.runner.test_cluster import settings

pool._run_one = runs_unless_held
cluster.LOOK, cluster.SILENCE, cluster.REPAIR = 0.5, 2, 2
configs = settings((2, 1, 3), runner=Runner.RAY)
try:
    print(runner.sweep(configs, Path(sys.argv[1])))
except cluster.LostCluster as error:
    print(f"LOST: {error}")
"""
"""Three runs on a cluster, of which the second is held where it was begun."""


def settings(seeds: Sequence[int] = (1, 2), **changes: Any) -> list[SimulationConfig]:
    recording = RecordingConfig(panel=4, panel_every=4, metrics=["impressions"], figures=False)
    return [small_config(seed=seed, days=4, recording=recording, **changes) for seed in seeds]


def tables(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


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
        found.append(tables(folder))
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


def test_runs_of_a_machine_that_is_lost_are_done_elsewhere(tmp_path: Path) -> None:
    """The bytes are those of processes, and the run says what happened to it."""
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    here, there = tmp_path / "here", tmp_path / "there"
    with Machines(0, 1, 1) as machines:
        driver = machines.drive(SWEEP, str(there))
        machines.lose_with(int(appears(there / "runs" / "held", driver)))
        runner.sweep(settings((2, 1, 3)), here, 1)
        told, _ = driver.communicate(timeout=PATIENCE)
    assert "complete=3, failed=0" in told
    assert tables(here) == tables(there)
    for seed in (1, 2, 3):
        (manifest,) = there.glob(f"runs/*-{seed}/manifest.json")
        warned = [text for text in json.loads(manifest.read_text())["warnings"] if "was done once more" in text]
        assert len(warned) == (seed == 1)


@pytest.mark.parametrize(("kind", "what"), [("gcs_server", "no longer answers"), ("raylet", "has had a core")])
def test_a_cluster_that_is_lost_ends_the_runs_with_a_word(tmp_path: Path, kind: str, what: str) -> None:
    """The head, or all other machines when it does no runs: nothing waits forever, and what was finished is kept."""
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    with Machines(0, 1) as machines:
        driver = machines.drive(SWEEP, str(tmp_path / "sweep"))
        appears(tmp_path / "sweep" / "runs" / "held", driver)
        lose([next(parts[kind] for parts in reversed(machines.parts) if kind in parts)])
        told, _ = driver.communicate(timeout=PATIENCE)
    assert "LOST: " in told
    assert what in told
    assert [path.parent.name[-2:] for path in tmp_path.rglob("manifest.json")] == ["-2"]


@pytest.mark.usefixtures("ray_cluster")
def test_a_run_has_one_thread_whatever_the_machine_says() -> None:
    """Ray heeds one library, and leaves what the shell had set in which it was started."""
    ((_, row),) = on_cluster(told_threads, [None], 1)
    assert row["summary"] == {"numba": 1, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@pytest.mark.usefixtures("ray_cluster")
def test_a_package_that_a_machine_lacks_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nowhere", sys.modules[__name__])
    monkeypatch.setattr(told_threads, "__module__", "nowhere")
    ((_, row),) = on_cluster(told_threads, [None], 1)
    assert row["status"] == "failed"
    assert "No module named 'nowhere'" in row["error"]
    assert "\n" not in row["error"]


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("missing", ["versions", "folder"])
def test_a_machine_that_would_make_something_else_does_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """With another library, or where what it writes is found by nobody."""
    if missing == "versions":
        monkeypatch.setattr(cluster, "versions", lambda: {"numpy": "0.1"})
    folder = tmp_path / "elsewhere" if missing == "folder" else tmp_path
    ((_, row),) = on_cluster(dies_if_told, ["live"], 1, folder)
    assert row["status"] == "failed"
    assert ("numpy" if missing == "versions" else f"has no folder '{folder}'") in row["error"]


run_one = pool._run_one


def dies_at_first(task: Any, lost: Sequence[str] = ()) -> dict[str, Any]:
    if not lost:
        os._exit(1)
    return run_one(task, lost)


def dies_if_told(task: str, lost: Sequence[str]) -> dict[str, Any]:
    if task == "die":
        os._exit(1)
    return {"status": "complete", "error": None, "summary": {}}


def told_threads(task: None, lost: Sequence[str]) -> dict[str, Any]:
    names = [f"{library}_NUM_THREADS" for library in ("OPENBLAS", "MKL", "OMP")]
    told = {"numba": max_threads()} | {name: os.environ.get(name) for name in names}
    return {"status": "complete", "error": None, "summary": told}
