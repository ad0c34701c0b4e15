"""Toy worlds in which much happens in few days: every ranker, strategy and policy, entry, exit, lapses, trade, shares.

One of them is without brands, live sessions, shares and ties: the feed alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ecosim import registry
from ecosim.config import (
    Aim,
    BrandConfig,
    CollaborationConfig,
    CommerceConfig,
    LiveConfig,
    PlatformConfig,
    ScaleConfig,
    SharingConfig,
    SimulationConfig,
)
from ecosim.testing import CONSUMERS, CREATORS, small_config

DAYS = 20
FEED_ALONE = "popularity"
"""The world without all that is around the feed."""


def toy(seed: int, **changes: Any) -> SimulationConfig:
    """Return a world in which goods, sessions and shares go round as fast as creators come and go.

    Parameters
    ----------
    seed : int
        Its seed.
    **changes
        Sections of the config that replace those of this world.
    """
    sections: dict[str, Any] = {
        "scale": ScaleConfig(name="toy", consumers=CONSUMERS, creators=CREATORS, brands=4),
        "brand": trading(),
        "commerce": buying(),
        "live": LiveConfig(chance=0.4),
        "sharing": SharingConfig(share_base=-3, word_of_mouth=0.2),
        "collaboration": CollaborationConfig(chance=0.3, tie_hit=1),
    }
    return small_config(seed, **(sections | changes))


def trading(**changes: Any) -> BrandConfig:
    """Return the settings of brands who launch, hire and learn quickly."""
    return BrandConfig(**({"product_life": 8, "products": 4, "start_budget": 10, "fee_price": 500} | changes))


def buying(**changes: Any) -> CommerceConfig:
    """Return the settings of consumers who buy and send back a lot."""
    return CommerceConfig(
        **({"click_base": -2, "order_base": -1, "need_days": 2, "delivery_days": 3, "return_base": -1} | changes)
    )


def feed_alone() -> dict[str, Any]:
    """Return the sections of a world without brands, live sessions, shares and what ties carry among creators."""
    return {
        "brand": BrandConfig(active=False),
        "live": LiveConfig(active=False),
        "sharing": SharingConfig(active=False),
        "collaboration": CollaborationConfig(active=False),
    }


def network(kind: str, follows: float) -> Any:
    """Return the settings of a network."""
    return registry.networks[kind].config(mean_follows=follows)


def ranker(kind: str, **settings: float) -> Any:
    """Return the settings of a ranker."""
    return registry.rankers[kind].config(**settings)


def strategy(kind: str, **settings: Any) -> Any:
    """Return the settings of a strategy."""
    return registry.strategies[kind].config(**settings)


def policies(**settings: dict[str, Any]) -> dict[str, Any]:
    """Return a run's policies, by kind."""
    return {kind: registry.policies[kind].config(**given) for kind, given in settings.items()}


def pools(**settings: float) -> PlatformConfig:
    """Return the platform of the small and hectic world with a ladder of traffic pools."""
    return replace(small_config().platform, fresh_slots=0.1, pool_growth=2, pool_promotion=0.5, **settings)


def worlds() -> dict[str, SimulationConfig]:
    """Six worlds that together hold every built-in ranker, strategy and policy, and every network that is drawn."""
    fixed = strategy("fixed", posts_a_day=3)
    replying = strategy("best_response", exploration=0.2, returns=1, toil=0.2)
    imitating = strategy("imitate_top", effort=3.5, margin=0.1)
    satisficing = strategy("noisy_satisficing", effort=3.5, noise=0.3, adjustment=0.2)
    even, none = network("even", 5), network("none", 0)
    misreading = replace(small_config().creator, learning_noise=0.3)
    on_goals = policies(
        ranking_weights={"preset": "popularity", "strength": 0.5, "start": 4},
        take_rate={"rate": 0.2, "start": 3, "aim": Aim(verticals=[1])},
    )
    on_sellers = policies(
        traffic_pools={"levels": 3, "slots": 0.1, "growth": 2, "start": 3, "stop": 17},
        regional_pool={"slots": 0.4, "start": 2, "aim": Aim(regions=[1])},
        commission_ladder={"sales": [0.5, 1.5], "lifts": [0.1, 0.2], "start": 4},
        transparency={"start": 6},
    )
    on_items = policies(
        exposure_cap={"multiple": 1.5, "start": 3},
        diversity_rerank={"novelty": 2.0, "start": 5},
        originality_protection={"damping": 1.0, "start": 7, "aim": Aim(verticals=[0])},
    )
    on_best = policies(
        vertical_pool={"slots": 0.5, "start": 4, "aim": Aim(verticals=[1])},
        honor_badges={"best": 0.4, "start": 2, "stop": 18},
        brand_budget_mix={"head": 0.5, "waist": 0.49, "tail": 0.01},
    )
    return {
        "random": toy(1, ranker=ranker("random"), strategy=fixed, network=none, brand=trading(fees=False),
                      policies=on_goals),
        "chronological": toy(2, ranker=ranker("chronological"), strategy=replying, network=even,
                             brand=trading(own_accounts=False), policies=on_sellers),
        FEED_ALONE: toy(3, ranker=ranker("popularity"), policies=on_items, **feed_alone()),
        "engagement": toy(4, ranker=ranker("engagement"), strategy=imitating, platform=pools(pool_levels=4),
                          policies=on_best),
        "floor": toy(5, platform=pools(pool_levels=2), policies=policies(
            exposure_floor={"start": 5, "share_of_mean": 0.5}, innovation_fund={"grant": 0.3, "start": 2})),
        "newcomers": toy(6, network=even, strategy=satisficing, commerce=buying(returns=False), creator=misreading,
                         policies=policies(newcomer_support={"start": 2, "stop": 15, "phase_in": 3},
                                           creator_training={"cost": 0.05, "start": 3}, transparency={"start": 5})),
    }  # fmt: skip
