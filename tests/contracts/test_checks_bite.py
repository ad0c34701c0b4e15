"""The contract checks refuse plug-ins that break their contract, and say how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from ecosim import registry, testing
from ecosim.config.fields import schema
from ecosim.errors import InputError
from ecosim.metrics.base import Metric, NoSettings
from ecosim.registry import Entry, Family
from ecosim.state.graph import Follows, Ties
from ecosim.strategies.base import Decisions
from ecosim.strategies.fixed import Fixed, FixedConfig


@contextmanager
def registered(family: Family, kind: str, cls: type[Any], config: type[Any]) -> Iterator[Entry]:
    """Register a plug-in for a while, under the settings of a built-in one."""
    settings = schema(type("Settings", (config,), {"__annotations__": {"kind": str}, "kind": kind}))
    family.register(kind, settings)(cls)
    try:
        yield family[kind]
    finally:
        family.unregister(kind)


class PlaceRanker:
    """Prefer what was recalled first, whatever it is."""

    def __init__(self, config: Any) -> None:
        self.config = config

    def score(self, batch: Any, out: Any) -> None:
        out[...] = -np.arange(out.shape[1])


class GreedyRanker(PlaceRanker):
    """Write to what a ranker may only read."""

    def score(self, batch: Any, out: Any) -> None:
        batch.terms[...] = 0
        out[...] = 0


@pytest.mark.parametrize(("cls", "fault"), [(PlaceRanker, "by its place"), (GreedyRanker, "read-only")])
def test_rankers(cls: type[Any], fault: str) -> None:
    with pytest.raises((AssertionError, ValueError), match=fault):
        testing.check_ranker(Entry("bad", cls, registry.rankers["random"].config))


class RestlessNetwork:
    """Give everyone one follow, another one at every call."""

    calls = 0

    def __init__(self, config: Any) -> None:
        self.config = config

    def build(self, parties: Any, seed: int) -> Follows:
        RestlessNetwork.calls += 1
        people, creators = parties.interest.shape[0], parties.vertical.size
        return Follows(np.arange(people + 1, dtype=np.int64), np.full(people, self.calls % creators, np.int32))


class SameNetwork(RestlessNetwork):
    """Give everyone the first creator, whatever the seed."""

    def build(self, parties: Any, seed: int) -> Follows:
        people = parties.interest.shape[0]
        return Follows(np.arange(people + 1, dtype=np.int64), np.zeros(people, np.int32))


@pytest.mark.parametrize(
    ("cls", "fault"), [(RestlessNetwork, "two networks from one seed"), (SameNetwork, "one network from two seeds")]
)
def test_networks(cls: type[Any], fault: str) -> None:
    with (
        registered(registry.networks, "bad", cls, registry.networks["even"].config) as entry,
        pytest.raises(AssertionError, match=fault),
    ):
        testing.check_network(entry)


class RestlessTies:
    """Tie two people, other two at every call."""

    calls = 0

    def __init__(self, config: Any) -> None:
        self.config = config

    def build(self, crowd: Any, seed: int) -> Ties:
        RestlessTies.calls += 1
        return Ties.from_edges(crowd.size, np.array([0]), np.array([1 + self.calls % (crowd.size - 1)]))


class SameTies(RestlessTies):
    """Tie the same two people, whatever the seed."""

    def build(self, crowd: Any, seed: int) -> Ties:
        return Ties.from_edges(crowd.size, np.array([0]), np.array([1]))


class OneSidedTies(RestlessTies):
    """Tie one to another, but not the other to the one."""

    def build(self, crowd: Any, seed: int) -> Ties:
        return Ties(np.minimum(np.arange(crowd.size + 1), 1), np.array([1], np.int32))


@pytest.mark.parametrize("family", ["friends", "collaborators"])
@pytest.mark.parametrize(
    ("cls", "fault"),
    [
        (RestlessTies, "two graphs from one seed"),
        (SameTies, "one graph from two seeds"),
        (OneSidedTies, "one list only"),
    ],
)
def test_ties(cls: type[Any], fault: str, family: str) -> None:
    members = registry.FAMILIES[family]
    with (
        registered(members, "bad", cls, members["none"].config) as entry,
        pytest.raises((AssertionError, InputError), match=fault),
    ):
        getattr(testing, f"check_{family}")(entry)


class Frantic(Fixed):
    """Publish a hundred times a day."""

    def decide(self, seen: Any) -> Decisions:
        return Decisions(np.full(seen.serial.size, 100, np.float32), np.zeros(seen.serial.size, np.int8))


class Envious(Fixed):
    """Publish as much as the others are rich, which nobody can see."""

    def decide(self, seen: Any) -> Decisions:
        size = seen.serial.size
        return Decisions(np.full(size, min(float(seen.welfare.mean()), 8.0), np.float32), np.zeros(size, np.int8))


@pytest.mark.parametrize(("cls", "fault"), [(Frantic, "outside 0 to 8 posts"), (Envious, "depend on who else decides")])
def test_strategies(cls: type[Any], fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        testing.check_strategy(Entry("bad", cls, FixedConfig))


class Undated:
    """Lift everyone, always."""

    def __init__(self, config: Any) -> None:
        self.config = config

    def apply(self, plan: Any, world: Any, day: int) -> None:
        plan.diversity.raise_to(self.config.strength * 5.0)


class Meddler(Undated):
    """Give money away instead of moving levers."""

    def apply(self, plan: Any, world: Any, day: int) -> None:
        if self.config.strength > 0 and self.config.start <= day < (self.config.stop or 10**9):
            plan.diversity.raise_to(5.0 * self.config.strength)
            world.creators.talent[:] += 1


class Idle(Undated):
    """Do nothing at all."""

    def apply(self, plan: Any, world: Any, day: int) -> None:
        return


class Untargeted(Undated):
    """Guarantee everyone a share in its time, whoever it is aimed at."""

    def apply(self, plan: Any, world: Any, day: int) -> None:
        from ecosim.policies.base import strength

        plan.reserved_share.raise_to(0.5 * strength(self.config, day))


@pytest.mark.parametrize(
    ("cls", "fault"),
    [
        (Undated, "moves levers on day 0; its dates are 3 to 9"),
        (Meddler, "wrote .*creators.talent|changes the world itself"),
        (Idle, "moves no lever"),
        (Untargeted, "not aimed at"),
    ],
)
def test_policies(cls: type[Any], fault: str) -> None:
    from ecosim.errors import InvariantError

    with (
        registered(registry.policies, "bad", cls, registry.policies["newcomer_support"].config) as entry,
        pytest.raises((AssertionError, InvariantError), match=fault),
    ):
        testing.check_policy(entry)


class FirstRow(Metric):
    """Followers of whoever stands first."""

    label = "First"
    unit = "consumers"

    def measure(self, world: Any) -> float:
        return float(world.creators.serial[0])


class Undeclared(Metric):
    """A number without a unit."""

    label = "What?"

    def measure(self, world: Any) -> float:
        return 1.0


@pytest.mark.parametrize(("cls", "fault"), [(FirstRow, "order of rows"), (Undeclared, "a label and a unit")])
def test_metrics(cls: type[Any], fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        testing.check_metric(Entry("bad", cls, NoSettings))
