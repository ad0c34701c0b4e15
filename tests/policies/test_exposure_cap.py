"""The exposure cap: if these fail, it damps the wrong ones, or heads keep what they had."""

from __future__ import annotations

import numpy as np
import pytest

from ecosim.policies.exposure_cap import ExposureCap, ExposureCapConfig
from ecosim.state.plan import Plan
from tests.policies.worlds import lived, policy, shares, without

SEEDS = range(3)


def test_the_score_falls_by_the_log_of_what_is_above_the_ceiling() -> None:
    world = without()
    recent = world.creators.impressions_month[:, 15 - 7 : 15].sum(axis=1)
    alive = world.creators.alive
    ceiling = 1.5 * recent[alive].sum() / alive.sum()
    plan = Plan.default(world.config, world.creators.size)
    ExposureCap(ExposureCapConfig(multiple=1.5, damping=2.0, strength=0.5)).apply(plan, world, 0)
    expected = np.where(alive & (recent > ceiling), -np.log(np.maximum(recent, 1) / ceiling), 0.0)
    np.testing.assert_allclose(plan.boost.value, expected, rtol=1e-5)
    assert 0 < (expected < 0).sum() < alive.sum() / 2
    assert not plan.boost.value[world.creators.brand >= 0].any()


def test_of_two_ceilings_the_lower_holds() -> None:
    world = without()
    plans = []
    for settings in ({"multiple": 3.0}, {"multiple": 3.0, "max_share": 0.03}, {"multiple": 1000.0, "max_share": 0.03}):
        plan = Plan.default(world.config, world.creators.size)
        ExposureCap(ExposureCapConfig(**settings)).apply(plan, world, 0)
        plans.append(plan.boost.value)
    assert plans[1].sum() < plans[0].sum()
    np.testing.assert_array_equal(plans[1], plans[2])


@pytest.mark.parametrize("top", [1, 4])
def test_the_largest_get_less_and_the_others_more(top: int) -> None:
    capped = [np.sort(shares(lived(policy("exposure_cap", multiple=2.0), seed=s)))[-top:].sum() for s in SEEDS]
    free = [np.sort(shares(without(seed=s)))[-top:].sum() for s in SEEDS]
    assert np.mean(capped) < 0.85 * np.mean(free)
