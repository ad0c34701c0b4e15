"""The engine equals the twin under any settings within their bounds, not only in worlds that were chosen."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from ecosim.config import SimulationConfig
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from tests.properties.configs import configs
from tests.reference.model import ReferenceModel
from tests.reference.portrait import minds_of_twin, minds_of_world, outcomes_of_twin, outcomes_of_world
from tests.reference.test_twin import compare, compare_minds

DAYS_WITH_DEALS = 9
"""Brands hire on the eighth day for the first time: before, they do not know what an audience is worth."""


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(configs())
def test_the_engine_equals_the_twin_under_any_settings(config: SimulationConfig) -> None:
    world, model = create_world(config), ReferenceModel(create_world(config))
    for day in range(DAYS_WITH_DEALS):
        run_day(world)
        model.step()
        compare(day, outcomes_of_world(world), outcomes_of_twin(model))
    compare_minds(minds_of_world(world), minds_of_twin(model))
