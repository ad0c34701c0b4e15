"""Any settings within their declared bounds, for a world small enough to run."""

from __future__ import annotations

from typing import Any

import annotated_types
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecosim import registry
from ecosim.config import (
    BrandConfig,
    CollaborationConfig,
    CommerceConfig,
    ConsumerConfig,
    CreatorConfig,
    EngineConfig,
    LiveConfig,
    MarketConfig,
    PlatformConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SharingConfig,
    SimulationConfig,
)

DAYS = 3
BUSY = [
    registry.strategies["fixed"].config(posts_a_day=8),
    registry.strategies["best_response"].config(returns=1, toil=0.1),
    *(registry.strategies[kind].config(effort=4) for kind in ("reinforcement", "imitate_top", "noisy_satisficing")),
]
"""Strategies under which creators post so often that three days suffice."""


def values(config: type[Any], name: str) -> SearchStrategy[Any] | None:
    """Return what a number may be by its declared bounds, the bounds themselves often; None for other settings."""
    field = config.__pydantic_fields__[name]
    kind, low, high = field.annotation, 1e-3, 100.0
    if kind not in (int, float):
        return None
    for bound in field.metadata:
        low = float(bound.ge) if isinstance(bound, annotated_types.Ge) else low
        high = float(bound.le) if isinstance(bound, annotated_types.Le) else high
    if kind is int:
        ends = st.sampled_from([int(low), int(high)])
        return st.one_of(st.integers(int(low), int(high)), ends)
    return st.one_of(st.floats(low, high, allow_subnormal=False), st.sampled_from([low, high]))


def section(config: type[Any], **fixed: Any) -> SearchStrategy[Any]:
    """Draw a section of the config: a few settings at random within their bounds, the others as they are."""
    names = [name for name in config.__pydantic_fields__ if values(config, name) is not None and name not in fixed]

    def with_some(chosen: list[str]) -> SearchStrategy[Any]:
        drawn = {name: values(config, name) for name in chosen}
        return st.fixed_dictionaries(drawn).map(lambda given: config(**fixed, **given))  # type: ignore[arg-type]

    return st.lists(st.sampled_from(names), unique=True, max_size=5).flatmap(with_some)


def plugin(family: registry.Family) -> SearchStrategy[Any]:
    """Draw a member of a family with its default settings; a real graph has none, as it needs a file."""
    kinds = [name for name in family.names() if name != "edgelist"]
    return st.sampled_from(kinds).map(lambda kind: family[kind].config())


def economy() -> SearchStrategy[dict[str, Any]]:
    """Draw what is around the feed: each part on or off, mostly with settings under which three days suffice."""
    mostly, either = st.sampled_from([True, True, True, False]), st.booleans()
    lively = CommerceConfig(click_base=-1, order_base=0, delivery_days=1, need_days=0.5, return_base=-1)
    return st.fixed_dictionaries(
        {
            "brand": st.tuples(mostly, either, either).flatmap(
                lambda on: section(
                    BrandConfig,
                    active=on[0],
                    own_accounts=on[1],
                    fees=on[2],
                    products=4,
                    start_budget=10,
                    commission=0.2,
                )
            ),
            "commerce": st.one_of(
                st.just(lively),
                either.flatmap(lambda on: section(CommerceConfig, returns=on, delivery_days=1, take_rate=0.1)),
            ),
            "live": mostly.flatmap(lambda on: section(LiveConfig, active=on, chance=0.4)),
            "sharing": mostly.flatmap(lambda on: section(SharingConfig, active=on, share_base=-2)),
            "collaboration": mostly.flatmap(lambda on: section(CollaborationConfig, active=on)),
        }
    )


@st.composite
def configs(draw: st.DrawFn) -> SimulationConfig:
    """Draw a small world of any settings."""
    policies = {
        kind: draw(section(registry.policies[kind].config, start=1, stop=None, phase_in=0))
        for kind in draw(st.lists(st.sampled_from(registry.policies.names()), unique=True))
    }
    prices = sorted(draw(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))))
    creators = draw(st.integers(5, 20))
    consumers = draw(st.integers(20, 40))
    return SimulationConfig(
        seed=draw(st.integers(0, 2**32 - 1)),
        days=DAYS,
        burn_in=0,
        scale=ScaleConfig(consumers=consumers, creators=creators, brands=draw(st.integers(1, 4))),
        population=draw(section(PopulationConfig)),
        consumer=draw(section(ConsumerConfig)),
        creator=draw(section(CreatorConfig)),
        platform=draw(section(PlatformConfig)),
        market=draw(section(MarketConfig, ad_share=prices[0], ad_price=prices[1])),
        network=draw(plugin(registry.networks)),
        friends=draw(plugin(registry.friends)),
        collaborators=draw(plugin(registry.collaborators)),
        ranker=draw(plugin(registry.rankers)),
        strategy=draw(st.sampled_from(BUSY)),
        policies=policies,
        recording=RecordingConfig(panel=consumers, panel_every=2),
        engine=EngineConfig(debug=True, block=draw(st.integers(1, 50))),
        **draw(economy()),
    )  # fmt: skip
