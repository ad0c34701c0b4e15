"""Any settings that are accepted live ten days at toy; any that cannot be are refused before a day is lived."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st

from ecosim import registry
from ecosim.config import EngineConfig, RecordingConfig, ScaleConfig, SimulationConfig
from ecosim.config.describe import Setting, walk
from ecosim.config.validation import resolved, validate
from ecosim.errors import InputError
from ecosim.runner import run
from tests.properties.configs import configs

TOY = ScaleConfig(name="toy", consumers=300, creators=30)
DAYS = 10
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
few = settings(deadline=None, max_examples=4, suppress_health_check=SLOW)
many = settings(deadline=None, max_examples=100, suppress_health_check=SLOW)


def lives_ten_days(config: SimulationConfig) -> None:
    """Run it with every invariant checked every day; what is refused must be refused before a day."""
    config = replace(
        config, days=DAYS, burn_in=0, scale=TOY, threads=1, engine=EngineConfig(debug=True),
        strategy=config.strategy, recording=RecordingConfig(panel=40, panel_every=2, figures=False),
    )  # fmt: skip
    begun: list[int] = []
    result = None
    try:
        result = run(config, write=False, progress=lambda step: begun.append(step.day))
    except InputError as refused:
        note(str(refused))
    if result is None:
        assert max(begun, default=0) == 0, f"refused only on day {max(begun)}"
        reject()  # hypothesis draws another, and complains when hardly any can be used
    assert result.status == "complete"
    for name in result.daily:
        assert not np.isinf(result.daily[name]).any(), name


@few
@given(configs())
def test_any_valid_config_lives_ten_days(config: SimulationConfig) -> None:
    lives_ten_days(config)


@pytest.mark.soak
@many
@given(configs())
def test_many_valid_configs_live_ten_days(config: SimulationConfig) -> None:
    lives_ten_days(config)


def bounded() -> list[tuple[str, Setting]]:
    """Return every setting of numbers with a bound, of the baseline and of every policy."""
    policies = {name: registry.policies[name].config() for name in registry.policies.names()}
    everything = replace(SimulationConfig(), policies=policies)
    found = [(path, setting) for path, setting, _ in walk(everything) if setting.type in (int, float)]
    return [(path, one) for path, one in found if one.low is not None or one.high is not None]


def outside(setting: Setting) -> st.SearchStrategy[Any]:
    """Draw what the setting cannot be: beyond a bound by little or much, no number at all, or another kind of value."""
    step = 1 if setting.type is int else 1e-6
    wrong: list[st.SearchStrategy[Any]] = [
        st.sampled_from([math.nan, math.inf, -math.inf, "many", [1], {"a": 1}, True, False])
    ]
    if setting.low is not None:
        wrong.append(st.sampled_from([setting.low - step, setting.low - 10**9]))
    if setting.high is not None:
        wrong.append(st.sampled_from([setting.high + max(step, abs(setting.high) * 1e-6), setting.high + 10**9]))
    if setting.type is int:
        wrong.append(st.just((setting.low or 0) + 0.5))
    return st.one_of(wrong)


@st.composite
def invalid(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Draw one setting that cannot be among others that can."""
    path, setting = draw(st.sampled_from(bounded()))
    policies = {name: registry.policies[name].config() for name in registry.policies.names()}
    mapping = resolved(replace(SimulationConfig(), policies=policies))
    place: Any = mapping
    *parents, last = path.split(".")
    for part in parents:
        place = place[part]
    assert isinstance(place, Mapping)
    place[last] = draw(outside(setting))
    return path, mapping


def is_refused(drawn: tuple[str, dict[str, Any]]) -> None:
    path, mapping = drawn
    with pytest.raises(InputError) as refused:
        validate(mapping)
    assert path in str(refused.value)


@settings(deadline=None, max_examples=60, suppress_health_check=SLOW)
@given(invalid())
def test_any_invalid_config_is_refused_by_name(drawn: tuple[str, dict[str, Any]]) -> None:
    is_refused(drawn)


@pytest.mark.soak
@settings(deadline=None, max_examples=3000, suppress_health_check=SLOW)
@given(invalid())
def test_many_invalid_configs_are_refused_by_name(drawn: tuple[str, dict[str, Any]]) -> None:
    is_refused(drawn)
