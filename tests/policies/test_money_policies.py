"""What policies do to money: if these fail, somebody is paid who should not be, or nobody pays for it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import Aim
from ecosim.config.compose import compose
from ecosim.errors import InputError
from ecosim.pipeline import run_day
from ecosim.stages.planning import kept_of_sales, tier_shares
from ecosim.stages.trading import parts_of_price
from ecosim.state.ledger import PLATFORM
from ecosim.state.plan import Plan
from ecosim.state.schema import INNOVATE
from ecosim.state.world import World
from tests.policies.worlds import lived, paid, policy, without

SEEDS = range(3)


def morning(world: World, kind: str, **settings: Any) -> World:
    """Return a copy of a world with today's plan made by one policy."""
    world = deepcopy(world)
    entry = registry.policies[kind]
    world.plan = Plan.default(world.config, world.creators.size)
    entry.cls(entry.config(**settings)).apply(world.plan, world, 0)
    return world


# ---------------------------------------------------------------------------------------------------- innovation fund


def test_every_innovation_is_paid_once_by_the_platform() -> None:
    world, total = lived(policy("innovation_fund", grant=0.4), days=0), 0
    for _ in range(8):
        run_day(world)
        items, creators = world.items, world.creators
        made = (items.day == world.day - 1) & (items.mode == INNOVATE) & (creators.brand[items.creator] < 0)
        assert paid(world, "grants") == int(made.sum()) * round(0.4 * world.reference.income)
        total += paid(world, "grants")
    assert total == world.creators.earned_grants.sum() == world.ledger.earnings[:, 4].sum() > 0
    assert world.today.payments["grants"] == (paid(world, "grants"), 0)


def test_the_fund_makes_creators_innovate_more_and_costs_the_platform() -> None:
    funded = [lived(policy("innovation_fund", grant=0.5), days=25, seed=s) for s in SEEDS]
    free = [without(25, s) for s in SEEDS]
    made = [np.mean([(world.items.mode == INNOVATE).mean() for world in worlds]) for worlds in (funded, free)]
    assert made[0] > 1.2 * made[1]
    kept = [np.mean([world.ledger.balance[PLATFORM] for world in worlds]) for worlds in (funded, free)]
    assert kept[0] < kept[1]


# ------------------------------------------------------------------------------------------------------------ take rate


def test_what_the_platform_forgoes_brands_keep() -> None:
    world = without()
    product = np.arange(world.economy.products.size)
    seller = np.zeros(product.size, np.int64)
    usual, _ = parts_of_price(world, world.plan, product, seller)
    cheap = morning(world, "take_rate", rate=0.02, aim=Aim(verticals=[1]))
    take, _ = parts_of_price(cheap, cheap.plan, product, seller)
    vertical = world.economy.brands.vertical[world.economy.products.brand]
    price = world.economy.products.price
    assert np.array_equal(take[vertical != 1], usual[vertical != 1])
    np.testing.assert_array_equal(take[vertical == 1], np.floor(price[vertical == 1] * 0.02))
    more = kept_of_sales(cheap) - kept_of_sales(world)
    np.testing.assert_allclose(more, np.where(world.economy.brands.vertical == 1, 0.03, 0.0), atol=1e-12)


def test_a_higher_take_rate_reaches_the_platform_on_delivery() -> None:
    dear, free = lived(policy("take_rate", rate=0.2), days=12), without(12)
    assert paid(dear, "take rate") / paid(dear, "sales") > 3 * paid(free, "take rate") / paid(free, "sales")
    took, usual = dear.today.payments["take rate"]
    assert took == pytest.approx(4 * usual, rel=0.01)


# --------------------------------------------------------------------------------------------------- commission ladder


def test_steps_are_climbed_by_sales() -> None:
    world = without()
    creators, sold = world.creators, world.sales_of_month()
    mean = sold[creators.alive].sum() / creators.alive.sum()
    ladder = {"sales": [1.0, 2.0], "lifts": [0.02, 0.06]}
    ruled = morning(world, "commission_ladder", **ladder)
    rates, base = ruled.plan.commission.value, world.config.brand.commission
    for row in range(creators.size):
        relative = sold[row] / mean
        lift = 0.0 if relative < 1 or not creators.alive[row] else 0.02 if relative < 2 else 0.06
        assert rates[row] == pytest.approx(base + lift), row
    assert len(set(rates.tolist())) == 3
    assert (kept_of_sales(ruled) < kept_of_sales(world)).all(), "brands reckon with what they pay on average"


def test_who_sells_much_gets_a_larger_part_of_the_price() -> None:
    ruled = lived(policy("commission_ladder", sales=[0.5], lifts=[0.3]), days=14)
    more, usual = ruled.today.payments["commission"]
    assert more > 1.3 * usual > 0
    orders = ruled.economy.orders
    assert (orders.commission + orders.take <= orders.price).all()


def test_steps_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="as many entries"):
        compose(["policy=commission_ladder", "policies.commission_ladder.lifts=[0.1]"])


# ---------------------------------------------------------------------------------------------------------- budget mix


def test_budgets_are_bound_by_strength() -> None:
    world = without()
    own = tier_shares(world)
    mix = np.array([0.3, 0.5, 0.2])
    for strength in (0.5, 1.0):
        bound = tier_shares(morning(world, "brand_budget_mix", strength=strength))
        np.testing.assert_allclose(bound, strength * mix + (1 - strength) * own, rtol=1e-6)
    over = tier_shares(morning(world, "brand_budget_mix", head=1.0, waist=1.0, tail=0.0))
    np.testing.assert_allclose(over, np.tile([0.5, 0.5, 0.0], (own.shape[0], 1)), atol=1e-7)


def test_fees_follow_the_mix() -> None:
    """Fails if the bound budgets do not reach creators."""

    def fees_of_tail(policies: dict[str, Any], seed: int) -> tuple[int, int]:
        deals = lived(policies, days=22, seed=seed).economy.deals
        return int(deals.fee[deals.tier == 2].sum()), int(deals.fee.sum())

    everything = policy("brand_budget_mix", head=0.0, waist=0.0, tail=1.0)
    bound = np.sum([fees_of_tail(everything, s) for s in SEEDS], axis=0)
    free = np.sum([fees_of_tail({}, s) for s in SEEDS], axis=0)
    assert bound[0] / bound[1] > 0.9 > free[0] / free[1]


# ------------------------------------------------------------------------------------------------------------ training


def test_training_is_paid_for_by_the_platform_for_each_creator_aimed_at() -> None:
    world = lived(policy("creator_training", cost=0.1, aim=Aim(verticals=[0])), days=5)
    members = world.plan.training_cost.value > 0
    assert 0 < members.sum() < world.creators.alive.sum()
    assert paid(world, "training") == int(members.sum()) * round(0.1 * world.reference.income)
