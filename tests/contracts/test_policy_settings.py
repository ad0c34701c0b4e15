"""Whatever valid settings a policy is given, the world goes on and its invariants hold."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecosim import registry
from ecosim.config import Aim
from ecosim.pipeline import run_day
from ecosim.registry import Entry
from ecosim.state.world import World
from ecosim.testing import run_world
from ecosim.testing.policies import busy_config
from tests.properties.configs import section

AIMS = st.sampled_from([Aim(), Aim(verticals=[1]), Aim(verticals=[63]), Aim(regions=[3]), Aim(max_age=0)])
TEXTS: dict[str, dict[str, Any]] = {
    "ranking_weights": {"preset": st.sampled_from(registry.rankers.names()), "popularity": st.floats(-20, 20)},
    "commission_ladder": {"sales": st.just([0.0, 0.0]), "lifts": st.lists(st.floats(0, 1), min_size=2, max_size=2)},
    "exposure_cap": {"max_share": st.floats(0, 1)},
}
"""Settings that are no numbers with bounds."""


@cache
def lived() -> World:
    """A world of which each example lives on."""
    return run_world(busy_config(days=20), 9)


@pytest.mark.parametrize("entry", list(registry.policies), ids=lambda entry: entry.name)
def test_no_valid_settings_break_the_world(entry: Entry) -> None:
    drawn = section(entry.config, start=0, stop=None, phase_in=0)
    special = st.fixed_dictionaries({"aim": AIMS, **TEXTS.get(entry.name, {})})

    @settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
    @given(drawn, special)
    def holds(config: Any, more: dict[str, Any]) -> None:
        for name, value in more.items():
            object.__setattr__(config, name, value)
        world = deepcopy(lived())
        world.policies = {"p": entry.cls(config)}
        for _ in range(2):
            run_day(world)  # in debug mode
        assert world.day == lived().day + 2
        assert sum(world.ledger.balance.values()) == 0

    holds()
