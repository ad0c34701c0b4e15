"""Each strategy's rule, on one creator's sight: if these fail, creators do something else than the model says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.strategies.base import Decisions, Observation
from ecosim.testing import run_world, small_config

OWN, IMITATE, INNOVATE = 0, 1, 2
MANY = 4000


def sight(day: int = 3, **changes: Any) -> Observation:
    """What a crowd of equal creators see, who differ by nothing but their serial."""
    one: dict[str, Any] = {
        "age": np.int32(50), "effort": np.float32(0.5), "skill": np.float32(0), "posts": np.int32(20), "followers": 5,
        "tier": np.int8(2), "prosperity": np.float32(1), "welfare": np.float32(1), "savings": 0, "mode": np.int8(OWN),
        "beliefs": np.zeros(3, np.float32), "aspiration": np.float32(0), "chart_heat": True, "noise": np.float32(1),
    }  # fmt: skip
    one |= changes
    crowd = {name: np.repeat(np.asarray(value)[None], MANY, axis=0) for name, value in one.items()}
    return Observation(day=day, seed=1, serial=np.arange(MANY), costs=np.array([0.1, 0.06, 0.25]), **crowd)


def decide(kind: str, seen: Observation, **settings: Any) -> Decisions:
    """Let a strategy decide."""
    entry = registry.strategies[kind]
    decided: Decisions = entry.cls(entry.config(**settings)).decide(seen)
    return decided


def beliefs(own: float, imitate: float, innovate: float) -> np.ndarray:
    return np.array([own, imitate, innovate], np.float32)


@pytest.mark.parametrize(
    ("believed", "chart", "expected"),
    [
        (beliefs(0, 0, 9), True, IMITATE),  # whatever innovation would bring
        (beliefs(0, 0, 9), False, OWN),
        (beliefs(0.5, 0.45, 0), True, IMITATE),
        (beliefs(0.5, 0.35, 0), True, OWN),
    ],
)
def test_the_top_is_copied_while_it_pays(believed: np.ndarray, chart: bool, expected: int) -> None:
    assert set(decide("imitate_top", sight(beliefs=believed, chart_heat=chart), margin=0.1).mode) == {expected}


@pytest.mark.parametrize(("chart", "expected"), [(True, IMITATE), (False, INNOVATE)])
def test_the_best_reply_is_the_best_possible_mode(chart: bool, expected: int) -> None:
    seen = sight(beliefs=beliefs(0.1, 0.3, 0.2), chart_heat=chart)
    assert set(decide("best_response", seen, exploration=0.0).mode) == {expected}


def test_exploration_tries_every_mode_as_often_as_it_says() -> None:
    modes = decide("best_response", sight(beliefs=beliefs(0.1, 0.3, 0.2)), exploration=0.3).mode
    for mode in (OWN, INNOVATE):
        assert np.mean(modes == mode) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("income", [0.05, 0.5, 1.0, 4.0, 30.0])
@pytest.mark.parametrize("believed", [beliefs(1, 0, 0), beliefs(0, 0, 1)])
def test_the_best_effort_cannot_be_bettered(income: float, believed: np.ndarray) -> None:
    returns, toil = 0.5, 0.8
    seen = sight(prosperity=np.float32(income), beliefs=believed)
    decided = decide("best_response", seen, exploration=0.0, returns=returns, toil=toil)
    cost, present = seen.costs[decided.mode[0]], 0.7

    def gain(effort: float) -> float:
        expected = (income + 0.02) * (1 + returns * math.log(effort / present))
        return float(expected - cost * effort - toil * effort**2 / 2)

    tried = np.geomspace(0.1, 8, 2000)
    best = tried[np.argmax([gain(effort) for effort in tried])]
    assert decided.effort[0] == pytest.approx(best, rel=0.01)


def test_what_is_good_enough_is_kept() -> None:
    seen = sight(mode=np.int8(INNOVATE), beliefs=beliefs(9, 9, 0.4), aspiration=np.float32(0.4))
    assert set(decide("noisy_satisficing", seen).mode) == {INNOVATE}


def test_who_falls_short_leaves_the_likelier_the_more_is_lacking() -> None:
    for lacking in (0.1, 0.5, 2.0):
        seen = sight(mode=np.int8(OWN), beliefs=beliefs(0.4, 0, 0), aspiration=np.float32(0.4 + lacking))
        modes = decide("noisy_satisficing", seen, noise=0.5).mode
        left = 1 - math.exp(-lacking / 0.5)
        assert np.mean(modes != OWN) == pytest.approx(left, abs=0.03)
        assert np.mean(modes == IMITATE) == pytest.approx(left / 2, abs=0.03)


def test_there_is_no_staying_with_imitation_of_nothing() -> None:
    seen = sight(mode=np.int8(IMITATE), beliefs=beliefs(0, 9, 0), chart_heat=False)
    assert set(decide("noisy_satisficing", seen).mode) == {OWN, INNOVATE}


def test_aspirations_follow_what_was_got() -> None:
    seen = sight(mode=np.int8(IMITATE), beliefs=beliefs(0, 0.8, 0), aspiration=np.float32(0.4))
    decided = decide("noisy_satisficing", seen, adjustment=0.25)
    assert decided.aspiration is not None
    assert decided.aspiration[0] == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["imitate_top", "best_response", "noisy_satisficing"])
def test_more_income_means_more_effort(kind: str) -> None:
    poor, rich = (decide(kind, sight(prosperity=np.float32(income))).effort[0] for income in (0.2, 5.0))
    assert 0.1 <= poor < rich <= 8


def test_mode_and_aspiration_are_remembered() -> None:
    """In the world: what was decided is what is seen again the next day."""
    rule = registry.strategies["noisy_satisficing"].config(effort=3.5, adjustment=0.2, noise=0.2)
    world = run_world(small_config(strategy=rule), 12)
    living = world.creators.alive
    assert set(world.creators.mode[living].tolist()) == {OWN, IMITATE, INNOVATE}
    assert np.ptp(world.creators.aspiration[living]) > 0
    fixed = run_world(small_config(strategy=registry.strategies["fixed"].config(posts_a_day=2)), 6)
    assert not fixed.creators.mode.any()
    assert not fixed.creators.aspiration.any()
