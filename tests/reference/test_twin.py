"""The engine equals the plain twin in all that happens, day by day, on one thread and on two."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.kernels.jit import get_threads, max_threads, set_threads
from ecosim.kernels.viewing import SHARED
from ecosim.pipeline import run_day
from ecosim.stages.genesis import create_world
from ecosim.state.economy import FORMATS, FUNNEL_STEPS, SELLERS, SOURCES
from ecosim.state.schema import ALLIES, TIERS, TOUCHES, WAIST
from ecosim.state.world import World
from tests.reference.creator import LAST_NUMBER
from tests.reference.model import ReferenceModel
from tests.reference.portrait import Portrait, minds_of_twin, minds_of_world, outcomes_of_twin, outcomes_of_world
from tests.reference.worlds import DAYS, FEED_ALONE, worlds

WORLDS = worlds()
ECONOMIES = [name for name in WORLDS if name != FEED_ALONE]


@cache
def told_by_twin(name: str) -> tuple[list[Portrait], dict[str, np.ndarray]]:
    """Run the twin once and keep what happened on every day, and what everyone has in mind at the end."""
    model = ReferenceModel(create_world(WORLDS[name]))
    days = []
    for _ in range(DAYS):
        model.step()
        days.append(outcomes_of_twin(model))
    return days, minds_of_twin(model)


@pytest.fixture(params=[1, 2], ids=["one thread", "two threads"])
def threads(request: pytest.FixtureRequest) -> Any:
    before = get_threads()
    set_threads(min(request.param, max_threads()))
    yield request.param
    set_threads(before)


@pytest.mark.parametrize("name", WORLDS)
def test_the_engine_equals_the_twin(name: str, threads: int) -> None:
    world = create_world(WORLDS[name])
    days, minds = told_by_twin(name)
    follow(world, days)
    compare_minds(minds_of_world(world), minds)


OTHER_RULES = [
    ("consumer", "satiation_style", 4.01),
    ("collaboration", "chance", 0.31),
    ("collaboration", "tie_hit", 9),
    ("sharing", "share_base", -2.9),
    ("sharing", "word_of_mouth", 0.21),
    ("live", "hold", 0.21),
    ("live", "elasticity", 0.4),
    ("live", "cost", 0.4),
    ("live", "affiliate", 0.7),
    ("commerce", "click_watch", 3.1),
    ("commerce", "order_value", 1.1),
    ("commerce", "familiarity", 0.8),
    ("commerce", "social_proof", 2.0),
    ("commerce", "live_urgency", 2.2),
    ("commerce", "need_days", 2.1),
    ("commerce", "delivery_days", 4),
    ("commerce", "return_gap", 1.3),
    ("commerce", "trust_loss", 0.41),
    ("commerce", "trust_platform", 0.21),
    ("commerce", "trust_return", 0.011),
    ("commerce", "take_rate", 0.051),
    ("brand", "product_life", 9),
    ("brand", "risk_aversion", 1.6),
    ("brand", "learning", 0.16),
    ("brand", "influencer_share", 0.026),
    ("brand", "fee_elasticity", 0.16),
    ("brand", "deal_posts", 0.7),
    ("brand", "affiliate_posts", 0.3),
    ("brand", "own_posts", 0.9),
]
"""Settings of the lively world of ``floor``, each a little other than there."""


@pytest.mark.parametrize(("section", "setting", "value"), OTHER_RULES)
def test_another_rule_is_noticed(section: str, setting: str, value: float) -> None:
    """An engine that is slightly other parts from the twin, so that equality means something for every mechanism."""
    config = WORLDS["floor"]
    other = replace(config, **{section: replace(getattr(config, section), **{setting: value})})
    world = create_world(other)
    with pytest.raises(AssertionError, match=r"day \d+: .* differ: "):
        follow(world, told_by_twin("floor")[0])


OTHER_POLICIES = [
    ("random", "ranking_weights", "strength", 0.51),
    ("random", "take_rate", "rate", 0.21),
    ("chronological", "traffic_pools", "promotion", 0.5),
    ("chronological", "regional_pool", "slots", 0.42),
    ("chronological", "commission_ladder", "lifts", [0.1, 0.21]),
    ("chronological", "transparency", "clarity", 0.6),
    (FEED_ALONE, "exposure_cap", "damping", 2.1),
    (FEED_ALONE, "diversity_rerank", "novelty", 2.1),
    (FEED_ALONE, "originality_protection", "damping", 1.1),
    ("engagement", "vertical_pool", "slots", 0.45),
    ("engagement", "honor_badges", "best", 0.5),
    ("engagement", "brand_budget_mix", "tail", 0.1),
    ("floor", "exposure_floor", "share_of_mean", 0.45),
    ("floor", "innovation_fund", "grant", 0.31),
    ("newcomers", "newcomer_support", "boost", 0.7),
    ("newcomers", "creator_training", "lift", 0.6),
    ("newcomers", "transparency", "clarity", 0.6),
]
"""Settings of policies, each a little other than in its world."""


@pytest.mark.parametrize(("name", "kind", "setting", "value"), OTHER_POLICIES)
def test_another_policy_is_noticed(name: str, kind: str, setting: str, value: Any) -> None:
    config = WORLDS[name]
    changed = replace(config.policies[kind], **{setting: value})
    world = create_world(replace(config, policies=config.policies | {kind: changed}))
    with pytest.raises(AssertionError, match=r"day \d+: .* differ: "):
        follow(world, told_by_twin(name)[0])


@pytest.mark.parametrize("name", WORLDS)
def test_enough_happens_for_the_comparison_to_mean_something(name: str) -> None:
    days, _ = told_by_twin(name)
    assert sum(len(shown) for day in days for shown in day["shown"]) > 5_000
    assert sum(len(day["entered"]) for day in days) > 3
    assert sum(len(day["left"]) for day in days) > 1
    assert len({tuple(day["active"]) for day in days}) > 3
    assert days[0]["follows"] != days[-1]["follows"]


def test_lists_of_follows_fill_up() -> None:
    limit = WORLDS["popularity"].consumer.follows_limit
    assert limit in {len(follows) for day in told_by_twin("popularity")[0] for follows in day["follows"]}


@pytest.mark.parametrize("name", ECONOMIES)
def test_goods_go_round(name: str) -> None:
    days, config = told_by_twin(name)[0], WORLDS[name]
    steps = funnel_of(days)
    assert steps["orders"] > 200
    assert steps["repurchases"] > 20
    assert (steps["returns"] > 20) == config.commerce.returns
    flows = {purpose for day in days for *_, purpose in day["flows"]}
    assert {"orders", "take rate", "commission", "sales", "fulfilment"} <= flows
    assert ({"refunds", "return costs"} <= flows) == config.commerce.returns
    assert ("fees" in flows) == config.brand.fees
    sellers, formats, sources, _ = (
        set(names) for names in zip(*(c for day in days for c in day["funnel"]), strict=True)
    )
    assert sellers == set(SELLERS if config.brand.own_accounts else TIERS)
    assert formats == set(FORMATS)
    assert sources == set(SOURCES)
    assert len(days[-1]["products"]) > len(days[0]["products"])
    assert max(days[-1]["touched"]) > TOUCHES  # what was met first is forgotten
    assert max(days[-1]["known"]) > ALLIES


@pytest.mark.parametrize("name", ECONOMIES)
def test_brands_hire_and_learn(name: str) -> None:
    first, *_, last = told_by_twin(name)[0]
    if not WORLDS[name].brand.fees:
        assert not last["deals"]
        return
    assert {deal["begins"] for deal in last["deals"]} == {7, 14}  # on the first day nobody has an audience yet
    assert sum(deal["sold"] > 0 for deal in last["deals"]) > 10
    assert any(deal["tier"] == WAIST for deal in last["deals"])
    assert first["brands"] != last["brands"]
    assert any(brand["believed"] != [10.0] * 3 for brand in last["brands"])
    assert first["fee price"] != last["fee price"]
    assert any(
        career["fees"] > 0 and career["live"] > 0 and career["video"] > 0 for career in last["creators"].values()
    )


@pytest.mark.parametrize("name", ECONOMIES)
def test_sessions_and_shares_are_watched(name: str) -> None:
    days = told_by_twin(name)[0]
    shown = [entry for day in days for entries in day["shown"] for entry in entries]
    assert sum(number & 0xFF == LAST_NUMBER for _, number, *_ in shown) > 500
    assert sum(flags & SHARED != 0 for *_, flags in shown) > 500
    found = [what for day in days for inbox in day["inbox"] for what in inbox]
    assert {len(what) for what, _ in found} == {1, 2}  # invitations to sessions, and videos
    assert funnel_of(days, "friends")["exposures"] > 20


@pytest.mark.parametrize("name", ECONOMIES)
def test_creators_work_with_their_ties(name: str) -> None:
    days = told_by_twin(name)[0]
    partners = {partner for day in days for _, _, _, partner, *_ in day["made"].values()}
    assert len(partners) > 5
    assert any(day["creators"][serial]["ties"] for day in days for serial in day["entered"])
    if WORLDS[name].strategy.kind != "fixed":
        assert sum(copies_of_ties(day) for day in days) > 20


def funnel_of(days: list[Portrait], *sources: str) -> dict[str, int]:
    """Add up the steps of the funnel over the days, for some sources or for all."""
    rows = [steps for day in days for cell, steps in day["funnel"].items() if not sources or cell[2] in sources]
    return dict(zip(FUNNEL_STEPS, map(sum, zip(*rows, strict=True)), strict=True))


def copies_of_ties(day: Portrait) -> int:
    """Count copies of other verticals: the public chart lists one's own alone, so they are copies of ties."""
    careers = day["creators"]
    copied = [(serial, model[0]) for (serial, _), (_, model, *_) in day["made"].items() if model != (0, 0)]
    return sum(careers[serial]["vertical"] != careers[model]["vertical"] for serial, model in copied)


