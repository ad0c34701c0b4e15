"""Every plug-in that is registered keeps the contract of its family."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ecosim import registry, testing
from ecosim.config import Aim
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
def test_network(entry: Entry, tmp_path: Path) -> None:
    testing.check_network(entry, **settings_of_network(entry, tmp_path))


def settings_of_network(entry: Entry, folder: Path) -> dict[str, Any]:
    """A real graph needs a file: here a ring of twelve creators."""
    if entry.name != "edgelist":
        return {}
    (folder / "ring.csv").write_text("".join(f"{n},{(n + 1) % 12}\n" for n in range(12)))
    return {"path": str(folder / "ring.csv")}


@every("entry", list(registry.friends), ids=name)
def test_friends(entry: Entry) -> None:
    testing.check_friends(entry)


@every("entry", list(registry.collaborators), ids=name)
def test_collaborators(entry: Entry) -> None:
    testing.check_collaborators(entry)


@every("entry", list(registry.strategies), ids=name)
def test_strategy(entry: Entry) -> None:
    testing.check_strategy(entry)


BITING: dict[str, dict[str, Any]] = {
    "exposure_cap": {"multiple": 1.2},
    "vertical_pool": {"slots": 0.5, "aim": Aim(verticals=[1])},
    "regional_pool": {"slots": 0.5, "aim": Aim(regions=[0, 1])},
    "brand_budget_mix": {"head": 0.0, "waist": 0.0, "tail": 1.0},
    "honor_badges": {"best": 0.3},
}
"""Settings under which policies bite in a world of twelve creators, where the defaults do not."""


@every("entry", list(registry.policies), ids=name)
def test_policy(entry: Entry) -> None:
    testing.check_policy(entry, **BITING.get(entry.name, {}))


@every("entry", list(registry.metrics), ids=name)
def test_metric(entry: Entry) -> None:
    testing.check_metric(entry, lived_in())
