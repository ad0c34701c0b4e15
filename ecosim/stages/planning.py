"""Planning: brands renew their products, and once a week split a budget over tiers and hire creators."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import draws, trade
from ecosim.stages.merchants import launch_products
from ecosim.state.columns import Array
from ecosim.state.economy import TIERS_OF_DEALS
from ecosim.state.ledger import BRANDS, CREATORS
from ecosim.state.schema import MONTH, WEEK
from ecosim.state.world import World

_HIRED = 0.5
"""Share of a tier's impressions that brands hire at the price that stands still."""
_LEAST_HIRED = 0.02
_PRICE_BOUNDS = (0.02, 50.0)
_LEAST_SPREAD = 0.05
_BUDGET_BOUNDS = (0.25, 4.0)


def plan_brands(world: World) -> None:
    """Launch products; on planning days end last week's deals, learn from them and make new ones."""
    world.today.fees = np.zeros(world.creators.size, np.int64)
    if world.economy.brands.size == 0:
        return
    launch_products(world)
    if world.day % WEEK == 0:
        end_deals(world)
        if world.config.brand.fees:
            set_budgets(world)
            hire(world)
        world.economy.brands.sales_week[:] = 0


def end_deals(world: World) -> None:
    """Let last week's deals end, and beliefs follow what each returned per fee."""
    deals, brands, rate = world.economy.deals, world.economy.brands, world.config.brand.learning
    ended = np.flatnonzero(deals.begins == world.day - WEEK)
    trade.learn_from_deals(ended, deals.brand, deals.tier, deals.sold, deals.fee, rate, brands.believed, brands.spread)
    world.creators.deal[:], world.creators.deals[:] = -1, 0


def tier_shares(world: World) -> Array:
    """Split of each brand's budget over tiers (float64[B, 3]): mean / sd^rho, the risk-averse brand's rule.

    The part that the lever binds to tiers goes there first.
    """
    brands = world.economy.brands
    mean = np.maximum(brands.believed, 1e-3)
    deviation = np.maximum(np.sqrt(brands.spread), _LEAST_SPREAD * mean)
    wish = mean / deviation**world.config.brand.risk_aversion
    shares: Array = wish / wish.sum(axis=1, keepdims=True)
    bound = world.plan.fee_mix.value.astype(np.float64)
    if bound.any():
        bound /= max(float(bound.sum()), 1.0)
        shares = bound + (1.0 - bound.sum()) * shares
    return shares


def kept_of_sales(world: World) -> Array:
    """Part of the price that brands keep of what creators sell, as they expect (float64[B]).

    They expect the commission that creators have lately had on average, weighted by what those sold.
    """
    plan, rules, brands = world.plan, world.config.brand, world.economy.brands
    sold = world.sales_of_month() * (world.creators.brand < 0)
    more = plan.commission.value - rules.commission
    usual = rules.commission + float((more * sold).sum()) / max(int(sold.sum()), 1)
    kept: Array = rules.margin - usual - plan.take_rate.value[brands.vertical]
    return kept


def set_budgets(world: World) -> None:
    """Move every budget a step towards what last week's sales and believed profits allow."""
    brands, rules = world.economy.brands, world.config.brand
    brands.spent[:] = 0
    if world.day < WEEK:  # the first week's budgets are given
        return
    profit = (tier_shares(world) * brands.believed).sum(axis=1) * kept_of_sales(world)
    wanted = rules.influencer_share * brands.sales_week * np.clip(profit, *_BUDGET_BOUNDS)
    budget = brands.budget + rules.budget_step * (wanted - brands.budget)
    brands.budget[:] = np.minimum(np.rint(budget).astype(np.int64), np.maximum(brands.savings, 0))


def weekly_fees(world: World) -> Array:
    """Fee of a week with each creator, fen (int64[m]): the tier's price for the impressions of their average week.

    The average is taken over the last four weeks, or over the days since the creator (or the world) began, one week at
    least.
    """
    creators = world.creators
    weeks = np.clip(world.day - np.maximum(creators.entered, 0), WEEK, MONTH) / WEEK
    price = world.economy.fee_price[creators.tier]
    fee: Array = np.rint(price * (world.impressions_of_month() / weeks) / 1000.0).astype(np.int64)
    return np.where(creators.alive, fee, 0)