def test_policies_and_modes_of_all_kinds_occur() -> None:
    reserved = [flags & 4 for shown in told_by_twin("floor")[0][-1]["shown"] for *_, flags in shown]
    assert any(reserved)
    expected = {"popularity": {0, 1, 2}, "chronological": {0, 1, 2}, "engagement": {0, 1}, "newcomers": {0, 1, 2}}
    for name, modes in expected.items():
        assert modes == {mode for day in told_by_twin(name)[0] for mode, *_ in day["made"].values()}, name


def test_items_climb_the_ladder_of_pools_and_fall_off() -> None:
    for name, top in (("engagement", 3), ("floor", 1)):
        levels = {level for day in told_by_twin(name)[0] for level in day["levels"].values()}
        assert levels >= set(range(-1, top + 1)) - {3}, name
    assert {level for day in told_by_twin("popularity")[0] for level in day["levels"].values()} == {0}


def test_every_plug_in_that_acts_on_a_day_is_compared() -> None:
    configs = WORLDS.values()
    assert {config.ranker.kind for config in configs} == set(registry.rankers.names())
    assert {config.strategy.kind for config in configs} == set(registry.strategies.names())
    drawn = set(registry.networks.names()) - {"edgelist"}  # a network of a file makes other first follows, no other day
    assert {config.network.kind for config in configs} == drawn
    assert {policy.kind for config in configs for policy in config.policies.values()} == set(registry.policies.names())


