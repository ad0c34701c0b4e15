"""Portraits of a day, of the engine and of the twin in the same plain form, so that they can be laid side by side.

Rows of the engine's tables and objects of the twin both go by names that last: serials, keys of items, numbers of
brands, products and deals. An outcome is anything discrete, or of the market; the rest is what everyone has in mind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ecosim.config import REGIONS
from ecosim.stages.serving import COUNTED
from ecosim.state.columns import Table
from ecosim.state.economy import FUNNEL_STEPS, cell_names
from ecosim.state.schema import MONTH
from ecosim.state.world import World
from tests.reference.brand import ReferenceBrand
from tests.reference.consumer import ReferenceConsumer
from tests.reference.creator import ReferenceCreator
from tests.reference.item import Item
from tests.reference.market import Order
from tests.reference.model import ReferenceModel

CAREER = ("alive", "entered", "left", "tier", "mode", "posts", "followers", "savings", "vertical", "region", "founder")
EARNED = ("ads", "video", "live", "fees", "grants")
BRAND = ("budget", "spent", "sales_week", "savings", "orders", "sold", "returned", "paid_fees", "paid_commission",
         "reached")  # fmt: skip
PERSON = ("interest", "satiation", "recent", "satisfaction", "profile_interest", "profile_taste", "taste", "trust")
ARTIST = ("style", "skill", "talent", "welfare", "prosperity", "beliefs", "aspiration", "effort", "live_propensity",
          "live_skill", "badge")  # fmt: skip
RECORD = ("views", "watch", "interactions", "follows")
MAKE = ("heat", "quality", "style")
NONE = (0, 0)
"""Key of no item."""

Portrait = dict[str, Any]


def outcomes_of_world(world: World) -> Portrait:
    """Everything discrete that happened on the day that the engine has just run."""
    serials = world.creators.serial.tolist()
    return {
        "shown": shown_of_world(world),
        **items_of_world(world),
        **creators_of_world(world),
        **consumers_of_world(world),
        **market_of_world(world),
        "balance": dict(world.ledger.balance),
        "flows": world.ledger.flows,
        "entered": [serials[row] for row in world.today.entered],
        "left": [serials[row] for row in world.today.left],
        "slots": world.today.slots,
    }


def outcomes_of_twin(model: ReferenceModel) -> Portrait:
    """Everything discrete that happened on the day that the twin has just run."""
    return {
        "shown": [consumer.shown for consumer in model.consumers],
        **items_of_twin(model),
        **creators_of_twin(model),
        **consumers_of_twin(model),
        **market_of_twin(model),
        "balance": dict(model.ledger.balance),
        "flows": model.ledger.flows,
        "entered": [c.serial for c in model.entered],
        "left": [c.serial for c in model.left],
        "slots": sum(consumer.slots_wanted for consumer in model.consumers),
    }


# --------------------------------------------------------------------------------------------------- items and showing


def shown_of_world(world: World) -> list[list[tuple[int, ...]]]:
    """List what each consumer was shown: key of the item, time watched, what came of it."""
    panel = world.today.panel
    assert panel is not None, "the panel must hold every consumer, in debug mode"
    shown: list[list[tuple[int, ...]]] = [[] for _ in range(world.consumers.size)]
    columns = (panel[name].tolist() for name in ("consumer", "serial", "number", "watch", "flags"))
    for consumer, *entry in zip(*columns, strict=True):
        shown[consumer].append(tuple(entry))
    return shown


def items_of_world(world: World) -> Portrait:
    """Describe the items that are there after the day, in the order of the catalog."""
    items, serials = world.items, [*world.creators.serial.tolist(), -1]
    keys = list(zip(items.serial.tolist(), items.number.tolist(), strict=True))
    models = zip(items.model_serial.tolist(), items.model_number.tolist(), strict=True)
    counts = [getattr(items, f"{name}{when}").tolist() for when in ("", "_today") for name in COUNTED]
    made = zip(
        items.mode.tolist(), models, items.duration.tolist(), [serials[row] for row in items.partner],
        items.product.tolist(), items.deal.tolist(), items.parts.tolist(), items.word.tolist(), items.day.tolist(),
        items.vertical.tolist(), items.region.tolist(), strict=True,
    )  # fmt: skip
    return {
        "items": dict(zip(keys, zip(*counts, strict=True), strict=True)),
        "made": dict(zip(keys, made, strict=True)),
        "levels": dict(zip(keys, items.level.tolist(), strict=True)),
    }


def items_of_twin(model: ReferenceModel) -> Portrait:
    """Describe the items that are there after the day, in the order of the catalog."""
    items = model.platform.items
    return {
        "items": {i.key: tuple(getattr(when, name) for when in (i.life, i.today) for name in COUNTED) for i in items},
        "made": {
            i.key: (
                i.mode, i.imitated.key if i.imitated else NONE, i.duration, i.partner.serial if i.partner else -1,
                number_of(i.product), number_of(i.deal), sum(1 << part for part in i.dayparts), i.word,
                i.day, i.vertical, i.region,
            )
            for i in items
        },
        "levels": {i.key: i.level for i in items},
    }  # fmt: skip


def number_of(thing: Any) -> int:
    """Return the number of a brand, a product or a deal; -1 for none."""
    return -1 if thing is None else int(thing.number)


# ------------------------------------------------------------------------------------------------------------- creators


def creators_of_world(world: World) -> Portrait:
    """Describe careers, the day's income and attention, and who works with whom."""
    creators = world.creators
    serials, yesterday = creators.serial.tolist(), (world.day - 1) % MONTH
    columns = {name: getattr(creators, name).tolist() for name in CAREER}
    columns |= {name: getattr(creators, f"earned_{name}").tolist() for name in EARNED}
    columns |= {"brand": creators.brand.tolist()}
    running = zip(creators.deal.tolist(), creators.deals.tolist(), strict=True)
    columns["deals"] = [list(range(first, first + number)) for first, number in running]
    columns["ties"] = [[serials[tie] for tie in world.collaborators.of(row)] for row in range(creators.size)]
    return {
        "creators": {s: {name: columns[name][row] for name in columns} for row, s in enumerate(serials)},
        "income": dict(zip(serials, creators.income_month[:, yesterday].tolist(), strict=True)),
        "attention": dict(zip(serials, creators.impressions_month[:, yesterday].tolist(), strict=True)),
    }


