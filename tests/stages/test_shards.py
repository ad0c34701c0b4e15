"""One world in shards is the same world: whatever happens in it, however many parts, wherever they are kept."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecosim import compose, registry
from ecosim.config import EngineConfig, Place, SimulationConfig
from ecosim.errors import InputError
from ecosim.model import EcosystemModel
from ecosim.pipeline import fingerprint, run_day
from ecosim.rankers.base import Batch, LinearRanker
from ecosim.stages.distant import Distant, Shard, owned, restore, shorten
from ecosim.stages.genesis import create_world
from ecosim.stages.shards import log_rows, ranges
from ecosim.state.columns import Cells
from ecosim.state.graph import Follows, Ties
from ecosim.state.schema import Consumers
from ecosim.state.world import World
from ecosim.testing import small_config
from tests.reference.worlds import worlds

DAYS = 9
EVERYTHING = "floor"
"""The reference world with pools, a floor and a fund, brands, live sessions and friends."""


class Copies:
    """A fleet in this process with whom one speaks in pickled bytes, as with a machine far away."""

    def __init__(self, parts: Sequence[tuple[Consumers, int]]) -> None:
        self.shards = [Shard(moved(people), first) for people, first in parts]
        self.told: list[Any] = []

    def ask(self, method: str, news: Sequence[tuple[Any, ...]], common: tuple[Any, ...] = ()) -> list[Any]:
        if method == "serve":
            self.told = [own[1] for own in news]
        return [
            sealed_copy(getattr(shard, method)(*sealed_copy((*common, *own))))
            for shard, own in zip(self.shards, news, strict=True)
        ]

    def close(self) -> None:
        self.shards = []


def moved(people: Consumers) -> Consumers:
    there: Consumers = sealed_copy(people)
    there.cells = Cells(owned(dict(there.cells)))
    return there


def sealed_copy(thing: Any) -> Any:
    """A copy whose arrays cannot be written to, like what arrives from Ray's store."""
    buffers: list[pickle.PickleBuffer] = []
    sent = pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
    return pickle.loads(sent, buffers=[bytes(buffer) for buffer in buffers])


def settings(name: str, **engine: Any) -> SimulationConfig:
    config = worlds()[name]
    recording = replace(config.recording, metrics=[], panel_every=2)
    return replace(config, recording=recording, engine=replace(config.engine, **engine))


def distant(config: SimulationConfig, shards: int) -> tuple[World, Copies]:
    """A world whose consumers live in copies."""
    world = create_world(replace(config, engine=replace(config.engine, place=Place.RAY)))
    fleets: list[Copies] = []

    def start(parts: Sequence[tuple[Consumers, int]]) -> Copies:
        fleets.append(Copies(parts))
        return fleets[0]

    world.crew = Distant(world, shards, start)
    return world, fleets[0]


def days(world: World, count: int = DAYS) -> list[dict[str, int]]:
    """Live some days; all parts of the world after each."""
    found = []
    for _ in range(count):
        run_day(world)
        found.append(fingerprint(world))
    return found


@cache
def whole(name: str) -> list[dict[str, int]]:
    return days(create_world(settings(name)))


@pytest.mark.parametrize("shards", [2, 3, 4, 1000])
@pytest.mark.parametrize("name", worlds())
def test_shards_change_nothing(name: str, shards: int) -> None:
    """Every ranker and policy, friends, orders and live sessions; more shards than consumers are as many as these."""
    assert days(create_world(settings(name, shards=shards))) == whole(name)


@pytest.mark.parametrize("shards", [1, 2, 3, 4])
@pytest.mark.parametrize("name", worlds())
def test_shards_that_keep_their_consumers_change_nothing(name: str, shards: int) -> None:
    world, _ = distant(settings(name, debug=False), shards)
    assert days(world) == whole(name)


def test_debug_mode_works_with_distant_shards() -> None:
    world, _ = distant(settings(EVERYTHING, debug=True), 2)
    assert days(world, 4) == whole(EVERYTHING)[:4]


def small(**engine: Any) -> SimulationConfig:
    """Ten thousand consumers, two policies and shadow serving."""
    config = compose(["scale=small", "policy=[exposure_floor,newcomer_support]", "recording.panel_every=2"])
    recording = replace(config.recording, metrics=["impressions"])
    return replace(config, burn_in=0, recording=recording, engine=EngineConfig(**engine))


@cache
def small_whole() -> list[dict[str, int]]:
    return days(create_world(small()), 3)


@pytest.mark.parametrize("shards", [2, 3, 4])
def test_shards_change_nothing_at_small_scale(shards: int) -> None:
    assert days(create_world(small(shards=shards)), 3) == small_whole()


def test_shards_that_keep_their_consumers_change_nothing_at_small_scale() -> None:
    assert days(distant(small(), 3)[0], 3) == small_whole()


