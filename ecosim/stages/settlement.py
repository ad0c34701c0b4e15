"""Settlement: advertisers pay for views, creators get their share and pay for living and production."""

from __future__ import annotations

import numpy as np

from ecosim.kernels import estimates
from ecosim.state.columns import Array
from ecosim.state.ledger import CREATORS, OUTSIDE, PLATFORM
from ecosim.state.schema import MONTH
from ecosim.state.world import World
from ecosim.strategies.sight import mode_costs


def settle_accounts(world: World) -> None:
    """Pay and charge every creator for the day, fen by fen, through the ledger."""
    creators, items, market, ledger = world.creators, world.items, world.config.market, world.ledger
    ledger.open_day()
    shown = np.zeros(creators.size, np.int64)
    estimates.add_to_creators(items.creator, items.impressions_today, shown)
    income = shown * int(world.plan.ad_share.value) // 1000
    production = production_costs(world)
    living = creators.alive * round(market.living_cost * world.reference.income)
    ledger.transfer(OUTSIDE, PLATFORM, "advertising", int(shown.sum()) * market.ad_price // 1000)
    ledger.transfer(PLATFORM, CREATORS, "ad share", int(income.sum()))
    ledger.transfer(CREATORS, OUTSIDE, "production", int(production.sum()))
    ledger.transfer(CREATORS, OUTSIDE, "living", int(living.sum()))
    creators.savings[:] += income - production - living
    today = world.day % MONTH
    creators.impressions_month[:, today] = shown
    creators.income_month[:, today] = income
    world.today.creator_impressions = shown


def production_costs(world: World) -> Array:
    """Cost of today's items by creator, fen (int64[m])."""
    items = world.items
    fen = np.rint(mode_costs(world) * world.reference.income).astype(np.int64)
    made = items.day == world.day
    out = np.zeros(world.creators.size, np.int64)
    estimates.add_to_creators(items.creator[made], fen[items.mode[made]], out)
    return out