def creators_of_twin(model: ReferenceModel) -> Portrait:
    """Describe careers, the day's income and attention, and who works with whom."""
    yesterday = model.day - 1

    def career(c: ReferenceCreator) -> dict[str, Any]:
        known = {name: getattr(c, name) for name in CAREER} | c.earned
        return known | {
            "brand": number_of(c.brand),
            "deals": [d.number for d in c.deals],
            "ties": [t.serial for t in c.ties],
        }

    return {
        "creators": {c.serial: career(c) for c in model.creators},
        "income": {c.serial: c.income_on[yesterday] for c in model.creators},
        "attention": {c.serial: c.impressions_on[yesterday] for c in model.creators},
    }


# ------------------------------------------------------------------------------------------------------------ consumers


def consumers_of_world(world: World) -> Portrait:
    """Describe whom consumers follow and know, what they have met and bought, and what friends shared with them."""
    people, creators, items = world.consumers, world.creators, world.items
    serials = creators.serial.tolist()
    everyone = range(people.size)

    def account(row: int) -> tuple[str, int]:
        return ("creator", serials[row]) if row >= 0 else ("brand", -2 - row)

    def shared(row: int) -> tuple[int, ...]:
        return (items.serial[row].item(), items.number[row].item()) if row >= 0 else (serials[-2 - row],)

    met = zip(people.touched.tolist(), people.touched_when.tolist(), strict=True)
    known = zip(people.ally.tolist(), people.ally_trust.tolist(), people.ally_orders.tolist(), strict=True)
    return {
        "follows": [[serials[c] for c in world.follows.of(row)] for row in everyone],
        "active": people.active.tolist(),
        "inbox": [
            [(shared(row), friends) for row, friends in zip(*inbox, strict=True) if row != -1]
            for inbox in zip(people.inbox.tolist(), people.senders.tolist(), strict=True)
        ],
        "touches": [[pair for pair in zip(*lists, strict=True) if pair[0] >= 0] for lists in met],
        "touched": people.touches.tolist(),
        "allies": [
            [(account(row), trust, orders) for row, trust, orders in zip(*lists, strict=True) if row != -1]
            for lists in known
        ],
        "known": people.allies.tolist(),
        "trust": people.trust.tolist(),
        "bought": people.bought.tolist(),
    }


def consumers_of_twin(model: ReferenceModel) -> Portrait:
    """Describe whom consumers follow and know, what they have met and bought, and what friends shared with them."""

    def account(known: ReferenceCreator | ReferenceBrand) -> tuple[str, int]:
        return ("brand", known.number) if isinstance(known, ReferenceBrand) else ("creator", known.serial)

    def shared(what: Item | ReferenceCreator) -> tuple[int, ...]:
        return what.key if isinstance(what, Item) else (what.serial,)

    def allies(consumer: ReferenceConsumer) -> list[tuple[Any, ...]]:
        return [(account(known.account), float(known.trust), known.deliveries) for known in consumer.acquaintances]

    people = model.consumers
    return {
        "follows": [[creator.serial for creator in consumer.follows] for consumer in people],
        "active": [consumer.active for consumer in people],
        "inbox": [[(shared(what), friends) for what, friends in consumer.inbox.items()] for consumer in people],
        "touches": [[(t.product.number, 2 * t.day + t.live) for t in consumer.touches] for consumer in people],
        "touched": [consumer.touches.noted for consumer in people],
        "allies": [allies(consumer) for consumer in people],
        "known": [consumer.acquaintances.noted for consumer in people],
        "trust": [float(consumer.trust) for consumer in people],
        "bought": [list(consumer.bought) for consumer in people],
    }


