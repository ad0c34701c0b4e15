"""Levers stay within their bounds, combine by their rule, and strength zero leaves every bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecosim.errors import InputError
from ecosim.state.plan import ITEM_TERMS, LEVERS, TERMS, Combine, Lever, LeverValue, Plan, Shape
from ecosim.testing import small_config

VERBS = {Combine.ADD: "add", Combine.MULTIPLY: "scale", Combine.MAX: "raise_to", Combine.REPLACE: "replace"}
AMOUNT = st.floats(-30, 30, width=32)
each_lever = pytest.mark.parametrize("name", LEVERS)


def plan(creators: int = 4) -> Plan:
    return Plan.default(small_config(), creators)


def move(lever: LeverValue, amount: float, **how: Any) -> None:
    """Move a lever by the verb of its rule."""
    getattr(lever, VERBS[lever.lever.combine])(amount, **how)


@each_lever
def test_levers_are_declared_and_attributes_of_the_plan(name: str) -> None:
    lever = LEVERS[name]
    assert lever.unit
    assert lever.description
    assert lever.low < lever.high
    assert getattr(plan(), name).lever is lever
    shapes = {Shape.SCALAR: (), Shape.TERM: (len(TERMS),), Shape.CREATOR: (4,)}
    shapes |= {Shape.CREATOR_MODE: (4, 3), Shape.VERTICAL: (small_config().population.verticals,), Shape.TIER: (3,)}
    assert plan().levers[name].value.shape == shapes[lever.shape]


@each_lever
@settings(deadline=None, max_examples=30)
@given(amounts=st.lists(st.one_of(AMOUNT, st.floats(-1e9, 1e9, width=32)), max_size=5))
def test_no_policy_moves_a_lever_past_its_bounds(name: str, amounts: list[float]) -> None:
    lever = plan().levers[name]
    for amount in amounts:
        move(lever, amount)
        assert np.all(lever.value >= np.float32(lever.lever.low))
        assert np.all(lever.value <= np.float32(lever.lever.high))


@each_lever
def test_only_the_verb_of_the_rule_moves_a_lever(name: str) -> None:
    lever = plan().levers[name]
    for rule, verb in VERBS.items():
        if rule is not lever.lever.combine:
            right = VERBS[lever.lever.combine]
            told = rf"'{name}' combines by .*'{verb}' cannot move it\. Use plan\.{name}\.{right}\(\.\.\.\)\."
            with pytest.raises(InputError, match=told):
                getattr(lever, verb)(1.0)


@each_lever
def test_strength_zero_leaves_every_bit(name: str) -> None:
    changed, default = plan(), plan()
    lever = changed.levers[name]
    neutral = {
        Combine.ADD: (0.0,),
        Combine.MULTIPLY: (1.0,),
        Combine.MAX: (lever.lever.low,),
        Combine.REPLACE: (3.0, 0.0),
    }
    getattr(lever, VERBS[lever.lever.combine])(*neutral[lever.lever.combine])
    assert changed.equals(default)


@settings(deadline=None, max_examples=40)
@given(st.permutations([0.1, 0.4, 0.25]))
def test_two_floors_are_the_higher_floor_in_any_order(floors: list[float]) -> None:
    lever = plan().reserved_share
    for floor in floors:
        lever.raise_to(floor)
    assert lever.value.tolist() == [np.float32(0.4)] * 4


def test_boosts_add_up() -> None:
    lever = plan().boost
    lever.add(0.5)
    lever.add(0.25, np.array([False, True, False, False]))
    assert lever.value.tolist() == [0.5, 0.75, 0.5, 0.5]


def test_factors_multiply() -> None:
    lever = LeverValue(Lever("x", "1", 0, 10, Shape.CREATOR, Combine.MULTIPLY, "a factor"), np.ones(2, np.float32))
    lever.scale(0.5)
    lever.scale(0.5, np.array([1]))
    assert lever.value.tolist() == [0.5, 0.25]


def test_replacing_moves_by_its_strength() -> None:
    lever = plan().ad_share
    lever.replace(1050.0, strength=0.5)
    assert float(lever.value) == 1000.0
    lever.replace(0.0)
    assert float(lever.value) == 0.0


def test_an_aim_spares_the_others() -> None:
    lever = plan().reserved_share
    lever.raise_to(0.3, np.array([2]))
    assert lever.value.tolist() == [0, 0, np.float32(0.3), 0]


def test_the_default_plan_is_the_config() -> None:
    config = small_config()
    default = Plan.default(config, 3)
    for term in TERMS:
        assert default.weight(term) == np.float32(getattr(config.ranker, term))
    assert set(ITEM_TERMS) < set(TERMS)
    assert float(default.diversity.value) == config.platform.diversity
    assert default.equals(Plan.default(config, 3))
    default.boost.add(1e-7)
    assert not default.equals(Plan.default(config, 3))