def test_friends_in_other_shards_matter() -> None:
    """In the worlds of these tests much is shared across the border of two shards: without these ties all differs."""
    world = create_world(settings(EVERYTHING, shards=2))
    one, other = world.friends.pairs()
    half = world.consumers.size // 2
    same = (one < half) == (other < half)
    world.friends = Ties.from_edges(world.consumers.size, one[same], other[same])
    assert days(world)[-1]["items.impressions"] != whole(EVERYTHING)[-1]["items.impressions"]


def test_what_is_changed_from_outside_reaches_the_shards() -> None:
    """A face's attribute, a whole column and the follows, between two days."""
    ends = []
    for world in (create_world(settings(EVERYTHING, debug=False)), distant(settings(EVERYTHING, debug=False), 3)[0]):
        days(world, 3)
        world.consumers.satiation[2] = 0.25
        world.consumers.taste[:, 0] *= np.float32(-1)
        world.follows = Follows(world.follows.start.copy(), world.follows.creator[::-1].copy())
        ends.append(days(world, 3))
    assert ends[0] == ends[1]


def test_only_what_has_changed_is_told() -> None:
    """After the first day no follows travel; a world that nobody looks at keeps its columns where they are."""
    config = settings(EVERYTHING, debug=False)
    world, fleet = distant(replace(config, recording=replace(config.recording, metrics=["impressions"])), 2)
    run_day(world)
    assert all(told.follows is not None for told in fleet.told)
    run_day(world)
    assert all(told.follows is None for told in fleet.told)
    allowed = {"inbox", "senders", "active", "trust", "ally", "ally_trust", "ally_orders", "allies"}
    assert {name for told in fleet.told for name in told.changes} <= allowed
    assert not {"seen", "interest", "touched"} & set(world.crew.traffic.columns)


def test_a_saved_world_does_not_know_where_its_consumers_lived(tmp_path: Path) -> None:
    """Saved with distant shards, it goes on in one piece, and the other way round."""
    config = settings(EVERYTHING, debug=False)
    model = EcosystemModel(config)
    model.world.config = replace(config, engine=replace(config.engine, place=Place.RAY))
    model.world.crew = Distant(model.world, 3, Copies)
    for _ in range(4):
        model.step()
    loaded = EcosystemModel.load(model.save(tmp_path / "evening.state"), config)
    assert loaded.world.crew is None
    assert fingerprint(loaded.world) == whole(EVERYTHING)[3]
    assert days(loaded.world, 2) == whole(EVERYTHING)[4:6]


def test_faces_read_and_write_through_the_window() -> None:
    model = EcosystemModel(settings(EVERYTHING, debug=False))
    crew = Distant(model.world, 2, Copies)
    model.world.config = replace(model.config, engine=replace(model.config.engine, place=Place.RAY))
    model.world.crew = crew
    model.step()
    last = model.world.consumers.size - 1
    face = model.consumer(last)
    assert face.satisfaction == crew.read("satisfaction")[last]
    face.satisfaction = 0.125
    model.step()
    model.close()
    with pytest.raises(RuntimeError, match=r"before model\.close"):
        model.world.consumers.seen  # noqa: B018


class Backwards(LinearRanker):
    """A ranker in Python: the other way round."""

    def score(self, batch: Batch, out: Any) -> None:
        out[...] = -(batch.terms * batch.weights).sum(axis=2)


def test_a_ranker_in_python_scores_in_its_shard() -> None:
    found = []
    for shards in (1, 3):
        world, _ = distant(small_config(ranker=registry.rankers["multi_objective"].config()), shards)
        world.ranker = Backwards(world.config.ranker)
        found.append(days(world, 4))
    alone = create_world(small_config(ranker=registry.rankers["multi_objective"].config()))
    alone.ranker = Backwards(alone.config.ranker)
    assert found[0] == found[1] == days(alone, 4)


@pytest.mark.parametrize(("people", "shards"), [(10, 3), (3, 10), (1, 1), (7, 7)])
def test_ranges_cover_everyone_once(people: int, shards: int) -> None:
    parts = list(ranges(people, shards))
    assert [row for rows in parts for row in range(rows.start, rows.stop)] == list(range(people))
    assert max(rows.stop - rows.start for rows in parts) - min(rows.stop - rows.start for rows in parts) <= 1


def test_logged_consumers_are_numbered_by_range() -> None:
    assert log_rows(np.array([1, 4, 5]), slice(3, 6)).tolist() == [-1, 0, 1]


@pytest.mark.parametrize(
    "array",
    [
        np.array([[-1, -1, 7], [-1, -1, -1]], np.int32),
        np.array([True] + 99 * [False]),
        np.arange(12, dtype=np.int64).reshape(3, 4),
        np.full((50, 2), -1, np.int32),
        np.zeros((0, 4), np.int8),
    ],
)
def test_shortened_arrays_come_back(array: Any) -> None:
    back = restore(sealed_copy(shorten(array)))
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert np.array_equal(back, array)
    assert back.flags.writeable


def test_without_ray_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    world = create_world(settings(EVERYTHING, place=Place.RAY, debug=False))
    with pytest.raises(InputError, match=r"pip install 'ecosim\[ray\]'"):
        run_day(world)