# ----------------------------------------------------------------------------------------------------------- the market


def rows_of(table: Table, names: Iterable[str] | None = None, **named: list[Any]) -> list[dict[str, Any]]:
    """Return a table as a list of rows.

    Parameters
    ----------
    table : Table
        One of the engine's.
    names : iterable of str, optional
        Columns; all by default.
    **named
        Columns whose numbers mean nothing outside the engine, by names that last.
    """
    names = [column.name for column in type(table).columns()] if names is None else names
    columns = {name: getattr(table, name).tolist() for name in names} | named
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def market_of_world(world: World) -> Portrait:
    """Describe brands, products, deals, orders in flight, and today's funnel."""
    economy, today, serials = world.economy, world.today, world.creators.serial.tolist()
    brands, orders, cells = economy.brands, economy.orders, cell_names(REGIONS)
    funnel = today.funnel[:, : len(FUNNEL_STEPS)].tolist()
    return {
        "brands": rows_of(brands, (*BRAND, "believed", "spread")),
        "products": rows_of(economy.products),
        "on sale": [[p for p in row if p >= 0] for row in economy.on_sale.tolist()],
        "deals": rows_of(economy.deals, creator=[serials[row] for row in economy.deals.creator]),
        "orders": rows_of(
            orders, seller=[serials[row] for row in orders.seller], cell=[cells[row] for row in orders.cell]
        ),
        "fee price": economy.fee_price.tolist(),
        "funnel": {cell: steps for cell, steps in zip(cells, funnel, strict=True) if any(steps)},
        "traded": (today.gmv, today.orders, today.delivered, today.returned),
    }


def market_of_twin(model: ReferenceModel) -> Portrait:
    """Describe brands, products, deals, orders in flight, and today's funnel."""
    market = model.market
    cells = {(*cell[:3], REGIONS[cell[3]]): list(steps.values()) for cell, steps in market.funnel.items()}
    return {
        "brands": [
            {name: getattr(b, name) for name in BRAND}
            | {"believed": b.believed.tolist(), "spread": b.spread.tolist()}
            for b in market.brands
        ],
        "products": [
            {
                "brand": p.brand.number, "slot": p.slot, "launched": p.launched, "price": p.price,
                "promise": float(p.promise), "quality": float(p.quality), "style": p.style.tolist(),
            }
            for p in market.products
        ],
        "on sale": [[p.number for p in brand.on_sale if p] for brand in market.brands],
        "deals": [
            {
                "brand": d.brand.number, "creator": d.creator.serial, "product": d.product.number, "tier": d.tier,
                "begins": d.begins, "fee": d.fee, "end": d.end, "sold": d.sold,
            }
            for d in market.deals
        ],
        "orders": [order_of_twin(order) for order in market.orders],
        "fee price": list(market.fee_price),
        "funnel": {cell: steps for cell, steps in cells.items() if any(steps)},
        "traded": (market.sales, market.ordered, market.delivered, market.returned),
    }  # fmt: skip


def order_of_twin(order: Order) -> dict[str, Any]:
    """Describe an order in flight."""
    return {
        "due": order.due, "day": order.day, "consumer": order.consumer.identity, "product": order.product.number,
        "seller": order.seller.serial, "cell": (*order.cell[:3], REGIONS[order.cell[3]]),
        "touch": 2 * order.touch.day + order.touch.live, "price": order.price, "commission": order.commission,
        "take": order.take,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- in mind


def minds_of_world(world: World) -> dict[str, np.ndarray]:
    """Everything continuous that the engine remembers."""
    known = world.knowledge
    return {
        **{f"consumer {name}": np.array(getattr(world.consumers, name)) for name in PERSON},
        **{f"creator {name}": np.array(getattr(world.creators, name)) for name in ARTIST},
        **{f"record {name}": np.array(getattr(world.creators, f"record_{name}")) for name in RECORD},
        **{f"item {name}": np.array(getattr(world.items, name)) for name in MAKE},
        "verticals": known.sums,
        "hits": known.hits,
        "means": np.array([known.item_impressions, known.clicks, known.product_views]),
        "set aside": known.set_aside,
    }


def minds_of_twin(model: ReferenceModel) -> dict[str, np.ndarray]:
    """Everything continuous that the twin remembers."""
    platform = model.platform
    return {
        **{f"consumer {name}": np.array([getattr(c, name) for c in model.consumers]) for name in PERSON},
        **{f"creator {name}": np.array([getattr(c, name) for c in model.creators]) for name in ARTIST},
        **{f"record {name}": np.array([c.record[name] for c in model.creators]) for name in RECORD},
        **{f"item {name}": np.array([getattr(i, name) for i in platform.items]) for name in MAKE},
        "verticals": np.array(platform.sums),
        "hits": platform.hits,
        "means": np.array([platform.item_impressions, platform.clicks, platform.product_views]),
        "set aside": np.array(platform.set_aside),
    }
