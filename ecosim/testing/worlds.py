"""A small and hectic world to try plug-ins in, and what all checks need."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ecosim import registry
from ecosim.config import (
    ConsumerConfig,
    CreatorConfig,
    EngineConfig,
    PlatformConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SimulationConfig,
)
from ecosim.pipeline import parts, run_day
from ecosim.registry import Entry
from ecosim.stages.genesis import create_world
from ecosim.state.columns import Array
from ecosim.state.graph import Follows
from ecosim.state.world import World

CREATORS, CONSUMERS = 12, 40


def small_config(
    seed: int = 1, days: int = 20, consumers: int = CONSUMERS, creators: int = CREATORS, **changes: Any
) -> SimulationConfig:
    """Return the settings of a small and hectic world, in which much happens in few days.

    Creators post several times a day, enter and stop within days; consumers follow, unfollow, lapse and return. Every
    invariant is checked every day.

    Parameters
    ----------
    seed, days, consumers, creators : int
        Size and seed.
    **changes
        Sections of the config that replace those of this world.
    """
    sections: dict[str, Any] = {
        "scale": ScaleConfig(name="small_and_hectic", consumers=consumers, creators=creators),
        "population": PopulationConfig(verticals=2, slots=12),
        "consumer": ConsumerConfig(
            follow_base=-5, unfollow_below=0.3, unfollow_chance=0.3, follows_limit=6, lapse_rate=0.3, return_rate=0.2
        ),
        "creator": CreatorConfig(grace_days=4, exit_hazard=0.3, reservation=1.5, entrants=60),
        "platform": PlatformConfig(
            recall_interest=40, recall_hot=12, recall_fresh=12, recall_reserved=12, recall_followed=4, diversity=0.5
        ),
        "network": registry.networks["preferential"].config(mean_follows=5),
        "strategy": registry.strategies["reinforcement"].config(effort=3.5),
        "recording": RecordingConfig(panel=consumers, panel_every=4, metrics=["impressions"]),
        "engine": EngineConfig(debug=True, block=7),
    }
    return SimulationConfig(seed=seed, days=days, burn_in=0, **(sections | changes))


def run_world(config: SimulationConfig, days: int, follows: Follows | None = None) -> World:
    """Create a world and run some of its days."""
    world = create_world(config, follows)
    for _ in range(days):
        run_day(world)
    return world


def digest(world: World) -> str:
    """Return a checksum (SHA-256) of all state: equal for worlds that are equal to the bit."""
    summary = hashlib.sha256()
    for name, array in parts(world):
        summary.update(name.encode() + str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
    return summary.hexdigest()


def require(holds: bool, entry: Entry, fault: str) -> None:
    """Raise an AssertionError that names the plug-in and its fault, unless something holds."""
    if not holds:
        raise AssertionError(f"'{entry.name}' ({entry.cls.__module__}.{entry.cls.__qualname__}) {fault}")


def documented(entry: Entry) -> None:
    """Require that the plug-in says what it is."""
    require(len(entry.summary) > 10, entry, "has no docstring whose first line says what it means")


def sealed(array: Array) -> Array:
    """Return the array closed for writing."""
    array.setflags(write=False)
    return array
