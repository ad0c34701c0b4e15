"""Ray actors live the world that one process lives, and say so when one of them is lost."""

from __future__ import annotations

from typing import Any

import pytest

from ecosim.cluster import LostShard
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
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
