"""Trading: orders are paid into escrow; when due they are settled among brand, creator and platform, or returned."""

from __future__ import annotations

import numpy as np

from ecosim.config import REGIONS
from ecosim.kernels import trade
from ecosim.stages.common import account_keys, item_kinds
from ecosim.state.columns import Array
from ecosim.state.economy import FORMATS, FUNNEL_STEPS, SOURCES
from ecosim.state.ledger import BRANDS, CREATORS, ESCROW, OUTSIDE, PLATFORM
from ecosim.state.plan import Plan
from ecosim.state.schema import MONTH
from ecosim.state.world import World

RETURNS, REPURCHASES = (FUNNEL_STEPS.index(step) for step in ("returns", "repurchases"))
"""Columns of the funnel that are counted here, after those of serving."""


def trade_goods(world: World) -> Array:
    """Take the day's orders and settle those that are due; return creators' commission of the day, fen (int64[m])."""
    commission = np.zeros(world.creators.size, np.int64)
    if world.economy.brands.size:
        place_orders(world)
        settle_orders(world, commission)
        world.economy.brands.reached[:] += brand_sums(world, world.items.reach_today)
    return commission


def brand_sums(world: World, amount: Array) -> Array:
    """Add items' amounts (int64[k]) to the brands of their products (int64[B])."""
    carrying = world.items.product >= 0
    brand = world.economy.products.brand[world.items.product[carrying]]
    out = np.zeros(world.economy.brands.size, np.int64)
    np.add.at(out, brand, amount[carrying])
    return out


def place_orders(world: World) -> None:
    """Turn what was bought in serving into orders in flight, paid into escrow."""
    today, items, economy, rules = world.today, world.items, world.economy, world.config
    ordered = today.ordered.reshape(-1)
    at = np.flatnonzero(ordered >= 0)
    consumer, item = at // today.ordered.shape[1], ordered[at]
    product = items.product[item]
    rows, orders = economy.orders.append(item.size), economy.orders
    price = economy.products.price[product].astype(np.int64)
    seller = items.creator[item]
    orders.day[rows], orders.due[rows] = world.day, world.day + rules.commerce.delivery_days
    orders.consumer[rows], orders.product[rows], orders.seller[rows] = consumer, product, seller
    orders.touch[rows] = today.order_touch.reshape(-1)[at]
    source = today.order_source.reshape(-1)[at].astype(np.int32)
    kind = item_kinds(world)[item]
    orders.cell[rows] = (kind * len(SOURCES) + source) * len(REGIONS) + world.consumers.region[consumer]
    orders.price[rows] = price
    take, commission = parts_of_price(world, world.plan, product, seller)
    orders.take[rows], orders.commission[rows] = take, commission
    note_sales(world, product, items.deal[item], price)
    note_accounts(world, seller, price)
    if world.policies:
        note_payments(world, product, seller, take, commission)
    count_repurchases(world, rows)
    today.gmv, today.orders = int(price.sum()), item.size
    world.ledger.transfer(OUTSIDE, ESCROW, "orders", today.gmv)


def parts_of_price(world: World, plan: Plan, product: Array, seller: Array) -> tuple[Array, Array]:
    """What of each order's price goes to the platform and to the creator who sold it (two of int64[o], fen)."""
    economy = world.economy
    price = economy.products.price[product].astype(np.int64)
    hired = world.creators.brand[seller] < 0
    take = np.floor(price * plan.take_rate.value[economy.brands.vertical[economy.products.brand[product]]])
    commission = hired * np.floor(price * plan.commission.value[seller]).astype(np.int64)
    take = take.astype(np.int64)
    return take, np.minimum(commission, price - take)


def note_payments(world: World, product: Array, seller: Array, take: Array, commission: Array) -> None:
    """Note what the day's orders will pay under the plan, and what they would under the default plan."""
    default = Plan.default(world.config, world.creators.size)
    usual_take, usual_commission = parts_of_price(world, default, product, seller)
    world.today.payments["take rate"] = int(take.sum()), int(usual_take.sum())
    world.today.payments["commission"] = int(commission.sum()), int(usual_commission.sum())


def note_accounts(world: World, seller: Array, price: Array) -> None:
    """Credit the day's orders to the accounts that sold."""
    sold = np.zeros(world.creators.size, np.int64)
    np.add.at(sold, seller, price)
    world.creators.sales_month[:, world.day % MONTH] = sold


