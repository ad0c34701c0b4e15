"""Worlds in which policies are tried, in pairs: the same seed with and without."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ecosim import registry
from ecosim.config import (
    BrandConfig,
    CommerceConfig,
    CreatorConfig,
    EngineConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SimulationConfig,
)
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from ecosim.state.world import World
from ecosim.testing import small_config

CONSUMERS, CREATORS, VERTICALS = 150, 40, 4


def config(seed: int = 1, **changes: Any) -> SimulationConfig:
    """Return settings of a busy world of forty creators, in which tiers, sales and fees mean something."""
    sections: dict[str, Any] = {
        "scale": ScaleConfig(name="trial", consumers=CONSUMERS, creators=CREATORS, brands=6),
        "population": PopulationConfig(verticals=VERTICALS, slots=12),
        "creator": CreatorConfig(entrants=20),
        "brand": BrandConfig(start_budget=2.0, fee_price=200.0, affiliate_posts=0.5),
        "commerce": CommerceConfig(click_base=-2.0, order_base=-1.5, delivery_days=2),
        "strategy": registry.strategies["reinforcement"].config(effort=2.0),
        "recording": RecordingConfig(panel=0, metrics=["impressions"]),
        "engine": EngineConfig(),
    }
    return small_config(seed=seed, days=60, **(sections | changes))


def policy(kind: str, **settings: Any) -> dict[str, Any]:
    """Return a run's policies when there is one of them."""
    return {kind: registry.policies[kind].config(**settings)}


def lived(policies: dict[str, Any] | None = None, days: int = 15, seed: int = 1, **changes: Any) -> World:
    """Run a world under some policies."""
    world = create_world(config(seed, policies=policies or {}, **changes))
    for _ in range(days):
        run_day(world)
    return world


@cache
def without(days: int = 15, seed: int = 1) -> World:
    """The world without policies; not to be written to."""
    return lived(days=days, seed=seed)


def shares(world: World) -> np.ndarray:
    """Share of each account in the impressions of the last 28 days."""
    month = world.impressions_of_month()
    return np.asarray(month / month.sum())


def paid(world: World, purpose: str) -> int:
    """Fen that moved for a purpose on the last day."""
    return sum(fen for (_, _, what), fen in world.ledger.flows.items() if what == purpose)
