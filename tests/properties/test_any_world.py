"""Whatever the settings within their bounds, no day breaks an invariant: money, impressions, ranges, declarations."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosim import registry
from ecosim.config import EngineConfig, PlatformConfig, PopulationConfig, RecordingConfig, SimulationConfig
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from ecosim.state.ledger import CREATORS, OUTSIDE, PLATFORM
from ecosim.state.world import World
from ecosim.testing import digest, run_world, small_config
from tests.properties.configs import DAYS, configs

few = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def money_is_conserved(world: World) -> None:
    """What came in from advertisers is what creators, the platform and the outside now hold."""
    ledger, market = world.ledger, world.config.market
    assert sum(ledger.balance.values()) == 0
    assert ledger.balance[CREATORS] == int(world.creators.savings.sum())
    advertising = ledger.flows.get((OUTSIDE, PLATFORM, "advertising"), 0)
    assert advertising == world.today.impressions * market.ad_price // 1000
    assert ledger.flows.get((PLATFORM, CREATORS, "ad share"), 0) <= advertising  # no policy here pays more
    assert ledger.balance[PLATFORM] >= 0 or {"innovation_fund", "creator_training"} & world.policies.keys()


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
