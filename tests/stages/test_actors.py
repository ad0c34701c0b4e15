"""Ray actors live the world that one process lives, and say so when one of them is lost."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any

import pytest

from ecosim import runner
from ecosim.cli.main import main
from ecosim.cluster import LostShard
from ecosim.config import EngineConfig, Place, RecordingConfig, SimulationConfig
from ecosim.pipeline import run_day
from ecosim.results import RunResult
from ecosim.stages.genesis import create_world
from ecosim.testing import small_config
from tests.clusters import PATIENCE, Machines
from tests.stages.test_shards import EVERYTHING, days, settings, whole


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("shards", [1, 2, 3])
def test_actors_change_nothing(shards: int) -> None:
    """More shards than cores take turns."""
    world = create_world(settings(EVERYTHING, shards=shards, place="ray", debug=False))
    found = days(world)
    assert world.crew is not None
    world.crew.close()
    assert found == whole(EVERYTHING)


def test_a_lost_actor_is_named(ray_cluster: Any) -> None:
    world: Any = create_world(settings(EVERYTHING, shards=2, place="ray", debug=False))
    run_day(world)
    ray_cluster.kill(world.crew._fleet._actors[1])
    with pytest.raises(LostShard, match="ecosim resume"):
        run_day(world)
    world.crew.close()


RUN = """
import sys
from pathlib import Path
from ecosim import runner
from ecosim.cluster import LostShard
from tests.clusters import lose
from tests.stages.test_actors import lived

def told(progress):
    if progress.day == 5:
        lose([int(word) for word in sys.argv[2:]])

try:
    runner.run(lived(Path(sys.argv[1])), progress=told)
except LostShard as error:
    print(f"LOST: {error}")
"""
"""A world on two machines, one of which is lost on the sixth day."""


def lived(out: Path, place: Place = Place.RAY) -> SimulationConfig:
    recording = RecordingConfig(panel=4, panel_every=4, metrics=["impressions"], figures=False, checkpoint_every=2)
    engine = EngineConfig(shards=2, place=place)
    return small_config(seed=1, days=8, out=str(out), engine=engine, recording=recording, threads=1)


def test_a_run_whose_machine_is_lost_goes_on_in_one_process(tmp_path: Path) -> None:
    """To the bytes that it would have had."""
    pytest.importorskip("ray", reason="the extra 'ray' is not installed")
    broken, whole_run = tmp_path / "broken", tmp_path / "whole"
    with Machines(1, 1) as machines:
        driver = machines.drive(RUN, str(broken), *map(str, machines.parts[1].values()))
        runner.run(lived(whole_run, Place.PROCESS))
        told, _ = driver.communicate(timeout=PATIENCE)
    (message,) = [line for line in told.splitlines() if line.startswith("LOST: ")]
    assert "engine=default" in message
    assert not broken.exists()
    assert main(["resume", str(broken), "engine=default"]) == 0
    tables = sorted(path.name for path in whole_run.glob("*.parquet"))
    assert filecmp.cmpfiles(whole_run, broken, tables, shallow=False) == (tables, [], [])
    assert RunResult.load(broken).manifest["continued"] == [4]