def follow(world: World, days: list[Portrait]) -> None:
    """Run the engine next to what the twin has told of its days."""
    for day, expected in enumerate(days):
        run_day(world)
        compare(day, outcomes_of_world(world), expected)


def compare(day: int, engine: Portrait, twin: Portrait) -> None:
    """Fail with the first thing that differs, said in words."""
    assert engine.keys() == twin.keys(), "one of the portraits leaves something out"
    for what, expected in twin.items():
        if engine[what] != expected:
            raise AssertionError(f"day {day}: {what} differ: {first_difference(engine[what], expected)}")


def compare_minds(engine: dict[str, np.ndarray], twin: dict[str, np.ndarray]) -> None:
    """Fail unless all numbers are equal, not only close: every sum has one order."""
    assert engine.keys() == twin.keys(), "one of the portraits leaves something out"
    for what, value in engine.items():
        np.testing.assert_array_equal(
            value, twin[what].reshape(value.shape), err_msg=what
        )  # of no items, also no width


def first_difference(engine: Any, twin: Any) -> str:
    """Describe the first difference between two collections."""
    if isinstance(twin, dict):
        for key in [*twin, *engine]:
            if engine.get(key) != twin.get(key):
                return f"at {key}: engine {engine.get(key)}, twin {twin.get(key)}"
    if isinstance(twin, list) and len(engine) == len(twin):
        for place, (a, b) in enumerate(zip(engine, twin, strict=True)):
            if a != b:
                return f"at {place}: {first_difference(a, b)}"
    return f"engine {engine}, twin {twin}"
