"""A ranker in Python: the feed asks it, believes it, and otherwise serves as with weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import RankerConfig
from ecosim.errors import InputError
from ecosim.rankers.base import Array, Batch, LinearRanker
from ecosim.state.world import World
from ecosim.testing import digest, run_world, small_config


class Plain(LinearRanker):
    """The default weights, but asked in Python."""

    def score(self, batch: Batch, out: Array) -> None:
        out[...] = batch.terms @ batch.weights


class OldestFirst(LinearRanker):
    """Show what has been published first: nothing that weights of this sign could say by default."""

    def score(self, batch: Batch, out: Array) -> None:
        out[...] = -np.where(batch.item >= 0, batch.item, 0)


class Broken(LinearRanker):
    """Divides by nothing."""

    def score(self, batch: Batch, out: Array) -> None:
        out[...] = np.nan


DAYS = 6
DEFAULT = registry.rankers["multi_objective"].config()


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    for cls in (Plain, OldestFirst, Broken):
        registry.rankers.register(cls.__name__.lower(), RankerConfig)(cls)
    yield
    for cls in (Plain, OldestFirst, Broken):
        registry.rankers.unregister(cls.__name__.lower())


def ranked(kind: str, **changes: object) -> World:
    settings = {name: getattr(DEFAULT, name) for name in DEFAULT.__dataclass_fields__} | {"kind": kind} | changes
    return run_world(small_config(3, days=DAYS, ranker=RankerConfig(**settings)), DAYS)


def shown(world: World) -> list[tuple[int, int, int]]:
    panel = world.today.panel
    assert panel is not None
    return [tuple(int(panel[name][k]) for name in ("consumer", "serial", "number")) for k in range(panel["item"].size)]


def test_the_default_formula_in_python_shows_what_the_kernel_shows() -> None:
    kernel = run_world(small_config(3, days=DAYS, ranker=DEFAULT), DAYS)
    assert shown(ranked("plain")) == shown(kernel)


def test_a_ranker_of_ones_own_is_believed() -> None:
    world = ranked("oldestfirst")
    panel = world.today.panel
    assert panel is not None
    usual = run_world(small_config(3, days=DAYS, ranker=DEFAULT), DAYS)
    assert usual.today.panel is not None
    assert panel["item"].mean() < usual.today.panel["item"].mean()


def test_threads_and_blocks_change_nothing() -> None:
    first = ranked("oldestfirst")
    config = replace(first.config, engine=replace(first.config.engine, block=64))
    assert digest(first) == digest(run_world(config, DAYS))


def test_policies_boost_what_a_python_ranker_scores() -> None:
    policy = {"support": registry.policies["newcomer_support"].config(boost=10)}
    config = replace(ranked("plain").config, policies=policy)
    assert shown(run_world(config, DAYS)) != shown(ranked("plain"))


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="not a finite number"):
        ranked("broken")
