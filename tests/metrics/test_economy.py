"""Measures of the economy against naive twins: counted again, one order at a time, from tables and the full log."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from ecosim import registry
from ecosim.config import (
    BrandConfig,
    CollaborationConfig,
    CommerceConfig,
    LiveConfig,
    RecordingConfig,
    SharingConfig,
    SimulationConfig,
)
from ecosim.pipeline import DAY, run_day
from ecosim.state.economy import FORMATS, SELLERS, SOURCES, cell_names
from ecosim.state.world import Today, World
from ecosim.testing import run_world, small_config

DAYS = 16
SHARED, CLICKED, ORDERED = 8, 16, 32
ECONOMY = (
    "gmv", "orders", "order_value_mean", "click_rate", "orders_per_click", "live_order_share", "followed_order_share",
    "friends_order_share", "own_account_gmv_share", "return_rate", "repurchase_rate", "gmv_gini", "brands_active",
    "fees_head_share", "brand_return_on_fees", "ads_income_share", "video_income_share", "live_income_share",
    "fees_income_share", "live_sessions", "live_watch_share", "consumer_trust", "seller_trust", "shares_per_impression",
)  # fmt: skip
"""Measures that are not defined in a world of the feed alone."""


def trading() -> SimulationConfig:
    """A small world in which much is bought, and some of it sent back."""
    return small_config(
        consumers=60,
        creators=30,
        brand=BrandConfig(products=4, price=2_000),
        commerce=CommerceConfig(click_base=-1.5, order_base=1.0, delivery_days=2, need=0.2, return_base=-0.5),
        sharing=SharingConfig(share_base=-2.0),
        recording=RecordingConfig(panel=60, panel_every=1, metrics=[]),
    )


@pytest.fixture(scope="module")
def lived() -> World:
    """The evening of the sixteenth day: all has been measured, and the day's sessions are still in the catalog."""
    world = run_world(trading(), DAYS - 1)
    world.today = Today()
    world.ledger.open_day()
    for stage in DAY:
        if stage.name != "retirement":
            stage.run(world)
    return world


def todays_orders(world: World) -> list[dict[str, int]]:
    table = world.economy.orders
    names = ("day", "consumer", "product", "seller", "cell", "price")
    rows = [
        dict(zip(names, row, strict=True)) for row in zip(*(getattr(table, n).tolist() for n in names), strict=True)
    ]
    return [row for row in rows if row["day"] == world.day]


def test_sales_are_those_of_the_orders(lived: World) -> None:
    measures, orders = lived.today.measures, todays_orders(lived)
    assert len(orders) > 5
    gmv = sum(order["price"] for order in orders) / 100
    assert measures["gmv"] == pytest.approx(gmv)
    assert measures["orders"] == len(orders)
    assert measures["order_value_mean"] == pytest.approx(gmv / len(orders))
    own = sum(order["price"] for order in orders if lived.creators.brand[order["seller"]] >= 0) / 100
    assert 0 < measures["own_account_gmv_share"] < 1
    assert measures["own_account_gmv_share"] == pytest.approx(own / gmv)


def test_shares_of_orders_by_format_and_source(lived: World) -> None:
    measures, orders = lived.today.measures, todays_orders(lived)
    names = cell_names(("first", "second", "third", "county"))
    cells = [names[order["cell"]] for order in orders]
    assert measures["live_order_share"] == pytest.approx(sum(c[1] == "live" for c in cells) / len(cells))
    assert measures["followed_order_share"] == pytest.approx(sum(c[2] == "followed" for c in cells) / len(cells))
    assert measures["friends_order_share"] == pytest.approx(sum(c[2] == "friends" for c in cells) / len(cells))
    sold = lived.today.ordered
    live = [lived.items.parts[item] != 0 for item in sold[sold >= 0]]
    assert measures["live_order_share"] == pytest.approx(np.mean(live))
    assert {c[0] for c in cells} <= set(SELLERS)
    assert {c[1] for c in cells} == set(FORMATS)
    assert {c[2] for c in cells} <= set(SOURCES)


def test_the_funnel_is_that_of_the_log(lived: World) -> None:
    measures, panel = lived.today.measures, lived.today.panel
    assert panel is not None
    shown = [(item, flags) for item, flags in zip(panel["item"].tolist(), panel["flags"].tolist(), strict=True)]
    offered = [flags for item, flags in shown if lived.items.product[item] >= 0]
    clicks = sum(flags & CLICKED != 0 for flags in offered)
    orders = sum(flags & ORDERED != 0 for flags in offered)
    assert clicks > orders > 0
    assert measures["click_rate"] == pytest.approx(clicks / len(offered))
    assert measures["orders_per_click"] == pytest.approx(orders / clicks)


