"""The hardware's bounds ask for what a day really does: its scores and its bytes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.bounds import MatrixProduct, Triad, bytes_per_day, candidates_per_session, scores_per_day
from benchmarks.contestants import Span
from benchmarks.feed_alone import measure_feed
from benchmarks.turns import _bounds, _ratios
from ecosim.config import ScaleConfig, SimulationConfig
from ecosim.kernels.bundles import Audience
from ecosim.kernels.jit import get_threads, max_threads, set_threads
from ecosim.model import EcosystemModel
from ecosim.pipeline import fingerprint, run_day
from ecosim.stages.genesis import create_world
from ecosim.state.world import World


@pytest.fixture(scope="module")
def world() -> World:
    config = SimulationConfig(
        days=5, burn_in=0, threads=1, scale=ScaleConfig(name="bounds", consumers=200, creators=40, brands=4)
    )
    world = create_world(config)
    for _ in range(4):
        run_day(world)
    return world


def test_a_day_scores_the_candidates_of_all_its_sessions(world: World) -> None:
    sessions = sum(float(world.consumers.sessions[row]) for row in np.flatnonzero(world.consumers.active))
    assert scores_per_day(world) == pytest.approx(candidates_per_session(world) * sessions)


def test_a_session_scores_no_more_than_each_recall_is_allowed(world: World) -> None:
    """Interest, the hot list, fresh and reserved pools, live sessions and followed creators: one item of each."""
    names = ("interest", "hot", "fresh", "reserved", "followed")
    platform = SimpleNamespace(recall_breadth=0.5, **dict.fromkeys((f"recall_{name}" for name in names), 1))
    config = SimpleNamespace(platform=platform, live=SimpleNamespace(active=True, recall=1))
    parts = {name: getattr(world, name) for name in ("consumers", "follows", "today", "verticals")}
    assert 2 < candidates_per_session(SimpleNamespace(config=config, **parts)) <= len(names) + 1  # type: ignore[arg-type]
    platform.recall_hot = 0
    fewer = candidates_per_session(SimpleNamespace(config=config, **parts))  # type: ignore[arg-type]
    platform.recall_hot = 1
    assert candidates_per_session(SimpleNamespace(config=config, **parts)) == pytest.approx(fewer + 1)  # type: ignore[arg-type]


def test_serving_must_touch_at_least_what_the_audience_holds(world: World) -> None:
    columns = [column for column in type(world.consumers).columns() if column.name in Audience._fields]
    once = sum(getattr(world.consumers, column.name).nbytes for column in columns) * world.consumers.active.mean()
    assert once < bytes_per_day(world) < 2 * once + world.follows.creator.nbytes + world.follows.start.nbytes


@pytest.mark.parametrize("threads", [1, 2])
def test_rates_are_measured_on_any_number_of_threads(threads: int) -> None:
    assert MatrixProduct(200, 1e5, threads).rate() > 0
    assert Triad(threads, 1_000).rate() > 0


def test_the_triad_is_a_triad() -> None:
    triad = Triad(2, 1_001)
    assert np.all(triad.arrays[0] == 1.0 + 3.0 * 2.0)


def span(seconds: float, impressions: int, serving: float) -> Span:
    return Span(seconds, days=2, consumer_days=10, impressions=impressions, stages={"serving": serving})


def test_ratios_are_medians_of_rounds_and_shares_are_of_serving() -> None:
    rounds = [
        {"ecosim": span(1.0, 100, 0.5), "ecosim_one_thread": span(2.0, 100, 1.5), "mesa": span(10.0 * k, 100, 0.0),
         "matrix": 1000.0, "memory": 400.0, "scores": 50.0, "bytes": 10.0}
        for k in (1, 2, 9)
    ]  # fmt: skip
    del rounds[2]["mesa"]  # it did not take part
    ratios = _ratios(rounds, ["ecosim", "ecosim_one_thread", "mesa"])
    assert ratios["threads"]["median"] == 2.0
    assert ratios["ecosim_over_mesa_impressions"] == {"median": 15.0, "least": 10.0, "most": 20.0}
    assert ratios["ecosim_one_thread_over_mesa_consumer_days"]["median"] == 7.5
    alone = {"feed_seconds": 0.1, "serving_seconds": 0.2, "scores": 50.0}
    bounds = _bounds(rounds, alone)
    assert bounds["feed_share_of_serving"] == 0.5
    assert bounds["share_of_feed"]["median"] == pytest.approx(50 / 1000 / 0.1)
    assert bounds["share_of_matrix"]["median"] == pytest.approx(50 / 1000 / 0.25)
    assert bounds["share_of_memory"]["median"] == pytest.approx(10 / 400 / 0.25)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_feed_alone_picks_what_the_day_then_shows(threads: int) -> None:
    """It does the feed's whole work, and leaves the day as it would have been."""
    before = get_threads()
    config = SimulationConfig(
        days=4, burn_in=0, threads=1, scale=ScaleConfig(name="alone", consumers=200, creators=40, brands=4)
    )
    watched, model = (EcosystemModel(config) for _ in range(2))
    try:
        for _ in range(3):
            watched.step()
            model.step()
        found = measure_feed(model, min(threads, max_threads()))
        watched.step()
        assert found["picked"] == found["impressions"] == watched.world.today.impressions > 0
        assert fingerprint(model.world) == fingerprint(watched.world)
        assert found["scores"] == scores_per_day(model.world)
    finally:
        set_threads(before)
        watched.close()
        model.close()
