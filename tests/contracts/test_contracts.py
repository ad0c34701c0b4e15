"""Every plug-in that is registered keeps the contract of its family."""

from __future__ import annotations

from functools import cache

import pytest

from ecosim import registry, testing
from ecosim.registry import Entry
from ecosim.state.world import World

every = pytest.mark.parametrize


def name(entry: Entry) -> str:
    return entry.name


@cache
def lived_in() -> World:
    """A world in which something of everything has happened, under a floor."""
    policies = {"floor": registry.policies["exposure_floor"].config(share_of_mean=0.5)}
    return testing.run_world(testing.small_config(policies=policies), 12)


@every("entry", list(registry.rankers), ids=name)
def test_ranker(entry: Entry) -> None:
    testing.check_ranker(entry)


@every("entry", list(registry.networks), ids=name)
def test_network(entry: Entry) -> None:
    testing.check_network(entry)


@every("entry", list(registry.strategies), ids=name)
def test_strategy(entry: Entry) -> None:
    testing.check_strategy(entry)


@every("entry", list(registry.policies), ids=name)
def test_policy(entry: Entry) -> None:
    testing.check_policy(entry)


@every("entry", list(registry.metrics), ids=name)
def test_metric(entry: Entry) -> None:
    testing.check_metric(entry, lived_in())