def test_returns_and_repurchases() -> None:
    world = run_world(trading(), DAYS - 1)
    before = world.economy.brands.returned.sum()
    due = [price for price, day in zip(world.economy.orders.price, world.economy.orders.due, strict=True)
           if day <= world.day]  # fmt: skip
    run_day(world)
    back = world.ledger.flows["escrow", "outside", "refunds"]
    assert world.economy.brands.returned.sum() - before == back
    assert world.today.delivered == len(due)
    assert 0 < world.today.measures["return_rate"] < 1
    assert world.today.measures["return_rate"] == pytest.approx(world.today.returned / len(due))
    assert 0 < world.today.measures["repurchase_rate"] < 1


def test_sales_of_creators_of_their_own(lived: World) -> None:
    orders, creators = lived.economy.orders, lived.creators
    sold = Counter()
    for seller, price in zip(orders.seller.tolist(), orders.price.tolist(), strict=True):
        sold[seller] += price
    amounts = [sold[row] for row in np.flatnonzero(creators.alive).tolist()]
    difference = sum(abs(a - b) for a in amounts for b in amounts)
    assert lived.today.measures["gmv_gini"] == pytest.approx(difference / (2 * len(amounts) * sum(amounts)))
    brands = {int(lived.economy.products.brand[product]) for product in orders.product}
    assert lived.today.measures["brands_active"] == len(brands)


def test_fees_and_what_they_brought(lived: World) -> None:
    deals, measures = lived.economy.deals, lived.today.measures
    weeks: dict[int, list[int]] = {7: [], 14: []}
    for row in range(deals.size):
        weeks[int(deals.begins[row])].append(row)
    fees = sum(int(deals.fee[row]) for row in weeks[14])
    head = sum(int(deals.fee[row]) for row in weeks[14] if deals.tier[row] == 0)
    assert fees > 0
    assert measures["fees_head_share"] == pytest.approx(head / fees)
    sales = sum(int(deals.sold[row]) for row in weeks[7])
    assert measures["brand_return_on_fees"] == pytest.approx(sales / sum(int(deals.fee[row]) for row in weeks[7]))


def test_income_by_source_adds_up_to_what_creators_earned() -> None:
    """Over the first days, in which nothing has left the ring of 28 days yet."""
    world = run_world(trading(), DAYS)
    creators = world.creators
    earned = {
        "ads": creators.earned_ads, "video": creators.earned_video, "live": creators.earned_live,
        "fees": creators.earned_fees,
    }  # fmt: skip
    total = sum(int(column.sum()) for column in earned.values())
    assert total == int(creators.income_month.sum())
    for source, column in earned.items():
        assert world.today.measures[f"{source}_income_share"] == pytest.approx(int(column.sum()) / total)
        assert column.sum() > 0, f"nobody lives from {source}, so nothing was tried"


def test_income_of_more_than_28_days_ago_is_forgotten() -> None:
    world = run_world(trading(), 28)
    passed = world.ledger.earnings[0].copy()
    so_far = world.ledger.earnings.sum(axis=0)
    run_day(world)
    assert (world.ledger.earnings.sum(axis=0) == so_far - passed + world.ledger.earnings[0]).all()
    assert (world.ledger.earnings.sum() == world.creators.income_month.sum()).all()


def test_the_platforms_books(lived: World) -> None:
    flows, measures = lived.ledger.flows, lived.today.measures
    revenue = flows["outside", "platform", "advertising"] + flows["escrow", "platform", "take rate"]
    assert measures["platform_revenue"] == pytest.approx(revenue / 100)
    assert measures["platform_profit"] == pytest.approx((revenue - flows["platform", "creators", "ad share"]) / 100)


def test_live_shares_and_trust(lived: World) -> None:
    items, people, measures = lived.items, lived.consumers, lived.today.measures
    live = [row for row in range(items.size) if items.parts[row] != 0]
    assert measures["live_sessions"] == len(live) > 0
    assert measures["live_watch_share"] == pytest.approx(sum(items.watch_today[live].tolist()) / lived.today.watch)
    assert lived.today.panel is not None
    shared = sum(flags & SHARED != 0 for flags in lived.today.panel["flags"].tolist())
    assert shared > 0
    assert measures["shares_per_impression"] == pytest.approx(shared / lived.today.impressions)
    trust = [t for t, here in zip(people.trust.tolist(), people.active.tolist(), strict=True) if here]
    assert measures["consumer_trust"] == pytest.approx(math.fsum(trust) / len(trust))
    pairs = [
        t for who, of in zip(people.ally.tolist(), people.ally_trust.tolist(), strict=True)
        for a, t in zip(who, of, strict=True) if a != -1
    ]  # fmt: skip
    assert measures["seller_trust"] == pytest.approx(math.fsum(pairs) / len(pairs))


def test_a_world_of_the_feed_alone_has_no_economy_to_measure() -> None:
    world = run_world(
        small_config(
            brand=BrandConfig(active=False), live=LiveConfig(active=False), sharing=SharingConfig(active=False),
            collaboration=CollaborationConfig(active=False), recording=RecordingConfig(metrics=[]),
        ),
        3,
    )  # fmt: skip
    assert [name for name in ECONOMY if not math.isnan(world.today.measures[name])] == []
    assert world.today.measures["platform_revenue"] > 0
    assert set(ECONOMY) <= set(registry.metrics.names())