def note_sales(world: World, product: Array, deal: Array, price: Array) -> None:
    """Credit the day's orders to brands and deals."""
    brands, deals = world.economy.brands, world.economy.deals
    brand = world.economy.products.brand[product]
    np.add.at(brands.sales_week, brand, price)
    np.add.at(brands.sold, brand, price)
    np.add.at(brands.orders, brand, 1)
    np.add.at(deals.sold, deal[deal >= 0], price[deal >= 0])


def count_repurchases(world: World, rows: slice) -> None:
    """Count the day's orders of consumers who have had goods of the brand before."""
    economy, people = world.economy, world.consumers
    orders = economy.orders
    account = account_keys(world)[economy.products.brand[orders.product[rows]]]
    again = np.empty(account.size, np.bool_)
    trade.find_customers(orders.consumer[rows], account, people.ally, people.ally_orders, again)
    np.add.at(world.today.funnel[:, REPURCHASES], orders.cell[rows][again], 1)


def settle_orders(world: World, commission: Array) -> None:
    """Deliver what is due; pay brand, creator and platform, or refund the consumer."""
    orders = world.economy.orders
    due = orders.due <= world.day
    rows = np.flatnonzero(due)
    returned = deliveries(world, rows)
    kept, back = rows[~returned], rows[returned]
    np.add.at(world.today.funnel[:, RETURNS], orders.cell[back], 1)
    refund(world, back)
    pay(world, kept, commission)
    world.today.delivered, world.today.returned = rows.size, back.size
    orders.keep(~due)


def deliveries(world: World, rows: Array) -> Array:
    """Deliver some orders; trust follows; return which are sent back (bool[o])."""
    economy, people, rules = world.economy, world.consumers, world.config.commerce
    orders, products = economy.orders, economy.products
    returned = np.empty(rows.size, np.bool_)
    trade.deliver(
        world.seed, world.day, (orders.consumer[rows], orders.product[rows], orders.seller[rows]),
        world.creators.serial, (products.promise, products.quality, account_keys(world)[products.brand]),
        (
            rules.delivery_noise, rules.return_base if rules.returns else -np.inf, rules.return_gap, rules.trust_gap,
            rules.trust_gain, rules.trust_loss, rules.trust_platform,
        ),
        (people.ally, people.ally_trust, people.ally_orders, people.allies, people.trust), returned,
    )  # fmt: skip
    return returned


def refund(world: World, rows: Array) -> None:
    """Give the price of returned goods back; the brand pays for the way."""
    economy, cost = world.economy, world.config.commerce.return_cost
    price = economy.orders.price[rows]
    brand = economy.products.brand[economy.orders.product[rows]]
    shipping = np.floor(price * cost).astype(np.int64)
    np.add.at(economy.brands.returned, brand, price)
    np.subtract.at(economy.brands.savings, brand, shipping)
    world.ledger.transfer(ESCROW, OUTSIDE, "refunds", int(price.sum()))
    world.ledger.transfer(BRANDS, OUTSIDE, "return costs", int(shipping.sum()))


def pay(world: World, rows: Array, commission: Array) -> None:
    """Divide the price of goods that were kept among platform, creator and brand; the brand pays for making them."""
    economy, orders, creators = world.economy, world.economy.orders, world.creators
    price, fees, take = orders.price[rows], orders.commission[rows], orders.take[rows]
    seller, brand = orders.seller[rows], economy.products.brand[orders.product[rows]]
    made = price - np.floor(price * world.config.brand.margin).astype(np.int64)
    live = (orders.cell[rows] // (len(SOURCES) * len(REGIONS))) % len(FORMATS) == 1
    np.add.at(commission, seller, fees)
    world.today.live_commission += int(fees[live].sum())
    np.add.at(creators.earned_live, seller[live], fees[live])
    np.add.at(creators.earned_video, seller[~live], fees[~live])
    np.add.at(economy.brands.savings, brand, price - fees - take - made)
    np.add.at(economy.brands.paid_commission, brand, fees)
    world.ledger.transfer(ESCROW, PLATFORM, "take rate", int(take.sum()))
    world.ledger.transfer(ESCROW, CREATORS, "commission", int(fees.sum()))
    world.ledger.transfer(ESCROW, BRANDS, "sales", int((price - fees - take).sum()))
    world.ledger.transfer(BRANDS, OUTSIDE, "fulfilment", int(made.sum()))
