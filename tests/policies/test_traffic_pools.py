"""Traffic pools: the policy is the ladder that the platform could have by its settings, and only while it runs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ecosim.config import RecordingConfig
from ecosim.kernels.viewing import RESERVED
from ecosim.state.plan import Plan
from tests.policies.worlds import config, lived, policy, without


def test_at_full_strength_it_is_the_ladder_of_the_settings() -> None:
    ladder = {"pool_levels": 3, "fresh_slots": 0.1, "pool_growth": 2.0, "pool_promotion": 0.5}
    settled = lived(platform=replace(config().platform, **ladder), days=8)
    ruled = lived(policy("traffic_pools", levels=3, slots=0.1, growth=2.0, promotion=0.5), days=8)
    np.testing.assert_array_equal(settled.items.impressions, ruled.items.impressions)
    np.testing.assert_array_equal(settled.items.level, ruled.items.level)
    assert ruled.items.level.max() == 2
    assert not np.array_equal(ruled.items.impressions, without(8).items.impressions)


def test_it_never_cuts_what_the_platform_has() -> None:
    world = lived(policy("traffic_pools", levels=1, slots=0.0), days=3)
    usual = Plan.default(world.config, world.creators.size)
    assert float(world.plan.fresh_slots.value) == float(usual.fresh_slots.value)
    assert float(world.plan.pool_levels.value) == float(usual.pool_levels.value)


def test_every_level_brings_reserved_slots() -> None:
    """Reserved impressions, not merely candidates: the share of slots that pools fill rises with every level."""
    recording = RecordingConfig(panel=150, panel_every=1, metrics=["impressions"])

    def reserved(policies: dict[str, object]) -> float:
        panel = lived(policies, days=12, recording=recording).today.panel
        assert panel is not None
        return float((panel["flags"] & RESERVED != 0).mean())

    one, three = (reserved(policy("traffic_pools", levels=levels, slots=0.1, growth=2.0)) for levels in (1, 3))
    assert reserved({}) < one < three - 0.05
