"""Small worlds full of trade, sessions, shares and ties, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from ecosim.config import EngineConfig, PopulationConfig, RecordingConfig, ScaleConfig, SimulationConfig
from ecosim.pipeline import fingerprint, run_day
from ecosim.stages.genesis import create_world
from ecosim.state.world import World
from ecosim.testing import small_config

DAYS = 15
"""Two planning days, and time for deliveries, shares and ties to act."""

LIVELY: dict[str, Any] = {
    "commerce.click_base": -2.0,
    "commerce.order_base": -1.5,
    "commerce.delivery_days": 3,
    "commerce.return_base": -1.0,
    "brand.start_budget": 2.0,
    "brand.fee_price": 200.0,
    "live.chance": 0.4,
    "sharing.share_base": -2.0,
    "sharing.word_of_mouth": 0.2,
    "collaboration.chance": 0.3,
    "collaboration.tie_hit": 0.5,
}

Poke = Callable[[World], None]


def lively(changes: Mapping[str, Any] | None = None) -> SimulationConfig:
    """Return settings under which everything happens within two weeks, with settings changed by dotted name."""
    config = small_config(
        scale=ScaleConfig(name="lively", consumers=60, creators=24, brands=4),
        population=PopulationConfig(verticals=2, slots=12),
        recording=RecordingConfig(panel=0, metrics=["impressions"]),
        engine=EngineConfig(),
    )
    for name, value in {**LIVELY, **(changes or {})}.items():
        group, _, setting = name.partition(".")
        config = replace(config, **{group: replace(getattr(config, group), **{setting: value})})
    return config


def live_through(changes: Mapping[str, Any] | None = None, poke: Poke | None = None, days: int = DAYS) -> World:
    """Run a lively world; ``poke`` may change it each morning."""
    world = create_world(lively(changes))
    for _ in range(days):
        if poke is not None:
            poke(world)
        run_day(world)
    return world


@cache
def lively_world() -> World:
    """Return the world in which everything is on; not to be written to."""
    return live_through()


def differing(one: World, other: World) -> set[str]:
    """Name the parts of the state that are not equal to the bit."""
    a, b = fingerprint(one), fingerprint(other)
    return {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}


def off(*names: str) -> dict[str, Any]:
    """Return changes that set switches to false and weights to zero."""
    return {name: False if isinstance(setting(lively(), name), bool) else 0 for name in names}


def setting(config: SimulationConfig, name: str) -> Any:
    """Look a setting up by its dotted name."""
    group, _, key = name.partition(".")
    return getattr(getattr(config, group), key)