def hire(world: World) -> None:
    """Make this week's deals, pay the fees, and let the price of each tier follow demand."""
    economy, rules = world.economy, world.config.brand
    week = weekly_fees(world)
    money = np.floor(economy.brands.budget[:, None] * tier_shares(world)).astype(np.int64)
    u = draws.uniforms(world.seed, draws.DEALS, world.day, np.arange(economy.brands.size))
    found = np.empty((TIERS_OF_DEALS * economy.brands.size * rules.deals, 3), np.int64)
    count = trade.make_deals(
        np.argsort(u[:, 0], kind="stable"), money, economy.brands.vertical, (u[:, 1] * 2**32).astype(np.uint32),
        pools_of_creators(world), week, week.copy(), (rules.deals, rules.least_deal), found,
    )  # fmt: skip
    brand, creator, fee = found[np.argsort(found[:count, 1], kind="stable")].T
    sign(world, brand, creator, fee, week)
    adjust_prices(world, week)


def pools_of_creators(world: World) -> tuple[Array, Array]:
    """Creators by tier and vertical, and of each tier as a whole after its verticals, in shuffled order."""
    creators = world.creators
    rows = np.flatnonzero(creators.alive)
    order = rows[np.argsort(draws.uniforms(world.seed, draws.DEALS, world.day, creators.serial[rows], 1)[:, 0])]
    pools = []
    for tier in range(TIERS_OF_DEALS):
        members = order[creators.tier[order] == tier]
        pools += [members[creators.vertical[members] == v] for v in range(world.verticals)]
        pools.append(members)
    start = np.concatenate(([0], np.cumsum([pool.size for pool in pools]))).astype(np.int64)
    return start, np.concatenate(pools).astype(np.int32)


def sign(world: World, brand: Array, creator: Array, fee: Array, week: Array) -> None:
    """Write the deals down, those of a creator side by side, and pay the fees."""
    economy, creators = world.economy, world.creators
    rows = economy.deals.append(brand.size)
    word = (creators.serial[creator] ^ np.uint32(world.day)).astype(np.uint32)
    product = np.empty(brand.size, np.int32)
    trade.choose_products(brand.astype(np.int32), word, economy.on_sale, product)
    deals = economy.deals
    deals.brand[rows], deals.creator[rows], deals.product[rows] = brand, creator, product
    deals.tier[rows], deals.begins[rows], deals.fee[rows] = creators.tier[creator], world.day, fee
    first, place, count = np.unique(creator, return_index=True, return_counts=True)
    creators.deal[first], creators.deals[first] = rows.start + place, count
    sold = np.cumsum(fee) - np.repeat(np.cumsum(fee)[place] - fee[place], count)
    deals.end[rows] = sold / week[creator]
    paid = np.zeros(economy.brands.size, np.int64)
    np.add.at(paid, brand, fee)
    economy.brands.spent[:] += paid
    economy.brands.paid_fees[:] += paid
    economy.brands.savings[:] -= paid
    np.add.at(world.today.fees, creator, fee)
    world.ledger.transfer(BRANDS, CREATORS, "fees", int(paid.sum()))


def adjust_prices(world: World, week: Array) -> None:
    """Let the fee price of each tier rise when more than half of its week, by fees, is hired, and fall otherwise."""
    creators, rules = world.creators, world.config.brand
    low, high = (bound * rules.fee_price for bound in _PRICE_BOUNDS)
    for tier in range(TIERS_OF_DEALS):
        members = creators.alive & (creators.tier == tier)
        whole = float(week[members].sum())
        if whole > 0:
            hired = float(world.today.fees[members].sum()) / whole
            demand = (hired + _LEAST_HIRED) / (_HIRED + _LEAST_HIRED)
            moved = world.economy.fee_price[tier] * demand**rules.fee_elasticity
            world.economy.fee_price[tier] = min(max(moved, low), high)
