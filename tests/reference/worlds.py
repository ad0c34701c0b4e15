"""Toy worlds in which much happens in few days: every ranker, strategy and policy, entry, exit, lapses, returns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecosim import registry
from ecosim.config import PlatformConfig, SimulationConfig
from ecosim.testing import small_config as toy

DAYS = 20


def network(kind: str, follows: float) -> Any:
    """Return the settings of a network."""
    return registry.networks[kind].config(mean_follows=follows)


def ranker(kind: str, **settings: float) -> Any:
    """Return the settings of a ranker."""
    return registry.rankers[kind].config(**settings)


def strategy(kind: str, **settings: Any) -> Any:
    """Return the settings of a strategy."""
    return registry.strategies[kind].config(**settings)


def policy(kind: str, **settings: Any) -> dict[str, Any]:
    """Return a run's policies when there is one of them."""
    return {kind: registry.policies[kind].config(**settings)}


def pools(**settings: float) -> PlatformConfig:
    """Return the platform of the small and hectic world with a ladder of traffic pools."""
    return replace(toy().platform, fresh_slots=0.1, pool_growth=2, pool_promotion=0.5, **settings)


def worlds() -> dict[str, SimulationConfig]:
    """Six worlds that together hold every built-in ranker, strategy, policy and network."""
    fixed = strategy("fixed", posts_a_day=3)
    replying = strategy("best_response", exploration=0.2, returns=1, toil=0.2)
    imitating = strategy("imitate_top", effort=3.5, margin=0.1)
    satisficing = strategy("noisy_satisficing", effort=3.5, noise=0.3, adjustment=0.2)
    even, none = network("even", 5), network("none", 0)
    return {
        "random": toy(1, ranker=ranker("random"), strategy=fixed, network=none),
        "chronological": toy(2, ranker=ranker("chronological"), strategy=replying, network=even),
        "popularity": toy(3, ranker=ranker("popularity")),
        "engagement": toy(4, ranker=ranker("engagement"), strategy=imitating, platform=pools(pool_levels=4)),
        "floor": toy(5, policies=policy("exposure_floor", start=5, share_of_mean=0.5), platform=pools(pool_levels=2)),
        "newcomers": toy(6, policies=policy("newcomer_support", start=2, stop=15, phase_in=3), network=even,
                         strategy=satisficing),
    }  # fmt: skip
