"""The formulas of watching, habit and parting have the shape that the model states."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.config import SimulationConfig
from ecosim.kernels import decisions
from ecosim.kernels.bundles import Behaviour
from ecosim.stages.genesis import create_world
from ecosim.stages.serving import behaviour_of
from ecosim.testing import small_config

f32 = np.float32
UNIT = st.floats(0, 1, width=32)
LOGIT = st.floats(-3, 3, width=32)
FLAGS = ("local", "live")


@pytest.fixture(scope="module")
def behaviour() -> Behaviour:
    world = create_world(small_config(days=3))
    world.config.consumer = SimulationConfig().consumer
    return behaviour_of(world)


def share(behaviour: Behaviour, **changes: float) -> float:
    """Watch share of an everyday view, with changes."""
    view = {"gain": 1.0, "match": 0.1, "quality": 0.0, "local": False, "tired": 0.2, "dull": 0.1}
    view |= {"live": False, "mood": 0.5} | changes
    numbers = [bool(value) if name in FLAGS else f32(value) for name, value in view.items()]
    return float(decisions.watch_share(behaviour, *numbers))


@pytest.mark.parametrize(
    ("trait", "sign"),
    [("gain", 1), ("match", 1), ("quality", 1), ("tired", -1), ("dull", -1), ("mood", 1), ("local", 1), ("live", 1)],
)
def test_what_lengthens_and_shortens_a_view(behaviour: Behaviour, trait: str, sign: int) -> None:
    low, high = share(behaviour, **{trait: 0.0}), share(behaviour, **{trait: True if trait in FLAGS else 0.9})
    assert (high - low) * sign > 0


def test_unlikeness_to_what_was_seen_is_no_bonus(behaviour: Behaviour) -> None:
    """Only likeness dulls; its opposite leaves the view as it is."""
    assert share(behaviour, dull=-0.5) == share(behaviour, dull=0.0)


@settings(deadline=None, max_examples=50)
@given(st.tuples(LOGIT, LOGIT, LOGIT, UNIT, UNIT, UNIT))
def test_watch_share_is_the_logistic_written_by_hand(behaviour: Behaviour, view: tuple[float, ...]) -> None:
    gain, match, quality, tired, dull, mood = view
    b = behaviour
    logit = b.watch_base + gain + b.watch_taste * match + b.watch_quality * quality - b.satiation_vertical * tired
    logit += -b.satiation_style * max(dull, 0) + b.watch_noise * (2 * mood - 1)
    got = share(b, gain=gain, match=match, quality=quality, tired=tired, dull=dull, mood=mood)
    assert got == pytest.approx(1 / (1 + math.exp(-float(logit))), abs=1e-5)
    assert 0 <= got <= 1


@settings(deadline=None, max_examples=30)
@given(st.floats(0, 40, width=32))
def test_a_habit_means_its_mean(mean: float) -> None:
    drawn = [decisions.habit(f32(mean), f32((k + 0.5) / 256)) for k in range(256)]
    assert np.mean(drawn) == pytest.approx(mean, abs=1 / 128)
    assert set(drawn) <= {math.floor(mean), math.floor(mean) + 1, math.floor(mean) + 2}


def test_dot_equals_the_inner_product_and_has_one_order() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(5, 16)).astype(f32), rng.normal(size=(7, 16)).astype(f32)
    for i in range(5):
        for j in range(7):
            exact = float(a[i].astype(float) @ b[j].astype(float))
            assert decisions.dot(a, i, b, j) == pytest.approx(exact, abs=1e-5)
            assert decisions.dot(a, i, b, j) == decisions.dot(b, j, a, i)


def test_score_adds_what_holds_for_all_and_what_is_the_consumers_own() -> None:
    rng = np.random.default_rng(4)
    taste, style = rng.normal(size=16).astype(f32), rng.normal(size=(2, 16)).astype(f32)
    got = decisions.score(f32(1.5), f32(-0.25), taste, style, 1, f32(0.125))
    assert got == pytest.approx(1.375 + float(taste.astype(float) @ style[1].astype(float)), abs=1e-5)


def test_parting_falls_with_what_one_gets() -> None:
    hazard = [decisions.exit_hazard(w, 0.8, 0.016, 1.5) for w in (0.0, 0.4, 0.8, 1.6, 16.0)]
    assert hazard[0] == 0.016
    assert hazard[2] == pytest.approx(0.008)
    assert hazard == sorted(hazard, reverse=True)
    lapse = [decisions.lapse_chance(s, 0.02, 6.0) for s in (0.0, 0.3, 0.6)]
    assert lapse[0] == 0.02
    assert lapse == sorted(lapse, reverse=True)
    entry = [decisions.entry_chance(w, 0.8, 0.6, 0.5) for w in (-1.0, 0.0, 0.4, 0.8, 100.0)]
    assert entry == sorted(entry)
    assert entry[3] == pytest.approx(0.6)
    assert entry[-1] == 1.0
