"""Settlement: advertisers pay for views, creators get their share and pay for living and production."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import estimates
from ecosim.stages.trading import trade_goods
from ecosim.state.columns import Array
from ecosim.state.ledger import BRANDS, CREATORS, OUTSIDE, PLATFORM
from ecosim.state.schema import MONTH
from ecosim.state.world import World
from ecosim.strategies.sight import mode_costs


def settle_accounts(world: World) -> None:
    """Pay and charge every creator for the day, fen by fen, through the ledger."""
    creators, items, market, ledger = world.creators, world.items, world.config.market, world.ledger
    shown = np.zeros(creators.size, np.int64)
    estimates.add_to_creators(items.creator, items.impressions_today, shown)
    ads = shown * int(world.plan.ad_share.value) // 1000 * (creators.brand < 0)
    commission = trade_goods(world)
    grants, training = grants_due(world), training_costs(world)
    income = ads + commission + world.today.fees + grants
    production = production_costs(world)
    living = creators.alive * round(market.living_cost * world.reference.income)
    ledger.transfer(OUTSIDE, PLATFORM, "advertising", int(shown.sum()) * market.ad_price // 1000)
    ledger.transfer(PLATFORM, CREATORS, "ad share", int(ads.sum()))
    ledger.transfer(PLATFORM, CREATORS, "grants", int(grants.sum()))
    ledger.transfer(PLATFORM, OUTSIDE, "training", training)
    own = creators.brand < 0
    ledger.transfer(CREATORS, OUTSIDE, "production", int(production[own].sum()))
    charge_brands(world, production)
    ledger.transfer(CREATORS, OUTSIDE, "living", int(living.sum()))
    creators.savings[:] += income - production * own - living
    creators.earned_ads[:] += ads
    creators.earned_fees[:] += world.today.fees
    creators.earned_grants[:] += grants
    today, live = world.day % MONTH, world.today.live_commission
    ledger.earnings[today] = (ads.sum(), commission.sum() - live, live, world.today.fees.sum(), grants.sum())
    creators.impressions_month[:, today] = shown
    creators.income_month[:, today] = income
    world.today.creator_impressions = shown
    if world.policies:
        usual = shown * market.ad_share // 1000 * own
        paid = {"ad share": (ads, usual), "grants": (grants, 0 * grants)}
        world.today.payments |= {name: (int(a.sum()), int(b.sum())) for name, (a, b) in paid.items()}
        world.today.payments["training"] = training, 0


def grants_due(world: World) -> Array:
    """What the platform pays creators of their own for today's new videos, by mode, fen (int64[m])."""
    items, creators = world.items, world.creators
    out = np.zeros(creators.size, np.int64)
    if world.plan.mode_grant.value.any():
        rows = np.flatnonzero((items.day == world.day) & (items.parts == 0) & (creators.brand[items.creator] < 0))
        share = world.plan.mode_grant.value[items.creator[rows], items.mode[rows]].astype(np.float64)
        grants = np.rint(share * world.reference.income).astype(np.int64)
        estimates.add_to_creators(items.creator[rows], grants, out)
    return out


def training_costs(world: World) -> int:
    """What the platform spends on the training of creators today, fen."""
    share = world.plan.training_cost.value.astype(np.float64) * world.creators.alive
    return int(np.rint(share * world.reference.income).astype(np.int64).sum())


def charge_brands(world: World, production: Array) -> None:
    """Let brands pay for what their own accounts make (int64[m])."""
    rows = np.flatnonzero(world.creators.brand >= 0)
    np.subtract.at(world.economy.brands.savings, world.creators.brand[rows], production[rows])
    world.ledger.transfer(BRANDS, OUTSIDE, "production", int(production[rows].sum()))


def production_costs(world: World) -> Array:
    """Cost of today's items by creator, fen (int64[m])."""
    items = world.items
    fen = np.rint(mode_costs(world) * world.reference.income).astype(np.int64)
    made = items.day == world.day
    session = round(world.config.live.cost * world.reference.income)
    out = np.zeros(world.creators.size, np.int64)
    cost = np.where(items.parts[made] != 0, session, fen[items.mode[made]])
    estimates.add_to_creators(items.creator[made], cost, out)
    return out
