"""The economy's tables: brands, their products, deals with creators, and orders on their way.

Rows of brands, products and deals are never reused within a run; an order's row lasts until it is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ecosim.state.columns import Array, Table, column

VIDEO, LIVE = 0, 1
FORMATS = ("video", "live")
SOURCES = ("recommended", "followed", "friends")
SELLERS = ("brand", "head", "waist", "tail")
"""Channels: the brand's own account, or a creator's, by tier."""
FUNNEL_STEPS = ("exposures", "views", "interactions", "clicks", "orders", "returns", "repurchases")
DAYPARTS = ("night", "morning", "noon", "afternoon", "evening", "late")
DAYPART_SHARES = (0.05, 0.13, 0.18, 0.16, 0.28, 0.20)
"""Part of the sessions that falls into each daypart."""
TIERS_OF_DEALS = 3


class Brands(Table):
    """Merchants. Rows are stable."""

    vertical: Array = column("int32", "index", "vertical of all products")
    account: Array = column("int32", "row", "own account in the creator table; -1 for none", default=-1)
    weight: Array = column("float32", "1", "size: awareness, assortment and budget, mean 1", default=1)
    quality: Array = column("float32", "logit", "real quality of products, mean")
    honesty: Array = column("float32", "share", "1: promises what it delivers", default=1)
    price: Array = column("float32", "fen", "price of products, mean", default=1)
    slots: Array = column("int32", "products", "products on sale at a time")
    budget: Array = column("int64", "fen a week", "what may be spent on fees this week")
    spent: Array = column("int64", "fen", "spent on fees this week")
    sales_week: Array = column("int64", "fen", "orders since the last planning day, by price")
    savings: Array = column("int64", "fen", "start capital and sales less costs")
    believed: Array = column("float64", "ratio", "sales per fee believed of each tier", width=TIERS_OF_DEALS)
    spread: Array = column("float64", "ratio^2", "variance of that belief", width=TIERS_OF_DEALS)
    orders: Array = column("int64", "orders", "orders so far")
    sold: Array = column("int64", "fen", "orders so far, by price")
    returned: Array = column("int64", "fen", "of that, returned so far")
    paid_fees: Array = column("int64", "fen", "fees paid so far")
    paid_commission: Array = column("int64", "fen", "commission paid so far")
    reached: Array = column("int64", "consumers", "first touches of its products so far")


class Products(Table):
    """What brands sell."""

    brand: Array = column("int32", "row", "who sells it")
    slot: Array = column("int32", "index", "place in the brand's assortment")
    launched: Array = column("int32", "day", "first day on sale")
    price: Array = column("int32", "fen", "price")
    promise: Array = column("float32", "logit", "promised quality")
    quality: Array = column("float32", "logit", "real quality")
    style: Array = column("float32", "unit vector", "style", width="D")


class Deals(Table):
    """Promotion of a product by a creator for a week, or a part of it. A creator's deals of a week lie side by side."""

    brand: Array = column("int32", "row", "who pays")
    creator: Array = column("int32", "row", "who promotes")
    product: Array = column("int32", "row", "what is promoted")
    tier: Array = column("int8", "index", "the creator's tier when the deal was made")
    begins: Array = column("int32", "day", "first day")
    fee: Array = column("int64", "fen", "paid at the start")
    end: Array = column("float64", "share", "where its part of the creator's week of promotion ends")
    sold: Array = column("int64", "fen", "orders under the deal, by price")

    def parts(self) -> Array:
        """Part of the creator's week of promotion that each deal takes (float64[d])."""
        before = np.zeros(self.size)
        beside = (self.creator[1:] == self.creator[:-1]) & (self.begins[1:] == self.begins[:-1])
        before[1:][beside] = self.end[:-1][beside]
        taken: Array = self.end - before
        return taken


class Orders(Table):
    """Orders in flight: paid into escrow, not yet settled or returned."""

    due: Array = column("int32", "day", "day of settlement")
    day: Array = column("int32", "day", "day of the order")
    consumer: Array = column("int32", "row", "who bought")
    product: Array = column("int32", "row", "what was bought")
    seller: Array = column("int32", "row", "account that sold")
    cell: Array = column("int32", "index", "row of the funnel: seller, format, source, region")
    touch: Array = column("int32", "2 x day + live", "first touch of the product: day and format")
    price: Array = column("int64", "fen", "paid into escrow")
    commission: Array = column("int64", "fen", "to the creator who sold, if not returned")
    take: Array = column("int64", "fen", "to the platform, if not returned")


def cell_count(regions: int) -> int:
    """Number of rows of the funnel."""
    return len(SELLERS) * len(FORMATS) * len(SOURCES) * regions


def cell_names(regions: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """Seller, format, source and region of each row of the funnel, in the order of the kernels."""
    return [(s, f, c, r) for s in SELLERS for f in FORMATS for c in SOURCES for r in regions]


@dataclass
class Economy:
    """Brands and all that belongs to them.

    Attributes
    ----------
    fee_price : float64[3]
        Fee per thousand weekly impressions by tier, fen.
    on_sale : int32[B, S]
        Products that each brand has on sale, -1 for none.
    """

    brands: Brands
    products: Products
    deals: Deals
    orders: Orders
    fee_price: Array = field(default_factory=lambda: np.ones(TIERS_OF_DEALS))
    on_sale: Array = field(default_factory=lambda: np.empty((0, 0), np.int32))

    def tables(self) -> dict[str, Table]:
        """The tables by name."""
        return {"brands": self.brands, "products": self.products, "deals": self.deals, "orders": self.orders}
