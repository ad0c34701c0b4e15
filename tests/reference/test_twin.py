"""The engine equals the plain twin in all that happens, day by day, on one thread and on two."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.kernels.jit import get_threads, max_threads, set_threads
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from tests.reference.model import ReferenceModel
from tests.reference.portrait import Portrait, minds_of_twin, minds_of_world, outcomes_of_twin, outcomes_of_world
from tests.reference.worlds import DAYS, toy, worlds

WORLDS = worlds()


@cache
def told_by_twin(name: str) -> tuple[list[Portrait], dict[str, np.ndarray]]:
    """Run the twin once and keep what happened on every day, and what everyone has in mind at the end."""
    model = ReferenceModel(create_world(WORLDS[name]))
    days = []
    for _ in range(DAYS):
        model.step()
        days.append(outcomes_of_twin(model))
    return days, minds_of_twin(model)


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def threads(request: pytest.FixtureRequest) -> Any:
    before = get_threads()
    set_threads(min(request.param, max_threads()))
    yield request.param
    set_threads(before)


@pytest.mark.parametrize("name", WORLDS)
def test_the_engine_equals_the_twin(name: str, threads: int) -> None:
    world = create_world(WORLDS[name])
    days, minds = told_by_twin(name)
    for day, expected in enumerate(days):
        run_day(world)
        compare(day, outcomes_of_world(world), expected)
    for what, value in minds_of_world(world).items():
        np.testing.assert_array_equal(value, minds[what], err_msg=what)  # not only close: every sum has one order


def test_another_rule_is_noticed() -> None:
    """A slightly other engine parts from the twin, so that equality means something."""
    world = create_world(toy(5))
    world.config.consumer.satiation_style += 0.01
    run_day(world)
    model = ReferenceModel(create_world(toy(5)))
    model.step()
    with pytest.raises(AssertionError, match="day 0: shown differ: at"):
        compare(0, outcomes_of_world(world), outcomes_of_twin(model))


@pytest.mark.parametrize("name", WORLDS)
def test_enough_happens_for_the_comparison_to_mean_something(name: str) -> None:
    days, _ = told_by_twin(name)
    assert sum(len(shown) for day in days for shown in day["shown"]) > 5_000
    assert sum(len(day["entered"]) for day in days) > 3
    assert sum(len(day["left"]) for day in days) > 1
    assert len({tuple(day["active"]) for day in days}) > 3
    assert days[0]["follows"] != days[-1]["follows"]


def test_lists_of_follows_fill_up() -> None:
    limit = WORLDS["popularity"].consumer.follows_limit
    assert limit in {len(follows) for day in told_by_twin("popularity")[0] for follows in day["follows"]}


def test_policies_and_modes_of_all_kinds_occur() -> None:
    reserved = [flags & 4 for shown in told_by_twin("floor")[0][-1]["shown"] for *_, flags in shown]
    assert any(reserved)
    expected = {"popularity": {0, 1, 2}, "chronological": {0, 1, 2}, "engagement": {0, 1}, "newcomers": {0, 1, 2}}
    for name, modes in expected.items():
        assert modes == {mode for day in told_by_twin(name)[0] for mode, *_ in day["made"].values()}, name


def test_items_climb_the_ladder_of_pools_and_fall_off() -> None:
    for name, top in (("engagement", 3), ("floor", 1)):
        levels = {level for day in told_by_twin(name)[0] for level in day["levels"].values()}
        assert levels >= set(range(-1, top + 1)) - {3}, name
    assert {level for day in told_by_twin("popularity")[0] for level in day["levels"].values()} == {0}


def test_every_plug_in_that_acts_on_a_day_is_compared() -> None:
    configs = WORLDS.values()
    assert {config.ranker.kind for config in configs} == set(registry.rankers.names())
    assert {config.strategy.kind for config in configs} == set(registry.strategies.names())
    assert {config.network.kind for config in configs} == set(registry.networks.names())
    assert {policy.kind for config in configs for policy in config.policies.values()} == set(registry.policies.names())


def compare(day: int, engine: Portrait, twin: Portrait) -> None:
    """Fail with the first thing that differs, said in words."""
    for what, expected in twin.items():
        if engine[what] != expected:
            raise AssertionError(f"day {day}: {what} differ: {first_difference(engine[what], expected)}")


def first_difference(engine: Any, twin: Any) -> str:
    """Describe the first difference between two collections."""
    if isinstance(twin, dict):
        for key in [*twin, *engine]:
            if engine.get(key) != twin.get(key):
                return f"at {key}: engine {engine.get(key)}, twin {twin.get(key)}"
    if isinstance(twin, list) and len(engine) == len(twin):
        for place, (a, b) in enumerate(zip(engine, twin, strict=True)):
            if a != b:
                return f"at {place}: {first_difference(a, b)}"
    return f"engine {engine}, twin {twin}"
