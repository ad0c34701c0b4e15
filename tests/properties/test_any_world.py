"""Whatever the settings within their bounds, no day breaks an invariant: money, impressions, ranges, declarations."""

from __future__ import annotations

from typing import Any

import annotated_types
import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ecosim import registry
from ecosim.config import (
    ConsumerConfig,
    CreatorConfig,
    EngineConfig,
    MarketConfig,
    PlatformConfig,
    PopulationConfig,
    RecordingConfig,
    ScaleConfig,
    SimulationConfig,
)
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from ecosim.state.ledger import CREATORS, OUTSIDE, PLATFORM
from ecosim.state.world import World
from ecosim.testing import digest, run_world, small_config

DAYS = 3
few = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


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
    """Draw a member of a family with its default settings."""
    return st.sampled_from(family.names()).map(lambda kind: family[kind].config())


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
        scale=ScaleConfig(consumers=consumers, creators=creators),
        population=draw(section(PopulationConfig)),
        consumer=draw(section(ConsumerConfig)),
        creator=draw(section(CreatorConfig)),
        platform=draw(section(PlatformConfig)),
        market=draw(section(MarketConfig, ad_share=prices[0], ad_price=prices[1])),
        network=draw(plugin(registry.networks)),
        ranker=draw(plugin(registry.rankers)),
        strategy=draw(st.sampled_from(
            [registry.strategies["fixed"].config(posts_a_day=8), registry.strategies["reinforcement"].config(effort=4)]
        )),
        policies=policies,
        recording=RecordingConfig(panel=consumers, panel_every=2),
        engine=EngineConfig(debug=True, block=draw(st.integers(1, 50))),
    )  # fmt: skip


def money_is_conserved(world: World) -> None:
    """What came in from advertisers is what creators, the platform and the outside now hold."""
    ledger, market = world.ledger, world.config.market
    assert sum(ledger.balance.values()) == 0
    assert ledger.balance[CREATORS] == int(world.creators.savings.sum())
    advertising = ledger.flows.get((OUTSIDE, PLATFORM, "advertising"), 0)
    assert advertising == world.today.impressions * market.ad_price // 1000
    assert ledger.flows.get((PLATFORM, CREATORS, "ad share"), 0) <= advertising  # no policy here pays more
    assert ledger.balance[PLATFORM] >= 0


def impressions_are_conserved(world: World) -> None:
    """One impression is one for the item, the creator, the consumer and the log."""
    today = world.today
    assert today.panel is not None
    assert today.impressions == today.consumer_impressions.sum() == today.creator_impressions.sum()
    assert today.impressions == today.panel["item"].size <= today.slots
    assert today.watch == today.panel["watch"].sum() == today.consumer_watch.sum()
    assert today.interactions == (today.panel["flags"] & 1).sum()
    assert not today.consumer_impressions[: world.consumers.size][today.consumer_impressions < 0].any()


@few
@given(configs())
def test_no_settings_break_the_world(config: SimulationConfig) -> None:
    world = create_world(config)
    for _ in range(DAYS):
        run_day(world)  # in debug mode: every invariant and every declaration is checked
        money_is_conserved(world)
        impressions_are_conserved(world)
    for name, measure in world.today.measures.items():
        assert np.isnan(measure) or np.isfinite(measure), name


def test_the_longest_days_are_logged_in_full() -> None:
    """Habits have a long tail; who watches all day is still logged to the last impression."""
    config = small_config(
        consumers=60,
        creators=60,
        population=PopulationConfig(verticals=2, sessions=10, slots=40),
        platform=PlatformConfig(recall_interest=200),
        strategy=registry.strategies["fixed"].config(posts_a_day=8),
        recording=RecordingConfig(panel=60, metrics=["impressions"]),
    )
    world = run_world(config, 1)
    assert world.today.consumer_impressions.max() > 320
    impressions_are_conserved(world)


@settings(deadline=None, max_examples=8)
@given(st.integers(1, 100), st.integers(0, 2**32 - 1))
def test_blocks_change_nothing(block: int, seed: int) -> None:
    alike = [run_world(small_config(seed=seed, engine=EngineConfig(block=b)), DAYS) for b in (block, 256)]
    assert digest(alike[0]) == digest(alike[1])
